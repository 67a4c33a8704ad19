"""Every complete language of the book: all dialogues, the numbers that help, commands that Telegram takes."""

from __future__ import annotations

import re
from functools import cache

import pytest

from bot.book import load_book
from bot.config import Settings
from bot.dialogue.check import NOTICE_WORDS
from bot.dialogue.model import Book
from bot.dialogue.parse import Verb, command
from bot.dialogue.texts import FALLBACK
from bot.edition import load_edition

HELP = {
    "emergency": ("112", "110"),
    "despair": ("08001110111", "116111", "112"),
    "violence": ("110", "116016", "116111"),
}


@cache
def book() -> Book:
    """Return the book that comes with the program."""
    return load_book()


CODES = [language.code for language in book().languages if language.code not in book().texts.fallback]


@pytest.mark.parametrize("code", CODES)
def test_a_language_has_every_text_that_german_has(code: str) -> None:
    assert set(book().texts.by_language[code]) == set(book().texts.by_language[FALLBACK])


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("care", HELP)
def test_care_names_the_same_numbers_in_every_language(code: str, care: str) -> None:
    said = re.sub(r"\s", "", book().texts.plain(code, f"care.{care}", **book().names_in(code)))
    assert [number for number in HELP[care] if number not in said] == []


@pytest.mark.parametrize("code", CODES)
def test_commands_have_names_that_telegram_takes_and_the_bot_understands(code: str) -> None:
    # Bot API, BotCommand: 1-32 characters of a-z, 0-9 and _; descriptions of at most 256.
    for verb in Verb:
        name = book().texts.words(code, f"words.{verb}")[0]
        assert re.fullmatch(r"[a-z0-9_]{1,32}", name), name
        assert command(book().texts, name) is verb
        assert 3 <= len(book().texts.plain(code, f"commands.{verb}", **book().names_in(code))) <= 256


@pytest.mark.parametrize("code", CODES)
def test_the_profile_fits_telegram_in_every_language(code: str) -> None:
    # Bot API, setMyName 64, setMyDescription 512, setMyShortDescription 120 characters.
    for part, most in (("name", 64), ("description", 512), ("short_description", 120)):
        assert len(book().texts.plain(code, f"profile.{part}", **book().names_in(code))) <= most


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("channel", ["telegram", "web"])
def test_the_first_message_is_short_and_says_who_reads(code: str, channel: str) -> None:
    notice = book().texts.plain(code, f"notice.{channel}", **book().names_in(code))
    assert len(notice.split()) <= NOTICE_WORDS
    for name in ("team", "contact", "other_ways"):
        assert book().names_in(code)[name] in notice


def test_no_turkish_suffix_follows_a_value_whose_vowels_nobody_knows() -> None:
    glued = {key: text for key, text in book().texts.by_language["tr"].items() if re.search(r"\}\*{0,2}['’]?\w", text)}
    assert glued == {}


@pytest.mark.parametrize("code", [code for code in CODES if not code.startswith("de")])
def test_nothing_german_stands_within_another_language(code: str) -> None:
    for key in ("notice.telegram", "notice.web", "privacy.text"):
        text = book().texts.plain(code, key, **book().names_in(code))
        assert "das Smart-City-Team" not in text
        assert "Diese Fassung" not in text
        assert "Telefon 0202" not in text


def test_what_the_operator_says_otherwise_stands_in_every_language_unless_it_is_translated() -> None:
    told = {"team": "das Amt für Ideen", "translations": {"tr": {"team": "fikir dairesi"}}, "kind": "production"}
    edition = load_edition(Settings.model_validate({"instance": told}))
    assert [edition.names_in(code)["team"] for code in ("de", "en", "tr-du")] == [
        "das Amt für Ideen",
        "das Amt für Ideen",
        "fikir dairesi",
    ]
    assert edition.names_in("en")["instance_note"] == ""
