"""What a hundred thousand contributions ask for: the nearest of one, and the themes of all.

Law of this file: the vectors are drawn in heaps of very different size with loners between, as contributions lie.
"""

from __future__ import annotations

import os
import time

import numpy as np
from numpy.typing import NDArray

from nlp.nearest import Nearest
from nlp.themes import Member, Seed, find_themes
from tests.bench.figures import Figure

COUNT = 100_000
HEAPS = 400
ASKED = 300
WIDTH = 512
FIELDS = 9
Floats = NDArray[np.float32]


async def measure() -> list[Figure]:
    """Return how long the nearest of one and the themes of all take."""
    vectors, heaps = _drawn()
    return [_nearest(vectors), *_themes(vectors, heaps)]


def _drawn() -> tuple[Floats, NDArray[np.int64]]:
    """Draw unit vectors around heaps whose sizes fall off like words in a language."""
    random = np.random.default_rng(7)
    middles = random.standard_normal((HEAPS, WIDTH)).astype(np.float32)
    share = 1 / np.arange(1, HEAPS + 1)
    heaps = random.choice(HEAPS, COUNT, p=share / share.sum())
    spread = random.choice(np.array([0.5, 0.8, 1.5], dtype=np.float32), COUNT)[:, None]
    found = middles[heaps] + spread * random.standard_normal((COUNT, WIDTH), dtype=np.float32)
    found /= np.linalg.norm(found, axis=1, keepdims=True)
    return found.astype(np.float32), heaps


def _nearest(vectors: Floats) -> Figure:
    whole = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(whole)})
    index = Nearest(WIDTH)
    for key, vector in enumerate(vectors):
        index.add(key, vector)
    times, hits = [], 0
    for row in np.random.default_rng(8).integers(0, COUNT, ASKED):
        began = time.perf_counter()
        found = index.search(vectors[row], limit=10)
        times.append(time.perf_counter() - began)
        right = set(np.argsort(-(vectors @ vectors[row]))[:10].tolist()) if len(times) % 10 == 0 else None
        hits += len(right & {key for key, _ in found}) if right else 0
    os.sched_setaffinity(0, whole)
    recall = hits / (10 * (ASKED // 10))
    middle, slow = np.quantile(times, [0.5, 0.99]) * 1000
    how = f"{ASKED} searches on one core; {recall:.0%} of the true ten nearest found"
    return Figure("nearest of 100,000, 99th percentile", f"{slow:.0f} ms (median {middle:.0f} ms)", "< 20 ms", how)


def _themes(vectors: Floats, heaps: NDArray[np.int64]) -> list[Figure]:
    fields = np.arange(COUNT) % FIELDS
    seconds, kept, before = 0.0, 0, 0
    for field in range(FIELDS):
        rows = np.flatnonzero(fields == field)
        members = [Member(int(row), f"Text {row}", (f"Wort{heaps[row]}", f"Ding{row % 97}"), "Barmen") for row in rows]
        began = time.perf_counter()
        found = find_themes(members, vectors[rows])
        seconds += time.perf_counter() - began
        seeds = [Seed(theme.key, theme.middle) for theme in found]
        again = {theme.key: set(theme.members) for theme in find_themes(members, vectors[rows], seeds)}
        before += len(found)
        kept += sum(len(again.get(t.key, set()) & set(t.members)) > len(t.members) / 2 for t in found)
    how = (
        f"{COUNT} contributions in {FIELDS} fields; {kept} of {before} themes keep key and most members in the next run"
    )
    return [Figure("themes of 100,000 contributions", f"{seconds:.0f} s", "< 120 s", how)]
