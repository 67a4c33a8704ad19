"""Support: somebody means the same as somebody else; it counts once per person and can be taken back."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import Connection, delete, func, select, tuple_

from storage.models import Support
from storage.upsert import insert_new


def support(connection: Connection, pairs: Iterable[tuple[int, int]], *, now: datetime) -> int:
    """Note that citizens support contributions, as (contribution, citizen), and return how many do so newly."""
    rows = [
        {"contribution_id": contribution, "citizen_id": citizen, "created_at": now} for contribution, citizen in pairs
    ]
    return insert_new(connection, Support, rows, unique=("contribution_id", "citizen_id"))


def take_back(connection: Connection, pairs: Collection[tuple[int, int]]) -> None:
    """Undo support, as (contribution, citizen)."""
    if pairs:
        connection.execute(delete(Support).where(tuple_(Support.contribution_id, Support.citizen_id).in_(pairs)))


def supports_of(connection: Connection, contributions: Collection[int]) -> dict[int, int]:
    """Return how many support each contribution; those nobody supports are left out."""
    query = select(Support.contribution_id, func.count()).where(Support.contribution_id.in_(contributions))
    return {row[0]: row[1] for row in connection.execute(query.group_by(Support.contribution_id))}


def supporters_of(connection: Connection, contribution: int) -> list[int]:
    """Return the citizens who support a contribution and have not been forgotten."""
    query = select(Support.citizen_id).where(Support.contribution_id == contribution, Support.citizen_id.is_not(None))
    return [citizen for citizen in connection.scalars(query.order_by(Support.id)) if citizen is not None]
