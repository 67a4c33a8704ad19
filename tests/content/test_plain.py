"""The counts of Einfache Sprache: what they object to, what they let pass, and that the texts of the book pass."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.book import load_book
from bot.dialogue.check import check
from bot.dialogue.model import Book
from bot.dialogue.readability import LONG_SHARE, SENTENCE_WORDS, UNBROKEN_LETTERS, objections, sentences

PLAIN = "de-plain"


@cache
def book() -> Book:
    """Return the book that comes with the program."""
    return load_book()


def changed(key: str, text: str) -> Book:
    """Return the book with another text in Einfache Sprache."""
    texts = book().texts
    plain = {**texts.by_language[PLAIN], key: text}
    return replace(book(), texts=replace(texts, by_language={**texts.by_language, PLAIN: plain}))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Wir " + "und " * SENTENCE_WORDS + "gehen.", f"has a sentence of {SENTENCE_WORDS + 2} words"),
        ("Das ist ein Computerprogramm.", "has the word “Computerprogramm” of 16 letters"),
        ("Die Bürger:innen reden mit.", "“r:innen”"),
        ("Die Bürger*innen reden mit.", "“r*innen”"),
        ("Wir bauen; Sie reden mit.", "“;”"),
        ("Reden Sie mit (freiwillig).", "“(”"),
        ("Kultur & Sport", "“&”"),
        ("Art. 6 erlaubt das.", "“Art.”"),
        ("Das Ende des Weges ist dunkel.", "no genitive"),
        ("Was würden Sie ändern?", "no Konjunktiv"),
        ("Warten Sie zwei Tage.", "take digits"),
    ],
)
def test_hard_german_is_told(text: str, expected: str) -> None:
    assert any(expected in objection for objection in objections(text)), objections(text)


@pytest.mark.parametrize(
    "text",
    [
        "Das ist ein Computer-Programm.",
        "Die TelefonSeelsorge hat die Nummer **0800 1110111**.",
        "Schreiben Sie an beteiligungsangelegenheiten@stadt.beispiel.de oder rufen Sie an: 0202 563-0.",
        "Hier geht es: https://mitmachen.beispiel.de/sehr/lange/adresse-mit-vielen-worten oder /datenschutz",
        "Ihren Beitrag liest {team}.",
        "Warten Sie 2 Tage.\nDann fragen Sie noch einmal.",
        "Datenschutz",
    ],
)
def test_easy_german_passes(text: str) -> None:
    assert objections(text) == ()


def test_a_text_of_long_words_is_told_though_its_sentences_are_short() -> None:
    officialese = "Antragstellung erfordert Terminabsprache. " * 10
    (objection,) = {told for told in objections(officialese) if "%" in told}
    assert objection.endswith(f"{LONG_SHARE:.0%} are the most.")


def test_a_list_counts_as_long_as_it_reads() -> None:
    assert [len(words) for words in sentences("Es geht um viel: Bus, Rad, Auto. Was fehlt?\n• Pause\n• Hilfe")] == [
        *(4, 3, 2, 1, 1)
    ]


@given(st.lists(st.sampled_from(["Wir", "gehen", "zum", "Bus"]), min_size=1, max_size=40))
def test_a_sentence_is_told_exactly_when_it_is_too_long(words: list[str]) -> None:
    told = any("sentence" in objection for objection in objections(" ".join(words) + "."))
    assert told == (len(words) > SENTENCE_WORDS)


@given(st.text())
def test_any_text_can_be_counted(text: str) -> None:
    assert all(objection.startswith("has ") for objection in objections(text))


def test_the_book_calls_it_einfache_sprache_and_counts_it() -> None:
    plain = {language.code: language.name for language in book().languages if language.plain}
    assert plain[PLAIN] == "Einfache Sprache"
    assert not any("Leicht" in name for name in plain.values())
    assert max(len(words) for text in book().texts.by_language[PLAIN].values() for words in sentences(text)) > 8
    assert check(book()) == ()


def test_a_hard_text_of_the_book_names_its_file_and_step() -> None:
    hard = changed("mobility.place.question", "Was wäre am Ende des Weges " + "besser " * SENTENCE_WORDS + "?")
    lines = [str(mistake) for mistake in check(hard)]
    assert len(lines) == 3
    assert all(line.startswith("dialogues/mobility.de-plain.toml, step place: “place.question” has") for line in lines)


def test_typed_words_are_not_counted() -> None:
    long = "sprachenauswahlmenü" + "x" * UNBROKEN_LETTERS
    assert check(changed("words.language", long)) == ()


def test_only_plain_languages_are_counted() -> None:
    assert any(objections(text) for text in book().texts.by_language["de"].values())
    assert check(book()) == ()


def test_einfache_sprache_says_sie_and_in_smart4school_du() -> None:
    plain = book().texts.by_language[PLAIN]
    school = {dialogue.key for dialogue in book().dialogues.values() if dialogue.group == "school"} | {"school"}
    for key, text in plain.items():
        wrong = ("Ihnen", "Ihre", "Ihr ") if key.split(".")[0] in school else (" dir ", " dich ", " dein", " deine")
        assert not any(word in f"{text} " for word in wrong), key
