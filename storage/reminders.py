"""Reminders: who is to be reminded of which workshop now, and what became of it.

Law of this file: each reminder is noted once for each beginning, told or not; of several that are due at once only the
nearest is told, of what has begun none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, select

from storage.citizens import Address
from storage.models import Citizen, CitizenLink, Registration, Reminder, Workshop
from storage.models.meetings import CHECKED_IN, FULL, OPEN, PLANNED, REGISTERED
from storage.models.reminding import BEGUN, OVERTAKEN, TOLD
from storage.upsert import insert_new

# What began longer ago is history, of which nobody notes that nobody was reminded.
LOOK_BACK = timedelta(days=2)
KEPT_FOR = timedelta(days=30)
_TO_COME = (PLANNED, OPEN, FULL)


@dataclass(frozen=True, slots=True)
class Due:
    """A reminder whose moment has come; `outcome` is told for the one to be sent."""

    workshop_id: int
    citizen_id: int
    minutes: int
    starts_at: datetime
    outcome: str
    language: str | None
    address: Address


def due(connection: Connection, *, now: datetime) -> list[Due]:
    """Return all reminders whose moment has come and that nobody has noted, in the order of the workshops."""
    recent = (Workshop.status.in_(_TO_COME), Workshop.starts_at > now - LOOK_BACK)
    columns = (Workshop.id, Workshop.starts_at, Workshop.changed_at, Workshop.remind_before)
    rows = connection.execute(select(*columns).where(*recent).order_by(Workshop.starts_at, Workshop.id)).all()
    return [each for row in rows for each in _of_workshop(connection, row, now)]


def next_at(connection: Connection, *, now: datetime) -> datetime | None:
    """Return when the next reminder is due after now, or None when no workshop is to come."""
    coming = (Workshop.status.in_(_TO_COME), Workshop.starts_at > now)
    rows = connection.execute(select(Workshop.starts_at, Workshop.remind_before).where(*coming)).all()
    moments = (row.starts_at - timedelta(minutes=minutes) for row in rows for minutes in row.remind_before)
    return min((moment for moment in moments if moment > now), default=None)


def note(connection: Connection, reminders: Iterable[Due], *, now: datetime) -> None:
    """Note what became of reminders."""
    rows = [
        {
            "workshop_id": each.workshop_id,
            "citizen_id": each.citizen_id,
            "minutes": each.minutes,
            "starts_at": each.starts_at,
            "outcome": each.outcome,
            "noted_at": now,
        }
        for each in reminders
    ]
    insert_new(connection, Reminder, rows, unique=("workshop_id", "citizen_id", "minutes", "starts_at"))


def counts(connection: Connection, workshop: int) -> dict[str, int]:
    """Return how many reminders of a workshop came to what."""
    query = select(Reminder.outcome, func.count()).where(Reminder.workshop_id == workshop).group_by(Reminder.outcome)
    return {str(outcome): int(number) for outcome, number in connection.execute(query)}


def forget(connection: Connection, *, now: datetime) -> None:
    """Delete the notes on reminders of workshops long over."""
    connection.execute(delete(Reminder).where(Reminder.starts_at < now - KEPT_FOR))


def _of_workshop(connection: Connection, workshop: Any, now: datetime) -> Iterator[Due]:
    moments = {minutes: workshop.starts_at - timedelta(minutes=minutes) for minutes in workshop.remind_before}
    come = sorted(minutes for minutes, moment in moments.items() if moment <= now)
    if not come:
        return
    noted = _noted(connection, workshop)
    for person in _coming(connection, workshop.id):
        # Who registered or moved up later, or has just been told that it was moved, knows already.
        news = (person.registered_at, person.changed_at, workshop.changed_at)
        since = max(moment for moment in news if moment is not None)
        missing = [each for each in come if moments[each] > since and (person.id, each) not in noted]
        yield from _judged(workshop, person, missing, now)


def _judged(workshop: Any, person: Any, missing: Sequence[int], now: datetime) -> Iterator[Due]:
    has_begun = workshop.starts_at <= now
    address = Address(person.channel, person.bot, person.external_id)
    for place, minutes in enumerate(missing):
        outcome = BEGUN if has_begun else TOLD if place == 0 else OVERTAKEN
        yield Due(workshop.id, person.id, minutes, workshop.starts_at, outcome, person.language, address)


def _noted(connection: Connection, workshop: Any) -> set[tuple[int, int]]:
    query = select(Reminder.citizen_id, Reminder.minutes)
    of_it = (Reminder.workshop_id == workshop.id, Reminder.starts_at == workshop.starts_at)
    return {(citizen, minutes) for citizen, minutes in connection.execute(query.where(*of_it))}


def _coming(connection: Connection, workshop: int) -> Sequence[Any]:
    link = (CitizenLink.channel, CitizenLink.bot, CitizenLink.external_id)
    query = (
        select(Citizen.id, Citizen.language, Registration.registered_at, Registration.changed_at, *link)
        .join(Registration, Registration.citizen_id == Citizen.id)
        .join(CitizenLink, CitizenLink.citizen_id == Citizen.id)
        .where(Registration.workshop_id == workshop, Registration.status.in_((REGISTERED, CHECKED_IN)))
        .where(Citizen.reachable)
        .order_by(Registration.arrival)
    )
    return connection.execute(query).all()
