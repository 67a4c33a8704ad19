"""Persons that only what stands around them gives away. Law: text in, spans out; a cue decides, never a capital alone.

Cues: who somebody is to the writer ("mein Schwager", "Trainer"), an introduction or a greeting at the end, a list of
first names, an account or an address beside two names. Words stand in `lexicons/personal.toml`, under `[cues]`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from nlp.lemmas import known, word
from nlp.lexicon import any_of, lexicon, words

_LETTER = r"[^\W\d_]"
_CAPITAL = r"[A-ZÄÖÜÀ-ÖØ-ÞĀĂĄĆČĎĐĒĖĘĚĞĢİĪŁŃŇŐŒŘŚŞŠŤŪŮŰŹŻŽА-ЯЁІЇЄҐΑ-ΩΆ-Ώ]"
_NAME = rf"{_CAPITAL}{_LETTER}+(?:[-'’]{_CAPITAL}?{_LETTER}+)*"
_BETWEEN = r"(?:(?:van|von|de|di|da|el|al|zu|bin|ter)(?:\s(?:der|den|dem))?\s)?"
_FULL = rf"(?:{_NAME}|{_CAPITAL}\.)(?:\s{_BETWEEN}{_NAME}){{1,2}}"
_SMALL = rf"{_LETTER}{{3,}}"
Span = tuple[int, int]


def cued_persons(text: str) -> Iterator[Span]:
    """Find persons by what stands around them; spans may overlap."""
    yours = ((m, m.lastindex or 0) for m in _YOURS.finditer(text))
    yield from (m.span(at) for m, at in yours if m.group(at).lower() in words("first_names"))
    yield from (m.span() for m in _SHORTENED.finditer(text) if is_first(m.group(1)) or _foreign(m.group(1)))
    yield from (m.span(2) for m in _BOTH.finditer(text) if is_first(m.group(1)) and not _everyday(m.group(2)))
    for finder in (_introduced, _kin, _greeting, _beside_numbers, _small, _abroad):
        yield from finder(text)


def _cues() -> dict[str, Any]:
    found: dict[str, Any] = lexicon("personal")["cues"]
    return found


def _either(name: str) -> str:
    return any_of(_cues()[name])


def is_first(text: str) -> bool:
    """Say whether a word is a first name that is hardly ever anything else."""
    low = text.lower()
    return low in words("first_names") and low not in words("ambiguous_names") and len(low) > 2


def _foreign(text: str) -> bool:
    """Say whether a capitalised word is no word of German that contributions use."""
    low = text.lower()
    return (
        low not in words("everyday_nouns") and low not in words("stop_words") and word(text).tag in ("NE", "FM", "XY")
    )


_YOURS = re.compile(
    rf"(?<!\w)(?i:deine?|eure?r?)\s({_NAME})(?=\s?(?:$|[,.!\n]|aus\b|vom\b|von\b))"
    rf"|(?:^|[.!?]\s)({_NAME})(?=\s(?:von\snebenan|aus\sde[mr]|vom|von\sde[mr])\b)"
)


_SHORTENED = re.compile(rf"(?<![\w-])({_NAME})\s{_CAPITAL}\.(?=[\s,;:)]|$)")
_BOTH = re.compile(rf"(?<![\w-])({_NAME})\s(?:und|&|u\.|and|ve|i|e|и|και)\s({_NAME})(?![\w-])")


@cache
def _introduction() -> re.Pattern[str]:
    cue = rf"(?<!\w)(?i:{_either('introductions')})[\s,:]+"
    return re.compile(
        rf"{cue}(?:(?i:der|die|herr|frau)\s)?({_NAME}(?:\s{_BETWEEN}{_NAME}){{0,2}}|[\u0621-\u064a]{{2,}}(?:\s[\u0621-\u064a]{{2,}})?)"
    )


def _introduced(text: str) -> Iterator[Span]:
    for match in _introduction().finditer(text):
        if match.group(1).lower() not in lexicon("personal")["titles"]:
            yield match.span(1)
    yield from (match.span(1) for match in _MYSELF.finditer(text))
    for match in _said_small().finditer(text):
        first, *rest = match.group(1).split()
        if first not in words("stop_words") and word(first).tag not in ("ADJ", "ADJ(D)", "ADV", "ART"):
            whole = bool(rest) and rest[0] not in words("stop_words")
            yield match.start(1), match.start(1) + len(match.group(1) if whole else first)


_MYSELF = re.compile(rf"(?<!\w)Ich,\s({_FULL}),")


@cache
def _said_small() -> re.Pattern[str]:
    called = rf"(?:{_either('called')}|(?:{_either('kin')}|{_either('roles')})\s(?:heißt|heisst|namens))"
    name = r"[a-zäöüß]{3,}(?:\s(?!und\b|der\b|die\b|ist\b|hat\b|aus\b)[a-zäöüß]{3,})?"
    return re.compile(rf"(?<!\w)(?i:{called})\s({name})(?=[\s,.;!?]|$)")


@cache
def _relation() -> re.Pattern[str]:
    return re.compile(
        rf"(?<!\w)(?:(?i:{_either('kin')}|{_either('roles')})|{_CAPITAL}{_LETTER}{{4,}}(?:erin|ärtin|tin|ntin|istin))\s({_NAME})(\s{_BETWEEN}{_NAME}(?:\s{_NAME})?)?"
    )


def _kin(text: str) -> Iterator[Span]:
    """Find the name behind who somebody is: "Mein Enkel Leander", "Trainer Slavko"."""
    yield from (match.span(1) for match in _possessed().finditer(text) if not _common(match.group(1)))
    for match in _relation().finditer(text):
        if is_first(match.group(1)) or _foreign(match.group(1)):
            rest = match.group(2)
            whole = rest is not None and (_foreign(rest.split()[-1]) or is_first(match.group(1)))
            yield match.start(1), match.end(2) if whole else match.end(1)


@cache
def _possessed() -> re.Pattern[str]:
    whose = r"(?:mein|dein|sein|ihr|unser|euer|eur)(?:e[nmrs]?)?"
    return re.compile(rf"(?<!\w)(?i:{whose}\s(?:{_either('kin')}|{_either('roles')}))\s({_NAME})(?![\w-])")


def _everyday(text: str) -> bool:
    low = text.lower()
    return low in words("everyday_nouns") or low in words("stop_words") or low in lexicon("personal")["titles"]


def _common(text: str) -> bool:
    """Say whether a capitalised word is one that contributions were seen to use, and nobody's name."""
    seen = known(text)
    return not is_first(text) and (_everyday(text) or (seen is not None and seen.tag not in ("NE", "FM", "XY")))


