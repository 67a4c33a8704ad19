"""Waking a loop, and what time it is: both handed in, so that a test can ring and set the clock.

Law of this file: a bell only saves time; who misses it finds the work in the database a moment later.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Return the time of the machine in UTC."""
    return datetime.now(UTC)


class Bell:
    """A bell that one loop listens to; rung while nobody listens it is heard at the next `wait`."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wake the loop."""
        self._rung.set()

    async def wait(self, seconds: float) -> None:
        """Wait until the bell rings, at most this long."""
        # `asyncio.wait_for` of Python 3.11 swallows a cancellation that comes with the ring (cpython#86296).
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        self._rung.clear()
