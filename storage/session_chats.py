"""Private chats in which students take part in a class.

Law of this file: a chat is known by a keyed hash and can be written to by a sealed address alone; it takes part in one
class at most.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from storage.models import GroupSession, Outbox, Participant, SessionChat, SessionIdea, SessionNote
from storage.models.school import HELD
from storage.upsert import insert_or_replace


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat that takes part: `key` is its participant's, `told` the position of the round it was told of last."""

    id: int
    session: int
    key: str
    chat_key: str
    bot: str
    sealed: str
    told: int


@dataclass(frozen=True, slots=True)
class Held:
    """A text that was held back, and the chat its writer is to be told in."""

    id: int
    is_note: bool
    text: str
    reason: str
    chat: Chat


def take_part(connection: Connection, session: int, key: str, *, chat_key: str, bot: str, sealed: str) -> None:
    """Let a chat take part in a class; whatever class it took part in before, it has left."""
    row = {"session_id": session, "key": key, "chat_key": chat_key, "bot": bot, "sealed": sealed, "told": 0}
    insert_or_replace(connection, SessionChat, [row], unique=("chat_key",))


def leave(connection: Connection, chat_key: str) -> None:
    """Let a chat leave the class it takes part in."""
    connection.execute(delete(SessionChat).where(SessionChat.chat_key == chat_key))


def of_keys(connection: Connection, chat_keys: list[str]) -> dict[str, Chat]:
    """Return the chats that take part in a class, of those with these keys."""
    found = connection.execute(select(*_COLUMNS).where(SessionChat.chat_key.in_(chat_keys)))
    return {row.chat_key: Chat(*row) for row in found}


def chats_of(connection: Connection, session: int) -> list[Chat]:
    """Return the chats that take part in a class."""
    query = select(*_COLUMNS).where(SessionChat.session_id == session).order_by(SessionChat.id)
    return [Chat(*row) for row in connection.execute(query)]


def sessions_with_chats(connection: Connection) -> list[tuple[int, bool]]:
    """Return the classes that have chats, each with whether one of them has not been told of its round."""
    query = select(SessionChat.session_id, SessionChat.told < GroupSession.position).distinct()
    rows = connection.execute(query.join(GroupSession, GroupSession.id == SessionChat.session_id))
    found: dict[int, bool] = {}
    for session, is_behind in rows:
        found[session] = found.get(session, False) or bool(is_behind)
    return sorted(found.items())


def note_told(connection: Connection, chats: list[int], position: int) -> None:
    """Note which round these chats know of."""
    connection.execute(update(SessionChat).where(SessionChat.id.in_(chats)).values(told=position))


def forget_chats(connection: Connection, session: int) -> None:
    """Forget the chats of a class."""
    connection.execute(delete(SessionChat).where(SessionChat.session_id == session))


def forget_ended(connection: Connection, *, before: datetime) -> None:
    """Forget the chats of classes that ended before a moment: nobody is there to tell them."""
    ended = select(GroupSession.id).where(GroupSession.closed_at < before)
    connection.execute(delete(SessionChat).where(SessionChat.session_id.in_(ended)))


def held_of(connection: Connection, session: int, *, cause: str) -> list[Held]:
    """Return texts of these chats that were held back, without those told already: `cause` and their id, negative for
    a sentence, name a request in the outbox.
    """
    told = set(connection.scalars(select(Outbox.ordinal).where(Outbox.cause == cause)))
    chats = {each.key: each for each in chats_of(connection, session)}
    found: list[Held] = []
    tables: tuple[tuple[type[SessionIdea] | type[SessionNote], bool], ...] = ((SessionIdea, False), (SessionNote, True))
    for table, is_note in tables:
        query = select(table.id, table.text, table.reason, Participant.key).join(
            Participant, Participant.id == table.participant_id
        )
        rows = connection.execute(query.where(table.session_id == session, table.state == HELD).order_by(table.id))
        found += [
            Held(row.id, is_note, row.text, row.reason or "", chats[row.key])
            for row in rows
            if row.key in chats and (-row.id if is_note else row.id) not in told
        ]
    return found


_COLUMNS = (
    SessionChat.id,
    SessionChat.session_id,
    SessionChat.key,
    SessionChat.chat_key,
    SessionChat.bot,
    SessionChat.sealed,
    SessionChat.told,
)
