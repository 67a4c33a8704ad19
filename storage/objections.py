"""Objections to processing (Art. 21 DSGVO): raised by citizens, decided by staff, each answered once.

Law of this file: while one is open nothing of its author is shown to others; one that is granted takes their
contributions away for good.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from storage import consents
from storage.audits import Actor, note_deed
from storage.erasures import erase_contribution
from storage.models import Contribution, Objection
from storage.upsert import insert_new

GRANTED = "granted"
REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Raised:
    """Who objects, under which number, and why (empty without a reason)."""

    number: str
    citizen_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class Case:
    """An objection as staff see it; `contributions` are the numbers of what its author sent."""

    number: str
    raised_at: datetime
    reason: str
    closed_at: datetime | None
    outcome: str | None
    answer: str | None
    contributions: tuple[str, ...]


def raise_all(connection: Connection, raised: Sequence[Raised], *, now: datetime) -> None:
    """Keep objections; one whose number is there already stays as it is."""
    rows = [{**asdict(each), "raised_at": now} for each in raised]
    insert_new(connection, Objection, rows, unique=("number",))


def cases(connection: Connection, *, with_closed: bool = False) -> list[Case]:
    """Return the open objections, oldest first, or all of them."""
    query = select(Objection).order_by(Objection.id)
    rows = connection.execute(query if with_closed else query.where(Objection.closed_at.is_(None))).all()
    return [
        Case(
            row.number,
            row.raised_at,
            row.reason,
            row.closed_at,
            row.outcome,
            row.answer,
            _numbers(connection, row.citizen_id),
        )
        for row in rows
    ]


def close(
    connection: Connection, number: str, *, granted: bool, answer: str, actor: Actor, now: datetime
) -> tuple[str, ...] | None:
    """Decide on an open objection and note the deed; return what was erased by it, None when there is no open one."""
    open_one = (Objection.number == number, Objection.closed_at.is_(None))
    row = connection.execute(select(Objection).where(*open_one).with_for_update()).one_or_none()
    if row is None:
        return None
    outcome = GRANTED if granted else REFUSED
    closed = update(Objection).where(*open_one)
    connection.execute(closed.values(closed_at=now, outcome=outcome, answer=answer))
    note_deed(connection, actor, f"objection_{outcome}", number, now=now)
    return _grant(connection, row.citizen_id, now) if granted else ()


def _grant(connection: Connection, citizen: int, now: datetime) -> tuple[str, ...]:
    consents.withdraw(connection, [(citizen, kind) for kind in consents.KINDS], now=now)
    numbers = _numbers(connection, citizen)
    for number in numbers:
        erase_contribution(connection, number, now=now)
    return numbers


def _numbers(connection: Connection, citizen: int) -> tuple[str, ...]:
    query = select(Contribution.number).where(Contribution.citizen_id == citizen)
    return tuple(connection.scalars(query.order_by(Contribution.id)))
