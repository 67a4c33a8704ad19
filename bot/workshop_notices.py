"""What changed about a workshop, told to those registered: moved, cancelled, a place that became free or was given on.

Law of this file: the database says what is untold, so that a job done twice, or late, tells nobody twice; at night
nobody is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from bot import agenda
from bot.bell import Clock
from bot.dialogue.attended import told_change
from bot.dialogue.model import Book
from bot.dialogue.replies import Reply
from bot.dialogue.texts import FALLBACK
from bot.notices import ALWAYS, Herald
from bot.schedule import Job
from bot.store import Store
from bot.web.names import BOT, CHANNEL
from bot.web.render import SAY, said
from bot.web.talk import state_of
from storage import outbox, registrations, workshop_news, workshops
from storage.outbox import NOTICE, Outgoing
from storage.places import attendance
from storage.workshop_news import WorkshopNews

CAUSE = "workshop:"


def jobs(store: Store, herald: Herald) -> tuple[Job, ...]:
    """Return what is done at every look of the schedule: close what is over, give on what lapsed, tell what changed."""

    async def settle(now: datetime) -> None:
        await store.write(workshops.note_held, now=now)
        if await store.write(registrations.lapse, now=now):
            herald.told()

    async def tell(now: datetime) -> None:
        await tell_all(store, herald, now=now)

    return Job("workshops", ALWAYS, settle), Job("workshop-notices", ALWAYS, tell)


async def tell_all(store: Store, herald: Herald, *, now: datetime) -> int:
    """Tell everybody who can be written to, and return how many messages that made; at night let all of them wait."""
    morning = herald.quiet.ends_at(now)
    if morning is not None:
        await store.write(outbox.let_rest, cause=CAUSE, until=morning)
        return 0
    total = 0
    while await store.read(workshop_news.untold, channels=list(herald.renders), now=now, limit=1):
        total += await store.write(tell, herald, now=now)
    if total:
        herald.told()
    return total


def tell(connection: Connection, herald: Herald, *, now: datetime) -> int:
    """Put a portion of what is untold into the outbox, one message for each registration, and return how many."""
    news = workshop_news.untold(connection, channels=list(herald.renders), now=now)
    requests = [each for one in news for each in _requests(connection, herald, one, now)]
    outbox.enqueue(connection, requests, now=now)
    workshop_news.note_told(connection, news)
    return len(news)


async def tell_visitor(store: Store, book: Book, *, key: str, chat: str, clock: Clock) -> None:
    """Tell somebody who looks at the web chat what changed, at any hour: they are here to read it."""
    now = clock()
    if await store.read(workshop_news.untold_to, key, now=now):
        await store.write(_told_here, book, key=key, chat=chat, now=now)


def _told_here(connection: Connection, book: Book, *, key: str, chat: str, now: datetime) -> None:
    news = workshop_news.untold_to(connection, key, now=now)
    state = state_of(connection, key)
    voice = (state and state.language) or FALLBACK
    for each in news:
        reply = _reply(connection, book, replace(each, language=voice), now)
        row = Outgoing(f"{CAUSE}{each.name}", 0, CHANNEL, BOT, chat, SAY, said(reply), priority=NOTICE, paced=False)
        outbox.enqueue(connection, [row], now=now)
    workshop_news.note_told(connection, news)


def _requests(connection: Connection, herald: Herald, news: WorkshopNews, now: datetime) -> Sequence[Outgoing]:
    address = news.address
    assert address is not None, "untold news has an address"
    reply = _reply(connection, herald.book, news, now)
    return [
        Outgoing(
            cause=f"{CAUSE}{news.name}",
            ordinal=ordinal,
            channel=address.channel,
            bot=address.bot,
            chat=address.chat,
            method=method,
            params=params,
            priority=NOTICE,
        )
        for ordinal, (method, params) in enumerate(herald.renders[address.channel](reply, address.chat))
    ]


def _reply(connection: Connection, book: Book, news: WorkshopNews, now: datetime) -> Reply:
    voice, number = news.language or FALLBACK, news.workshop_id
    workshop = workshops.by_ids(connection, [number])[number]
    counts = attendance(connection, [number])[number]
    own = registrations.of_citizens(connection, [news.citizen_id])[news.citizen_id][number]
    shown = agenda.with_registration(agenda.shown(workshop, counts, voice, now=now), own, voice)
    moves = workshops.moves_of(connection, number)
    known = moves[news.seen] if news.change == "moved" and news.seen < len(moves) else None
    old = replace(workshop, starts_at=known.starts_at, ends_at=known.ends_at) if known else None
    before = agenda.shown(old, counts, voice, now=now) if old else None
    return told_change(book, voice, news.change, shown, before)
