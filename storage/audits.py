"""The audit: who did what to what, when. Rows are only ever added; they leave by retention alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from storage.models import Audit


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a short name that the city knows, and the role they act in."""

    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Deed:
    """One line of the audit."""

    at: datetime
    actor: Actor
    action: str
    subject: str
    detail: dict[str, Any] | None = field(hash=False)


def note_deed(
    connection: Connection,
    actor: Actor,
    action: str,
    subject: str,
    *,
    now: datetime,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Write down that the actor did something; `detail` must not quote a citizen."""
    row = {"at": now, "actor": actor.name, "role": actor.role, "action": action, "subject": subject}
    connection.execute(insert(Audit).values(**row, detail=None if detail is None else dict(detail)))


def deeds(connection: Connection, *, subject: str | None = None, limit: int = 100) -> list[Deed]:
    """Return the latest deeds first, all or those done to one subject."""
    query = select(Audit.at, Audit.actor, Audit.role, Audit.action, Audit.subject, Audit.detail)
    if subject is not None:
        query = query.where(Audit.subject == subject)
    rows = connection.execute(query.order_by(Audit.id.desc()).limit(limit))
    return [Deed(row.at, Actor(row.actor, row.role), row.action, row.subject, row.detail) for row in rows]
