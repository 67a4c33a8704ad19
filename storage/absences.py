"""Who is away, and who stands in for them meanwhile.

Law of this file: a stand-in sees and does what they may see and do anyway; an absence that is over is forgotten.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import ColumnElement, Connection, select, update

from storage.models import Staff
from storage.staff import Account, account_by_id


@dataclass(frozen=True, slots=True)
class Absence:
    """Days on which somebody is away, both included, and who stands in."""

    stand_in_id: int
    since: date
    until: date


def absences(connection: Connection) -> dict[int, Absence]:
    """Return the absences that are noted, by account."""
    columns = (Staff.id, Staff.stand_in_id, Staff.absent_from, Staff.absent_until)
    noted = (Staff.stand_in_id.is_not(None), Staff.absent_from.is_not(None), Staff.absent_until.is_not(None))
    rows = connection.execute(select(*columns).where(*noted))
    return {row.id: Absence(row.stand_in_id, row.absent_from, row.absent_until) for row in rows}


def note_absence(connection: Connection, staff_id: int, absence: Absence | None) -> None:
    """Note when somebody is away and who stands in; None: they are here."""
    days = (None, None, None) if absence is None else (absence.stand_in_id, absence.since, absence.until)
    values = dict(zip(("stand_in_id", "absent_from", "absent_until"), days, strict=True))
    connection.execute(update(Staff).where(Staff.id == staff_id).values(**values))


def with_cases(connection: Connection, account: Account, today: date) -> Account:
    """Return an account that knows for whom it stands in on a day."""
    away = select(Staff.id).where(Staff.stand_in_id == account.id, *_on(today))
    found = frozenset(connection.scalars(away))
    return replace(account, stands_in_for=found) if found else account


def responsible(connection: Connection, staff_id: int, today: date) -> list[Account]:
    """Return whose cases these are on a day: the account, and while it is absent its stand-in."""
    stand_in = connection.scalar(select(Staff.stand_in_id).where(Staff.id == staff_id, *_on(today)))
    found = [account_by_id(connection, each) for each in (staff_id, stand_in) if each is not None]
    return [each for each in found if each is not None]


def forget_absences(connection: Connection, *, today: date) -> None:
    """Forget absences that are over."""
    over = update(Staff).where(Staff.absent_until < today)
    connection.execute(over.values(stand_in_id=None, absent_from=None, absent_until=None))


def _on(today: date) -> tuple[ColumnElement[bool], ...]:
    return (Staff.absent_from <= today, Staff.absent_until >= today, Staff.closed_at.is_(None))
