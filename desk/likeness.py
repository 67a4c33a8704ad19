"""What is similar to a contribution: an index of sentence vectors that is filled when it is first asked, then kept up.

Law of this file: it holds ids and vectors alone; who may see what is decided by the list that is made of them.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np
from sqlalchemy import Connection, select

from desk.store import Store
from nlp.nearest import Nearest
from storage.models import Contribution

_AT_A_TIME = 5_000
_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Likeness:
    """The index of one process."""

    nearest: Nearest = field(default_factory=Nearest)
    mark: tuple[datetime, int] = (_EARLIEST, 0)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def like(self, store: Store, number: str, *, limit: int) -> list[tuple[int, float]]:
        """Return ids with their cosine, nearest first, without the contribution itself."""
        async with self.lock:
            while rows := await store.read(_newer, self.mark):
                await asyncio.to_thread(self._take, rows)
        own = await store.read(_vector, number)
        if own is None:
            return []
        found = await asyncio.to_thread(self.nearest.search, _floats(own[1]), limit=limit + 1)
        return [(row_id, score) for row_id, score in found if row_id != own[0]][:limit]

    def _take(self, rows: list[tuple[int, datetime, bytes]]) -> None:
        for row_id, analysed_at, embedding in rows:
            self.nearest.add(row_id, _floats(embedding))
            self.mark = (analysed_at, row_id)


def _newer(connection: Connection, mark: tuple[datetime, int]) -> list[tuple[int, datetime, bytes]]:
    at, row_id = mark
    later = (Contribution.analysed_at > at) | ((Contribution.analysed_at == at) & (Contribution.id > row_id))
    query = select(Contribution.id, Contribution.analysed_at, Contribution.embedding)
    query = query.where(later, Contribution.embedding.is_not(None))
    rows = connection.execute(query.order_by(Contribution.analysed_at, Contribution.id).limit(_AT_A_TIME))
    return [(row.id, row.analysed_at or at, row.embedding or b"") for row in rows]


def _vector(connection: Connection, number: str) -> tuple[int, bytes] | None:
    query = select(Contribution.id, Contribution.embedding).where(Contribution.number == number)
    row = connection.execute(query).one_or_none()
    return None if row is None or row.embedding is None else (row.id, row.embedding)


def _floats(stored: bytes) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return np.frombuffer(stored, dtype=np.float16).astype(np.float32)
