"""Persons and postal addresses in a text. Law: streets after persons, stations and organisations are not persons.

A person is a title with a name, an introduction with a name, or a known first name with a capitalised surname.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from nlp.analysis import PersonalDatum, Place
from nlp.lemmas import word
from nlp.lexicon import any_word, lexicon, words
from nlp.person_cues import cued_persons
from nlp.persons_elsewhere import foreign_persons

_CAPITAL = r"[A-ZÄÖÜİŞÇĞŁŚŻŹĆА-ЯІЇЄҐΑ-ΩΆ-Ώ]"
_LETTERS = r"[\w'’ß-]"
_NAME = rf"{_CAPITAL}{_LETTERS}+"
_PARTICLE = r"(?:von der|von dem|von|van der|van|de|di|da|del|el|al|zu|bin|ter)"
_DIGIT = re.compile(r"\d")
_INITIAL = re.compile(rf"\b{_CAPITAL}\. {_NAME}")
_PARTICLES = frozenset(_PARTICLE[3:-1].replace(" der", "").replace(" dem", "").split("|")) | {
    "der",
    "dem",
    "Lo",
    "La",
    "El",
    "Al",
}
_FULL = re.compile(rf"\b({_NAME})((?:\s(?:{_PARTICLE}\s)?{_NAME}|\s[A-Z]\.)*)")
_STREET = r"(?:[A-ZÄÖÜa-zäöü][\wäöüß.\-]*(?:straße|strasse|str\.?|weg|platz|allee|gasse|ring|ufer|damm|berg|hof|steig|pfad|markt|wall|höhe|busch|feld|brücke|siedlung)|[A-ZÄÖÜ][\wäöüß]+er\s(?:Straße|Str\.?|Strasse|Weg|Platz|Allee)|(?:Am|An der|Auf dem|Auf der|Im|In der|In den|Zum|Zur|Unter den)\s[A-ZÄÖÜ][\wäöüß]+)"  # noqa: E501
_ADDRESS = re.compile(
    rf"(?<![\w-])((?:(?:Obere|Untere|Alte|Neue|Kleine|Große|Oberen|Unteren|Alten|Neuen|Kleinen|Großen)\s)?(?:[A-ZÄÖÜ][\wäöüß]+-)*{_STREET})\s?(?:nr\.?\s?|nummer\s|hausnummer\s)?(\d{{1,3}}(?:\s?[a-hA-H](?!\w))?(?:\s?[-–/]\s?\d{{1,3}})?)(?!\d|\s?(?:uhr|km|m\b|meter|min|euro|€|%|prozent|jahre|mal\b|leute|kinder|autos|busse))(?:,?\s(?:in\s)?(?:D-)?\d{{5}}(?:\s(?:[A-ZÄÖÜ][\wäöüß-]+|W'tal))?)?",
    re.I | re.U,
)


_NUMBERED = ("pattern", "strasse_achse", "quartier", "viertel", "platz", "schwebebahnstation")
_TOWN = r"(?:,?\s(?:in\s)?(?:D-)?\d{5}(?:\s(?:[A-ZÄÖÜ][\wäöüß-]+|W'tal))?)?"
_NUMBER = re.compile(
    rf"\s(?:nr\.?\s)?\d{{1,3}}(?:\s?[a-h](?!\w))?(?!\d|\.\d|\s?(?:uhr|km|m\b|meter|min|euro|€|%|prozent|jahr|mal\b|leute|kinder|autos|busse|stunden|tage|wochen|x\b)){_TOWN}",
    re.I,
)


def persons(text: str, places: Sequence[Place]) -> Iterator[PersonalDatum]:
    """Find persons outside of places."""
    initials = (match.span() for match in _INITIAL.finditer(text) if _initialled(text, match))
    found = (*_titled(text), *_named(text), *_introduced(text), *initials, *cued_persons(text), *foreign_persons(text))
    for start, end in found:
        if text[start:end].lower() in lexicon("personal")["public_figures"]:
            continue
        inside = any(place.start < end and start < place.end and place.kind != "stadt" for place in places)
        if not inside and not _goes_on(text, end) and not _shop(text, start):
            yield PersonalDatum(start, end, "person")


def _initialled(text: str, match: re.Match[str]) -> bool:
    """Say whether a letter and a word are a person: by the surname, or because nothing but a name stands so alone."""
    name = match.group().split(". ")[1]
    alone = text[match.end() : match.end() + 2].strip()[:1] in ("", "(", ",", ";", "/")
    return _surname(name) or (match.start() == 0 and alone and not _everyday(name))


def addresses(text: str, places: Sequence[Place]) -> Iterator[PersonalDatum]:
    """Find streets with a house number, with postcode and town when they follow; a place with a house number is an
    address too.
    """
    for place in places:
        if place.kind in _NUMBERED and (number := _NUMBER.match(text, place.end)) and not _counts(text, number.end()):
            yield PersonalDatum(place.start, number.end(), "address")
    if not _DIGIT.search(text):
        return
    yield from (PersonalDatum(*match.span(1), "address") for match in _dwelling().finditer(text) if _house(match))
    for match in _ADDRESS.finditer(text):
        if re.search(r"\b[AB]\s?\d+$", match.group()):
            continue  # a motorway, not a house
        if match.group(1)[0].isupper() or re.search(r"(str|straße|strasse|weg|platz|allee)\.?$", match.group(1)):
            yield PersonalDatum(match.start(), match.end(), "address")


def _counts(text: str, end: int) -> bool:
    """Say whether the number counts what follows it ("am Alten Markt 3 Ampeln") and is no house."""
    following = re.match(r"\s([A-ZÄÖÜ][a-zäöüß]+)", text[end:])
    return bool(following) and _is_noun(following.group(1))  # type: ignore[union-attr]


@cache
def _dwelling() -> re.Pattern[str]:
    cues = any_word(lexicon("personal")["dwelling"])
    inside = r"(?:\s(?:in|in der|im|an der|am|auf der|von|przy|ul\.|at|на|στην|της|του))?"
    number = (
        r"[1-9]\d{0,2}\s?[a-hA-H]?(?!\w|[.:,]\d|\s?(?:uhr|km|m|meter|min|euro|€|%|prozent|jahr\w*|mal|leute|autos)\b)"
    )
    return re.compile(rf"(?<!\w)(?i:{cues}){inside}\s({_CAPITAL}[\w'’-]+(?:\s{_CAPITAL}[\w'’-]+)?\s{number})")


def _house(match: re.Match[str]) -> bool:
    first = match.group(1).split()[0].lower()
    counted = first in lexicon("personal")["numbered"] or _everyday(first)
    return not counted and not _counts(match.string, match.end())


def _goes_on(text: str, end: int) -> bool:
    """Say whether the name is the first part of a street's, school's or organisation's name."""
    following = re.match(r"([\s-]?)([\w.]+)", text[end:])
    if not following or (following.group(1) == " " and following.group(2)[0].islower() and not text.islower()):
        return False  # "Slobodan parkt" is no park
    return following.group(2).lower().startswith(_not_after())


