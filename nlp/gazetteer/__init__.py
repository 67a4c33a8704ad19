"""Names of the city. Law: the CSV files are the only source; forms (inflected, misspelt, abbreviated) are made from
them.

`places.csv`: name, kind, district, quarter where it is certain, coordinates of landmarks (3 decimals, about 100 m)
where
they are known, aliases, and the names that count only when capitalised, only after a preposition of place ("am Rott"),
or only as the whole answer to a place question. `quarters.csv`: the 69 Quartiere with a point each.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from nlp.lexicon import FOLDER, lexicon, table

_UMLAUTS = str.maketrans({"ä": "a", "ö": "o", "ü": "u", "ß": "s", "é": "e", "c": "k", "'": "", "’": ""})
_DOUBLED = re.compile(r"(.)\1")
_STREET = re.compile(r"str(?:\.|aße|asse|assen|aßen)?$")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?\.?")


WORDS_REMEMBERED = 60_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of `places.csv`."""

    name: str
    kind: str
    district: str
    quarter: str | None
    latitude: float | None
    longitude: float | None


@dataclass(frozen=True, slots=True)
class Form:
    """One way to write an entry's name. `guard` is "", "capital", "preposition" or "answer"; lower `rank` is the
    likelier meaning.
    """

    entry: Entry
    guard: str
    rank: int


@lru_cache(maxsize=WORDS_REMEMBERED)
def fold(word: str) -> str:
    """Make spellings meet: "Üllendahl", "uellendahl" and "Uelendahl" become one; "Str." and "strasse" too."""
    low = word.lower()
    low = _STREET.sub("strase", low).rstrip(".")
    low = lexicon("places")["abbreviations"].get(low, low)
    low = low.replace("ae", "a").replace("oe", "o").replace("ue", "u")
    return _DOUBLED.sub(r"\1", low.translate(_UMLAUTS))


def tokens(text: str) -> list[re.Match[str]]:
    """Cut a text into words; hyphens and slashes part them, so "Robert-Daum-Platz" has three."""
    return list(_WORD.finditer(text))


def joined(name: str) -> str:
    """The key under which a name of several words is found, however it is joined."""
    return "".join(fold(match.group()) for match in tokens(name))


def _inflected(name: str, kind: str) -> Iterator[str]:
    """Give a name's forms: genitive, adjective and person ("Barmens", "Barmer", "Barmerin"), weak endings ("Alten
    Markt").
    """
    rules = lexicon("places")
    yield name
    last = name.split()[-1] if name.split() else name
    if last[-1].isalpha() and last[-1] != "s":
        yield name + "s"
    if last.endswith(tuple(rules["genitive_es"])):
        yield name + "es"
    first, _, rest = name.partition(" ")
    if rest and first.endswith(("er", "e", "es")) and first.lower() in rules["adjectives"]:
        stem = re.sub(r"(er|es|e)$", "", first)
        yield from (f"{stem}{ending} {rest}{genitive}" for ending in ("e", "en", "er", "em") for genitive in ("", "s"))
    if kind in rules["with_inhabitants"] and " " not in name:
        stem = name[:-2] if name.endswith(("men", "sen")) else name
        yield from (stem + ending for ending in ("er", "ern", "ers", "erin", "erinnen"))
        if name.endswith("el"):
            yield from (name[:-2] + "l" + ending for ending in ("er", "ern"))


def _guard(row: dict[str, str], name: str) -> str:
    for column, guard in (
        ("when_capitalised", "capital"),
        ("after_preposition", "preposition"),
        ("as_answer", "answer"),
    ):
        if name in row[column].split("|"):
            return guard
    return ""


def _entry(row: dict[str, str]) -> Entry:
    latitude, longitude = (float(row[key]) if row[key] else None for key in ("latitude", "longitude"))
    return Entry(row["name"], row["kind"], row["district"], row["quarter"] or None, latitude, longitude)


@cache
def forms() -> dict[str, tuple[Form, ...]]:
    """Every known way to write a place, folded and joined, with its meanings, likeliest first."""
    order = lexicon("places")["likelier_kinds"]
    found: dict[str, dict[str, Form]] = defaultdict(dict)
    for row in table(FOLDER / "gazetteer" / "places.csv"):
        entry = _entry(row)
        names = [row["name"], *(alias for alias in row["aliases"].split("|") if alias)]
        for position, name in enumerate(names):
            rank = order.index(entry.kind) + (0 if position == 0 else len(order))
            for form in _inflected(name, entry.kind):
                found[joined(form)].setdefault(f"{entry.name}|{entry.kind}", Form(entry, _guard(row, name), rank))
    return {key: tuple(sorted(meanings.values(), key=lambda form: form.rank)) for key, meanings in found.items()}


@cache
def longest() -> int:
    """The most words that a known name has."""
    names = (name for row in table(FOLDER / "gazetteer" / "places.csv") for name in _names(row))
    return max(len(tokens(name)) for name in names)


def _names(row: dict[str, str]) -> Iterable[str]:
    return (row["name"], *row["aliases"].split("|"))
