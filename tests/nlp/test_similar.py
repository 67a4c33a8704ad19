"""Similar contributions and themes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.nearest import Nearest
from nlp.similar import judge
from nlp.themes import Member, Seed, find_themes


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Mehr Bänke an der Nordbahntrasse", "Auf der Trasse fehlen Bänke"),
        ("WLAN in Bussen", "kostenloses WLAN im Bus"),
        ("Radweg an der B7", "wir brauchen einen Radweg auf der B7"),
        ("hm", "hm"),
    ],
)
def test_the_same_wish_is_a_duplicate(a: str, b: str) -> None:
    assert judge(a, b).label == "duplicate"


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Mehr Licht am Nordpark", "Weniger Licht am Nordpark, es stört die Tiere"),
        ("Nachtbus nach Ronsdorf", "Nachtbus nach Cronenberg"),
        ("Tempo 30 auf der B7", "Tempo 50 auf der B7"),
        ("Mehr Bänke auf der Trasse", "Schulessen soll besser schmecken"),
    ],
)
def test_opposite_other_place_other_number_other_wish_are_none(a: str, b: str) -> None:
    assert judge(a, b).label != "duplicate"


def _unit(rows: int, seed: int) -> np.ndarray:
    found = np.random.default_rng(seed).standard_normal((rows, 512)).astype(np.float32)
    return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True))


@settings(max_examples=20)
@given(st.integers(1, 60), st.integers(0, 1000))
def test_the_nearest_of_an_index_are_the_nearest_of_all(rows: int, seed: int) -> None:
    vectors, index = _unit(rows, seed), Nearest()
    for key, vector in enumerate(vectors):
        index.add(key, vector)
    found = index.search(vectors[0], limit=5)
    assert found[0][0] == 0
    assert [key for key, _ in found] == list(np.argsort(-(vectors @ vectors[0]))[:5])


def test_what_is_removed_is_not_found_and_what_is_replaced_moves() -> None:
    vectors, index = _unit(3, 7), Nearest()
    for key, vector in enumerate(vectors):
        index.add(key, vector)
    index.remove(0)
    index.add(1, vectors[0])
    assert len(index) == 2
    assert index.search(vectors[0], limit=1)[0][0] == 1


def _members(count: int, first: int = 1) -> list[Member]:
    return [
        Member(number, f"Text {number}", (("Bank",) if number % 2 else ("Licht",)), "Barmen")
        for number in range(first, first + count)
    ]


def _two_heaps(count: int) -> np.ndarray:
    middles, noise = _unit(2, 1), _unit(count, 2)
    rows = np.stack([middles[0 if number % 2 else 1] for number in range(1, count + 1)]) + 0.3 * noise
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def test_two_heaps_make_two_themes_named_by_their_words_and_a_loner_none() -> None:
    vectors = np.concatenate([_two_heaps(20), _unit(1, 99)])
    themes = find_themes(_members(21), vectors)
    assert sorted(theme.name for theme in themes) == ["Bank", "Licht"]
    assert 21 not in {number for theme in themes for number in theme.members}
    assert all(
        theme.support == len(theme.members) and theme.districts == {"Barmen": len(theme.members)} for theme in themes
    )


def test_a_theme_keeps_its_key_when_others_arrive_and_obeys_staff() -> None:
    vectors = _two_heaps(30)
    before = find_themes(_members(20), vectors[:20])
    seeds = [Seed(theme.key, theme.middle, fixed=(2,) if 1 in theme.members else (), banned=(3,)) for theme in before]
    after = {theme.key: theme for theme in find_themes(_members(30), vectors, seeds)}
    assert set(after) == {theme.key for theme in before}
    odd = next(theme for theme in before if 1 in theme.members)
    assert 2 in after[odd.key].members
    assert 3 not in after[odd.key].members
    assert {1, 21, 29} <= set(after[odd.key].members)
