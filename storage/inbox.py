"""The inbox: what channels handed over, kept before it is acknowledged, given out in order.

Law of this file: a redelivered update is a no-op; of one chat at most one update is in work; what is done
keeps no words.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Integer, Select, bindparam, delete, exists, func, select, update
from sqlalchemy.orm import aliased

from storage.models import Inbox
from storage.queues import queue_up
from storage.upsert import insert_new

# Telegram repeats an update for at most a day; two leave room for a clock that is wrong.
DOUBLES_KNOWN_FOR = timedelta(hours=48)
PARKED_FOR = timedelta(days=7)
# So long an update with words waits for the analyst, then the dialogue goes on without proposals.
PATIENCE = timedelta(milliseconds=300)
BATCH = 64

_OPEN = Inbox.done_at.is_(None) & Inbox.parked_at.is_(None)


@dataclass(frozen=True, slots=True)
class Received:
    """An update as a channel handed it over; `raw` is its JSON text, `external_id` its id within (channel, bot)."""

    channel: str
    bot: str
    external_id: str
    chat: str
    raw: str
    has_text: bool = False


@dataclass(frozen=True, slots=True)
class Update:
    """An update to work on; `analysis` is what the analyst made of its words, if it was in time."""

    seq: int
    channel: str
    bot: str
    external_id: str
    chat: str
    raw: str
    received_at: datetime
    analysis: dict[str, Any] | None = None
    attempts: int = 0


def receive(
    connection: Connection, updates: Sequence[Received], *, now: datetime, patience: timedelta = PATIENCE
) -> int:
    """Keep the updates in their order and return how many were new; those with text are due after `patience`."""
    # Without it a higher number of a chat could become visible, and be taken into work, before a lower one.
    queue_up(connection, ((each.channel, each.bot, each.chat) for each in updates))
    rows = [
        {
            "channel": each.channel,
            "bot": each.bot,
            "external_id": each.external_id,
            "chat": each.chat,
            "raw": each.raw,
            "has_text": each.has_text,
            "received_at": now,
            "due_at": now + patience if each.has_text else now,
        }
        for each in updates
    ]
    return insert_new(connection, Inbox, rows, unique=("channel", "bot", "external_id"))


def take_due(connection: Connection, *, now: datetime, limit: int = BATCH) -> list[Update]:
    """Return due updates in order, at most one per chat and each chat's first; they stay locked until the commit."""
    return [Update(*row) for row in connection.execute(_DUE, {"now": now, "limit": limit}).all()]


def next_due_at(connection: Connection) -> datetime | None:
    """Return when the next update is due (perhaps long ago), or None when none is open."""
    return connection.scalar(_NEXT)


def unanalysed(connection: Connection, limit: int = BATCH) -> list[Update]:
    """Return open updates with words that nobody has analysed yet, in order."""
    return [Update(*row) for row in connection.execute(_UNANALYSED, {"limit": limit}).all()]


def note_analysis(connection: Connection, analyses: Iterable[tuple[int, Mapping[str, Any]]], *, now: datetime) -> None:
    """Write what the analyst found to the updates and make them due; those done meanwhile are left alone."""
    rows = [{"seq_": seq, "analysis_": dict(analysis)} for seq, analysis in analyses]
    if rows:
        found = update(Inbox).where(Inbox.seq == bindparam("seq_"), _OPEN)
        connection.execute(found.values(analysis=bindparam("analysis_"), due_at=now), rows)


def finish(connection: Connection, seqs: Collection[int], *, now: datetime) -> None:
    """Mark the updates as done and empty their words in the same stroke."""
    if seqs:
        done = update(Inbox).where(Inbox.seq.in_(seqs), _OPEN)
        connection.execute(done.values(done_at=now, raw=None, analysis=None))


def park(connection: Connection, seq: int, reason: str, *, now: datetime) -> None:
    """Lay an unreadable update aside with its reason (which must not quote it); the chat goes on behind it."""
    parked = update(Inbox).where(Inbox.seq == seq, _OPEN)
    connection.execute(parked.values(parked_at=now, reason=reason, analysis=None, attempts=Inbox.attempts + 1))


def postpone(connection: Connection, seq: int, until: datetime) -> None:
    """Let an update that failed for a passing reason wait; later ones of its chat wait behind it."""
    later = update(Inbox).where(Inbox.seq == seq, _OPEN)
    connection.execute(later.values(due_at=until, attempts=Inbox.attempts + 1))


def open_count(connection: Connection) -> int:
    """Return how many updates are neither done nor parked."""
    return connection.scalar(select(func.count()).where(_OPEN)) or 0


def forget(connection: Connection, *, now: datetime) -> None:
    """Delete updates done two days ago or parked a week ago, ids included."""
    connection.execute(delete(Inbox).where(Inbox.done_at < now - DOUBLES_KNOWN_FOR))
    connection.execute(delete(Inbox).where(Inbox.parked_at < now - PARKED_FOR))


_COLUMNS = (
    Inbox.seq,
    Inbox.channel,
    Inbox.bot,
    Inbox.external_id,
    Inbox.chat,
    Inbox.raw,
    Inbox.received_at,
    Inbox.analysis,
    Inbox.attempts,
)


def _heads() -> Select[Any]:
    """Select the first open update of each chat."""
    earlier = aliased(Inbox)
    behind = exists().where(
        earlier.channel == Inbox.channel,
        earlier.bot == Inbox.bot,
        earlier.chat == Inbox.chat,
        earlier.done_at.is_(None),
        earlier.parked_at.is_(None),
        earlier.seq < Inbox.seq,
    )
    return select(*_COLUMNS).where(_OPEN, ~behind)


# Built once: building a statement takes longer than running it.
_DUE = (
    _heads()
    .where(Inbox.due_at <= bindparam("now", type_=Inbox.due_at.type))
    .order_by(Inbox.seq)
    .limit(bindparam("limit", type_=Integer))
    .with_for_update(skip_locked=True)
)
_NEXT = _heads().with_only_columns(Inbox.due_at).order_by(Inbox.due_at).limit(1)
_UNANALYSED = (
    select(*_COLUMNS)
    .where(_OPEN, Inbox.has_text, Inbox.analysis.is_(None))
    .order_by(Inbox.seq)
    .limit(bindparam("limit", type_=Integer))
)
