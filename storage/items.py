"""Contributions as staff see them: in a list, and alone with everything that belongs to it.

Law of this file: texts are the redacted ones; the original comes by `original_of` alone, and each look is noted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from storage.analyses import MODEL
from storage.audits import Actor, note_deed
from storage.corrections import STAFF
from storage.models import Attachment, Contribution, ContributionPlace, DeskChange, PlannedDecision, Tag
from storage.models.labels import CARE, FIELD, KIND, MODERATION, PERSONAL, TOPIC
from storage.supports import supports_of

CITIZEN = "citizen"
_OK = "ok"


@dataclass(frozen=True, slots=True)
class Said:
    """A tag and who gave it; `score` is the model's."""

    type: str
    value: str
    source: str
    score: float | None

    @property
    def by_model(self) -> bool:
        """Whether the model gave it."""
        return self.source.startswith(MODEL)


@dataclass(frozen=True, slots=True)
class Item:
    """A contribution as staff see it. `text` is the redacted text, None before the analysis."""

    id: int
    number: str
    version: int
    created_at: datetime
    channel: str
    collector: str | None
    language: str | None
    field: str | None
    kind: str | None
    district: str | None
    status: str
    reason: str | None
    text: str | None
    translation: str | None
    translation_source: str | None
    certainty: float
    assignee_id: int | None
    follow_up_on: date | None
    file_reference: str | None
    decided_at: datetime | None
    confirmed_at: datetime | None
    original_deleted_at: datetime | None
    merged_into_id: int | None
    publishing: str | None
    source: str | None
    dialogue: str | None
    length: str | None
    workshop_id: int | None
    supports: int = 0
    merged: int = 0
    planned: str | None = None
    due_at: datetime | None = None
    said: tuple[Said, ...] = ()

    def by(self, type_: str, source: str) -> list[Said]:
        """Return the tags of a type by "model", "citizen" or "staff"."""
        return [each for each in self.said if each.type == type_ and each.source.partition(":")[0] == source]

    @property
    def topics(self) -> list[str]:
        """What people say it is about, else what the model does."""
        return self._people_first(TOPIC)

    @property
    def warning(self) -> str | None:
        """What stands out: danger, or how somebody speaks; None where nothing does."""
        marked = [each.value for each in self.said if each.type == CARE]
        marked += [value for value in self._people_first(MODERATION) if value != _OK]
        return next(iter(marked), None)

    @property
    def had_personal(self) -> bool:
        """Whether something was blacked out."""
        return any(each.type == PERSONAL for each in self.said)

    def source_of(self, type_: str) -> str:
        """Return who last said what field or kind it is: staff, citizen or model."""
        sources = {each.source for each in self.said if each.type == type_}
        return next((source for source in (STAFF, CITIZEN) if source in sources), "model")

    def _people_first(self, type_: str) -> list[str]:
        said = [each for each in self.said if each.type == type_]
        chosen = [each for each in said if not each.by_model] or said
        return list(dict.fromkeys(each.value for each in chosen))


_PLAIN = (
    *("id", "number", "version", "created_at", "channel", "collector", "language", "field", "kind", "district"),
    *("status", "translation", "translation_source", "certainty", "assignee_id", "follow_up_on", "file_reference"),
    *("decided_at", "confirmed_at", "original_deleted_at", "merged_into_id", "publishing", "source", "dialogue"),
    *("length", "workshop_id"),
)
_COLUMNS = [
    *(Contribution.__table__.c[name] for name in _PLAIN),
    Contribution.redacted_text.label("text"),
    Contribution.status_reason.label("reason"),
]
_LISTED_TAGS = (FIELD, KIND, TOPIC, MODERATION, CARE, PERSONAL)


def items(connection: Connection, ids: Sequence[int]) -> list[Item]:
    """Return contributions by id, in this order; those that are gone are left out."""
    rows = {row["id"]: row for row in connection.execute(select(*_COLUMNS).where(Contribution.id.in_(ids))).mappings()}
    said, merged, planned = _said(connection, ids), _merged(connection, ids), _planned(connection, ids)
    supports = supports_of(connection, ids)
    return [
        Item(
            **rows[row_id],
            supports=supports.get(row_id, 0),
            merged=merged.get(row_id, 0),
            planned=planned[row_id][0],
            due_at=planned[row_id][1],
            said=tuple(said[row_id]),
        )
        for row_id in ids
        if row_id in rows
    ]


