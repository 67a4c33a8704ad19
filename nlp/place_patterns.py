"""Places that no gazetteer holds, by how German builds them. Law: plain text in, spans out; the words stand in
`lexicons/places.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from nlp.gazetteer import fold
from nlp.lexicon import any_word, lexicon

_CAPITAL = "[A-ZÄÖÜ]"
_WORD = rf"{_CAPITAL}[\wäöüß.]*[\wäöüß]"
Span = tuple[int, int]


@cache
def _rules() -> dict[str, re.Pattern[str]]:
    rules = lexicon("places")["patterns"]
    ends = any_word(rules["endings"])
    street = rf"(?:{_WORD}-)+(?i:{ends})\b\.?|{_WORD}(?:er|sche|scher|schen)\s(?:(?i:{ends}))(?!\w)\.?|{_CAPITAL}[\wäöüß]{{2,}}(?:{ends})(?!\w)"  # noqa: E501
    begin = any_word(rules["street_beginnings"])
    return {
        "street": re.compile(rf"(?<![\w-])(?:{street})"),
        "small": re.compile(r"(?<![\w-])[a-zäöüß]{4,}(?:straße|strasse|str\.|str|allee|platz|gasse)(?!\w)"),
        "corner": re.compile(
            rf"(?<!\w)(?i:{any_word(rules['corner_words'])})\s(?:{_CAPITAL}[\w.\- äöüß]*?)\s?(?:/|\bund\b|\bmit\b|-|\bEcke\b)\s?{_WORD}(?:\s(?:Straße|Str\.|Platz|Weg|Allee))?"  # noqa: E501
        ),
        "stop": re.compile(
            rf"(?<!\w)(?i:{any_word(rules['stop_words'])})\s(?:(?:{begin})\s)?(?:{_WORD})(?:[\s/-](?:{_WORD}))?"
        ),
        "institution": re.compile(
            rf"(?<!\w)(?i:{any_word(rules['named_institutions'])})\s(?:(?:{begin}|am|an der|in der|im|auf dem)\s)?(?:{_WORD}(?:[-\s]?{_WORD})?)"  # noqa: E501
        ),
        "prepositional": re.compile(rf"(?<=[a-zäöüß,0-9]\s)(?:{begin})\s(?:{_WORD})"),
    }


def _is_name(text: str) -> bool:
    rules = lexicon("places")["patterns"]
    return fold(text) not in _not_names() and text.lower() not in rules["endings"]


@cache
def _not_names() -> frozenset[str]:
    plain = lexicon("places")["patterns"]["not_names"]
    endings = ("", "s", "es", "n", "en", "e", "er", "ern")
    return frozenset(fold(word + ending) for word in plain for ending in endings)


def pattern_places(text: str) -> Iterator[Span]:
    """Give the spans of places recognised by their build alone, longest kinds first; they may overlap."""
    rules = _rules()
    for name in ("corner", "stop", "street", "institution", "prepositional"):
        for match in rules[name].finditer(text):
            if name not in ("street",) or _is_name(match.group()):
                yield match.start(), match.end()
    if text == text.lower():
        yield from ((m.start(), m.end()) for m in rules["small"].finditer(text) if _is_name(m.group()))
