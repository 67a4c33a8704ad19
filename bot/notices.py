"""What became of an idea, told to those who sent or support it: once, in their language, never at night.

Law of this file: the database says what is untold, so that a job done twice, or late, tells nobody twice; whatever
changed for one person meanwhile is one message.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import Connection

from bot.bell import Clock
from bot.dialogue.engine import announce
from bot.dialogue.model import Book
from bot.dialogue.replies import Reply
from bot.dialogue.state import State
from bot.own import own_of_news
from bot.quiet import Quiet
from bot.schedule import Job
from bot.store import Store
from bot.web.names import BOT, CHANNEL
from bot.web.render import SAY, said
from bot.web.talk import state_of
from storage import outbox, tracing_news
from storage.outbox import NOTICE, Outgoing
from storage.tracing_news import News

# More would not be read in one message; the rest follows in the next.
DIGEST = 8
CAUSE = "status:"
ALWAYS = timedelta(0)

Requests = Sequence[tuple[str, Mapping[str, Any]]]
# How a channel writes a reply to a chat.
Render = Callable[[Reply, str], Requests]


@dataclass(frozen=True, slots=True)
class Herald:
    """What news is told with: the book, how each channel writes, the quiet hours; `told` is called after a commit."""

    book: Book
    renders: Mapping[str, Render]
    quiet: Quiet
    told: Callable[[], None]


def job(store: Store, herald: Herald) -> Job:
    """Return the job that tells what is untold, at every look of the schedule."""

    async def do(now: datetime) -> None:
        await tell_all(store, herald, now=now)

    return Job("notices", ALWAYS, do)


async def tell_all(store: Store, herald: Herald, *, now: datetime) -> int:
    """Tell everybody who can be written to, and return how many messages that made; at night let all of them wait."""
    morning = herald.quiet.ends_at(now)
    if morning is not None:
        await store.write(outbox.let_rest, cause=CAUSE, until=morning)
        return 0
    total = 0
    # Looking costs no lock, so that the writer is taken only where there is something to tell.
    while await store.read(tracing_news.untold, channels=list(herald.renders), now=now, limit=1):
        total += await store.write(tell, herald, now=now)
    if total:
        herald.told()
    return total


def tell(connection: Connection, herald: Herald, *, now: datetime) -> int:
    """Put a portion of the untold news into the outbox, one message for each person, and return how many."""
    count = 0
    untold = tracing_news.untold(connection, channels=list(herald.renders), now=now)
    for _, group in groupby(untold, lambda each: each.citizen_id):
        news = list(group)[:DIGEST]
        outbox.enqueue(connection, _requests(herald, news), now=now)
        tracing_news.note_told(connection, news, now=now)
        count += 1
    return count


def _requests(herald: Herald, news: Sequence[News]) -> list[Outgoing]:
    address = news[0].address
    assert address is not None, "untold news has an address"
    state = State(channel=address.channel, language=news[0].language)
    reply = announce(herald.book, state, [own_of_news(each) for each in news], alone=True)
    return [
        Outgoing(
            cause=_cause(news),
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


def _cause(news: Sequence[News]) -> str:
    """Return what makes this message one of its kind: the last change in it, and for whom it was."""
    last = max(news, key=lambda each: (each.change_at, each.contribution_id))
    return f"{CAUSE}{last.contribution_id}:{last.change_at.isoformat()}:{last.citizen_id}"


async def tell_visitor(store: Store, book: Book, *, key: str, chat: str, clock: Clock) -> None:
    """Tell somebody who looks at the web chat what became of their ideas, at any hour: they are here to read it.

    A web chat has no address that could be written to, so its news waits until they come.
    """
    now = clock()
    if await store.read(tracing_news.untold_to, key, now=now):
        await store.write(_told_here, book, key=key, chat=chat, now=now)


def _told_here(connection: Connection, book: Book, *, key: str, chat: str, now: datetime) -> None:
    news = tracing_news.untold_to(connection, key, now=now)[:DIGEST]
    state = state_of(connection, key) or State(channel=CHANNEL)
    if not news:
        return
    own = [own_of_news(each) for each in news]
    reply = announce(book, replace(state, language=state.language or news[0].language), own, alone=False)
    row = Outgoing(_cause(news), 0, CHANNEL, BOT, chat, SAY, said(reply), priority=NOTICE, paced=False)
    outbox.enqueue(connection, [row], now=now)
    tracing_news.note_told(connection, news, now=now)