def item(connection: Connection, number: str) -> Item | None:
    """Return one contribution."""
    row_id = connection.scalar(select(Contribution.id).where(Contribution.number == number))
    return None if row_id is None else next(iter(items(connection, [row_id])), None)


def numbers_of(connection: Connection, ids: Collection[int]) -> dict[int, str]:
    """Return public numbers by id."""
    query = select(Contribution.id, Contribution.number).where(Contribution.id.in_(ids))
    return {row.id: row.number for row in connection.execute(query)}


def merged_with(connection: Connection, row_id: int) -> list[Item]:
    """Return what was merged into a contribution."""
    query = select(Contribution.id).where(Contribution.merged_into_id == row_id).order_by(Contribution.id)
    return items(connection, connection.scalars(query).all())


def original_of(connection: Connection, number: str, actor: Actor, *, now: datetime) -> Mapping[str, Any] | None:
    """Return the original words of a contribution as text and answers, and note that somebody looked."""
    query = select(Contribution.text, Contribution.answers).where(Contribution.number == number)
    row = connection.execute(query).mappings().one_or_none()
    if row is not None:
        note_deed(connection, actor, "original_opened", number, now=now)
    return None if row is None else dict(row)


def places_of(connection: Connection, row_id: int) -> list[Row[Any]]:
    """Return the places a contribution speaks of."""
    columns = (ContributionPlace.name, ContributionPlace.kind, ContributionPlace.district, ContributionPlace.source)
    return list(connection.execute(select(*columns).where(ContributionPlace.contribution_id == row_id)))


def files_of(connection: Connection, row_id: int) -> list[Row[Any]]:
    """Return what files hang on a contribution, without their content."""
    columns = (Attachment.id, Attachment.media, Attachment.size, Attachment.mime, Attachment.transcript)
    return list(connection.execute(select(*columns).where(Attachment.contribution_id == row_id)))


def changes_of(connection: Connection, row_id: int, limit: int = 20) -> list[Row[Any]]:
    """Return the latest changes of a contribution: when, in which role, what, in which deed, and whether undone."""
    columns = (DeskChange.at, DeskChange.role, DeskChange.action, DeskChange.batch, DeskChange.undone_at)
    query = select(*columns, DeskChange.version_after).where(DeskChange.contribution_id == row_id)
    return list(connection.execute(query.order_by(DeskChange.id.desc()).limit(limit)))


@dataclass(frozen=True, slots=True)
class Done:
    """A deed at the desk: what was done to how many contributions, and whether it was undone."""

    action: str
    numbers: tuple[str, ...]
    undone: bool


def deed_of(connection: Connection, batch: str) -> Done | None:
    """Return what a deed did."""
    query = select(DeskChange.action, Contribution.number, DeskChange.undone_at)
    query = query.join(Contribution, Contribution.id == DeskChange.contribution_id).where(DeskChange.batch == batch)
    rows = connection.execute(query.order_by(DeskChange.id)).all()
    if not rows:
        return None
    numbers = dict.fromkeys(row.number for row in rows)
    return Done(rows[-1].action, tuple(numbers), all(row.undone_at for row in rows))


def _said(connection: Connection, ids: Collection[int]) -> dict[int, list[Said]]:
    query = select(Tag.contribution_id, Tag.label_type, Tag.value, Tag.source, Tag.score)
    query = query.where(Tag.contribution_id.in_(ids), Tag.label_type.in_(_LISTED_TAGS))
    found: dict[int, list[Said]] = defaultdict(list)
    for row in connection.execute(query.order_by(Tag.score.desc(), Tag.id)):
        found[row.contribution_id].append(Said(row.label_type, row.value, row.source, row.score))
    return found


def _merged(connection: Connection, ids: Collection[int]) -> dict[int, int]:
    query = select(Contribution.merged_into_id, func.count()).where(Contribution.merged_into_id.in_(ids))
    found = connection.execute(query.group_by(Contribution.merged_into_id))
    return {target: number for target, number in found if target is not None}


def _planned(connection: Connection, ids: Collection[int]) -> dict[int, tuple[str | None, datetime | None]]:
    query = select(PlannedDecision.contribution_id, PlannedDecision.status, PlannedDecision.due_at)
    rows = connection.execute(query.where(PlannedDecision.contribution_id.in_(ids)))
    return defaultdict(lambda: (None, None), {row[0]: (row[1], row[2]) for row in rows})
