"""Defects and cases of need for the service centre: what waits to be handed over, and what was, and when.

Law of this file: a hand-over is noted by whoever did it, never assumed; the citizen is told of no other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, exists, or_, select, update

from storage.audits import Actor, note_deed
from storage.models import Attachment, Contribution, ContributionPlace, Tag
from storage.models.contribution import REJECTED, WITHDRAWN
from storage.models.labels import CARE

DEFECT = "defect"
EMERGENCY = "emergency"
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
    has_care = exists().where(Tag.contribution_id == Contribution.id, Tag.label_type == CARE)
    wanted = [or_(Contribution.kind.in_((DEFECT, EMERGENCY)), has_care), Contribution.status.not_in(_CLOSED)]
    if not with_done:
        wanted.append(Contribution.handed_over_at.is_(None))
    rows = connection.execute(select(Contribution.__table__).where(*wanted).order_by(Contribution.id)).all()
    return [
        Case(
            number=row.number,
            created_at=row.created_at,
            field=row.field,
            kind=row.kind,
            care=_care(connection, row.id),
            district=row.district,
            places=_places(connection, row.id),
            text=row.redacted_text or "",
            files=_files(connection, row.id),
            handed_over_at=row.handed_over_at,
        )
        for row in rows
    ]


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


def _care(connection: Connection, contribution: int) -> str | None:
    of_it = (Tag.contribution_id == contribution, Tag.label_type == CARE)
    return connection.scalar(select(Tag.value).where(*of_it).limit(1))


def _places(connection: Connection, contribution: int) -> tuple[str, ...]:
    query = select(ContributionPlace.name).where(ContributionPlace.contribution_id == contribution)
    return tuple(dict.fromkeys(connection.scalars(query.order_by(ContributionPlace.id))))


def _files(connection: Connection, contribution: int) -> int:
    return len(connection.scalars(select(Attachment.id).where(Attachment.contribution_id == contribution)).all())
