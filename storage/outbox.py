"""The outbox: finished requests to the channels, sent after the commit that wrote them.

Law of this file: nothing is enqueued twice (cause and ordinal), replies go before notices before broadcasts, and
within a chat the order stays.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Integer,
    Select,
    bindparam,
    case,
    delete,
    exists,
    func,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.orm import aliased

from storage.models import Outbox
from storage.upsert import insert_new

REPLY = 0
NOTICE = 1
BROADCAST = 2
WEB = "web"
# Causes of what is said in the chats of a class begin with this.
CLASS = "class:"

KEPT_FOR = timedelta(hours=48)
# When what is held back is due: no program runs so long.
HELD_BACK = datetime(9999, 1, 1, tzinfo=UTC)

_UNSENT = Outbox.sent_at.is_(None) & Outbox.failed_at.is_(None)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request to enqueue. `paced` ones count against the channel's limits; `due_at` None means at once."""

    cause: str
    ordinal: int
    channel: str
    bot: str
    chat: str
    method: str
    params: Mapping[str, Any] = field(hash=False)
    priority: int = REPLY
    paced: bool = True
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request to send now."""

    id: int
    cause: str
    ordinal: int
    channel: str
    bot: str
    chat: str
    method: str
    params: dict[str, Any] = field(hash=False)
    priority: int
    paced: bool
    due_at: datetime
    attempts: int


@dataclass(frozen=True, slots=True)
class Said:
    """A request that stands in a chat's transcript."""

    id: int
    method: str
    params: dict[str, Any] = field(hash=False)
    created_at: datetime


def enqueue(connection: Connection, requests: Sequence[Outgoing], *, now: datetime) -> int:
    """Keep the requests for sending and return how many were new; those to the web count as sent at once."""
    return insert_new(connection, Outbox, [_row(each, now) for each in requests], unique=("cause", "ordinal"))


def take_waiting(
    connection: Connection,
    *,
    now: datetime,
    limit: int,
    skip: Collection[int] = (),
    channel: str | None = None,
    bot: str | None = None,
) -> list[Waiting]:
    """Return requests to send by priority and number, at most one paced one per chat; `skip` are those in flight.

    `channel` and `bot` narrow it down to one wire: what another token was to send can't be sent by this one.
    """
    wire = {name: value for name, value in (("channel", channel), ("bot", bot)) if value is not None}
    found = {"now": now, "limit": limit, "skip": list(skip), "flying": list(skip), **wire}
    return [Waiting(*row) for row in connection.execute(_waiting(frozenset(wire)), found).all()]


def next_due_at(connection: Connection, *, skip: Collection[int] = ()) -> datetime | None:
    """Return when the next request is due, in flight ones left out, or None when none waits."""
    return connection.scalar(select(func.min(Outbox.due_at)).where(_UNSENT, Outbox.id.not_in(skip)))


def mark_sent(connection: Connection, sent: Iterable[tuple[int, str | None]], *, now: datetime) -> None:
    """Note the requests as sent, each with the message's id at the channel, if it has one."""
    rows = [{"id_": row_id, "external_id_": external_id} for row_id, external_id in sent]
    if rows:
        done = update(Outbox).where(Outbox.id == bindparam("id_"), _UNSENT)
        connection.execute(done.values(sent_at=now, external_id=bindparam("external_id_")), rows)


def postpone(connection: Connection, request: int, until: datetime) -> None:
    """Let a request wait until the channel takes it again; later ones of its chat wait behind it."""
    later = update(Outbox).where(Outbox.id == request, _UNSENT)
    # What is held back stays so, also when its attempt was under way meanwhile.
    due_at = case((Outbox.due_at > until, Outbox.due_at), else_=until)
    connection.execute(later.values(due_at=due_at, attempts=Outbox.attempts + 1))


def let_rest(connection: Connection, *, cause: str, until: datetime) -> None:
    """Let unsent requests whose cause begins like this wait for the morning; none goes earlier for that."""
    waiting = update(Outbox).where(_UNSENT, Outbox.cause.startswith(cause), Outbox.due_at < until)
    connection.execute(waiting.values(due_at=until))


def hold_back(connection: Connection, cause: str) -> None:
    """Let unsent requests whose cause begins like this wait until they are let go."""
    connection.execute(update(Outbox).where(_UNSENT, Outbox.cause.startswith(cause)).values(due_at=HELD_BACK))


def let_go(connection: Connection, cause: str, *, now: datetime) -> None:
    """Let requests that were held back go again."""
    held = update(Outbox).where(_UNSENT, Outbox.cause.startswith(cause), Outbox.due_at == HELD_BACK)
    connection.execute(held.values(due_at=now))


