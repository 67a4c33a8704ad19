"""The loop that turns updates into turns: up to 64 in one transaction, those of a chat one after another.

Law of this file: a batch that fails is rolled back and replayed one by one; only the guilty update is parked.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from bot.account import look
from bot.agenda import agenda_of
from bot.attending import attend, language_of
from bot.bell import Bell, Clock
from bot.codes import fresh_code
from bot.dialogue.model import Book
from bot.handle import Channel, Handled, Heard, Taken, answer, hear, take
from bot.ideas import find
from bot.keys import Keys
from bot.own import own_of
from bot.reason import reason_of
from bot.record import record
from bot.school import chats
from bot.school.visits import Usher
from bot.store import Store
from bot.telegram.raw import migration_of
from storage import citizens, inbox, outbox, session_places, subscriptions, tracing
from storage.citizens import NewCitizen, Person
from storage.inbox import Update

log = logging.getLogger(__name__)

BATCH = 64
# What stands in an update that tells of a group's new id, so that the others need not be read for it.
_MIGRATES = '"migrate_'
# Other processes on the same database ring no bell here: look at least so often (seconds).
IDLE = 1.0


@dataclass(frozen=True, slots=True)
class Office:
    """What a turn is made with: the book, the channels by name, the keys that hide who a citizen is.

    `fresh` makes the secret codes of receipts; `usher` answers the chats of classes, where there is Telegram.
    """

    book: Book
    channels: Mapping[str, Channel]
    keys: Keys
    fresh: Callable[[], str] = fresh_code
    usher: Usher | None = None


async def work(store: Store, office: Office, *, clock: Clock, bell: Bell, taken: Callable[[], None]) -> None:
    """Take turns until cancelled; `taken` is called after each batch, when its replies are in the outbox."""
    while True:
        try:
            pause = await _round(store, office, clock, taken)
        except OperationalError as error:
            log.exception("the database does not answer (%s); trying again", type(error.orig).__name__, exc_info=False)
            pause = IDLE
        if pause:
            await bell.wait(pause)


async def _round(store: Store, office: Office, clock: Clock, taken: Callable[[], None]) -> float:
    if await take_turns(store, office, now=clock()):
        taken()
        return 0
    return _pause(await store.read(inbox.next_due_at), clock())


def _pause(due_at: datetime | None, now: datetime) -> float:
    return IDLE if due_at is None else min(IDLE, max(0.001, (due_at - now).total_seconds()))


async def take_turns(store: Store, office: Office, *, now: datetime) -> int:
    """Handle what is due and return how many updates that were; a guilty one is parked, the others are not held up."""
    try:
        return await store.write(_batch, office, now)
    except OperationalError:
        raise  # the database itself: no update is guilty of that
    except Exception:  # one bad update must not stop the rest; which one it was is found by replaying
        log.warning("a batch failed and is replayed one by one")
    return await _one_by_one(store, office, now)


def _batch(connection: Connection, office: Office, now: datetime) -> int:
    taken = 0
    # What comes next in the same chats follows in the same transaction: in a group a whole class is one chat.
    while taken < BATCH and (updates := inbox.take_due(connection, now=now, limit=BATCH - taken)):
        _turns(connection, office, updates, now)
        taken += len(updates)
    return taken


def _turns(connection: Connection, office: Office, updates: Sequence[Update], now: datetime) -> None:
    updates = [_moved(connection, office, update) for update in updates]
    if office.usher is not None:
        updates = chats.attend(connection, office.usher, updates, now=now)
    record(connection, _handled(connection, office, updates, now), code_hash=office.keys.code, now=now)


def _handled(connection: Connection, office: Office, updates: Sequence[Update], now: datetime) -> list[Handled]:
    people = citizens.find_or_add(connection, [_citizen(office, update) for update in updates], now=now)
    heard = [_heard(office, update, people) for update in updates]
    taken = attend(connection, office.book, _taken(connection, office, heard, now), now=now)
    look_here = partial(look, connection)
    return [answer(office.book, office.channels[each.heard.update.channel], each, look=look_here) for each in taken]


def _taken(connection: Connection, office: Office, heard: Sequence[Heard], now: datetime) -> list[Taken]:
    """Return the turns, each with what its event needs to know from the database, which is looked at once for all."""
    asking = [each.person.id for each in heard if each.asks_for_own(office.book)]
    found = tracing.of_citizens(connection, asking) if asking else {}
    voices = {each.person.id: language_of(each.before) for each in heard if each.asks_for_workshops(office.book)}
    workshops = agenda_of(connection, voices, now=now)
    choosing = [each.person.id for each in heard if each.asks_for_subscriptions(office.book)]
    wanted = subscriptions.wanted_by(connection, choosing) if choosing else {}
    return [
        take(
            office.book,
            each,
            find=partial(find, connection),
            secret=office.fresh(),
            own=tuple(own_of(one) for one in found.get(each.person.id, ())),
            workshops=workshops.get(each.person.id, ()),
            subscribed=wanted.get(each.person.id, ()),
        )
        for each in heard
    ]


def _moved(connection: Connection, office: Office, update: Update) -> Update:
    """Return the update in the chat where it belongs from now on: a group that moved takes along what it has."""
    found = migration_of(json.loads(update.raw)) if _MIGRATES in update.raw else None
    if found is None:
        return update
    before, after = (replace(update, chat=chat) for chat in (found.old, found.new))
    citizens.move(connection, _citizen(office, before), _citizen(office, after))
    outbox.redirect(connection, update.channel, update.bot, found.old, found.new)
    session_places.move(connection, update.bot, found.old, found.new)
    return after


def _heard(office: Office, update: Update, people: Mapping[str, Person]) -> Heard:
    person = people[office.keys.citizen(update.channel, update.bot, update.chat)]
    return hear(office.channels[update.channel], update, person)


def _citizen(office: Office, update: Update) -> NewCitizen:
    key = office.keys.citizen(update.channel, update.bot, update.chat)
    return NewCitizen(key, update.channel, update.bot, update.chat if update.channel == "telegram" else None)


async def _one_by_one(store: Store, office: Office, now: datetime) -> int:
    updates = await store.write(inbox.take_due, now=now, limit=BATCH)
    for update in updates:
        await _alone(store, office, update, now)
    return len(updates)


async def _alone(store: Store, office: Office, update: Update, now: datetime) -> None:
    try:
        await store.write(_turns, office, [update], now)
    except OperationalError:
        raise
    except Exception as error:  # whatever this update made go wrong, it is put aside with its reason
        reason = reason_of(error)
        log.warning("update %d is parked: %s", update.seq, reason)
        await store.write(inbox.park, update.seq, reason, now=now)