def _shop(text: str, start: int) -> bool:
    """Say whether the name is what a shop is called."""
    before = text[:start].split()[-1:]
    return bool(before) and before[0].lower() in lexicon("personal")["cues"]["shops"]


@cache
def _not_after() -> tuple[str, ...]:
    return tuple(word for word in lexicon("personal")["not_after"] if len(word) > 3)


@cache
def _title_pattern() -> re.Pattern[str]:
    rules = lexicon("personal")
    strong, every = (any_word(rules[key]) for key in ("strong_titles", "titles"))
    chain = rf"(?:(?:Dr\.|Prof\.|med\.|em\.|{_CAPITAL}\w+(?:rätin|rat|direktor|direktorin|leiter|leiterin|meister|meisterin))\s)*(?:{_PARTICLE}\s)?"  # noqa: E501
    return re.compile(rf"(?<!\w)((?:(?i:{strong}|{every})\s{chain})+)((?:{_PARTICLE}\s)?{_NAME}(?:\s{_NAME})?)")


def _titled(text: str) -> Iterator[tuple[int, int]]:
    if _title_words().isdisjoint(re.findall(r"\w+", text.lower())):
        return
    strong = frozenset(lexicon("personal")["strong_titles"])
    for match in _title_pattern().finditer(text):
        name = _trimmed(match.group(2))
        sure = not strong.isdisjoint(match.group(1).lower().split()) and name.lower() not in _no_surnames()
        if sure or _is_first(name.split()[0]) or not _is_noun(name.split()[0]):
            yield match.start(2), match.start(2) + len(name)


