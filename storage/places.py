"""Who has a place in a workshop: counting, holding the row, and moving up from the waiting list.

Law of this file: a place is given only while the workshop's row is held, and the first who came moves up first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select, update

from storage.models import Registration, Workshop
from storage.models.meetings import CHECKED_IN, FULL, OFFERED, OPEN, REGISTERED, TAKING_A_PLACE, WAITING


@dataclass(frozen=True, slots=True)
class Attendance:
    """How many hold a place, how many wait, how many came."""

    taken: int = 0
    waiting: int = 0
    came: int = 0


@dataclass(frozen=True, slots=True)
class Seats:
    """What decides over the places of a workshop; `capacity` None: as many as come."""

    id: int
    status: str
    capacity: int | None
    accept_hours: int | None
    starts_at: datetime
    ends_at: datetime
    sequence: int

    def free(self, attendance: Attendance) -> int | None:
        """Return how many places are free; None when there is no limit."""
        return None if self.capacity is None else max(0, self.capacity - attendance.taken)


def hold(connection: Connection, ids: Iterable[int]) -> dict[int, Seats]:
    """Hold the rows of workshops until the transaction ends, always in the same order, and return what they say."""
    # On SQLite the writing transaction holds everything already.
    query = _SEATS.where(Workshop.id.in_(list(ids))).order_by(Workshop.id).with_for_update(key_share=True)
    return {row.id: Seats(*row) for row in connection.execute(query)}


def attendance(connection: Connection, ids: Collection[int]) -> dict[int, Attendance]:
    """Return how many hold a place, wait and came, for each of the workshops."""
    query = select(Registration.workshop_id, Registration.status, func.count())
    query = query.where(Registration.workshop_id.in_(ids)).group_by(Registration.workshop_id, Registration.status)
    counts: dict[int, dict[str, int]] = {each: {} for each in ids}
    for workshop, status, number in connection.execute(query):
        counts[workshop][status] = number
    return {each: _attendance(found) for each, found in counts.items()}


def move_up(connection: Connection, ids: Iterable[int], *, now: datetime) -> int:
    """Give free places to those who wait, first come first, and return how many moved up.

    Where a workshop asks whether the place is still wanted, it is offered until so many hours later; when that is
    after the beginning, it is given at once. Call it whenever places may have become free.
    """
    seats = hold(connection, ids)
    counts = attendance(connection, list(seats))
    moved = sum(_fill(connection, each, counts[each.id], now) for each in seats.values())
    _settle(connection, seats)
    return moved


def _fill(connection: Connection, seats: Seats, counts: Attendance, now: datetime) -> int:
    if not counts.waiting or seats.status not in (OPEN, FULL) or seats.starts_at <= now:
        return 0
    first = select(Registration.id).where(Registration.workshop_id == seats.id, Registration.status == WAITING)
    chosen = connection.scalars(first.order_by(Registration.arrival).limit(seats.free(counts))).all()
    given = update(Registration).where(Registration.id.in_(chosen))
    connection.execute(given.values(**_given(seats, now), changed_at=now))
    return len(chosen)


def _given(seats: Seats, now: datetime) -> dict[str, object]:
    until = now + timedelta(hours=seats.accept_hours or 0)
    if not seats.accept_hours or until >= seats.starts_at:
        return {"status": REGISTERED, "offer_until": None}
    return {"status": OFFERED, "offer_until": until}


def _settle(connection: Connection, held: Mapping[int, Seats]) -> None:
    """Let workshops that are open or full say which of it they are."""
    counts = attendance(connection, list(held))
    for seats in held.values():
        status = FULL if seats.free(counts[seats.id]) == 0 else OPEN
        if seats.status in (OPEN, FULL) and seats.status != status:
            connection.execute(update(Workshop).where(Workshop.id == seats.id).values(status=status))


def _attendance(counts: Mapping[str, int]) -> Attendance:
    taken = sum(counts.get(status, 0) for status in TAKING_A_PLACE)
    return Attendance(taken, counts.get(WAITING, 0), counts.get(CHECKED_IN, 0))


_SEATS = select(
    Workshop.id,
    Workshop.status,
    Workshop.capacity,
    Workshop.accept_hours,
    Workshop.starts_at,
    Workshop.ends_at,
    Workshop.sequence,
)
