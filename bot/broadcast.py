"""Announcements on their way: started when due, made out in sets, put into the outbox a few hundred at a time.

Law of this file: how far an announcement is stands in its deliveries alone; whatever is done here twice is done once.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from bot.bell import Clock
from bot.dialogue.model import Book
from bot.dialogue.replies import Reply
from bot.dialogue.subscriptions import Notification, notification
from bot.dialogue.texts import FALLBACK
from bot.quiet import Quiet
from bot.schedule import Job, When
from bot.store import Store
from storage import announcements, deliveries, outbox
from storage.announcements import Announced
from storage.deliveries import Recipient
from storage.outbox import BROADCAST, Outgoing

log = logging.getLogger(__name__)

# The outbox holds what is sent in so many seconds, so that stopping works at once …
SECONDS_AHEAD = 8
# … and at most so many, however fast the channel is.
MOST_AHEAD = 400
# How often to look at an announcement under way (seconds), and whether there is one.
BUSY = 0.25
IDLE = 1.0

Render = Callable[[Reply, str], Sequence[tuple[str, Mapping[str, Any]]]]


@dataclass(frozen=True, slots=True)
class Megaphone:
    """What announcements are sent with: the book, how each channel writes, the quiet hours, how many at a time.

    `told` is called when something new stands in the outbox.
    """

    book: Book
    renders: Mapping[str, Render]
    quiet: Quiet
    ahead: int
    told: Callable[[], None]


def ahead_of(messages_per_second: float) -> int:
    """Return how many messages may wait in the outbox at this pace."""
    return max(1, min(MOST_AHEAD, int(SECONDS_AHEAD * messages_per_second)))


def job(store: Store, megaphone: Megaphone) -> Job:
    """Return the job that begins with an announcement at its moment; the loop carries it on."""

    async def do(now: datetime) -> None:
        await carry_on(store, megaphone, now=now)

    return Job("announcements", When(_next_moment), do)


def _next_moment(connection: Connection, now: datetime) -> datetime | None:
    del now
    return announcements.next_due_at(connection)


async def broadcast(store: Store, megaphone: Megaphone, *, clock: Clock) -> None:
    """Carry announcements on until cancelled."""
    while True:
        try:
            is_busy = await carry_on(store, megaphone, now=clock())
        except OperationalError as error:
            log.exception("announcements wait for the database (%s)", type(error.orig).__name__, exc_info=False)
            is_busy = False
        await asyncio.sleep(BUSY if is_busy else IDLE)


async def carry_on(store: Store, megaphone: Megaphone, *, now: datetime) -> bool:
    """Do the next portion of what is due or under way; return whether there was anything to do."""
    # Looking costs no lock, so that the writer is taken only where there is something to do.
    if not await store.read(_is_anything_due, now):
        return False
    if await store.write(portion, megaphone, now=now):
        megaphone.told()
    return True


def _is_anything_due(connection: Connection, now: datetime) -> bool:
    due = announcements.next_due_at(connection)
    return (due is not None and due <= now) or bool(announcements.under_way(connection))


def portion(connection: Connection, megaphone: Megaphone, *, now: datetime) -> int:
    """Start, make out, settle, fill the outbox up and end, in one transaction; return how many were put there."""
    announcements.start_due(connection, now=now)
    deliveries.settle(connection, now=now)
    under_way = announcements.under_way(connection)
    for each in under_way:
        if each.expanded_at is None:
            deliveries.expand(connection, each, now=now)
    put = _fill(connection, megaphone, under_way, now)
    announcements.end_finished(connection, now=now)
    return put


def _fill(connection: Connection, megaphone: Megaphone, under_way: Sequence[Announced], now: datetime) -> int:
    morning = megaphone.quiet.ends_at(now)
    if morning is not None:
        outbox.let_rest(connection, cause=announcements.CAUSE, until=morning)
        return 0
    put = 0
    room = megaphone.ahead - sum(deliveries.unsent(connection, each.id) for each in under_way)
    for each in under_way:
        # Half at a time: a set costs one transaction, however large it is.
        if room - put >= (megaphone.ahead + 1) // 2:
            put += _put(connection, megaphone, each, room - put, now)
    return put


def _put(connection: Connection, megaphone: Megaphone, announced: Announced, limit: int, now: datetime) -> int:
    found = deliveries.next_recipients(connection, announced, limit)
    lost = {each.delivery: each.outcome for each in found if each.outcome}
    deliveries.settle_as(connection, lost, now=now)
    able = [each for each in found if each.address and not each.outcome]
    outbox.enqueue(connection, _requests(megaphone, announced, able), now=now)
    deliveries.note_queued(connection, [each.delivery for each in able], now=now)
    return len(able)


def _requests(megaphone: Megaphone, announced: Announced, recipients: Sequence[Recipient]) -> list[Outgoing]:
    written = Notification(announced.texts, announced.category)
    languages = {each.language or FALLBACK for each in recipients}
    replies = {language: notification(megaphone.book, language, written) for language in languages}
    return [
        request
        for each in recipients
        for request in _request(megaphone, announced, each, replies[each.language or FALLBACK])
    ]


def _request(megaphone: Megaphone, announced: Announced, recipient: Recipient, reply: Reply) -> list[Outgoing]:
    address = recipient.address
    assert address is not None, "only who has an address is written to"
    return [
        Outgoing(
            cause=f"{announcements.cause_of(announced.id)}{recipient.delivery}",
            ordinal=ordinal,
            channel=address.channel,
            bot=address.bot,
            chat=address.chat,
            method=method,
            params=params,
            priority=BROADCAST,
        )
        for ordinal, (method, params) in enumerate(megaphone.renders[address.channel](reply, address.chat))
    ]
