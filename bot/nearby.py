"""Released ideas that are like a text: an index of their vectors in memory, and a judge for the nearest ones.

Law of this file: the index follows what is released and holds no words; the event loop never waits for it to think.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from bot.store import Store
from nlp.nearest import Nearest
from storage import released
from storage.released import Census

Vector = NDArray[np.float32]
# Whether two texts are alike, in the order of the pairs.
Judge = Callable[[Sequence[tuple[str, str]]], list[bool]]

# While nobody waits for it, it is looked so often whether released ideas changed.
LOOK_EVERY = timedelta(seconds=1)
# What the census does not tell (a consent that was given later) is found so often, row by row.
LOOK_AT_ALL_EVERY = timedelta(minutes=5)
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


# How something is done where the index may be touched: in one thread.
Do = Callable[[Callable[[], None]], Awaitable[None]]


@dataclass(slots=True)
class Nearby:
    """The index, in step with the database as its `census` was.

    `looked_at` is when that was last compared, `whole_at` when it was last made sure row by row.
    """

    index: Nearest = field(default_factory=Nearest)
    known: dict[int, datetime | None] = field(default_factory=dict)
    census: Census | None = None
    looked_at: datetime | None = None
    whole_at: datetime | None = None

    def is_due(self, now: datetime) -> bool:
        """Say whether it is time to look, for nobody in particular."""
        return self.looked_at is None or now - self.looked_at >= LOOK_EVERY

    async def follow(self, store: Store, do: Do, *, now: datetime) -> None:
        """Bring the index in step with what is released now; what failed half way is done at the next call."""
        self.looked_at = now
        census = await store.read(released.census)
        if census == self.census and self.whole_at is not None and now - self.whole_at < LOOK_AT_ALL_EVERY:
            return
        there = await store.read(released.ids)
        gone = [row for row in self.known if row not in there]
        await do(lambda: self._forget(gone))
        new = [row for row, moment in there.items() if row not in self.known or self.known[row] != moment]
        for start in range(0, len(new), PORTION):
            found = await store.read(_vectors, new[start : start + PORTION])
            await do(partial(self._learn, found, there))
        self.census, self.whole_at = census, now

    def _forget(self, gone: Sequence[int]) -> None:
        for row in gone:
            self.index.remove(row)
            del self.known[row]

    def _learn(self, found: Sequence[tuple[int, Vector]], moments: Mapping[int, datetime | None]) -> None:
        for row, vector in found:
            self.index.add(row, vector)
            self.known[row] = moments[row]


def _vectors(connection: Connection, wanted: Sequence[int]) -> list[tuple[int, Vector]]:
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
