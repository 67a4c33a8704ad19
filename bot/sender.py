"""The loop that sends what waits in the outbox: paced, replies first, a few at a time, each outcome noted.

Law of this file: what is in flight when the process dies is sent again, and nothing else; an outcome is a value.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.bell import Bell, Clock
from bot.outcome import Later, Moved, Never, Outcome, Sent
from bot.telegram.limiter import Limiter
from storage import outbox
from storage.outbox import Waiting

log = logging.getLogger(__name__)

# Answers to taps are not paced; so many of them may be under way beside the paced ones.
UNPACED_IN_FLIGHT = 16
# Look at least so often, for rows that another process or the passing of time made due (seconds).
IDLE = 1.0
# After this many failures in a row a message is given up, not tried for ever.
TRIES = 12


class Wire(Protocol):
    """Where requests go: Telegram, or what stands for it."""

    async def post(self, method: str, params: Mapping[str, Any]) -> Outcome:
        """Send one finished request and return what became of it."""


@dataclass(slots=True)
class Post:
    """The sender's own state: what is under way, and what came back but is not yet noted."""

    engine: AsyncEngine
    wire: Wire
    limiter: Limiter
    clock: Clock
    in_flight: int
    bell: Bell
    flying: dict[int, Waiting] = field(default_factory=dict)
    landed: list[tuple[Waiting, Outcome]] = field(default_factory=list)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)


async def send(post: Post) -> None:
    """Send until cancelled; what is under way then is waited for and noted."""
    try:
        while True:
            await post.bell.wait(await _round(post))
    finally:
        if post.tasks:
            await asyncio.shield(asyncio.gather(*post.tasks, return_exceptions=True))
        await _note(post)


async def _round(post: Post) -> float:
    try:
        await _note(post)
        waiting = await _look(post)
    except OperationalError as error:
        log.exception("the outbox cannot be read or written (%s)", type(error.orig).__name__, exc_info=False)
        return IDLE
    return await _launch_all(post, waiting)


async def _look(post: Post) -> list[Waiting]:
    free = post.in_flight + UNPACED_IN_FLIGHT
    async with post.engine.connect() as connection:
        return await connection.run_sync(
            lambda each: outbox.take_waiting(each, now=post.clock(), limit=free, skip=tuple(post.flying))
        )


async def _launch_all(post: Post, waiting: list[Waiting]) -> float:
    """Start what may go now; return how long to rest."""
    rest = IDLE
    for row in waiting:
        paced = sum(1 for flying in post.flying.values() if flying.paced)
        if row.paced and paced >= post.in_flight:
            continue
        delay = _delay(post, row)
        if delay > 0:
            rest = min(rest, delay)
            continue
        _launch(post, row)
    return rest


def _delay(post: Post, row: Waiting) -> float:
    if not row.paced:
        return 0
    return post.limiter.take(row.chat, is_group=row.chat.startswith("-"), now=post.clock().timestamp())


def _launch(post: Post, row: Waiting) -> None:
    post.flying[row.id] = row
    task = asyncio.create_task(_fly(post, row))
    post.tasks.add(task)
    task.add_done_callback(post.tasks.discard)


async def _fly(post: Post, row: Waiting) -> None:
    try:
        outcome = await post.wire.post(row.method, row.params)
    except Exception as error:  # the wire's own mistakes are tried again, then given up with their name
        log.exception("sending failed: %s", type(error).__name__, exc_info=False)
        outcome = Later(min(60.0, 2.0**row.attempts))
    post.landed.append((row, outcome))
    post.bell.ring()


async def _note(post: Post) -> None:
    landed, post.landed = post.landed, []
    if not landed:
        return
    try:
        async with post.engine.begin() as connection:
            await connection.run_sync(_write, post, landed)
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
                outbox.give_up(connection, row.id, outcome.reason, now=now)
            case Moved():
                outbox.redirect(connection, row.bot, row.chat, outcome.chat, now=now)


def _later(connection: Connection, post: Post, row: Waiting, outcome: Later) -> None:
    now = post.clock()
    if row.attempts + 1 >= TRIES:
        outbox.give_up(connection, row.id, "tried too often", now=now)
        return
    if outcome.seconds > 0:
        post.limiter.halt(now.timestamp() + outcome.seconds, chat=row.chat)
    outbox.postpone(connection, row.id, now + timedelta(seconds=outcome.seconds))
