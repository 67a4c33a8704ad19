"""Released ideas that are like a text: an index of their vectors in memory, and a judge for the nearest ones.

Law of this file: the index follows what is released and holds no words; the event loop never waits for it to think.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from bot.store import Store
from nlp.nearest import Nearest
from storage import released
from storage.released import Census

Vector = NDArray[np.float32]
# Whether two texts are alike, in the order of the pairs.
Judge = Callable[[Sequence[tuple[str, str]]], list[bool]]

# Released ideas change slowly; so often it is looked whether they did, and only while people write.
LOOK_EVERY = timedelta(seconds=3)
# So many vectors come at a time, half a megabyte, so that the event loop breathes between two portions.
PORTION = 512
# Below this cosine nothing is alike, from the second on no judge is needed (docs/decisions/0009).
NEAR, SURELY_NEAR = 0.45, 0.62
# So many of the nearest are looked at, so many numbers kept: some may be one's own, or gone when the card is shown.
CANDIDATES, KEPT = 8, 6
# The judge needs some ten milliseconds a pair; when more texts wait, their writers would wait for it too.
JUDGED_AT_ONCE = 4


class Text(Protocol):
    """A text with its vector."""

    @property
    def text(self) -> str:
        """The words."""

    @property
    def vector(self) -> Vector:
        """Its sentence vector, of length one."""


@dataclass(slots=True)
class Nearby:
    """The index, in step with the database. `looked_at` is when that was last made sure."""

    index: Nearest = field(default_factory=Nearest)
    known: dict[int, datetime | None] = field(default_factory=dict)
    census: Census | None = None
    looked_at: datetime | None = None

    async def follow(self, store: Store, *, now: datetime) -> None:
        """Bring the index in step with what is released now."""
        if self.looked_at is not None and now - self.looked_at < LOOK_EVERY:
            return
        self.looked_at = now
        census = await store.read(released.census)
        if census == self.census:
            return
        there = await store.read(released.ids)
        for gone in self.known.keys() - there.keys():
            self.index.remove(gone)
        new = [each for each, moment in there.items() if each not in self.known or self.known[each] != moment]
        for start in range(0, len(new), PORTION):
            for row, vector in await store.read(_vectors, new[start : start + PORTION]):
                self.index.add(row, vector)
        self.known, self.census = there, census


def _vectors(connection: Any, wanted: Sequence[int]) -> list[tuple[int, Vector]]:
    found = released.vectors(connection, wanted)
    return [(row, np.frombuffer(raw, dtype=np.float16).astype(np.float32)) for row, raw in found]


def near(nearby: Nearby, texts: Sequence[Text]) -> list[list[tuple[int, float]]]:
    """Return for each text the nearest ideas with their cosine, best first."""
    found = (nearby.index.search(each.vector, limit=CANDIDATES) for each in texts)
    return [[(row, score) for row, score in pairs if score >= NEAR] for pairs in found]


def alike(
    texts: Sequence[Text],
    found: Sequence[Sequence[tuple[int, float]]],
    words: Mapping[int, tuple[str, str]],
    judge: Judge,
) -> list[list[str]]:
    """Return for each text the public numbers of the ideas like it, best first; `words` are number and text by id."""
    known = [[(*words[row], score) for row, score in pairs if row in words] for pairs in found]
    doubtful = [
        (each.text, text)
        for each, ideas in zip(texts, known, strict=True)
        for _, text, score in ideas
        if score < SURELY_NEAR
    ]
    is_judged = len(texts) <= JUDGED_AT_ONCE and bool(doubtful)
    said = dict(zip(doubtful, judge(doubtful), strict=True)) if is_judged else {}
    return [
        [number for number, text, score in ideas if score >= SURELY_NEAR or said.get((each.text, text))][:KEPT]
        for each, ideas in zip(texts, known, strict=True)
    ]
