"""Persons in sentences that are not German. Law: there a capital behind a cue is a name, because nouns are small.

Cues: who somebody is to the writer ("mój syn Kacper"), an introduction ("I'm Rajesh"), a polite form ("pani Bożena"), a
greeting at the end. Arabic has no capitals: there only what is surely a name counts. Words stand in
`lexicons/persons_elsewhere.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from nlp.lexicon import any_of, lexicon, words

_LETTER = r"[^\W\d_]"
_CAPITAL = r"[A-ZÄÖÜÀ-ÖØ-ÞĄĆČĎĐĘĚĞİŁŃŇŐŒŘŚŞŠŤŰŹŻŽА-ЯЁІЇЄҐΑ-ΩΆ-Ώ]"
_NAME = rf"{_CAPITAL}{_LETTER}+(?:[-'’]{_CAPITAL}?{_LETTER}+)*"
_ARABIC = r"[\u0621-\u064a]"
_COUNTRIES = re.compile(
    r"german|turk|türk|syri|ukrain|ital|pol[ai]|greek|russ|arab|europ|british|english|немец|русс|украин|україн|нім|έλλην"
)
_IN_TOWN = re.compile(r"['’](?:de|da|den|dan|te|ta|ten|tan|ye|ya|e|a|li|lı)$")  # "Köln'de"
_LATIN, _CYRILLIC, _GREEK = (re.compile(each) for each in ("[A-Za-z]", "[\u0400-\u04ff]", "[\u0370-\u03ff]"))
_GERMAN = frozenset(("und", "nicht", "ist", "der", "das", "auf", "ich", "wir", "den", "mit", "für", "eine", "auch"))
PLAINLY = 5  # so many of these make a German sentence, in which nobody says his name in Polish
Span = tuple[int, int]


def foreign_persons(text: str) -> Iterator[Span]:
    """Find persons by cues of the eight other languages; spans may overlap."""
    for match in (found for pattern in _patterns(text) for found in pattern.finditer(text)):
        first, *rest = match.group(1).split()
        if first.lower() not in _nobody() and not _COUNTRIES.match(first.lower()) and not _IN_TOWN.search(first):
            whole = all(name.lower() not in _nobody() for name in rest)
            yield match.start(1), match.start(1) + len(match.group(1) if whole else first)
    for match in _arabic().finditer(text):
        yield match.span(match.lastindex or 0)
    for match in _arabic_sure().finditer(text):
        if match.group(1).split()[0] in words("first_names"):
            yield match.span(1)


@cache
def _nobody() -> frozenset[str]:
    found: frozenset[str] = frozenset(lexicon("persons_elsewhere")["nobody"].split())
    return found


def _either(name: str) -> str:
    return any_of(lexicon("persons_elsewhere")[name])


def _patterns(text: str) -> Iterator[re.Pattern[str]]:
    """Give the patterns of the languages that are written so."""
    if _LATIN.search(text) and len(_GERMAN.intersection(text.lower().split())) < PLAINLY:
        yield _behind_cue("en", "tr", "it", "pl")
    if _CYRILLIC.search(text):
        yield _behind_cue("ru", "uk")
    if _GREEK.search(text):
        yield _behind_cue("el")


@cache
def _behind_cue(*languages: str) -> re.Pattern[str]:
    cues = lexicon("persons_elsewhere")["cues"]
    either = any_of(cue for language in languages for cue in cues[language])
    return re.compile(rf"(?<!\w)(?i:{either})[\s,:]+({_NAME}(?:\s{_NAME}){{0,2}})")


@cache
def _arabic() -> re.Pattern[str]:
    """Give the pattern of what follows a word that only a name can follow: two words, or "mother of Ali"."""
    two = rf"(?:{_either('arabic_names')})\s((?!ال){_ARABIC}{{3,}}\sال{_ARABIC}{{3,}})"
    of = rf"(?:{_either('arabic_near')})\s((?:أم|أبو|ام|ابو|عبد|الحاج)\s{_ARABIC}{{2,}})"
    return re.compile(rf"(?<!\w)(?:{two}|{of})")


@cache
def _arabic_sure() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{_either('arabic')})\s({_ARABIC}{{3,}}(?:\sال{_ARABIC}{{2,}})?)")