@cache
def _pair() -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])({_NAME})\s({_BETWEEN}{_NAME})(?![\w-])")


def _abroad(text: str) -> Iterator[Span]:
    """Find two names of which the letters or the end say that they come from elsewhere: "Nurgül Bozdağ"."""
    rules = lexicon("personal")
    letters, ends = frozenset(rules["foreign_letters"]), tuple(rules["surname_ends"])
    for match in _pair().finditer(text):
        first, last = match.group(1).lower(), match.group(2).lower()
        told = not letters.isdisjoint(last) or (last.endswith(ends) and word(match.group(2)).tag != "NN")
        if told and not _everyday(first) and not _everyday(last) and first not in rules["cues"]["kin"]:
            yield match.span()


@cache
def _goodbye() -> re.Pattern[str]:
    return re.compile(
        rf"(?<!\w)(?i:{_either('greetings')})[\s,!.–-]+((?:{_LETTER}\.\s?)?{_SMALL}(?:[\s-]{_SMALL})?)\s*[.!]?\s*$"
    )


def _greeting(text: str) -> Iterator[Span]:
    """Find the name that a greeting at the end leaves over."""
    match = _goodbye().search(text)
    if match and frozenset(match.group(1).lower().split()).isdisjoint(
        words("stop_words") | frozenset(_cues()["nobody"])
    ):
        yield match.span(1)


_IBAN_NAME = re.compile(rf"\b[A-Z]{{2}}\d{{2}}(?:\s?\d{{2,4}}){{3,6}},?\s({_FULL})")
_BORN_NAME = re.compile(rf"({_FULL})(?=,?\s(?:geb\b|geboren|\*\s?\d|\d{{1,2}}\.\d{{1,2}}\.(?:19|20)\d\d))")
_LINE_NAME = re.compile(rf"(?:^|\n|,\s)({_FULL})\s?[/|,;]\s?(?=[^.!?\n]{{0,40}}(?:\d|@))")
_REPORTED = re.compile(rf"({_FULL})(?=\s(?:vom|von der|aus der)\s{_CAPITAL})")


def _beside_numbers(text: str) -> Iterator[Span]:
    """Find two names beside an account, a birthday, a telephone or an address."""
    for match in (*_IBAN_NAME.finditer(text), *_BORN_NAME.finditer(text)):
        if _two_names(match.group(1)):
            yield match.span(1)
    for match in (*_LINE_NAME.finditer(text), *_REPORTED.finditer(text)):
        first, *_, last = match.group(1).split()
        if is_first(first) or (_foreign(first) and _foreign(last)):
            yield match.span(1)


def _two_names(text: str) -> bool:
    return frozenset(text.lower().split()).isdisjoint(words("everyday_nouns") | words("stop_words"))


_WORDS = re.compile(rf"(?<!\w){_LETTER}{{3,}}(?!\w)")


def _small(text: str) -> Iterator[Span]:
    """Find first names written small behind an article, a relation or another name."""
    before = _before_small()
    for match in _WORDS.finditer(text):
        name = match.group()
        if not (name.islower() and is_first(name)) or text[match.end() : match.end() + 1] == "-":
            continue
        last = text[: match.start()].rsplit(maxsplit=1)
        near = bool(last) and (last[-1].lower() in before or last[-1].endswith(","))
        if near and word(name).tag in ("NE", "FM", "XY", "NN"):
            yield match.span()
    for match in _related_small().finditer(text):
        if match.group(1) in words("first_names") and match.group(1) not in words("stop_words"):
            yield match.span(1)


@cache
def _related_small() -> re.Pattern[str]:
    whose = r"(?:mein|dein|sein|ihr|unser|euer|eur|d)(?:e[nmrs]?|ie|as)?"
    return re.compile(rf"(?<!\w){whose}\s(?:{_either('kin')}|{_either('roles')})\s({_LETTER}{{2,}})(?![\w-])")


@cache
def _before_small() -> frozenset[str]:
    cues = _cues()
    return frozenset((*cues["small_after"], *cues["kin"], *cues["roles"]))
