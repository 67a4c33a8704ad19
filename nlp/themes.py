"""Themes: clusters of contributions of one field. Law: pure functions on plain arrays; a theme keeps its identity
when others arrive.

A new run starts from the themes there are: each keeps its key and its middle, contributions join the nearest theme
that is near
enough, what is left over forms new themes where it is dense, and the rest stays without theme. Nothing here knows
titles that
staff gave: they hang on the key and so survive.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlp.lexicon import words

Floats = NDArray[np.float32]
NEAR = 0.55  # cosine to a theme's middle from which a contribution belongs to it
DENSE = 0.62  # cosine from which two contributions are neighbours when new themes are sought
SMALLEST = 3  # contributions that make a theme
ROUNDS = 3  # of moving middles; after three hardly anything moves
BLOCK = 2048  # rows compared at once: 2048 x 100,000 cosines would be 800 MB, so seeds are sought among a sample
SAMPLE = 6000
QUOTES = 3
NAMING = 4
_WORD = re.compile(r"[^\W\d_]{4,}")


@dataclass(frozen=True, slots=True)
class Member:
    """A contribution as far as themes are concerned. `weight` is its support plus one."""

    number: int
    text: str
    phrases: tuple[str, ...] = ()
    district: str | None = None
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Seed:
    """A theme that is already there: its key and its middle, and the members that staff put in or took out by hand."""

    key: int
    middle: Floats
    fixed: tuple[int, ...] = ()
    banned: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Theme:
    """A cluster: its distinctive words, members (nearest first), quotes, total support and spread over districts."""

    key: int
    name: str
    members: tuple[int, ...]
    quotes: tuple[int, ...]
    support: int
    districts: Mapping[str, int]
    middle: Floats


def find_themes(
    members: Sequence[Member], vectors: Floats, seeds: Sequence[Seed] = (), *, first_key: int = 1
) -> list[Theme]:
    """Cluster the contributions of one field (rows of `vectors` are unit-length). Old keys stay; new ones start at
    `first_key`.
    """
    if not members:
        return []
    middles = (
        _unit(np.stack([seed.middle for seed in seeds])) if seeds else np.zeros((0, vectors.shape[1]), dtype=np.float32)
    )
    home = _nearest(vectors, middles)
    fresh = _new_middles(vectors[home < 0])
    middles = np.concatenate([middles, fresh])
    for _ in range(ROUNDS):
        home = _by_hand(_nearest(vectors, middles), members, seeds)
        middles = _moved(vectors, home, middles)
    next_key = max([first_key, *(seed.key + 1 for seed in seeds)])
    keys = [seed.key for seed in seeds] + list(range(next_key, next_key + len(fresh)))
    return _described(members, vectors, home, middles, keys, len(seeds))


def _unit(rows: Floats) -> Floats:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9), dtype=np.float32)


def _nearest(vectors: Floats, middles: Floats) -> NDArray[np.int64]:
    home = np.full(len(vectors), -1, dtype=np.int64)
    if not len(middles):
        return home
    for start in range(0, len(vectors), BLOCK):
        near = vectors[start : start + BLOCK] @ middles.T
        best = near.argmax(axis=1)
        home[start : start + BLOCK] = np.where(near[np.arange(len(best)), best] >= NEAR, best, -1)
    return home


def _new_middles(left: Floats) -> Floats:
    """Find dense spots greedily: the contribution with most neighbours makes a theme of them, then the next."""
    sample = left[:: max(1, math.ceil(len(left) / SAMPLE))]
    found: list[Floats] = []
    if len(sample) >= SMALLEST:
        close = (sample @ sample.T) >= DENSE
        free = np.ones(len(sample), dtype=bool)
        count = close.sum(axis=1)
        while (best := int(np.argmax(np.where(free, count, 0)))) >= 0 and free[best] and count[best] >= SMALLEST:
            group = close[best] & free
            found.append(sample[group].mean(axis=0))
            free &= ~group
            count = count - close[:, group].sum(axis=1)
    return _unit(np.stack(found)) if found else np.zeros((0, left.shape[1]), dtype=np.float32)


def _by_hand(home: NDArray[np.int64], members: Sequence[Member], seeds: Sequence[Seed]) -> NDArray[np.int64]:
    row = {member.number: at for at, member in enumerate(members)}
    for place, seed in enumerate(seeds):
        for number in seed.banned:
            if number in row and home[row[number]] == place:
                home[row[number]] = -1
        for number in seed.fixed:
            if number in row:
                home[row[number]] = place
    return home


def _moved(vectors: Floats, home: NDArray[np.int64], middles: Floats) -> Floats:
    inside = home >= 0
    total = np.zeros_like(middles)
    np.add.at(total, home[inside], vectors[inside])
    empty = np.linalg.norm(total, axis=1) < 1e-6
    total[empty] = middles[empty]
    return _unit(total)


def _described(
    members: Sequence[Member], vectors: Floats, home: NDArray[np.int64], middles: Floats, keys: Sequence[int], old: int
) -> list[Theme]:
    everywhere = Counter(term for member in members for term in _terms(member))
    themes = []
    for place, key in enumerate(keys):
        rows = np.flatnonzero(home == place)
        if place >= old and len(rows) < SMALLEST:
            continue
        rows = rows[np.argsort(-(vectors[rows] @ middles[place]), kind="stable")]
        inside = [members[int(row)] for row in rows]
        themes.append(
            Theme(
                key=key,
                name=_name(inside, everywhere, len(members)),
                members=tuple(member.number for member in inside),
                quotes=_quotes(inside),
                support=sum(member.weight for member in inside),
                districts=dict(Counter(member.district for member in inside if member.district)),
                middle=middles[place],
            )
        )
    return themes


def _terms(member: Member) -> frozenset[str]:
    if member.phrases:
        return frozenset(member.phrases)
    found = (match.group() for match in _WORD.finditer(member.text))
    return frozenset(term for term in found if term.lower() not in words("stop_words"))


def _name(inside: Sequence[Member], everywhere: Counter[str], total: int) -> str:
    """Join the words that are frequent here and rare elsewhere (weighted log odds)."""
    here = Counter(term for member in inside for term in _terms(member))
    rate = {
        term: count * math.log((count / len(inside)) / (everywhere[term] / total))
        for term, count in here.items()
        if count > 1 or len(inside) < SMALLEST
    }
    best = sorted(rate, key=lambda term: (-rate[term], term))[:NAMING]
    return ", ".join(best)


def _quotes(inside: Sequence[Member]) -> tuple[int, ...]:
    """Choose the fewest contributions that together say most of what the theme says (greedy cover of its terms)."""
    left = Counter(term for member in inside for term in _terms(member))
    chosen: list[int] = []
    pool = [member for member in inside if 3 <= len(member.text.split()) <= 60] or list(inside)
    while pool and len(chosen) < QUOTES and left:
        best = max(pool, key=lambda member: sum(left[term] for term in _terms(member)) / (8 + len(member.text.split())))
        if not any(left[term] for term in _terms(best)) and chosen:
            break
        chosen.append(best.number)
        left = Counter({term: count for term, count in left.items() if term not in _terms(best)})
        pool.remove(best)
    return tuple(chosen)
