"""Laying together what a class wrote: the same things in other words, never opposite wishes, never strangers."""

from __future__ import annotations

import pytest

from nlp.similar import same_things


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Solaranlage aufs Schuldach", "Auf dem Schuldach eine Solaranlage bauen"),
        ("mehr mülltrennung in der mensa", "In der Mensa Müll trennen"),
        ("Mehr Bänke an der Nordbahntrasse", "An der Trasse fehlen Sitzbänke"),
        ("Tablets für alle im Unterricht", "Jede Klasse soll Tablets bekommen"),
    ],
)
def test_the_same_things_in_other_words_share_half_of_them_at_least(a: str, b: str) -> None:
    assert same_things([(a, b), (b, a)]) == pytest.approx([same_things([(a, b)])[0]] * 2)
    assert same_things([(a, b)])[0] >= 0.5


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Tablets für alle im Unterricht", "Keine Tablets im Unterricht"),
        ("Der Bus soll nach der 8. Stunde noch fahren", "Mehr Bänke an der Nordbahntrasse"),
        ("Mülleimer an der Trasse leeren", "Mehr Bänke an der Nordbahntrasse"),
        ("", "Mehr Licht"),
    ],
)
def test_strangers_and_opposites_do_not(a: str, b: str) -> None:
    assert same_things([(a, b)])[0] < 0.5
