"""The crier of classes: tells private chats what is new, and keeps the one message of a group up to date.

Law of this file: what is to be told follows from the database and is told once (cause and ordinal). A group's message
is changed every four seconds at most, and never while a change of it is still on its way.
"""

from __future__ import annotations

import asyncio
import base64
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from bot.bell import Bell, Clock
from bot.dialogue.replies import Reply
from bot.school import classroom, live, screens
from bot.school.papers import paper
from bot.school.room import room_at
from bot.school.scenes import Scene, scene_of
from bot.school.script import Kind
from bot.school.sheets import result_of
from bot.school.visits import TELEGRAM, Usher
from bot.store import Store
from bot.telegram.render import edit, render
from bot.telegram.transport import PICTURE, UPLOAD
from storage import group_sessions, outbox, session_chats, session_ideas, session_places
from storage.group_sessions import OpenSession
from storage.outbox import NOTICE, Outgoing, class_cause
from storage.session_chats import Chat
from storage.session_places import GroupPlace, LastEdit

log = logging.getLogger(__name__)

# What the passing of time alone makes due (a clock in a group, a round of another process) is told so late at most
# (seconds); between two looks it rests so long, however often the bell rings.
IDLE, REST = 1.0, 0.2
# Telegram takes twenty messages and changes a minute in a group; this leaves room for hints and the result.
EDIT_EVERY = timedelta(seconds=4)


@dataclass(frozen=True, slots=True)
class Crier:
    """Who tells: `told` is called after requests were written; `is_test` marks the papers of a test instance."""

    store: Store
    usher: Usher
    bot: str
    clock: Clock
    bell: Bell
    told: Callable[[], None]
    is_test: bool = False


async def cry(crier: Crier) -> None:
    """Tell until cancelled."""
    while True:
        try:
            if await tell(crier):
                crier.told()
        except OperationalError as error:
            log.exception("the crier waits for the database (%s)", type(error.orig).__name__, exc_info=False)
        await asyncio.sleep(REST)
        await crier.bell.wait(IDLE)


async def tell(crier: Crier) -> int:
    """Tell everything that is due and return how many requests that made."""
    found, store = 0, crier.store
    for session in await store.read(_sessions_to_tell):
        found += await store.write(_tell_chats, crier, session, now=crier.clock())
    for place in await store.read(session_places.places, crier.bot):
        if change := await store.read(_change, crier, place, now=crier.clock()):
            found += await store.write(_changed, place, change, now=crier.clock())
        found += await _show_result(crier, place)
    return found


# --- private chats ---------------------------------------------------------------------------------------------------


def _sessions_to_tell(connection: Connection) -> list[int]:
    """Return the classes with a chat that does not know of the round, or of a text that was held back."""
    return [
        session
        for session, is_behind in session_chats.sessions_with_chats(connection)
        if is_behind or session_chats.held_of(connection, session, cause=class_cause(session, "held"))
    ]


def _tell_chats(connection: Connection, crier: Crier, number: int, *, now: datetime) -> int:
    session = group_sessions.by_id(connection, number)
    if session is None:
        return 0
    behind = [chat for chat in session_chats.chats_of(connection, number) if chat.told < session.position]
    requests = [*_held(connection, crier, session), *_rounds(connection, crier, session, behind, now)]
    session_chats.note_told(connection, [chat.id for chat in behind], session.position)
    if session.closed_at is not None:
        session_chats.forget_chats(connection, number)
    return outbox.enqueue(connection, requests, now=now)


def _rounds(
    connection: Connection, crier: Crier, session: OpenSession, chats: Sequence[Chat], now: datetime
) -> list[Outgoing]:
    if not chats:
        return []
    scene, cause = scene_of(connection, session), class_cause(session.id, "round", session.position)
    book = crier.usher.book
    return [
        _to_chat(crier, chat, screens.screen(book, room_at(scene, key=chat.key, now=now)), cause, chat.id)
        for chat in chats
    ]


def _held(connection: Connection, crier: Crier, session: OpenSession) -> list[Outgoing]:
    cause, book = class_cause(session.id, "held"), crier.usher.book
    return [
        _to_chat(
            crier,
            each.chat,
            screens.held(book, session, each.text, each.reason),
            cause,
            -each.id if each.is_note else each.id,
        )
        for each in session_chats.held_of(connection, session.id, cause=cause)
    ]


def _to_chat(crier: Crier, chat: Chat, reply: Reply, cause: str, ordinal: int) -> Outgoing:
    address = crier.usher.keys.unseal(chat.sealed)
    method, params = render(reply, address)[0]
    return Outgoing(cause, ordinal, TELEGRAM, chat.bot, address, method, params, priority=NOTICE)


