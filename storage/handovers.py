"""Defects and cases of need for the service centre: what waits to be handed over, and what was, and when.

Law of this file: a hand-over is noted by whoever did it, never assumed; the citizen is told of no other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, exists, func, or_, select, update

from storage.audits import Actor, note_deed
from storage.models import Attachment, Contribution, ContributionPlace, Tag
from storage.models.contribution import REJECTED, WITHDRAWN
from storage.models.labels import CARE, DEFECT, EMERGENCY

_CLOSED = (WITHDRAWN, REJECTED)


@dataclass(frozen=True, slots=True)
class Case:
    """A contribution that concerns the service centre. `care` is what its words were met with (emergency, despair …).

    `text` is the redacted text, empty until it is analysed.
    """

    number: str
    created_at: datetime
    field: str | None
    kind: str | None
    care: str | None
    district: str | None
    places: tuple[str, ...]
    text: str
    files: int
    handed_over_at: datetime | None


def cases(connection: Connection, *, with_done: bool = False) -> list[Case]:
    """Return what is to be handed over, oldest first, or everything that ever was."""
    return _cases(connection) if with_done else _cases(connection, Contribution.handed_over_at.is_(None))


def handed_over(connection: Connection, *, since: datetime) -> list[Case]:
    """Return what was handed over after a moment, in the order in which it came in."""
    return _cases(connection, Contribution.handed_over_at > since)


def cases_of(connection: Connection, numbers: Collection[str]) -> list[Case]:
    """Return those of these numbers that concern the service centre, handed over or not."""
    return _cases(connection, Contribution.number.in_(numbers))


def note_handed_over(connection: Connection, numbers: Sequence[str], actor: Actor, *, now: datetime) -> list[str]:
    """Note that contributions were handed over; return the numbers that are unknown, in which case nothing is noted."""
    known = set(connection.scalars(select(Contribution.number).where(Contribution.number.in_(numbers))))
    if unknown := [number for number in numbers if number not in known]:
        return unknown
    open_ones = (Contribution.number.in_(numbers), Contribution.handed_over_at.is_(None))
    connection.execute(update(Contribution).where(*open_ones).values(handed_over_at=now))
    for number in numbers:
        note_deed(connection, actor, "handed_over", number, now=now)
    return []


def _cases(connection: Connection, *asked: ColumnElement[bool]) -> list[Case]:
    has_care = exists().where(Tag.contribution_id == Contribution.id, Tag.label_type == CARE)
    wanted = (or_(Contribution.kind.in_((DEFECT, EMERGENCY)), has_care), Contribution.status.not_in(_CLOSED), *asked)
    ids = select(Contribution.id).where(*wanted)
    care, places, files = _care(connection, ids), _places(connection, ids), _files(connection, ids)
    return [
        Case(
            number=row.number,
            created_at=row.created_at,
            field=row.field,
            kind=row.kind,
            care=care.get(row.id),
            district=row.district,
            places=tuple(places.get(row.id, ())),
            text=row.redacted_text or "",
            files=files.get(row.id, 0),
            handed_over_at=row.handed_over_at,
        )
        for row in connection.execute(select(*_COLUMNS).where(*wanted).order_by(Contribution.id))
    ]


def _care(connection: Connection, ids: Select[int]) -> dict[int, str]:
    query = select(Tag.contribution_id, Tag.value).where(Tag.contribution_id.in_(ids), Tag.label_type == CARE)
    return {row[0]: row[1] for row in connection.execute(query.order_by(Tag.id.desc()))}


def _places(connection: Connection, ids: Select[int]) -> dict[int, dict[str, None]]:
    place = ContributionPlace
    query = select(place.contribution_id, place.name).where(place.contribution_id.in_(ids)).order_by(place.id)
    found: dict[int, dict[str, None]] = defaultdict(dict)
    for contribution, name in connection.execute(query):
        found[contribution][name] = None
    return found


def _files(connection: Connection, ids: Select[int]) -> dict[int, int]:
    of_it = Attachment.contribution_id
    query = select(of_it, func.count()).where(of_it.in_(ids)).group_by(of_it)
    rows: Sequence[Any] = connection.execute(query).all()
    return {row[0]: row[1] for row in rows}


_COLUMNS = (
    Contribution.id,
    Contribution.number,
    Contribution.created_at,
    Contribution.field,
    Contribution.kind,
    Contribution.district,
    Contribution.redacted_text,
    Contribution.handed_over_at,
)
