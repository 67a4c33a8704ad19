"""The desk's texts: both languages whole, every text used, every text there."""

from __future__ import annotations

import re
import string
from pathlib import Path

import desk
from desk.words import words_of

_FOLDER = Path(desk.__file__).parent


def _own(language: str) -> dict[str, str]:
    return {key: text for key, text in words_of(language).texts.items() if not re.match(r"value\.\w+\.", key)}


def test_both_languages_have_the_same_texts_with_the_same_blanks() -> None:
    german, english = _own("de"), _own("en")
    assert german.keys() == english.keys()
    assert {key for key in german if _blanks(german[key]) != _blanks(english[key])} == set()


def _blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_text_that_a_page_asks_for_is_there_and_none_is_left_over() -> None:
    program = "\n".join(file.read_text("utf-8") for file in _FOLDER.rglob("*") if file.suffix in (".py", ".html"))
    asked = set(re.findall(r"""(?:\bt|words)\(\s*["']([a-z_.]+?)["']\s*[,)]""", program))
    known = set(_own("de"))
    assert asked - known == set()
    begun = tuple(re.findall(r"""["']([a-z_.]+)["']\s*~""", program)) + tuple(re.findall(r'f"([a-z_.]+\.)\{', program))
    named = set(re.findall(r"""["']([a-z_]+(?:\.[a-z_]+)*)["']""", program))
    assert {key for key in known - asked - named if not key.startswith(begun)} == set()
