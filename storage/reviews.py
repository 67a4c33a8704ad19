"""Deciding on contributions: release, reject, answer, withdraw, merge; every decision is audited.

Law of this file: nothing is released before it is redacted, nothing is rejected without a reason, what its author
withdrew stays so, and a merge can be undone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, select, update

from storage.analyses import MODEL
from storage.audits import Actor, note_deed
from storage.models import Contribution, ReasonText, Tag
from storage.models.contribution import MERGED, RECEIVED, REJECTED, RELEASED, STATUSES, WITHDRAWN

_UNREAD = 2.0  # more than any score: what was not read comes last


class Outcome(StrEnum):
    """What came of a decision."""

    DECIDED = "decided"
    UNCHANGED = "unchanged"
    UNKNOWN = "unknown"
    NOT_ANALYSED = "not_analysed"
    NO_REASON = "no_reason"
    STALE = "stale"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Reviewable:
    """A contribution as a reviewer sees it in a list; `text` is the redacted text, or None before the analysis."""

    number: str
    created_at: datetime
    channel: str
    language: str | None
    field: str | None
    kind: str | None
    district: str | None
    status: str
    text: str | None
    translation: str | None
    translation_source: str | None


def decide(
    connection: Connection, number: str, status: str, reason: str | None, actor: Actor, *, now: datetime
) -> Outcome:
    """Give a contribution a new status, with its reason, and note the deed; ValueError for a status that isn't one."""
    if status not in STATUSES:
        raise ValueError(f"{status!r} is no status; use one of {', '.join(STATUSES)}")
    found = _find(connection, number)
    outcome = judge(found, status, reason)
    if found is not None and outcome is Outcome.DECIDED:
        _write(connection, found.id, now, actor, status=status, status_reason=reason, merged_into_id=None)
        note_deed(connection, actor, status, number, now=now, detail={"before": found.status, "reason": reason})
    return outcome


def merge(connection: Connection, number: str, into: str, actor: Actor, *, now: datetime) -> Outcome:
    """Merge a contribution into another one, which keeps its own author; both stay readable, `unmerge` undoes it."""
    found, target = _find(connection, number), _find(connection, into)
    if found is None or target is None:
        return Outcome.UNKNOWN
    if WITHDRAWN in (found.status, target.status):
        return Outcome.WITHDRAWN
    if target.id == found.id or target.status == MERGED or found.merged_into_id == target.id:
        return Outcome.UNCHANGED
    _write(connection, found.id, now, actor, status=MERGED, merged_into_id=target.id)
    note_deed(connection, actor, MERGED, number, now=now, detail={"before": found.status, "into": into})
    return Outcome.DECIDED


def unmerge(connection: Connection, number: str, actor: Actor, *, now: datetime) -> Outcome:
    """Take a merge back; the contribution is to be reviewed again."""
    found = _find(connection, number)
    if found is None:
        return Outcome.UNKNOWN
    if found.status != MERGED:
        return Outcome.UNCHANGED
    _write(connection, found.id, now, actor, status=RECEIVED, merged_into_id=None)
    note_deed(connection, actor, "unmerged", number, now=now)
    return Outcome.DECIDED


def by_status(connection: Connection, status: str = RECEIVED, *, limit: int = 1000) -> list[Reviewable]:
    """Return contributions in a status; first those whose field the model is least sure of, then the oldest.

    What a person says of these teaches the model most; what it has not read yet, or did not score, comes last.
    """
    names = ("number", "created_at", "channel", "language", "field", "kind", "district", "status", "redacted_text")
    columns = [Contribution.__table__.c[name] for name in (*names, "translation", "translation_source")]
    query = select(*columns).where(Contribution.status == status)
    return [Reviewable(*row) for row in connection.execute(query.order_by(_sureness(), Contribution.id).limit(limit))]


def _sureness() -> ColumnElement[float]:
    """Return how sure the model is of the field it proposes first."""
    said = (Tag.contribution_id == Contribution.id, Tag.label_type == "field", Tag.source.startswith(MODEL))
    best = select(func.max(Tag.score)).where(*said).correlate(Contribution).scalar_subquery()
    return func.coalesce(best, _UNREAD)


def forget_reasons(connection: Connection, row_id: int) -> None:
    """Drop what an earlier reason was in other languages."""
    connection.execute(delete(ReasonText).where(ReasonText.contribution_id == row_id))


def judge(found: Any, status: str, reason: str | None) -> Outcome:
    """Return what would come of a decision on a row with status, status_reason and redacted_text, or on None."""
    if found is None:
        return Outcome.UNKNOWN
    if status == REJECTED and not (reason or "").strip():
        return Outcome.NO_REASON
    if status == RELEASED and found.redacted_text is None:
        return Outcome.NOT_ANALYSED
    if (found.status, found.status_reason) == (status, reason):
        return Outcome.UNCHANGED
    return Outcome.WITHDRAWN if found.status == WITHDRAWN else Outcome.DECIDED


def _find(connection: Connection, number: str) -> Any:
    columns = (
        Contribution.id,
        Contribution.status,
        Contribution.status_reason,
        Contribution.redacted_text,
        Contribution.merged_into_id,
    )
    query = select(*columns).where(Contribution.number == number).with_for_update()
    return connection.execute(query).one_or_none()


def _write(connection: Connection, row_id: int, now: datetime, actor: Actor, **changes: Any) -> None:
    forget_reasons(connection, row_id)
    decided = update(Contribution).where(Contribution.id == row_id)
    connection.execute(decided.values(decided_at=now, decided_by=actor.name, **changes))
