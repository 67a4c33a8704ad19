"""Places: gazetteer first, patterns for what no gazetteer holds. Law: ordinary words become names only where a guard
allows it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein
from spacy.language import Language
from spacy.tokens import Doc

from nlp.analysis import Place
from nlp.gazetteer import Form, fold, forms, longest, tokens
from nlp.lexicon import lexicon
from nlp.marks import text_of
from nlp.place_patterns import pattern_places

ONE_SLIP = 6  # letters from which one slip is forgiven (domain.md 2.3)
TWO_SLIPS = 10
_GAP = re.compile(r"[\s\-–/.]{0,3}")
Hit = tuple[int, int, tuple[Form, ...]]


@Language.component("talstimme_places", assigns=["doc._.places"])
def mark_places(doc: Doc) -> Doc:
    """Write `places`."""
    doc._.places = find_places(text_of(doc))
    return doc


def find_places(text: str) -> tuple[Place, ...]:
    """Find all places of a text, in order, without overlaps."""
    known = [_place(text, *hit) for hit in _known(text)]
    free = [span for span in pattern_places(text) if not any(p.start < span[1] and span[0] < p.end for p in known)]
    patterns = [Place(text[a:b], a, b, text[a:b], "pattern", None) for a, b in _apart(free)]
    return tuple(sorted(known + patterns, key=lambda place: place.start))


def _apart(spans: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    taken: list[tuple[int, int]] = []
    for start, end in spans:
        if not any(start < b and a < end for a, b in taken):
            taken.append((start, end))
            yield start, end


def _known(text: str) -> Iterator[Hit]:
    words = tokens(text)
    folded = [fold(word.group()) for word in words]
    runs = _runs(text, words)
    at = 0
    while at < len(words):
        width, meanings = _longest_at(text, words, folded, at, runs[at])
        if meanings:
            end = words[at + width - 1].end()
            yield words[at].start(), end - (text[end - 1] == "." and not _abbreviated(words[at + width - 1])), meanings
        at += max(width, 1)


def _abbreviated(word: re.Match[str]) -> bool:
    return word.group().lower().endswith(("str.", "pl.", "bf.", "bhf.", "bot."))


def _longest_at(
    text: str, words: Sequence[re.Match[str]], folded: Sequence[str], at: int, run: int
) -> tuple[int, tuple[Form, ...]]:
    for width in range(min(longest(), run), 0, -1):
        key = "".join(folded[at : at + width])
        meanings = forms().get(key) or (_misspelt(key) if width <= 2 and _unusual(words, at, width) else ())
        allowed = tuple(form for form in meanings if _allowed(form, text, words, at, width))
        if allowed:
            return width, allowed
    return 0, ()


def _unusual(words: Sequence[re.Match[str]], at: int, width: int) -> bool:
    return width == 1 or all(word.group()[0].isupper() for word in words[at : at + width])


def _runs(text: str, words: Sequence[re.Match[str]]) -> list[int]:
    """Say of each word how many words follow each other from there, itself included, with hardly a gap between them."""
    runs = [1] * len(words)
    for at in range(len(words) - 2, -1, -1):
        gap = text[words[at].end() : words[at + 1].start()]
        if _GAP.fullmatch(gap) and "\n" not in gap:
            runs[at] = runs[at + 1] + 1
    return runs


@cache
def _keys() -> dict[tuple[str, int], list[str]]:
    """Known forms by first letter and length: a slip changes neither much, and the first letter is rarely wrong."""
    found: dict[tuple[str, int], list[str]] = defaultdict(list)
    for key in forms():
        if len(key) >= ONE_SLIP - 1:
            for length in range(len(key) - 2, len(key) + 3):
                found[key[0], length].append(key)
    return dict(found)


@lru_cache(maxsize=60_000)
def _misspelt(key: str) -> tuple[Form, ...]:
    if len(key) < ONE_SLIP or key in _near_words():
        return ()
    slips = 2 if len(key) >= TWO_SLIPS else 1
    best = process.extractOne(
        key, _keys().get((key[0], len(key)), ()), scorer=DamerauLevenshtein.distance, score_cutoff=slips
    )
    if best is None or len(best[0]) < ONE_SLIP or (slips == 2 and best[1] == 2 and len(best[0]) < TWO_SLIPS):
        return ()
    return forms()[best[0]]


@cache
def _near_words() -> frozenset[str]:
    return frozenset(fold(word) for word in lexicon("places")["near_words"])


def _allowed(form: Form, text: str, words: Sequence[re.Match[str]], at: int, width: int) -> bool:
    match form.guard:
        case "capital":
            return words[at].group()[0].isupper() or _after_preposition(words, at)
        case "preposition":
            capital = words[at].group()[0].isupper()
            return (capital and _after_preposition(words, at)) or len(words) <= width + 1
        case "answer":
            return len(words) <= width + 1
        case _:
            return len(words[at].group()) > 2 or words[at].group()[0].isupper()


def _after_preposition(words: Sequence[re.Match[str]], at: int) -> bool:
    before = [word.group().lower() for word in words[max(0, at - 2) : at]]
    phrases = lexicon("places")["prepositions"]
    return bool(before) and (before[-1] in phrases or " ".join(before) in phrases)


def _place(text: str, start: int, end: int, meanings: tuple[Form, ...]) -> Place:
    chosen = _meant(text[:start], meanings).entry
    return Place(
        text=text[start:end],
        start=start,
        end=end,
        name=chosen.name,
        kind=chosen.kind,
        district=chosen.district,
        quarter=chosen.quarter,
        latitude=chosen.latitude,
        longitude=chosen.longitude,
        candidates=_candidates(meanings),
    )


def _meant(before: str, meanings: tuple[Form, ...]) -> Form:
    last = before.lower().split()[-1:]
    if last and last[0] in lexicon("places")["station_words"]:
        return next((form for form in meanings if form.entry.kind == "schwebebahnstation"), meanings[0])
    return meanings[0]


def _candidates(meanings: tuple[Form, ...]) -> tuple[str, ...]:
    asked = lexicon("places")["ambiguous"].get(meanings[0].entry.name)
    if asked:
        return tuple(asked)
    names = tuple(dict.fromkeys(form.entry.name for form in meanings))
    return names if len(names) > 1 else ()
