"""Time inside the emulator: it can run as the world's, faster, or stand still until moved.

Law: nothing in the emulator reads another clock.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class Signal:
    """Wakes everyone who waits for a change; each then looks for himself whether it concerns him."""

    def __init__(self) -> None:
        self._waiters: list[asyncio.Future[None]] = []

    def fire(self) -> None:
        """Wake all who wait now."""
        waiters, self._waiters = self._waiters, []
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)

    async def wait(self, seconds: float | None = None) -> None:
        """Return at the next `fire`, or after `seconds` of real time."""
        waiter = asyncio.get_running_loop().create_future()
        self._waiters.append(waiter)
        await asyncio.wait([waiter], timeout=seconds)

    async def until(self, look: Callable[[], T | None], seconds: float) -> T:
        """Wait until `look()` gives something; raises TimeoutError after `seconds` of real time."""
        async with asyncio.timeout(seconds):
            while (found := look()) is None:
                await self.wait()
            return found


class Clock:
    """Seconds since 1970, times `speed`; 0 means: stands still until `advance`."""

    def __init__(self, *, start: float | None = None, speed: float = 1.0) -> None:
        self._start = time.time() if start is None else start
        self._speed = speed
        self._begun = time.monotonic()
        self.stirred = Signal()  # time was moved, or an update came: long polls look again

    def now(self) -> float:
        """The emulator's time in seconds since 1970."""
        return self._start + (time.monotonic() - self._begun) * self._speed

    def advance(self, seconds: float) -> None:
        """Move the time ahead at once and wake everyone who waits for it."""
        self._start += seconds
        self.stirred.fire()

    def real_seconds(self, moment: float) -> float | None:
        """How long to wait for `moment` in real time; None if only `advance` can bring it."""
        if self._speed == 0:
            return None
        return max(0.0, moment - self.now()) / self._speed

    async def wait_until(self, moment: float) -> None:
        """Return when the emulator's time has reached `moment`."""
        while self.now() < moment:
            await self.stirred.wait(self.real_seconds(moment))
