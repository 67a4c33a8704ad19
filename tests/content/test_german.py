"""The German texts: Sie or du, gender-neutral and each field in its own words."""

from __future__ import annotations

import re
from functools import cache

import pytest

from bot.book import load_book
from bot.dialogue.model import Book, Group
from bot.dialogue.parse import Verb

DU = re.compile(r"\b(du|dir|dich|deine?[mnrs]?|schreib|wähle|nenn)\b", re.I)
SIE = re.compile(r"\b(Sie|Ihnen|Ihre?[mnrs]?)\b")
NOT_NEUTRAL = re.compile(r"\w\*in|\w_in|[a-zäöü]In(nen)?\b|\b(der|ein|jeder) (Bürger|Schüler|Lehrer|Nutzer|Mieter)\b")


@cache
def book() -> Book:
    """Return the book that comes with the program."""
    return load_book()


KEYS = [dialogue.key for dialogue in book().dialogues.values()]


def texts_of(key: str) -> dict[str, str]:
    """Return the German texts of a dialogue."""
    return {name: text for name, text in book().texts.by_language["de"].items() if name.startswith(f"{key}.")}


@pytest.mark.parametrize("key", KEYS)
def test_a_dialogue_speaks_one_voice(key: str) -> None:
    school = book().dialogues[key].group is Group.SCHOOL
    wrong = SIE if school else DU
    assert {name: text for name, text in texts_of(key).items() if wrong.search(text)} == {}


def test_common_texts_say_sie_and_their_overlay_says_du() -> None:
    german, overlay = book().texts.by_language["de"], book().texts.by_language["de-du"]
    common = {name: text for name, text in german.items() if name.split(".")[0] not in book().dialogues}
    assert {name for name, text in common.items() if DU.search(text)} == {"school.question", "words.help"}
    assert {name for name, text in overlay.items() if SIE.search(text)} == set()


def test_words_for_people_are_neutral() -> None:
    everything = {**book().texts.by_language["de"], **book().texts.by_language["de-du"]}
    assert {name for name, text in everything.items() if NOT_NEUTRAL.search(text)} == set()


@pytest.mark.parametrize("part", ["message", "problem", "idea", "benefit"])
@pytest.mark.parametrize("kind", ["question", "follow_up"])
def test_every_field_asks_in_words_of_its_own(part: str, kind: str) -> None:
    german = book().texts.by_language["de"]
    asked = [german[f"{key}.{part}.{kind}"] for key in KEYS if f"{key}.{part}.{kind}" in german]
    assert len(set(asked)) == len(asked)
    assert part == "benefit" or len(asked) == len(KEYS)


@pytest.mark.parametrize("channel", ["telegram", "web"])
def test_the_first_message_says_who_is_speaking_who_reads_and_that_it_is_voluntary(channel: str) -> None:
    for language in ("de", "de-du"):
        notice = book().texts.plain(language, f"notice.{channel}", **book().names)
        assert len(notice.split()) <= 60
        assert "Computerprogramm" in notice
        assert book().names["team"] in notice
        assert "freiwillig" in notice
        assert book().names["other_ways"] in notice
        assert "/datenschutz" in notice or "„Datenschutz“" in notice


@pytest.mark.parametrize(
    ("care", "numbers"),
    [("emergency", ("112", "110")), ("despair", ("0800 1110111", "116111", "112")), ("violence", ("116 016", "110"))],
)
def test_care_names_numbers_and_says_that_nobody_reads_at_once(care: str, numbers: tuple[str, ...]) -> None:
    for language in ("de", "de-du"):
        text = book().texts.plain(language, f"care.{care}", **book().names)
        assert all(number in text for number in numbers)
        assert "liest niemand sofort" in text


@pytest.mark.parametrize("page", ["privacy", "imprint", "accessibility"])
def test_a_prototype_says_so_on_the_pages_of_law(page: str) -> None:
    names = {**book().names, "instance_note": "Nur eine Probe."}
    assert "Nur eine Probe." in book().texts.plain("de", f"{page}.text", **names)


def test_every_verb_has_a_command_name_that_telegram_takes() -> None:
    # Bot API, BotCommand: 1-32 characters of a-z, 0-9 and _; descriptions of at most 256.
    for verb in Verb:
        name = book().texts.words("de", f"words.{verb}")[0]
        assert re.fullmatch(r"[a-z0-9_]{1,32}", name), name
        assert 3 <= len(book().texts.plain("de", f"commands.{verb}", **book().names)) <= 256


def test_the_profile_fits_telegram() -> None:
    # Bot API, setMyName 64, setMyDescription 512, setMyShortDescription 120 characters.
    for part, most in (("name", 64), ("description", 512), ("short_description", 120)):
        assert len(book().texts.plain("de", f"profile.{part}", **book().names)) <= most
