"""What people need to take part in a workshop, kept apart from their registration.

Law of this file: staff read a need without knowing whose it is; it is gone with the registration or after the event.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, select

from storage.models import Need, Registration, Workshop
from storage.models.meetings import CANCELLED, STANDING
from storage.upsert import insert_or_replace


@dataclass(frozen=True, slots=True)
class Told:
    """A need as it was told: of which workshop, by which citizen."""

    workshop_id: int
    citizen_id: int
    text: str


@dataclass(frozen=True, slots=True)
class Needed:
    """A need as staff read it; `number` is the registration's order of arrival, `status` where it stands."""

    number: int
    status: str
    text: str
    told_at: datetime


def tell(connection: Connection, told: Iterable[Told], *, now: datetime) -> int:
    """Keep needs of people who are registered, in place of what they told before; return how many were kept."""
    wanted = list(told)
    standing = _standing(connection, {each.workshop_id for each in wanted})
    kept = [each for each in wanted if (each.workshop_id, each.citizen_id) in standing]
    rows = [
        {"workshop_id": each.workshop_id, "citizen_id": each.citizen_id, "text": each.text, "told_at": now}
        for each in kept
    ]
    insert_or_replace(connection, Need, rows, unique=("workshop_id", "citizen_id"))
    return len(kept)


def of_workshop(connection: Connection, workshop: int) -> list[Needed]:
    """Return what is needed at a workshop, in the order in which people registered."""
    joined = (Registration.workshop_id == Need.workshop_id) & (Registration.citizen_id == Need.citizen_id)
    query = select(Registration.arrival, Registration.status, Need.text, Need.told_at).join(Registration, joined)
    rows = connection.execute(query.where(Need.workshop_id == workshop).order_by(Registration.arrival))
    return [Needed(*row) for row in rows]


def counted(connection: Connection, workshops: Collection[int]) -> dict[int, int]:
    """Return how many told what they need, by workshop; those without are left out."""
    query = select(Need.workshop_id, func.count()).where(Need.workshop_id.in_(workshops)).group_by(Need.workshop_id)
    return {row[0]: row[1] for row in connection.execute(query)}


def forget(connection: Connection, *, now: datetime) -> int:
    """Delete the needs of workshops that are over or cancelled, and return how many these were."""
    over = select(Workshop.id).where((Workshop.ends_at <= now) | (Workshop.status == CANCELLED))
    return connection.execute(delete(Need).where(Need.workshop_id.in_(over))).rowcount


def _standing(connection: Connection, workshops: Collection[int]) -> set[tuple[int, int]]:
    query = select(Registration.workshop_id, Registration.citizen_id)
    query = query.where(Registration.workshop_id.in_(workshops), Registration.status.in_(STANDING))
    rows: Iterable[Any] = connection.execute(query)
    return {(workshop, citizen) for workshop, citizen in rows}
