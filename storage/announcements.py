"""Announcements: planned, started when they are due, stopped, resumed, repeated.

Law of this file: a status changes only by the ways named here; what recurs has one next occurrence, never two.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, func, insert, select, update

from storage.city import CITY_TIME
from storage.models import Announcement, Delivery
from storage.models.announcing import DONE, DRAFT, PENDING, SCHEDULED, SENDING, STOPPED
from storage.outbox import hold_back, let_go
from storage.queues import queue_up
from storage.upsert import insert_new

CAUSE = "announcement:"
# Whoever plans the same words for the same people within so long pressed twice.
TWICE_WITHIN = timedelta(minutes=10)
WEEKLY = "weekly"
REPEATS: Mapping[str, timedelta] = {"daily": timedelta(days=1), WEEKLY: timedelta(days=7)}


@dataclass(frozen=True, slots=True)
class Plan:
    """A new announcement: `texts` hold title and text by language, `due_at` is when it begins to be sent."""

    title: str
    texts: Mapping[str, Mapping[str, str]] = field(hash=False)
    audience: tuple[str, ...]
    category: str
    due_at: datetime
    repeats: str | None = None
    status: str = SCHEDULED


@dataclass(frozen=True, slots=True)
class Announced:
    """An announcement as it stands."""

    id: int
    title: str
    texts: dict[str, dict[str, str]] = field(hash=False)
    audience: tuple[str, ...]
    category: str
    status: str
    due_at: datetime
    repeats: str | None
    reached: int
    created_at: datetime
    started_at: datetime | None
    expanded_at: datetime | None
    ended_at: datetime | None


def add(connection: Connection, plan: Plan, *, by: str, now: datetime) -> int:
    """Keep a new announcement and return its number; one that recurs begins a series."""
    values = {**_values(plan), "created_at": now, "created_by": by, "reached": 0}
    number = connection.execute(insert(Announcement).values(values).returning(Announcement.id)).scalar_one()
    if plan.repeats:
        connection.execute(update(Announcement).where(Announcement.id == number).values(series_id=number))
    return number


def same_lately(connection: Connection, plan: Plan, *, now: datetime) -> int | None:
    """Return the announcement that somebody planned just now with the same words for the same people.

    Whoever plans at the same moment waits until this transaction has ended.
    """
    queue_up(connection, [("announcement",)])
    lately = (Announcement.created_at > now - TWICE_WITHIN, Announcement.status.in_((SCHEDULED, SENDING, DONE)))
    wanted = _values(plan)
    told = ("title", "texts", "audience", "category", "repeats")
    for row in connection.execute(_query().where(*lately).order_by(Announcement.id)):
        is_same_time = row.due_at == plan.due_at or max(row.due_at, plan.due_at) <= now
        if is_same_time and all(getattr(row, name) == wanted[name] for name in told):
            return int(row.id)
    return None


def announcement(connection: Connection, number: int) -> Announced | None:
    """Return an announcement, or None when there is none of this number."""
    row = connection.execute(_query().where(Announcement.id == number)).one_or_none()
    return None if row is None else _announced(row)


def listed(connection: Connection, *, limit: int = 50) -> list[Announced]:
    """Return the latest announcements first."""
    return [_announced(row) for row in connection.execute(_query().order_by(Announcement.id.desc()).limit(limit))]


def under_way(connection: Connection) -> list[Announced]:
    """Return what is being sent, the oldest first."""
    query = _query().where(Announcement.status == SENDING).order_by(Announcement.started_at, Announcement.id)
    return [_announced(row) for row in connection.execute(query)]


def next_due_at(connection: Connection) -> datetime | None:
    """Return when the next announcement is due (perhaps long ago), or None when none is planned."""
    return connection.scalar(select(func.min(Announcement.due_at)).where(Announcement.status == SCHEDULED))


def start_due(connection: Connection, *, now: datetime) -> list[int]:
    """Begin with what is due, in its order, and return the numbers; what recurs gets its next occurrence."""
    due = _query().where(Announcement.status == SCHEDULED, Announcement.due_at <= now)
    found = [_announced(row) for row in connection.execute(due.order_by(Announcement.due_at, Announcement.id))]
    for each in found:
        _set(connection, each.id, status=SENDING, started_at=now)
        if each.repeats:
            _repeat(connection, each, now)
    return [each.id for each in found]


def schedule(connection: Connection, number: int, *, due_at: datetime) -> bool:
    """Plan a draft for a time; False when it is none."""
    return _turned(connection, number, (DRAFT,), status=SCHEDULED, due_at=due_at)


def stop(connection: Connection, number: int) -> bool:
    """Let nothing more of it leave, at once; False when there is nothing to stop."""
    if not _turned(connection, number, (SCHEDULED, SENDING), status=STOPPED):
        return False
    hold_back(connection, cause_of(number))
    return True


def resume(connection: Connection, number: int, *, now: datetime) -> bool:
    """Go on where it was stopped; False when it is not stopped."""
    started = connection.scalar(select(Announcement.started_at).where(Announcement.id == number))
    if not _turned(connection, number, (STOPPED,), status=SENDING if started else SCHEDULED):
        return False
    let_go(connection, cause_of(number), now=now)
    return True


def end_finished(connection: Connection, *, now: datetime) -> list[int]:
    """Note as done what was made out to all and waits for nothing, and return the numbers."""
    waiting = select(Delivery.announcement_id).where(Delivery.outcome == PENDING)
    whole = (Announcement.status == SENDING, Announcement.expanded_at.is_not(None), Announcement.id.not_in(waiting))
    found = connection.scalars(select(Announcement.id).where(*whole)).all()
    for number in found:
        _set(connection, number, status=DONE, ended_at=now)
    return list(found)


def cause_of(number: int) -> str:
    """Return how the causes of an announcement's requests begin."""
    return f"{CAUSE}{number}:"


