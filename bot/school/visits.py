"""A class in Telegram: what every update of its chats has in common, and which updates are a class's at all.

Law of this file: in the worker's transaction; nobody who takes part becomes a citizen; what a class is told stands in
the outbox under its own cause, so that it goes with the class.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.dialogue.events import NOTHING, Event
from bot.dialogue.model import Book
from bot.dialogue.parse import fold
from bot.dialogue.replies import Reply
from bot.handle import Read
from bot.keys import Keys
from bot.school.screens import TAP
from bot.telegram.raw import message_of, tap_of, thread_of
from bot.telegram.render import answer_tap, edit, render
from storage.inbox import Update
from storage.outbox import Outgoing, class_cause

TELEGRAM = "telegram"


@dataclass(frozen=True, slots=True)
class Usher:
    """What an update of a class is read and answered with.

    `leaders` are the Telegram ids of those who may bring a class into a group; without any, groups are off.
    """

    book: Book
    keys: Keys
    read: Read
    public_url: str
    bot_name: str
    leaders: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Visit:
    """One update that may be a class's, in its transaction."""

    connection: Connection
    usher: Usher
    update: Update
    raw: Mapping[str, Any]
    now: datetime

    @property
    def book(self) -> Book:
        """The book."""
        return self.usher.book

    def event(self) -> Event | None:
        """Return what happened; raises what the channel raises for a malformed update."""
        read = self.usher.read
        return read(self.raw, seq=self.update.seq, receipt="", understanding=NOTHING)


@dataclass(frozen=True, slots=True)
class Press:
    """A button of a class: its code, what to do and to what."""

    code: str
    deed: str
    what: str

    @property
    def number(self) -> int:
        """What it is done to, as a number; 0 where it is none."""
        return int(self.what) if self.what.isascii() and self.what.isdecimal() and len(self.what) < 12 else 0


def pressed(carried: str) -> Press | None:
    """Return what a button of a class says, None for any other."""
    parts = carried.split(":", 3)
    return Press(*parts[1:]) if len(parts) == 4 and parts[0] == TAP else None


def visit(connection: Connection, usher: Usher, update: Update, *, now: datetime) -> Visit:
    """Return an update taken apart."""
    raw = json.loads(update.raw)
    return Visit(connection, usher, update, raw if isinstance(raw, Mapping) else {}, now)


def answers(
    here: Visit, session: int, reply: Reply | None = None, *, toast: str = "", stays: bool = False, once: str = ""
) -> list[Outgoing]:
    """Return the requests that answer an update: a tap is ended at once, and its message shows what is true now.

    With `once` the reply goes out once for this cause, however often it is asked for.
    """
    tap, message = tap_of(here.raw), message_of(here.raw)
    requests = [(*answer_tap(tap, toast, stays=stays), False)] if tap else []
    if reply is not None and tap and message:
        requests.append((*edit(reply, here.update.chat, message), True))
    elif reply is not None:
        thread = thread_of(here.raw)
        requests += [(*request, True) for request in render(reply, here.update.chat, thread=thread)]
    return outgoing(here, session, requests, once=once)


def outgoing(
    here: Visit, session: int, requests: Sequence[tuple[str, dict[str, Any], bool]], *, once: str = ""
) -> list[Outgoing]:
    """Return requests under a cause of the class."""
    cause = class_cause(session, once or here.update.seq)
    return [
        Outgoing(
            cause=cause,
            ordinal=ordinal,
            channel=TELEGRAM,
            bot=here.update.bot,
            chat=here.update.chat,
            method=method,
            params=params,
            paced=paced,
        )
        for ordinal, (method, params, paced) in enumerate(requests)
    ]


def is_word(book: Book, key: str, word: str) -> bool:
    """Say whether a word is one of those listed under `class_chat.<key>`, in whatever language."""
    folded = fold(word)
    listed = (book.texts.words(code, f"class_chat.{key}") for code in book.texts.by_language)
    return bool(folded) and any(folded in map(fold, words) for words in listed)