def give_up(connection: Connection, request: int, reason: str, *, now: datetime) -> None:
    """Note that a request can never be sent, with a reason that doesn't quote it."""
    failed = update(Outbox).where(Outbox.id == request, _UNSENT)
    connection.execute(failed.values(failed_at=now, failure=reason, attempts=Outbox.attempts + 1))


def redirect(connection: Connection, channel: str, bot: str, old: str, new: str) -> None:
    """Let what waits for a chat go to its new id: a group became a supergroup (Bot API, migrate_to_chat_id)."""
    waiting = select(Outbox.id, Outbox.params).where(
        _UNSENT, Outbox.channel == channel, Outbox.bot == bot, Outbox.chat == old
    )
    for row_id, params in connection.execute(waiting).all():
        moved = update(Outbox).where(Outbox.id == row_id)
        connection.execute(moved.values(chat=new, params={**params, "chat_id": int(new)}))


def said_to(connection: Connection, channel: str, chat: str, after_id: int = 0) -> list[Said]:
    """Return what was sent to a chat after a request, in order: the web page's transcript."""
    query = select(Outbox.id, Outbox.method, Outbox.params, Outbox.created_at).where(
        Outbox.channel == channel, Outbox.chat == chat, Outbox.id > after_id, Outbox.sent_at.is_not(None)
    )
    return [Said(*row) for row in connection.execute(query.order_by(Outbox.id))]


def class_cause(session: int, *parts: object) -> str:
    """Return the cause of a request to a chat of a class, or with no parts what all of them begin with."""
    return f"{CLASS}{session}:" + ":".join(map(str, parts))


def forget(connection: Connection, *, now: datetime) -> None:
    """Two days after they were settled, delete replies and what classes were told; empty notices and broadcasts.

    Their keys stay, so that a broadcast taken up again reaches nobody twice.
    """
    past = now - KEPT_FOR
    settled = or_(Outbox.sent_at < past, Outbox.failed_at < past)
    connection.execute(delete(Outbox).where(settled, or_(Outbox.priority == REPLY, Outbox.cause.startswith(CLASS))))
    emptied = update(Outbox).where(settled, Outbox.chat != "")
    connection.execute(emptied.values(chat="", params={}, external_id=None))


_COLUMNS = (
    Outbox.id,
    Outbox.cause,
    Outbox.ordinal,
    Outbox.channel,
    Outbox.bot,
    Outbox.chat,
    Outbox.method,
    Outbox.params,
    Outbox.priority,
    Outbox.paced,
    Outbox.due_at,
    Outbox.attempts,
)


_FIELDS = tuple(each.name for each in fields(Outgoing))


def _row(request: Outgoing, now: datetime) -> dict[str, Any]:
    values = {name: getattr(request, name) for name in _FIELDS}
    sent_at = now if request.channel == WEB else None
    return {**values, "due_at": request.due_at or now, "created_at": now, "sent_at": sent_at}


@cache
def _waiting(wire: frozenset[str]) -> Select[*tuple[Any, ...]]:
    """Select what `take_waiting` takes, narrowed down by the columns in `wire`; built once for each of them."""
    now = bindparam("now", type_=Outbox.due_at.type)
    # Two names for one list: an empty one is written otherwise for "in" than for "not in".
    skip, flying = (_numbers(name) for name in ("skip", "flying"))
    query = select(*_COLUMNS).where(_UNSENT, Outbox.due_at <= now, Outbox.id.not_in(skip))
    query = query.where(*(getattr(Outbox, name) == bindparam(name) for name in sorted(wire)))
    query = query.where(or_(~Outbox.paced, ~_blocked(now, flying)))
    return query.order_by(Outbox.priority, Outbox.id).limit(bindparam("limit", type_=Integer))


def _numbers(name: str) -> BindParameter[int]:
    return bindparam(name, type_=Integer, expanding=True)


def _blocked(now: BindParameter[datetime], flying: BindParameter[int]) -> ColumnElement[bool]:
    """Tell whether another paced request of the chat is in flight or goes first.

    A request that is planned for later holds nobody up, one that the channel postponed does.
    """
    other = aliased(Outbox)
    first = tuple_(other.priority, other.id) < tuple_(Outbox.priority, Outbox.id)
    ready = or_(other.due_at <= now, (other.attempts > 0) & (other.due_at < HELD_BACK))
    return exists().where(
        other.channel == Outbox.channel,
        other.bot == Outbox.bot,
        other.chat == Outbox.chat,
        other.sent_at.is_(None),
        other.failed_at.is_(None),
        other.paced,
        or_(other.id.in_(flying), first & ready),
    )
