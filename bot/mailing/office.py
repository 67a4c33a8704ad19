"""The mail of an instance: its jobs, and the loop that sends what they wrote.

Law of this file: without `mail.host` nothing is written and nothing is sent.
"""

from __future__ import annotations

import asyncio
import random
import time as clocks
from collections.abc import Callable, Coroutine
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection

from bot.bell import Bell, Clock
from bot.config import Settings
from bot.mailing.letters import alert, hand_over, summarise
from bot.mailing.mornings import remind
from bot.mailing.wire import CHANNEL, MailWire
from bot.schedule import At, Job, Rhythm
from bot.sender import Post, send
from bot.store import Store
from bot.telegram.limiter import Limiter
from bot.telegram.pace import Pace

# A mail server is not hurried: so many letters a second, to one address at most one a second after the first three.
PER_SECOND, PER_ADDRESS, BURST, PER_MINUTE = 5.0, 1.0, 3, 60.0
# A crash can repeat so many letters; they carry the same Message-ID.
IN_FLIGHT = 1
EVERY = timedelta(minutes=1)
LIST_AT, SUMMARY_AT, MONDAY = time(7), time(8), 0

Write = Callable[..., int]


def jobs(store: Store, settings: Settings, wake: Callable[[], None]) -> tuple[Job, ...]:
    """Return what is written when; nothing where mail is off."""
    if not settings.mail.host:
        return ()

    def job(name: str, rhythm: Rhythm, write: Write) -> Job:
        return Job(name, rhythm, partial(_do, store, partial(write, settings=settings), wake))

    return (
        job("mail-alerts", EVERY, alert),
        job("mail-handover", At(LIST_AT), hand_over),
        job("mail-mornings", At(LIST_AT), remind),
        job("mail-summary", At(SUMMARY_AT, MONDAY), summarise),
    )


def loop(store: Store, settings: Settings, *, clock: Clock, bell: Bell) -> Coroutine[Any, Any, None]:
    """Return the loop that sends letters."""
    pace = Pace(clocks.monotonic, asyncio.sleep, random.random)
    limiter = Limiter(PER_SECOND, PER_ADDRESS, BURST, PER_MINUTE)
    return send(Post(store, MailWire(settings.mail, pace), CHANNEL, CHANNEL, limiter, clock, IN_FLIGHT, bell))


async def _do(store: Store, write: Write, wake: Callable[[], None], now: datetime) -> None:
    def do(connection: Connection) -> int:
        return write(connection, now=now)

    if await store.write(do):
        wake()
