"""Between page and database: put a citizen's action into the inbox, look how far it is, read the transcript.

Law of this file: plain functions on a `Connection`; what is committed here is never lost and never doubled.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, Select, select

from bot import photos
from bot.dialogue.state import State
from bot.photos import Photo
from bot.web.forms import Action
from bot.web.names import BOT, CHANNEL
from bot.web.read import text_of
from storage import inbox, outbox
from storage.inbox import Received
from storage.models import Citizen, Conversation, Inbox
from storage.outbox import Said

# So many entries a page shows; older ones are in nobody's way (a transcript lives for 48 hours).
SHOWN = 200


class Progress(StrEnum):
    """How far an update is."""

    OPEN = "open"
    DONE = "done"
    PARKED = "parked"


@dataclass(frozen=True, slots=True)
class Transcript:
    """What a page shows: the conversation's state, its entries, and the words that nobody has taken up yet."""

    state: State | None
    entries: tuple[Said, ...]
    waiting: tuple[str, ...]
    is_working: bool


def start_of(chat: str, payload: str) -> Received:
    """Return the first update of a conversation."""
    return _received(chat, "start", {"command": "start", "payload": payload})


def opened(chat: str, link_id: str, payload: str) -> Received:
    """Return a link that somebody opened in the middle of their conversation as an update."""
    return _received(chat, f"start:{link_id}", {"command": "start", "payload": payload})


def put(action: Action, chat: str) -> tuple[Received, Photo | None]:
    """Return an action as an update of a conversation, and the photo to keep with it."""
    if action.photo is None:
        return _received(chat, action.id, action.raw), None
    ref = photos.ref_of(hashlib.sha256(f"{chat}:{action.id}".encode()).hexdigest()[:32])
    raw = {**action.raw, "photo": {**action.raw["photo"], "file": ref}}
    return _received(chat, action.id, raw), Photo(ref, action.photo)


def _received(chat: str, action_id: str, raw: dict[str, object]) -> Received:
    has_text = text_of(raw) is not None
    # The ids of different conversations never meet, whatever a page makes up.
    return Received(CHANNEL, BOT, f"{chat}:{action_id}", chat, json.dumps(raw, ensure_ascii=False), has_text)


def accept(
    connection: Connection, updates: Sequence[Received], photo: Photo | None, *, now: datetime, patience: timedelta
) -> None:
    """Keep updates and photo in one transaction; those that are there already stay as they are."""
    new = inbox.receive(connection, updates, now=now, patience=patience)
    if photo is not None and new:
        photos.keep(connection, photo, now=now)


def progress(connection: Connection, external_id: str) -> Progress:
    """Return how far the update of this id is; one that is forgotten was done long ago."""
    query = select(Inbox.done_at, Inbox.parked_at).where(
        Inbox.channel == CHANNEL, Inbox.bot == BOT, Inbox.external_id == external_id
    )
    row = connection.execute(query).one_or_none()
    if row is None or row.done_at is not None:
        return Progress.DONE
    return Progress.PARKED if row.parked_at is not None else Progress.OPEN


def transcript(connection: Connection, *, key: str, chat: str, after: int = 0) -> Transcript:
    """Return the state and the entries after an id of a conversation; `key` is the citizen's keyed hash."""
    entries = outbox.said_to(connection, CHANNEL, chat, after)[-SHOWN:]
    open_raw = connection.scalars(_open_of(chat)).all()
    told = (text_of(json.loads(raw)) for raw in open_raw if raw)
    waiting = tuple(text for text in told if text)
    return Transcript(state_of(connection, key), tuple(entries), waiting, is_working=bool(open_raw))


def _open_of(chat: str) -> Select[str | None]:
    return (
        select(Inbox.raw)
        .where(Inbox.channel == CHANNEL, Inbox.bot == BOT, Inbox.chat == chat)
        .where(Inbox.done_at.is_(None), Inbox.parked_at.is_(None))
        .order_by(Inbox.seq)
    )


def state_of(connection: Connection, key: str) -> State | None:
    """Return where a citizen's conversation stands, None before its first turn."""
    query = select(Conversation.state).join(Citizen, Citizen.id == Conversation.citizen_id).where(Citizen.key == key)
    stored = connection.scalar(query)
    return State.from_dict(stored) if stored else None
