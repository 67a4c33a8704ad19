"""The loop that sends what waits in the outbox: paced, replies first, a few at a time, each outcome noted.

Law of this file: what is in flight when the process dies is sent again, and nothing else; an outcome is a value.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from bot.bell import Bell, Clock
from bot.outcome import BLOCKED, FLOOD, Later, Moved, Never, Outcome, Sent
from bot.store import Store
from bot.telegram.answers import WrongToken
from bot.telegram.limiter import Limiter
from storage import citizens, outbox, session_places
from storage.outbox import Waiting

log = logging.getLogger(__name__)

# Answers to taps are not paced; so many of them may be under way beside the paced ones.
UNPACED_IN_FLIGHT = 16
# Look at least so often, for rows that another process or the passing of time made due (seconds).
IDLE = 1.0
# A chat that takes nothing for so long makes room for others in the look (seconds).
HELD_FROM = 2.0
# With waits of up to a minute this many failures take half a day: then a message is given up, not tried for ever.
TRIES = 800
# What fails by a mistake of ours fails again; it is given up sooner.
TRIES_OF_MISTAKES = 5
MISTAKE = "mistake"


class Wire(Protocol):
    """Where requests go: Telegram, or what stands for it."""

    async def post(self, method: str, params: Mapping[str, Any], *, attempts: int = 0) -> Outcome:
        """Send one finished request and return what became of it."""


@dataclass(slots=True)
class Post:
    """The sender's own state: what may go next, what is under way, and what came back but is not yet noted.

    `held` are requests whose chat takes nothing for a while, with the time from which it does: they hold nobody up.
    """

    store: Store
    wire: Wire
    channel: str
    bot: str
    limiter: Limiter
    clock: Clock
    in_flight: int
    bell: Bell
    ready: list[Waiting] = field(default_factory=list)
    held: dict[int, float] = field(default_factory=dict)
    flying: dict[int, Waiting] = field(default_factory=dict)
    landed: list[tuple[Waiting, Outcome]] = field(default_factory=list)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    door: Bell = field(default_factory=Bell)
    refused: WrongToken | None = None


async def send(post: Post) -> None:
    """Send until cancelled; what is under way then is waited for and noted.

    Books are kept beside the launching, so that what may go leaves at its moment and waits for no disk.
    """
    books = asyncio.create_task(_keep_books(post))
    try:
        while not books.done():
            await post.door.wait(_launch_all(post))
        books.result()
    finally:
        books.cancel()
        await asyncio.gather(books, return_exceptions=True)
        if post.tasks:
            await asyncio.shield(asyncio.gather(*post.tasks, return_exceptions=True))
        await _note(post)


async def _keep_books(post: Post) -> None:
    """Note what came back and look up what may go next, whenever something happened."""
    while post.refused is None:
        try:
            await _note(post)
            post.door.ring()
            post.ready = await _look(post)
            post.door.ring()
        except OperationalError as error:
            log.exception("the outbox cannot be read or written (%s)", type(error.orig).__name__, exc_info=False)
        await post.bell.wait(IDLE)
    raise post.refused


async def _look(post: Post) -> list[Waiting]:
    now = post.clock()
    post.held = {row: until for row, until in post.held.items() if until > now.timestamp()}
    found = await post.store.read(
        outbox.take_waiting,
        now=now,
        limit=post.in_flight + UNPACED_IN_FLIGHT,
        skip=(*post.flying, *post.held),
        channel=post.channel,
        bot=post.bot,
    )
    # What left meanwhile is under way: nothing is noted while this looks.
    return [row for row in found if row.id not in post.flying]


def _launch_all(post: Post) -> float:
    """Start what may go now; return how long to rest."""
    rest = IDLE
    for row in list(post.ready):
        if row.paced and sum(1 for flying in post.flying.values() if flying.paced) >= post.in_flight:
            continue
        now = post.clock().timestamp()
        delay = _delay(post, row, now)
        if delay > 0:
            rest = min(rest, delay)
            _hold(post, row, delay)
        else:
            post.ready.remove(row)
            _launch(post, row, now)
    return rest


def _hold(post: Post, row: Waiting, delay: float) -> None:
    if delay >= HELD_FROM and post.limiter.overall_delay(post.clock().timestamp()) < delay:
        post.held[row.id] = post.clock().timestamp() + delay
        post.ready.remove(row)
        post.bell.ring()


def _delay(post: Post, row: Waiting, now: float) -> float:
    """Return how long this row must wait; a row that need not has taken its place in the limits."""
    if not row.paced:
        return 0
    group = row.chat.startswith("-")
    delay = post.limiter.delay(row.chat, group, now)
    if delay == 0:
        post.limiter.take(row.chat, group, now)
    return delay


def _launch(post: Post, row: Waiting, now: float) -> None:
    post.flying[row.id] = row
    task = asyncio.create_task(_fly(post, row, now))
    post.tasks.add(task)
    task.add_done_callback(post.tasks.discard)


async def _fly(post: Post, row: Waiting, left: float) -> None:
    try:
        outcome = await post.wire.post(row.method, row.params, attempts=row.attempts)
    except WrongToken as error:
        post.refused = error
        outcome = Later(0, MISTAKE)
    except Exception as error:  # the wire's own mistakes are tried again, then given up with their name
        log.exception("sending failed: %s", type(error).__name__, exc_info=False)
        outcome = Later(2.0**row.attempts, MISTAKE)
    if row.paced:
        post.limiter.landed(left, post.clock().timestamp())
    post.landed.append((row, outcome))
    post.bell.ring()


async def _note(post: Post) -> None:
    landed, post.landed = post.landed, []
    if not landed:
        return
    try:
        await post.store.write(_write, post, landed)
    except OperationalError:
        post.landed = landed + post.landed
        raise
    for row, _ in landed:
        post.flying.pop(row.id, None)


def _write(connection: Connection, post: Post, landed: list[tuple[Waiting, Outcome]]) -> None:
    now = post.clock()
    sent = [(row.id, outcome.external_id) for row, outcome in landed if isinstance(outcome, Sent)]
    outbox.mark_sent(connection, sent, now=now)
    for row, outcome in landed:
        match outcome:
            case Later():
                _later(connection, post, row, outcome)
            case Never():
                _give_up(connection, row, outcome.reason, now)
            case Moved():
                outbox.redirect(connection, row.channel, row.bot, row.chat, outcome.chat)
                session_places.move(connection, row.bot, row.chat, outcome.chat)


def _give_up(connection: Connection, row: Waiting, reason: str, now: datetime) -> None:
    outbox.give_up(connection, row.id, reason, now=now)
    if reason == BLOCKED:
        citizens.set_unreachable(connection, row.channel, row.bot, row.chat)


def _later(connection: Connection, post: Post, row: Waiting, outcome: Later) -> None:
    now = post.clock()
    if row.attempts + 1 >= (TRIES_OF_MISTAKES if outcome.reason == MISTAKE else TRIES):
        _give_up(connection, row, "tried too often", now)
        return
    if outcome.reason == FLOOD:
        post.limiter.halt(now.timestamp() + outcome.seconds)
    outbox.postpone(connection, row.id, now + timedelta(seconds=outcome.seconds))
