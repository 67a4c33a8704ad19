"""News of workshops: what changed for somebody since they were told last.

Law of this file: the database says what is untold, by comparing what is with what was told; no clock decides it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, or_, select, update

from storage.citizens import Address
from storage.models import Citizen, CitizenLink, Registration, Workshop
from storage.models.meetings import CANCELLED, STANDING

# So much news is gathered in one transaction.
AT_A_TIME = 500


@dataclass(frozen=True, slots=True)
class WorkshopNews:
    """A change somebody has not heard of; `was` is their status, `seen` the workshop's sequence as they know it."""

    registration_id: int
    workshop_id: int
    citizen_id: int
    arrival: int
    status: str
    was: str
    sequence: int
    seen: int
    workshop_status: str
    language: str | None
    address: Address | None

    @property
    def change(self) -> str:
        """What is to be told: called_off, promoted, offered, lapsed or moved."""
        if self.workshop_status == CANCELLED:
            return "called_off"
        if self.status != self.was:
            return {"offered": "offered", CANCELLED: "lapsed"}.get(self.status, "promoted")
        return "moved"

    @property
    def name(self) -> str:
        """What tells this change from all others."""
        return f"{self.workshop_id}:{self.citizen_id}:{self.arrival}:{self.status}:{self.sequence}"


def untold(
    connection: Connection, *, channels: Collection[str], now: datetime, limit: int = AT_A_TIME
) -> list[WorkshopNews]:
    """Return the news of workshops to come for people who can be written to by a channel."""
    query = _news(now).where(CitizenLink.channel.in_(channels), Citizen.reachable).limit(limit)
    return [_row(*row) for row in connection.execute(query)]


def untold_to(connection: Connection, key: str, *, now: datetime) -> list[WorkshopNews]:
    """Return the news for one citizen, by keyed hash, who is here to read it."""
    return [_row(*row) for row in connection.execute(_news(now).where(Citizen.key == key))]


def note_told(connection: Connection, news: Iterable[WorkshopNews]) -> None:
    """Note that these people know how it stands; what changed meanwhile stays untold."""
    rows = [{"id_": each.registration_id, "status_": each.status, "sequence_": each.sequence} for each in news]
    if rows:
        told = update(Registration).where(Registration.id == bindparam("id_"))
        known: dict[str, Any] = {"told_status": bindparam("status_"), "told_sequence": bindparam("sequence_")}
        connection.execute(told.values(**known), rows)


def _news(now: datetime) -> Select[Any]:
    moved = and_(Registration.status.in_(STANDING), Registration.told_sequence != Workshop.sequence)
    query: Any = (
        select(
            Registration.id,
            Registration.workshop_id,
            Registration.citizen_id,
            Registration.arrival,
            Registration.status,
            Registration.told_status,
            Workshop.sequence,
            Registration.told_sequence,
            Workshop.status,
            Citizen.language,
            CitizenLink.channel,
            CitizenLink.bot,
            CitizenLink.external_id,
        )
        .join(Workshop, Workshop.id == Registration.workshop_id)
        .join(Citizen, Citizen.id == Registration.citizen_id)
        .outerjoin(CitizenLink, CitizenLink.citizen_id == Citizen.id)
        .where(Workshop.ends_at > now, or_(moved, Registration.status != Registration.told_status))
        .order_by(Workshop.starts_at, Registration.arrival, Registration.id)
    )
    return query  # type: ignore[no-any-return]  # more columns than the type of a select can name


def _row(*row: Any) -> WorkshopNews:
    address = Address(*row[-3:]) if row[-3] is not None else None
    told: list[Any] = [*row[:-3], address]
    return WorkshopNews(*told)
