"""The door between classes and citizens: of a batch of updates, a class's are answered here, the others go on.

Law of this file: an update is a class's or a citizen's, never both; its done-mark is written with its effect.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.keys import Keys
from bot.school import groups, private
from bot.school.screens import TAP
from bot.school.visits import TELEGRAM, Usher, visit
from storage import inbox, outbox, session_chats, session_places
from storage.inbox import Update
from storage.outbox import Outgoing
from storage.session_chats import Chat

# What stands in an update that may be a class's although its chat takes part in none; whether it is, its reading tells.
_MARKS = (f'"{TAP}:', '"text": "/')


def of_classes(connection: Connection, keys: Keys, bot: str, chats: Collection[str]) -> set[str]:
    """Return those of these chats that take part in a class."""
    by_key = {keys.chat(bot, chat): chat for chat in chats}
    found = session_chats.of_keys(connection, list(by_key)) if by_key else {}
    return {by_key[key] for key in found} | (session_places.chats(connection) & set(chats))


@dataclass(frozen=True, slots=True)
class _Known:
    """The chats of this batch that take part in a class, by keyed hash, and all groups of classes."""

    chats: Mapping[str, Chat]
    groups: frozenset[str]


def attend(connection: Connection, usher: Usher, updates: Sequence[Update], *, now: datetime) -> list[Update]:
    """Answer the updates that are a class's, and return the others."""
    known = _known(connection, usher, updates)
    others: list[Update] = []
    answered: list[Outgoing] = []
    for update in updates:
        found = _answer(connection, usher, update, known, now)
        if found is None:
            others.append(update)
        else:
            answered += found
    outbox.enqueue(connection, answered, now=now)
    inbox.finish(connection, [each.seq for each in updates if each not in others], now=now)
    return others


def _known(connection: Connection, usher: Usher, updates: Sequence[Update]) -> _Known:
    telegram = [each for each in updates if each.channel == TELEGRAM]
    keys = [_key(usher, each) for each in telegram if not _is_group(each)]
    has_groups = usher.leaders and any(_is_group(each) for each in telegram)
    return _Known(
        session_chats.of_keys(connection, keys) if keys else {},
        frozenset(session_places.chats(connection)) if has_groups else frozenset(),
    )


def _answer(
    connection: Connection, usher: Usher, update: Update, known: _Known, now: datetime
) -> list[Outgoing] | None:
    if update.channel != TELEGRAM:
        return None
    if _is_group(update):
        may_be = usher.leaders and (update.chat in known.groups or groups.may_lead(usher, update.raw))
        return groups.answer(visit(connection, usher, update, now=now)) if may_be else None
    chat = known.chats.get(_key(usher, update))
    if chat is None and not any(mark in update.raw for mark in _MARKS):
        return None
    return private.answer(visit(connection, usher, update, now=now), chat)


def _key(usher: Usher, update: Update) -> str:
    return usher.keys.chat(update.bot, update.chat)


def _is_group(update: Update) -> bool:
    return update.chat.startswith("-")
