"""Contributions with everything that is known of them, as a stream: what exports, desk and reports read.

Law of this file: `text` is the redacted text; the original comes only when it is asked for by name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, select

from storage.analyses import MODEL
from storage.city import midnight
from storage.models import Contribution, ContributionPlace, Tag, Theme, ThemeMember
from storage.models.labels import KEYPHRASE, MODERATION, TOPIC
from storage.models.reactions import Addition
from storage.supports import supports_of

_BATCH = 500
# Beside the types of tags: which version of the model gave them.
_MODEL_VERSION = "model_version"


@dataclass(frozen=True, slots=True)
class Filter:
    """Which contributions: empty collections mean all; days are the city's, both included."""

    fields: Collection[str] = ()
    kinds: Collection[str] = ()
    statuses: Collection[str] = ()
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A place a contribution speaks of."""

    name: str
    kind: str | None = None
    district: str | None = None
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """One contribution with what belongs to it. `text` is empty until it is analysed; `original` only on request."""

    number: str
    created_at: datetime
    channel: str
    language: str | None
    field: str | None
    kind: str | None
    status: str
    text: str
    places: tuple[Place, ...]
    district: str | None
    topics: tuple[str, ...]
    supports: int
    theme: str | None
    keyphrases: tuple[str, ...]
    moderation: str | None
    latitude: float | None
    longitude: float | None
    dialogue: str | None
    length: str | None
    collector: str | None
    source: str | None
    licence: str | None
    status_reason: str | None
    decided_at: datetime | None
    origin: str | None
    origin_id: str | None
    publishing: str | None
    translation: str | None
    translation_source: str | None
    translated_by: str | None
    handed_over_at: datetime | None
    adds_to: str | None = None
    revision: str | None = None
    model: str | None = None
    confirmed: bool = False
    original: str | None = None


_PLAIN = (
    "number",
    "created_at",
    "channel",
    "language",
    "field",
    "kind",
    "status",
    "district",
    "latitude",
    "longitude",
    "dialogue",
    "length",
    "collector",
    "source",
    "licence",
    "status_reason",
    "decided_at",
    "origin",
    "origin_id",
    "publishing",
    "translation",
    "translation_source",
    "translated_by",
    "handed_over_at",
    "revision",
)


def list_for_export(
    connection: Connection, wanted: Filter | None = None, *, original: bool = False, batch: int = _BATCH
) -> Iterator[Listed]:
    """Yield the wanted contributions in the order they came, reading `batch` rows at a time."""
    wanted = wanted or Filter()
    last = 0
    while True:
        query = select(*_columns()).where(Contribution.id > last, _condition(wanted))
        rows = connection.execute(query.order_by(Contribution.id).limit(batch)).mappings().all()
        if not rows:
            return
        yield from _complete(connection, rows, original)
        last = rows[-1]["id"]


def list_of(
    connection: Connection, ids: Sequence[int], *, original: bool = False, batch: int = _BATCH
) -> Iterator[Listed]:
    """Yield the contributions of these ids, as a snapshot counted them; those erased since are missing."""
    for start in range(0, len(ids), batch):
        query = select(*_columns()).where(Contribution.id.in_(ids[start : start + batch])).order_by(Contribution.id)
        yield from _complete(connection, connection.execute(query).mappings().all(), original)


def _columns() -> list[Any]:
    return [Contribution.__table__.c[name] for name in ("id", "text", "redacted_text", "confirmed_at", *_PLAIN)]


def _condition(wanted: Filter) -> ColumnElement[bool]:
    conditions: list[ColumnElement[bool]] = [Contribution.id > 0]
    if wanted.fields:
        conditions.append(Contribution.field.in_(wanted.fields))
    if wanted.kinds:
        conditions.append(Contribution.kind.in_(wanted.kinds))
    if wanted.statuses:
        conditions.append(Contribution.status.in_(wanted.statuses))
    if wanted.since is not None:
        conditions.append(Contribution.created_at >= midnight(wanted.since))
    if wanted.until is not None:
        conditions.append(Contribution.created_at < midnight(wanted.until + timedelta(days=1)))
    return and_(*conditions)


def _complete(connection: Connection, rows: Sequence[Any], original: bool) -> Iterator[Listed]:
    ids = [row["id"] for row in rows]
    places, tags = _places(connection, ids), _tags(connection, ids)
    supports, themes = supports_of(connection, ids), _themes(connection, ids)
    added = _added(connection, ids)
    for row in rows:
        row_id = row["id"]
        yield Listed(
            **{name: row[name] for name in _PLAIN},
            text=row["redacted_text"] or "",
            places=tuple(places.get(row_id, ())),
            topics=tuple(tags[row_id, TOPIC]),
            keyphrases=tuple(tags[row_id, KEYPHRASE]),
            moderation=next(iter(tags[row_id, MODERATION]), None),
            supports=supports.get(row_id, 0),
            theme=themes.get(row_id),
            adds_to=added.get(row_id),
            model=next(iter(tags[row_id, _MODEL_VERSION]), None),
            confirmed=row["confirmed_at"] is not None,
            original=row["text"] if original else None,
        )


def _places(connection: Connection, ids: Collection[int]) -> dict[int, list[Place]]:
    query = select(ContributionPlace.__table__).where(ContributionPlace.contribution_id.in_(ids))
    said: dict[int, list[tuple[str, Place]]] = defaultdict(list)
    for row in connection.execute(query.order_by(ContributionPlace.id)):
        place = Place(row.name, row.kind, row.district, row.latitude, row.longitude)
        said[row.contribution_id].append((row.source, place))
    return {row_id: _humans_first(pairs) for row_id, pairs in said.items()}


def _tags(connection: Connection, ids: Collection[int]) -> defaultdict[tuple[int, str], list[str]]:
    query = (
        select(Tag.contribution_id, Tag.label_type, Tag.source, Tag.value)
        .where(Tag.contribution_id.in_(ids), Tag.label_type.in_((TOPIC, KEYPHRASE, MODERATION)))
        .order_by(Tag.id)
    )
    said: dict[tuple[int, str], list[tuple[str, str]]] = defaultdict(list)
    for row_id, label_type, source, value in connection.execute(query):
        said[row_id, label_type].append((source, value))
        if source.startswith(MODEL):
            said[row_id, _MODEL_VERSION] = [(source, source.removeprefix(MODEL))]
    return defaultdict(list, {key: _humans_first(pairs) for key, pairs in said.items()})


def _humans_first(pairs: Sequence[tuple[str, Any]]) -> list[Any]:
    """Return what people said, if they said anything, else what the model found; each once."""
    by_people = [value for source, value in pairs if not source.startswith(MODEL)]
    return list(dict.fromkeys(by_people or [value for _, value in pairs]))


def _themes(connection: Connection, ids: Collection[int]) -> dict[int, str]:
    query = (
        select(ThemeMember.contribution_id, Theme.name)
        .join(Theme, Theme.id == ThemeMember.theme_id)
        .where(ThemeMember.contribution_id.in_(ids))
        .order_by(Theme.id.desc())
    )
    return {row_id: name for row_id, name in connection.execute(query)}  # noqa: C416  # rows aren't pairs to mypy


def _added(connection: Connection, ids: Collection[int]) -> dict[int, str]:
    query = (
        select(Addition.contribution_id, Contribution.number)
        .join(Contribution, Contribution.id == Addition.adds_to_id)
        .where(Addition.contribution_id.in_(ids))
    )
    return {row_id: number for row_id, number in connection.execute(query)}  # noqa: C416  # rows aren't pairs to mypy
