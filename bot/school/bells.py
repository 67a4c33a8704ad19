"""The school bell: rounds begin and end by the clock.

Law of this file: what is due stands in the database; a bell that rings late rings for the moment it should have.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from sqlalchemy.exc import OperationalError

from bot.bell import Bell, Clock
from bot.school import classroom
from bot.store import Store

log = logging.getLogger(__name__)

# Buttons ring the bell; a class that another process moved is noticed after so long (seconds).
IDLE = 1.0


async def keep_time(store: Store, *, clock: Clock, bell: Bell, moved: Callable[[], None]) -> None:
    """Ring for every class until cancelled; `moved` is called when one began another round."""
    while True:
        pause = IDLE
        try:
            ends_at = await store.read(classroom.next_bell)
            if ends_at is not None and ends_at <= clock():
                if await store.write(classroom.ring_due, now=clock()):
                    moved()
                ends_at = await store.read(classroom.next_bell)
            pause = _pause(ends_at, clock())
        except OperationalError as error:
            log.exception("the school bell waits for the database (%s)", type(error.orig).__name__, exc_info=False)
        await bell.wait(pause)


def _pause(ends_at: datetime | None, now: datetime) -> float:
    return IDLE if ends_at is None else min(IDLE, max(0.001, (ends_at - now).total_seconds()))
