"""Contributions: added once, found, corrected; everything as sets.

Law of this file: a draft sent twice is one contribution, and so is a row imported twice; a number is never given twice.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from storage.models import Attachment, Contribution, ContributionPlace, Tag
from storage.models.contribution import RECEIVED
from storage.upsert import insert_new


@dataclass(frozen=True, slots=True)
class NewTag:
    """A label for a contribution; `source` is "model:<version>", "citizen", "staff" or "import"."""

    label_type: str
    value: str
    source: str
    score: float | None = None


@dataclass(frozen=True, slots=True)
class NewPlace:
    """A place a contribution speaks of; `source` as in NewTag."""

    name: str
    source: str
    kind: str | None = None
    district: str | None = None
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class NewFile:
    """A photo or voice message: what it is, and the channel's reference to it."""

    media: str
    channel_ref: str


@dataclass(frozen=True, slots=True)
class NewContribution:
    """A contribution to add. `draft` tells it apart within its citizen, `origin_id` within an origin.

    `publishing` is the version of the consent to show it to others, or "import" where a file says so.
    """

    number: str
    text: str
    channel: str
    draft: str = ""
    citizen_id: int | None = None
    collector: str | None = None
    dialogue: str | None = None
    revision: str | None = None
    length: str | None = None
    field: str | None = None
    kind: str | None = None
    answers: Sequence[Any] | None = None
    redacted_text: str | None = None
    language: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    district: str | None = None
    publishing: str | None = None
    licence: str | None = None
    translation: str | None = None
    translation_source: str | None = None
    translated_by: str | None = None
    handed_over_at: datetime | None = None
    status: str = RECEIVED
    status_reason: str | None = None
    decided_at: datetime | None = None
    source: str | None = None
    workshop_id: int | None = None
    origin: str | None = None
    origin_id: str | None = None
    created_at: datetime | None = None
    tags: Sequence[NewTag] = ()
    places: Sequence[NewPlace] = ()
    files: Sequence[NewFile] = ()


@dataclass(frozen=True, slots=True)
class Unanalysed:
    """A contribution that waits for the analyst, with what its author said of it already."""

    id: int
    number: str
    text: str
    language: str | None
    field: str | None
    kind: str | None
    district: str | None


_COLUMNS = (
    "number",
    "text",
    "channel",
    "draft",
    "citizen_id",
    "collector",
    "dialogue",
    "revision",
    "length",
    "field",
    "kind",
    "redacted_text",
    "language",
    "latitude",
    "longitude",
    "district",
    "publishing",
    "licence",
    "translation",
    "translation_source",
    "translated_by",
    "handed_over_at",
    "status",
    "status_reason",
    "decided_at",
    "source",
    "workshop_id",
    "origin",
    "origin_id",
)


def add(connection: Connection, contributions: Sequence[NewContribution], *, now: datetime) -> int:
    """Keep the contributions with their tags, places and files, and return how many were new.

    Those that are there already (same citizen and draft, or same origin and origin_id) change nothing. A number that
    stands for another contribution raises IntegrityError.
    """
    said = [each for each in contributions if each.origin is None]
    imported = [each for each in contributions if each.origin is not None]
    new = insert_new(connection, Contribution, _rows(said, now), unique=("citizen_id", "draft"))
    new += insert_new(connection, Contribution, _rows(imported, now), unique=("origin", "origin_id"))
    _add_details(connection, contributions, now)
    return new


def unanalysed(connection: Connection, limit: int = 64) -> list[Unanalysed]:
    """Return contributions nobody has analysed yet, oldest first."""
    names = ("id", "number", "text", "language", "field", "kind", "district")
    columns = [Contribution.__table__.c[name] for name in names]
    query = select(*columns).where(Contribution.analysed_at.is_(None)).order_by(Contribution.id).limit(limit)
    return [Unanalysed(*row) for row in connection.execute(query)]


def author_of(connection: Connection, number: str) -> int | None:
    """Return the id of the citizen who sent a contribution, or None when there is nobody (any more)."""
    return connection.scalar(select(Contribution.citizen_id).where(Contribution.number == number))


def count_unanalysed(connection: Connection) -> int:
    """Return how many contributions nobody has analysed yet."""
    waiting = select(func.count()).select_from(Contribution).where(Contribution.analysed_at.is_(None))
    return connection.scalar(waiting) or 0


def ids_of(connection: Connection, numbers: Collection[str]) -> dict[str, int]:
    """Return the ids of contributions by public number; unknown numbers are left out."""
    query = select(Contribution.number, Contribution.id).where(Contribution.number.in_(numbers))
    return {row.number: row.id for row in connection.execute(query)}


def _rows(contributions: Sequence[NewContribution], now: datetime) -> list[dict[str, Any]]:
    return [
        {
            **{name: getattr(each, name) for name in _COLUMNS},
            "answers": None if each.answers is None else list(each.answers),
            "created_at": each.created_at or now,
        }
        for each in contributions
    ]


def _add_details(connection: Connection, contributions: Sequence[NewContribution], now: datetime) -> None:
    detailed = [each for each in contributions if each.tags or each.places or each.files]
    if not detailed:
        return
    ids = ids_of(connection, [each.number for each in detailed])
    owned = [(ids[each.number], each) for each in detailed if each.number in ids]
    add_tags(connection, [(row_id, tag) for row_id, each in owned for tag in each.tags], now=now)
    add_places(connection, [(row_id, place) for row_id, each in owned for place in each.places])
    _add_files(connection, owned, now)


def add_tags(connection: Connection, tags: Sequence[tuple[int, NewTag]], *, now: datetime) -> None:
    """Add tags to contributions by id; a label that its source gave already stays as it is."""
    rows = [
        {
            "contribution_id": contribution,
            "label_type": tag.label_type,
            "value": tag.value,
            "score": tag.score,
            "source": tag.source,
            "created_at": now,
        }
        for contribution, tag in tags
    ]
    insert_new(connection, Tag, rows, unique=("contribution_id", "label_type", "value", "source"))


def add_places(connection: Connection, places: Sequence[tuple[int, NewPlace]]) -> None:
    """Add places to contributions by id; a place that its source named already stays as it is."""
    rows = [
        {
            "contribution_id": contribution,
            "name": place.name,
            "kind": place.kind,
            "district": place.district,
            "latitude": place.latitude,
            "longitude": place.longitude,
            "source": place.source,
        }
        for contribution, place in places
    ]
    insert_new(connection, ContributionPlace, rows, unique=("contribution_id", "source", "name"))


def _add_files(connection: Connection, owned: Sequence[tuple[int, NewContribution]], now: datetime) -> None:
    rows = [
        {
            "contribution_id": row_id,
            "citizen_id": each.citizen_id,
            "media": file.media,
            "channel_ref": file.channel_ref,
            "created_at": now,
        }
        for row_id, each in owned
        for file in each.files
    ]
    insert_new(connection, Attachment, rows, unique=("contribution_id", "channel_ref"))