@cache
def _title_words() -> frozenset[str]:
    rules = lexicon("personal")
    return frozenset(title.rstrip(".") for title in (*rules["strong_titles"], *rules["titles"]))


def _trimmed(name: str) -> str:
    """Keep a second word only when it may be a surname: "Müller Rauchen" is cut to "Müller"."""
    first, _, second = name.partition(" ")
    if not second or first in ("von", "van", "de", "al", "el", "zu", "di", "da"):
        return name
    return name if _is_first(first) or not _is_noun(second) else first


@cache
def _no_surnames() -> frozenset[str]:
    return frozenset(lexicon("personal")["no_surnames"])


@cache
def _introduction() -> re.Pattern[str]:
    return re.compile(
        rf"(?<!\w)(?i:{any_word(lexicon('personal')['introductions'])})[\s,:\n]+({_NAME}(?:\s(?:{_PARTICLE}\s)?{_NAME})?)"
    )


@cache
def _small_introduction() -> re.Pattern[str]:
    return re.compile(
        rf"(?<!\w)(?i:{any_word(lexicon('personal')['lower_introductions'])})\s([a-zäöüßşçğı]{{3,}}(?:\s[a-zäöüßşçğı]{{3,}})?)"
    )


def _says(text: str, cues: str) -> bool:
    """Say whether any of the cues stands in a text: much quicker than the pattern that looks where."""
    low = text.lower()
    return any(cue in low for cue in lexicon("personal")[cues])


def _introduced(text: str) -> Iterator[tuple[int, int]]:
    for match in _introduction().finditer(text) if _says(text, "introductions") else ():
        name = _trimmed(match.group(1))
        if _is_first(name.split()[0]) or not _is_noun(name.split()[0]):
            yield match.start(1), match.start(1) + len(name)
    for match in _small_introduction().finditer(text) if _says(text, "lower_introductions") else ():
        first, _, second = match.group(1).partition(" ")
        titled = match.group().lower().startswith(("frau ", "herr "))
        if _is_first(first) or (titled and first in _surnames()):
            keep = second and not _is_word(second)
            yield match.start(1), match.start(1) + len(match.group(1) if keep else first)


def _named(text: str) -> Iterator[tuple[int, int]]:
    for match in _FULL.finditer(text):
        pieces = match.group().split(" ")
        at = 0
        while at < len(pieces):
            end = _surname_end(pieces, at) if _is_first(pieces[at]) else at
            if end > at + 1 or (end == at + 1 and _clear(pieces[at])):
                start = match.start() + sum(len(p) + 1 for p in pieces[:at])
                yield start, start + len(" ".join(pieces[at:end]))
            at = max(end, at + 1)


def _clear(name: str) -> bool:
    """Say whether a first name can be nothing else, so that it is a person without a surname too."""
    return len(name) > 3 and name.lower() not in words("ambiguous_names")


def _surname_end(pieces: Sequence[str], at: int) -> int:
    """Give the index after the surname: anything capitalised after a clear first name, known or unknown words after
    a doubtful one.
    """
    end = at + 1
    while end < len(pieces) and (_is_first(pieces[end]) or pieces[end] in _PARTICLES):
        end += 1
    if end < len(pieces) and (_surname(pieces[end]) or (_clear(pieces[at]) and not _everyday(pieces[end]))):
        end += 1
    return end


def _surname(piece: str) -> bool:
    return piece.lower() in _surnames() or not _is_noun(piece)


def _everyday(piece: str) -> bool:
    """Say whether a capitalised word is one that contributions use as a noun."""
    return piece.lower() in words("everyday_nouns")


@cache
def _surnames() -> frozenset[str]:
    return frozenset(lexicon("personal")["surnames"].split())


def _is_first(name: str) -> bool:
    low = name.lower()
    return low in words("first_names") or ("-" in low and all(part in words("first_names") for part in low.split("-")))


def _is_noun(name: str) -> bool:
    """Say whether HanTa takes the word for an everyday word rather than a name."""
    if name.lower() in _surnames():
        return False
    return word(name).tag not in ("NE", "FM", "XY")


def _is_word(name: str) -> bool:
    return name.lower() not in _surnames() and word(name).tag not in ("NE", "FM", "XY")
