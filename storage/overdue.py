"""What waits for too long, and what comes back today: by number, for the morning's letters.

Law of this file: numbers and days, no words; how many somebody has done is never counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from storage.city import midnight
from storage.models import Contribution
from storage.models.contribution import RECEIVED
from storage.worklist import Order, Wanted, find


@dataclass(frozen=True, slots=True)
class Due:
    """A contribution that somebody has to look at, and whose it is."""

    number: str
    created_at: datetime
    assignee_id: int | None


def turned_old(connection: Connection, *, days: int, today: date) -> list[Due]:
    """Return what nobody has decided and came in on the day that is so many days ago: since today it is too old."""
    day = today - timedelta(days=days)
    came = (Contribution.created_at >= midnight(day), Contribution.created_at < midnight(day + timedelta(days=1)))
    return _due(connection, Contribution.status == RECEIVED, *came)


def follow_ups(connection: Connection, *, today: date) -> list[Due]:
    """Return what comes back today."""
    return _due(connection, Contribution.follow_up_on == today)


def old(connection: Connection, *, days: int, today: date, limit: int) -> int:
    """Return how many that nobody has decided are too old, counted up to a limit."""
    wanted = Wanted({"status": frozenset({RECEIVED})}, until=today - timedelta(days=days))
    return len(find(connection, wanted, order=Order.OLDEST, limit=limit))


def _due(connection: Connection, *wanted: ColumnElement[bool]) -> list[Due]:
    columns = (Contribution.number, Contribution.created_at, Contribution.assignee_id)
    rows: Sequence[Any] = connection.execute(select(*columns).where(*wanted).order_by(Contribution.id)).all()
    return [Due(*row) for row in rows]