# --- groups ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Change:
    """What is to be done in a group: a request that shows `digest` in the message `message`, or to leave it."""

    request: tuple[str, dict[str, Any]] | None = None
    message: str | None = None
    digest: str = ""


def _change(connection: Connection, crier: Crier, place: GroupPlace, *, now: datetime) -> _Change | None:
    """Return what a group is to see, None when it sees it already or may not be told yet."""
    session = group_sessions.by_id(connection, place.session)
    last = session_places.last_edit(connection, class_cause(place.session, "live"), place.chat)
    if session is None or (last and last.is_waiting) or _is_too_soon(place, last, now):
        return None
    message = _message(place, last)
    reply = _live(crier, scene_of(connection, session), now)
    digest = live.digest(reply)
    if message is not None and digest == place.shown:
        return _Change() if session.closed_at is not None and _is_complete(connection, place) else None
    return _Change(_request(reply, place, message), message, digest)


def _changed(connection: Connection, place: GroupPlace, change: _Change, *, now: datetime) -> int:
    if change.request is None:
        session_places.forget_place(connection, place.session)
        return 0
    session_places.note_shown(connection, place.session, message=change.message, shown=change.digest, now=now)
    cause = class_cause(place.session, "live", int(now.timestamp() * 1000))
    return outbox.enqueue(connection, [_to_group(place, cause, 0, *change.request)], now=now)


def _is_complete(connection: Connection, place: GroupPlace) -> bool:
    """Say whether the result is there, so that the group of an ended class can be forgotten."""
    return session_places.is_asked(connection, class_cause(place.session, "result"))


def _message(place: GroupPlace, last: LastEdit | None) -> str | None:
    """Return the live message's id; None where there is none yet, or none that can be changed any more."""
    if last is None or last.has_failed:
        return None
    return last.message or place.message


def _is_too_soon(place: GroupPlace, last: LastEdit | None, now: datetime) -> bool:
    moments = [moment for moment in (place.edited_at, last.sent_at if last else None) if moment is not None]
    return bool(moments) and now < max(moments) + EDIT_EVERY


def _live(crier: Crier, scene: Scene, now: datetime) -> Reply:
    usher = crier.usher
    return live.live(usher.book, room_at(scene, now=now), public_url=usher.public_url, bot_name=usher.bot_name)


def _request(reply: Reply, place: GroupPlace, message: str | None) -> tuple[str, dict[str, Any]]:
    if message is not None:
        return edit(reply, place.chat, message)
    return render(reply, place.chat, thread=int(place.thread) if place.thread else None)[0]


def _to_group(place: GroupPlace, cause: str, ordinal: int, method: str, params: dict[str, Any]) -> Outgoing:
    return Outgoing(cause, ordinal, TELEGRAM, place.bot, place.chat, method, params)


async def _show_result(crier: Crier, place: GroupPlace) -> int:
    """Bring the result into the group, once: as a picture and as PDF."""
    values = await crier.store.read(_result, crier, place, now=crier.clock())
    if values is None:
        return 0
    png, pdf = [await asyncio.to_thread(paper, "ergebnis", values, form=form) for form in ("png", "pdf")]
    files = (("sendPhoto", PICTURE, png, "image/png"), ("sendDocument", UPLOAD, pdf, "application/pdf"))
    cause = class_cause(place.session, "result")
    requests = [
        _to_group(place, cause, ordinal, method, _upload(place, key, made, mime, values["code"]))
        for ordinal, (method, key, made, mime) in enumerate(files)
    ]
    return await crier.store.write(outbox.enqueue, requests, now=crier.clock())


def _upload(place: GroupPlace, key: str, made: bytes, mime: str, code: str) -> dict[str, Any]:
    topic = {"message_thread_id": int(place.thread)} if place.thread else {}
    name = f"ergebnis-{code}.{mime.rpartition('/')[2]}"
    upload = {"name": name, "mime": mime, "base64": base64.b64encode(made).decode()}
    return {"chat_id": int(place.chat), **topic, key: upload}


def _result(connection: Connection, crier: Crier, place: GroupPlace, *, now: datetime) -> Any:
    """Return what stands on the result; None as long as there is none, or when it was brought."""
    session = group_sessions.by_id(connection, place.session)
    if session is None or session_places.is_asked(connection, class_cause(session.id, "result")):
        return None
    at = classroom.round_of(session)
    if session.closed_at is None and (at is None or at.kind is not Kind.RESULT):
        return None
    book = crier.usher.book
    return result_of(
        book,
        session_ideas.ideas_of(connection, session.id),
        session_ideas.notes_of(connection, session.id),
        code=session.code,
        topics=session.topics,
        voice=classroom.voice_of(book, session),
        is_test=crier.is_test,
        now=now,
    )
