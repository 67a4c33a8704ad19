"""Snapshots: figures under a number, with the moment up to which was counted and the filter that was set.

Law of this file: a snapshot is written once and never changed; what was erased since is counted, not hidden.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from itertools import accumulate, pairwise
from typing import Any

from sqlalchemy import Connection, Select, insert, select

from storage.figures.asked import key_of, plain
from storage.figures.counting import Figures, count
from storage.models import Contribution, Snapshot
from storage.worklist import Wanted

# So long the same question gets the same number: a page with ten charts is one snapshot, not ten.
FRESH = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Taken:
    """A snapshot. `filter` is as `asked.plain` wrote it; `digest` proves that the figures are those of that moment."""

    number: int
    cut_off: datetime
    filter: dict[str, Any] = field(hash=False)
    figures: Figures
    digest: str


def take(connection: Connection, wanted: Wanted, *, now: datetime) -> Taken:
    """Count and freeze."""
    figures, ids = count(connection, wanted, now=now)
    kept, counted = plain(wanted), asdict(figures)
    digest = digest_of(counted)
    row = {"cut_off": now, "filter": kept, "filter_key": key_of(kept), "figures": counted, "digest": digest}
    statement = insert(Snapshot).values(**row, members=packed(ids)).returning(Snapshot.id)
    return Taken(connection.execute(statement).scalar_one(), now, kept, figures, digest)


def fresh(connection: Connection, wanted: Wanted, *, now: datetime, within: timedelta = FRESH) -> Taken | None:
    """Return the newest snapshot of a filter if it was taken within a while."""
    same = _query().where(Snapshot.filter_key == key_of(plain(wanted)), Snapshot.cut_off > now - within)
    return _taken(connection, same.where(Snapshot.cut_off <= now).order_by(Snapshot.cut_off.desc(), Snapshot.id.desc()))


def snapshot(connection: Connection, number: int) -> Taken | None:
    """Return a snapshot by its number."""
    return _taken(connection, _query().where(Snapshot.id == number))


def latest(connection: Connection, limit: int = 20) -> list[Taken]:
    """Return the newest snapshots."""
    rows = connection.execute(_query().order_by(Snapshot.id.desc()).limit(limit))
    return [_read(row) for row in rows]


def members(connection: Connection, number: int) -> list[int]:
    """Return the ids that were counted, in their order."""
    stored = connection.scalar(select(Snapshot.members).where(Snapshot.id == number))
    return [] if stored is None else unpacked(stored)


def erased_since(connection: Connection, number: int) -> int:
    """Return how many of those that were counted have been erased."""
    ids = members(connection, number)
    if not ids:
        return 0
    left = connection.scalars(select(Contribution.id).where(Contribution.id.between(ids[0], ids[-1])))
    return len(set(ids) - set(left))


def digest_of(counted: dict[str, Any]) -> str:
    """Return the checksum of figures."""
    return hashlib.sha256(json.dumps(counted, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]


def packed(ids: Sequence[int]) -> bytes:
    """Return rising ids in few bytes: a hundred thousand in a row take some hundred."""
    steps = ids[:1], [after - before for before, after in pairwise(ids)]
    return zlib.compress(",".join(str(step) for part in steps for step in part).encode())


def unpacked(stored: bytes) -> list[int]:
    """Return the ids that `packed` was given."""
    text = zlib.decompress(stored).decode()
    return list(accumulate(int(step) for step in text.split(","))) if text else []


def _query() -> Select[Any]:
    return select(Snapshot.id, Snapshot.cut_off, Snapshot.filter, Snapshot.figures, Snapshot.digest)


def _taken(connection: Connection, query: Select[Any]) -> Taken | None:
    row = connection.execute(query.limit(1)).one_or_none()
    return None if row is None else _read(row)


def _read(row: Any) -> Taken:
    return Taken(row.id, row.cut_off, row.filter, Figures(**row.figures), row.digest)
