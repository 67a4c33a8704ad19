"""Changes that staff make at the desk: each looks at the row it was meant for, is audited, and can be undone.

Law of this file: who saw an older row changes nothing; what a change replaced is kept until it can no longer be
undone; the words of staff stand beside those of model and citizen, never in their place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Date, Row, delete, insert, select, update

from storage.audits import Actor, note_deed
from storage.columns import Moment
from storage.contributions import NewTag, add_tags
from storage.corrections import STAFF
from storage.models import Contribution, DeskChange, Tag
from storage.models.contribution import ANSWERED, MERGED, RELEASED, WITHDRAWN
from storage.reviews import Outcome, forget_reasons, judge

UNDOABLE_FOR = timedelta(days=30)
# What the audit may quote of a change; the other columns can hold a citizen's words.
_TOLD = ("status", "field", "kind", "district", "language", "assignee_id", "follow_up_on")

Tags = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Hand:
    """Who changes something, in which deed (`batch`), and when."""

    actor: Actor
    staff_id: int | None
    batch: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Undone:
    """What came of undoing: the numbers that are as before, and those that somebody has changed since."""

    undone: tuple[str, ...]
    changed_since: tuple[str, ...]


def change(
    connection: Connection,
    number: str,
    hand: Hand,
    action: str,
    *,
    values: Mapping[str, Any] | None = None,
    tags: Tags | None = None,
    version: int | None = None,
) -> Outcome:
    """Write columns and staff's tags (by type, in place of staff's earlier ones) of a contribution.

    `version` is the one that was looked at; where the row has another one nothing is written.
    """
    row = _row(connection, number)
    if row is None:
        return Outcome.UNKNOWN
    if version is not None and row.version != version:
        return Outcome.STALE
    _write(connection, row, hand, action, values or {}, tags or {})
    return Outcome.DECIDED


def decide(
    connection: Connection,
    number: str,
    status: str,
    reason: str | None,
    hand: Hand,
    *,
    version: int | None = None,
    beside: Mapping[str, Any] | None = None,
    tags: Tags | None = None,
    is_planned: bool = False,
) -> Outcome:
    """Give a contribution a status with its reason; releasing and answering confirm the redaction that was read.

    `beside` are other columns, and `tags` those of staff, that change in the same deed. What was planned has its reason
    in other languages already.
    """
    row = _row(connection, number)
    if row is not None and version is not None and row.version != version:
        return Outcome.STALE
    outcome = judge(row, status, reason)
    if row is None or outcome is not Outcome.DECIDED:
        return outcome
    values = {**(beside or {}), "status": status, "status_reason": reason, "merged_into_id": None, **_decided(hand)}
    if status in (RELEASED, ANSWERED) and row.confirmed_at is None:
        values["confirmed_at"] = hand.now
    _write(connection, row, hand, status, values, tags or {})
    if not (is_planned and reason):
        forget_reasons(connection, row.id)
    return outcome


def merge(connection: Connection, number: str, into: str, hand: Hand, *, version: int | None = None) -> Outcome:
    """Merge a contribution into another one; both keep their authors and their words."""
    row, target = _row(connection, number), _row(connection, into)
    if row is None or target is None:
        return Outcome.UNKNOWN
    if version is not None and row.version != version:
        return Outcome.STALE
    if WITHDRAWN in (row.status, target.status):
        return Outcome.WITHDRAWN
    if target.id == row.id or target.status == MERGED or row.merged_into_id == target.id:
        return Outcome.UNCHANGED
    inherited = select(Contribution.number).where(Contribution.merged_into_id == row.id)
    for each in connection.scalars(inherited).all():
        merge(connection, each, into, hand)
    _write(connection, row, hand, MERGED, {"status": MERGED, "merged_into_id": target.id, **_decided(hand)}, {})
    return Outcome.DECIDED


def undo(connection: Connection, batch: str, hand: Hand, *, only: Iterable[str] | None = None) -> Undone:
    """Put back what a deed changed, except where somebody changed it since; `only` limits it to these numbers."""
    query = select(DeskChange.__table__, Contribution.number, Contribution.version, Contribution.status)
    query = query.join(Contribution, Contribution.id == DeskChange.contribution_id)
    query = query.where(DeskChange.batch == batch, DeskChange.undone_at.is_(None)).order_by(DeskChange.id.desc())
    wanted = None if only is None else set(only)
    found = [row for row in connection.execute(query) if wanted is None or row.number in wanted]
    possible = [row for row in found if row.version == row.version_after]
    for row in possible:
        _put_back(connection, row, hand)
    changed = tuple(row.number for row in found if row.version != row.version_after)
    return Undone(tuple(row.number for row in possible), changed)


def forget_changes(connection: Connection, *, now: datetime) -> None:
    """Delete what can no longer be undone."""
    connection.execute(delete(DeskChange).where(DeskChange.at < now - UNDOABLE_FOR))


def delete_originals(connection: Connection, *, confirmed_before: datetime, now: datetime) -> int:
    """Put the redacted text in the place of originals whose redaction was confirmed long ago; return how many."""
    due = update(Contribution).where(
        Contribution.confirmed_at < confirmed_before,
        Contribution.original_deleted_at.is_(None),
        Contribution.redacted_text.is_not(None),
    )
    gone = due.values(text=Contribution.redacted_text, answers=None, original_deleted_at=now)
    return connection.execute(gone).rowcount


def _row(connection: Connection, number: str) -> Row[Any] | None:
    query = select(Contribution.__table__).where(Contribution.number == number).with_for_update()
    return connection.execute(query).one_or_none()


def _decided(hand: Hand) -> dict[str, Any]:
    return {"decided_at": hand.now, "decided_by": hand.actor.name}


def _write(
    connection: Connection, row: Row[Any], hand: Hand, action: str, values: Mapping[str, Any], tags: Tags
) -> None:
    before = {name: _stored(getattr(row, name)) for name in values}
    tags_before = {kind: _replace_tags(connection, row.id, kind, tags[kind], hand.now) for kind in tags}
    version = _update(connection, row.id, values)
    kept = {"batch": hand.batch, "at": hand.now, "staff_id": hand.staff_id, "role": hand.actor.role, "action": action}
    kept |= {"contribution_id": row.id, "before": before, "tags_before": tags_before, "version_after": version}
    connection.execute(insert(DeskChange).values(**kept))
    told = {name: _stored(value) for name, value in values.items() if name in _TOLD}
    detail = {"batch": hand.batch, "before": {name: before[name] for name in told}, "after": told}
    detail |= {"tags": {kind: list(given) for kind, given in tags.items()}} if tags else {}
    note_deed(connection, hand.actor, action, row.number, now=hand.now, detail=detail)


def _update(connection: Connection, row_id: int, values: Mapping[str, Any]) -> int:
    changed = update(Contribution).where(Contribution.id == row_id)
    changed = changed.values(**values, version=Contribution.version + 1)
    return connection.execute(changed.returning(Contribution.version)).scalar_one()


def _put_back(connection: Connection, row: Row[Any], hand: Hand) -> None:
    values = {name: _revived(name, value) for name, value in row.before.items()}
    if "status" in values:
        # Whoever was told of the decision hears that it was taken back.
        values |= _decided(hand)
    for kind, earlier in row.tags_before.items():
        _replace_tags(connection, row.contribution_id, kind, earlier, hand.now)
    version = _update(connection, row.contribution_id, values)
    connection.execute(update(DeskChange).where(DeskChange.id == row.id).values(undone_at=hand.now))
    # The row is again as the change before left it, so that one can be undone next.
    before = (DeskChange.contribution_id == row.contribution_id, DeskChange.version_after == row.version_after - 1)
    connection.execute(update(DeskChange).where(*before).values(version_after=version))
    detail = {"batch": row.batch, "undid": row.action}
    note_deed(connection, hand.actor, "undone", row.number, now=hand.now, detail=detail)


def _replace_tags(connection: Connection, row_id: int, kind: str, given: Sequence[str], now: datetime) -> list[str]:
    """Put staff's tags of a type in the place of their earlier ones, and return these."""
    ours = (Tag.contribution_id == row_id, Tag.label_type == kind, Tag.source == STAFF)
    earlier = list(connection.scalars(select(Tag.value).where(*ours).order_by(Tag.id)))
    connection.execute(delete(Tag).where(*ours))
    add_tags(connection, [(row_id, NewTag(kind, value, STAFF)) for value in dict.fromkeys(given)], now=now)
    return earlier


def _stored(value: Any) -> Any:
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date():
            return value.isoformat()
        case _:
            return value


def _revived(name: str, value: Any) -> Any:
    kind = Contribution.__table__.c[name].type
    if value is None:
        return None
    if isinstance(kind, Moment):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if isinstance(kind, Date) else value
