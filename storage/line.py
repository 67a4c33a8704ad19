"""The line before a workshop: who gets a place, who waits, who is let in, by one rule for everybody.

Law of this file: it is looked at and written while the rows of the workshops are held; what was so already stays so.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, func, select, tuple_

from storage.city import day_of
from storage.models import Registration
from storage.models.meetings import CANCELLED, CHECKED_IN, HELD, PLANNED, REGISTERED, WAITING
from storage.places import Seats, attendance, hold
from storage.upsert import insert_or_replace

Pair = tuple[int, int]


class Deed(StrEnum):
    """What somebody wants."""

    REGISTER = "register"
    CANCEL = "cancel"
    CHECK_IN = "check_in"


class Outcome(StrEnum):
    """What came of it. Where nothing changed because it was so already, the outcome is the same."""

    REGISTERED = "registered"
    WAITING = "waiting"
    CANCELLED = "cancelled"
    CHECKED_IN = "checked_in"
    UNKNOWN = "unknown"  # there is no such workshop
    NOT_OPEN = "not_open"  # nobody can register yet
    CALLED_OFF = "called_off"  # the city cancelled it
    OVER = "over"
    NOT_REGISTERED = "not_registered"  # there was nothing to cancel
    ANOTHER_DAY = "another_day"  # checking in is for the day itself


@dataclass(frozen=True, slots=True)
class Wish:
    """What a citizen wants of a workshop."""

    deed: Deed
    workshop_id: int
    citizen_id: int


@dataclass(frozen=True, slots=True)
class Decision:
    """What came of a wish; `position` in the waiting list counts from 1 and is 0 for who does not wait."""

    outcome: Outcome
    position: int = 0


@dataclass(frozen=True, slots=True)
class Known:
    """A registration that is there; `status` empty when there is none."""

    status: str
    arrival: int
    registered_at: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """The line before the workshops of some wishes, whose rows are held; `written` are the rows that change."""

    seats: dict[int, Seats]
    free: dict[int, int | None]
    last: dict[int, int]
    known: dict[Pair, Known]
    written: dict[Pair, dict[str, Any]]
    now: datetime

    @staticmethod
    def at(connection: Connection, wishes: Sequence[Wish], now: datetime) -> Line:
        """Look at the line as it is."""
        seats = hold(connection, {each.workshop_id for each in wishes})
        counts = attendance(connection, list(seats))
        # Where somebody waits nobody overtakes them, whatever is free.
        free = {each.id: 0 if counts[each.id].waiting else each.free(counts[each.id]) for each in seats.values()}
        return Line(seats, free, _last(connection, seats), _known(connection, wishes), {}, now)

    def admit(self, wish: Wish) -> Outcome:
        """Give a place, or one in the waiting list."""
        seats, mine = self.seats.get(wish.workshop_id), self._mine(wish)
        if (closed := _closed(seats, self.now)) is not None or seats is None:
            return closed or Outcome.UNKNOWN
        match mine.status:
            case "registered" | "checked_in" | "waiting":
                return Outcome.WAITING if mine.status == WAITING else Outcome.REGISTERED
            case "offered":
                self._write(wish, REGISTERED, mine.arrival)
                return Outcome.REGISTERED
        free = self.free[seats.id]
        if free is not None:
            self.free[seats.id] = max(0, free - 1)
        has_place = free is None or free > 0
        self._write(wish, REGISTERED if has_place else WAITING, self._next(seats.id), anew=True)
        return Outcome.REGISTERED if has_place else Outcome.WAITING

    def greet(self, wish: Wish) -> Outcome:
        """Note that somebody came."""
        seats, mine = self.seats.get(wish.workshop_id), self._mine(wish)
        if seats is None:
            return Outcome.UNKNOWN
        if seats.status == CANCELLED:
            return Outcome.CALLED_OFF
        if not _is_day_of(seats, self.now):
            return Outcome.ANOTHER_DAY
        self._write(wish, CHECKED_IN, mine.arrival or self._next(seats.id))
        return Outcome.CHECKED_IN

    def release(self, wish: Wish) -> Outcome:
        """Take back a registration."""
        seats, mine = self.seats.get(wish.workshop_id), self._mine(wish)
        if seats is None:
            return Outcome.UNKNOWN
        if mine.status in _SETTLED:
            return _SETTLED[mine.status]
        if seats.ends_at <= self.now:
            return Outcome.OVER
        self._write(wish, CANCELLED, mine.arrival)
        return Outcome.CANCELLED

    def write(self, connection: Connection) -> None:
        """Write what changed."""
        insert_or_replace(connection, Registration, list(self.written.values()), unique=("workshop_id", "citizen_id"))

    def _mine(self, wish: Wish) -> Known:
        return self.known.get((wish.workshop_id, wish.citizen_id), Known("", 0, self.now))

    def _next(self, workshop: int) -> int:
        self.last[workshop] = self.last.get(workshop, 0) + 1
        return self.last[workshop]

    def _write(self, wish: Wish, status: str, arrival: int, *, anew: bool = False) -> None:
        pair = (wish.workshop_id, wish.citizen_id)
        since = self.now if anew else self._mine(wish).registered_at
        self.known[pair] = Known(status, arrival, since)
        self.written[pair] = {
            "workshop_id": wish.workshop_id,
            "citizen_id": wish.citizen_id,
            "status": status,
            "arrival": arrival,
            "offer_until": None,
            "registered_at": since,
            "changed_at": self.now,
            "told_status": status,
            "told_sequence": self.seats[wish.workshop_id].sequence,
        }


def _closed(seats: Seats | None, now: datetime) -> Outcome | None:
    """Return why nobody can register, None when they can."""
    match seats:
        case None:
            return Outcome.UNKNOWN
        case _ if seats.status == CANCELLED:
            return Outcome.CALLED_OFF
        case _ if seats.status == HELD or seats.ends_at <= now:
            return Outcome.OVER
        case _:
            return Outcome.NOT_OPEN if seats.status == PLANNED else None


def _is_day_of(seats: Seats, now: datetime) -> bool:
    first, last = (day_of(each) for each in (seats.starts_at, seats.ends_at))
    return first <= day_of(now) <= last


def _last(connection: Connection, workshops: Collection[int]) -> dict[int, int]:
    query = select(Registration.workshop_id, func.max(Registration.arrival))
    query = query.where(Registration.workshop_id.in_(workshops)).group_by(Registration.workshop_id)
    rows: Iterable[Any] = connection.execute(query)
    return {workshop: last for workshop, last in rows}  # noqa: C416  # a row is no pair to dict


def _known(connection: Connection, wishes: Sequence[Wish]) -> dict[Pair, Known]:
    pairs = [(each.workshop_id, each.citizen_id) for each in wishes]
    pair = (Registration.workshop_id, Registration.citizen_id)
    query = select(*pair, Registration.status, Registration.arrival, Registration.registered_at)
    rows: Iterable[Any] = connection.execute(query.where(tuple_(*pair).in_(pairs)))
    return {(workshop, citizen): Known(*known) for workshop, citizen, *known in rows}


# What stays as it is when somebody takes back a registration.
_SETTLED = {"": Outcome.NOT_REGISTERED, CANCELLED: Outcome.CANCELLED, CHECKED_IN: Outcome.CHECKED_IN}
