"""Deleting in time what is no longer needed; the periods are the ones the columns' marks name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select

from storage import deliveries, inbox, needs, outbox, registrations, reminders
from storage.erasures import erase_citizen, forget_erasures
from storage.models import Audit, Citizen

_AT_A_TIME = 500


@dataclass(frozen=True, slots=True)
class Periods:
    """How long what is kept, counted from the last use."""

    citizens: timedelta = timedelta(days=730)
    audit: timedelta = timedelta(days=730)
    backups: timedelta = timedelta(days=30)
    registrations: timedelta = timedelta(days=30)


def forget(connection: Connection, *, now: datetime, periods: Periods | None = None) -> int:
    """Delete what is over its time and return how many people were forgotten; what they said stays without author."""
    periods = periods or Periods()
    inbox.forget(connection, now=now)
    outbox.forget(connection, now=now)
    deliveries.forget_people(connection, now=now)
    needs.forget(connection, now=now)
    registrations.forget_citizens(connection, before=now - periods.registrations)
    reminders.forget(connection, now=now)
    connection.execute(delete(Audit).where(Audit.at < now - periods.audit))
    forget_erasures(connection, before=now - periods.backups)
    gone = select(Citizen.id).where(Citizen.seen_on < (now - periods.citizens).date()).limit(_AT_A_TIME)
    people = connection.scalars(gone).all()
    for citizen in people:
        erase_citizen(connection, citizen, with_contributions=False, now=now)
    return len(people)
