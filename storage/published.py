"""What everybody may read: released, redacted contributions whose authors consented, page by page.

Law of this file: nothing but `publishable` rows, and of these no original, no author and no exact place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, func, select

from storage.city import midnight
from storage.consents import publishable
from storage.models import Contribution, Theme, ThemeMember
from storage.supports import supports_of

_NAMES = (
    *("id", "number", "created_at", "language", "field", "kind", "status", "district"),
    *("status_reason", "licence"),
)


@dataclass(frozen=True, slots=True)
class Published:
    """A contribution as everybody may read it. `licence` is None where its author did not consent to reuse."""

    id: int
    number: str
    created_at: datetime
    language: str | None
    field: str | None
    kind: str | None
    status: str
    district: str | None
    text: str
    status_reason: str | None
    licence: str | None
    supports: int


@dataclass(frozen=True, slots=True)
class PublishedTheme:
    """A theme with the number of its published contributions."""

    id: int
    name: str
    field: str | None
    contributions: int


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which ones; None means all. Days are the city's, both included."""

    field: str | None = None
    kind: str | None = None
    district: str | None = None
    language: str | None = None
    since: date | None = None
    until: date | None = None


def page(connection: Connection, chosen: Chosen, *, after: int = 0, limit: int) -> list[Published]:
    """Return contributions after an id in the order they came."""
    query = _query().where(Contribution.id > after).order_by(Contribution.id).limit(limit)
    for name in ("field", "kind", "district", "language"):
        if (value := getattr(chosen, name)) is not None:
            query = query.where(Contribution.__table__.c[name] == value)
    if chosen.since:
        query = query.where(Contribution.created_at >= midnight(chosen.since))
    if chosen.until:
        query = query.where(Contribution.created_at < midnight(chosen.until + timedelta(days=1)))
    return _read(connection, connection.execute(query).all())


def one(connection: Connection, number: str) -> Published | None:
    """Return the contribution of a number if everybody may read it."""
    found = _read(connection, connection.execute(_query().where(Contribution.number == number)).all())
    return found[0] if found else None


def themes(connection: Connection) -> list[PublishedTheme]:
    """Return themes that hold at least one published contribution."""
    number = func.count()
    query = select(Theme.id, Theme.name, Theme.field, number).join(ThemeMember, ThemeMember.theme_id == Theme.id)
    query = query.join(Contribution, Contribution.id == ThemeMember.contribution_id).where(publishable())
    rows = connection.execute(query.group_by(Theme.id, Theme.name, Theme.field).order_by(Theme.id))
    return [PublishedTheme(*row) for row in rows]


def _query() -> Select[Any]:
    names = (Contribution.__table__.c[name] for name in _NAMES)
    return select(*names, Contribution.redacted_text.label("text")).where(publishable())


def _read(connection: Connection, rows: Sequence[Any]) -> list[Published]:
    supports = supports_of(connection, [row.id for row in rows])
    return [Published(**row._mapping, supports=supports.get(row.id, 0)) for row in rows]