def next_time(last: datetime, repeats: str, *, now: datetime) -> datetime:
    """Return the next time after now at the same hour by the city's clock, whatever that does in spring and autumn."""
    at = last.astimezone(CITY_TIME)
    while at <= now:
        # Adding to a local time keeps the hour that people read.
        at = at + REPEATS[repeats]
    return at


def _repeat(connection: Connection, last: Announced, now: datetime) -> None:
    columns = (Announcement.series_id, Announcement.created_by)
    series, by = connection.execute(select(*columns).where(Announcement.id == last.id)).one()
    plan = Plan(
        *(last.title, last.texts, last.audience, last.category),
        due_at=next_time(last.due_at, last.repeats or WEEKLY, now=now),
        repeats=last.repeats,
    )
    row = {**_values(plan), "series_id": series, "created_at": now, "created_by": by, "reached": 0}
    insert_new(connection, Announcement, [row], unique=("series_id", "due_at"))


def _values(plan: Plan) -> dict[str, Any]:
    return {
        "title": plan.title,
        "texts": {language: dict(text) for language, text in plan.texts.items()},
        "audience": list(plan.audience),
        "category": plan.category,
        "due_at": plan.due_at,
        "repeats": plan.repeats,
        "status": plan.status,
    }


def _turned(connection: Connection, number: int, before: tuple[str, ...], **values: Any) -> bool:
    turned = update(Announcement).where(Announcement.id == number, Announcement.status.in_(before))
    return connection.execute(turned.values(**values)).rowcount == 1


def _set(connection: Connection, number: int, **values: Any) -> None:
    connection.execute(update(Announcement).where(Announcement.id == number).values(**values))


def _query() -> Select[Any]:
    names = Announced.__dataclass_fields__
    return select(*(getattr(Announcement, name) for name in names))


def _announced(row: Any) -> Announced:
    return Announced(**{**row._mapping, "audience": tuple(row.audience)})
