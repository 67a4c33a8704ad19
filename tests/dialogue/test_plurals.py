"""Sentences that count: each language in its own forms, and a book that lacks one is refused."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.book import load_book
from bot.dialogue.check import check
from bot.dialogue.texts import placeholders

_book = cache(load_book)
COUNTED = ["mine.more", "similar.supports", "split.offer", "split.apart", "split.done"]


@pytest.mark.parametrize(
    ("language", "number", "sentence"),
    [
        ("de", 1, "Eine Person ist dafür"),
        ("de", 2, "2 Personen sind dafür"),
        ("de-du", 2, "2 Personen sind dafür"),
        ("en", 1, "One person is in favour"),
        ("ru", 21, "Поддерживает 21 человек"),
        ("ru", 3, "Поддерживают 3 человека"),
        ("uk", 5, "Підтримують 5 людей"),
        ("pl", 12, "Popiera 12 osób"),
        ("pl", 22, "Popierają 22 osoby"),
        ("ar", 2, "يؤيدها شخصان"),
        ("ar", 7, "يؤيدها 7 أشخاص"),
        ("ar", 11, "يؤيدها 11 شخصاً"),
        ("el", 1, "Ένα άτομο είναι υπέρ"),
        ("tr", 4, "4 kişi destekliyor"),
    ],
)
def test_a_number_agrees_with_its_noun(language: str, number: int, sentence: str) -> None:
    assert _book().texts.plain(language, "similar.supports", count=number) == sentence


@given(st.sampled_from(COUNTED), st.integers(1, 10**7), st.data())
def test_every_number_reads_in_every_language(key: str, number: int, data: st.DataObject) -> None:
    texts = _book().texts
    language = data.draw(st.sampled_from(sorted(texts.by_language)))
    said = texts.plain(language, key, count=number)
    assert not set("{}#") & set(said)
    assert number < 3 or str(number) in said


def test_a_missing_form_is_named() -> None:
    book = _book()
    polish = {**book.texts.by_language["pl"], "mine.more": "{count, plural, one {# wpis} other {# wpisu}}"}
    texts = replace(book.texts, by_language={**book.texts.by_language, "pl": polish})
    found = [str(mistake) for mistake in check(replace(book, texts=texts))]
    assert [line for line in found if "“few”" in line]
    assert [line for line in found if "“many”" in line]
    assert all(line.startswith("texts/pl.toml") for line in found)


def test_what_is_counted_is_a_value() -> None:
    assert placeholders("{count, plural, one {eine} other {# Ideen}} in {place}") == {"count", "place"}
