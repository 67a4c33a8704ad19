"""Groups in which a class takes part, with the one message that is kept up to date there.

Law of this file: a class has one group at most; the group's id goes when the end has been shown there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from storage.models import GroupSession, Outbox, SessionPlace
from storage.upsert import insert_or_replace


@dataclass(frozen=True, slots=True)
class GroupPlace:
    """A group of a class. `message` is the live message's id, `shown` the digest of what stands in it."""

    session: int
    bot: str
    chat: str
    thread: str | None
    message: str | None
    shown: str | None
    edited_at: datetime | None


@dataclass(frozen=True, slots=True)
class LastEdit:
    """What became of the last request for the live message."""

    is_waiting: bool
    has_failed: bool
    message: str | None
    sent_at: datetime | None


def link(connection: Connection, session: int, *, bot: str, chat: str, thread: str | None) -> None:
    """Let a class take place in a group, and in no other any more."""
    row = {"session_id": session, "bot": bot, "chat": chat, "thread": thread, "message": None, "shown": None}
    insert_or_replace(connection, SessionPlace, [row | {"edited_at": None}], unique=("session_id",))


def of_group(connection: Connection, bot: str, chat: str, thread: str | None) -> GroupPlace | None:
    """Return the place of the newest class in a group, or in one topic of it."""
    here = (SessionPlace.bot == bot, SessionPlace.chat == chat)
    topic = SessionPlace.thread.is_(None) if thread is None else SessionPlace.thread == thread
    newest = select(*_COLUMNS).where(*here, topic).order_by(SessionPlace.session_id.desc()).limit(1)
    row = connection.execute(newest).one_or_none()
    return None if row is None else GroupPlace(*row)


def places(connection: Connection, bot: str) -> list[GroupPlace]:
    """Return the groups of all classes of a bot."""
    query = select(*_COLUMNS).where(SessionPlace.bot == bot).order_by(SessionPlace.session_id)
    return [GroupPlace(*row) for row in connection.execute(query)]


def chats(connection: Connection) -> set[str]:
    """Return the groups in which a class takes place."""
    return set(connection.scalars(select(SessionPlace.chat)))


def note_shown(connection: Connection, session: int, *, message: str | None, shown: str, now: datetime) -> None:
    """Note what stands in the live message."""
    changed = update(SessionPlace).where(SessionPlace.session_id == session)
    connection.execute(changed.values(message=message, shown=shown, edited_at=now))


def move(connection: Connection, bot: str, old: str, new: str) -> None:
    """Follow a group that got another id: its live message stays behind, and a new one is written."""
    here = update(SessionPlace).where(SessionPlace.bot == bot, SessionPlace.chat == old)
    connection.execute(here.values(chat=new, message=None, shown=None))


def leave(connection: Connection, bot: str, chat: str) -> None:
    """Forget a group: the class is over there, or the bot was sent away."""
    connection.execute(delete(SessionPlace).where(SessionPlace.bot == bot, SessionPlace.chat == chat))


def forget_place(connection: Connection, session: int) -> None:
    """Forget where a class took place."""
    connection.execute(delete(SessionPlace).where(SessionPlace.session_id == session))


def forget_ended(connection: Connection, *, before: datetime) -> None:
    """Forget the groups of classes that ended before a moment: nobody is there to show it."""
    ended = select(GroupSession.id).where(GroupSession.closed_at < before)
    connection.execute(delete(SessionPlace).where(SessionPlace.session_id.in_(ended)))


def last_edit(connection: Connection, cause: str, chat: str) -> LastEdit | None:
    """Return what became of the last request to a group whose cause begins like this, None before the first."""
    query = select(Outbox.sent_at, Outbox.failed_at, Outbox.external_id)
    of_it = query.where(Outbox.cause.startswith(cause), Outbox.chat == chat).order_by(Outbox.id.desc()).limit(1)
    row = connection.execute(of_it).one_or_none()
    if row is None:
        return None
    is_waiting = row.sent_at is None and row.failed_at is None
    return LastEdit(is_waiting, row.failed_at is not None, row.external_id, row.sent_at)


def is_asked(connection: Connection, cause: str) -> bool:
    """Tell whether a request of this cause is in the outbox."""
    return connection.scalar(select(Outbox.id).where(Outbox.cause == cause).limit(1)) is not None


_COLUMNS = (
    SessionPlace.session_id,
    SessionPlace.bot,
    SessionPlace.chat,
    SessionPlace.thread,
    SessionPlace.message,
    SessionPlace.shown,
    SessionPlace.edited_at,
)
