"""A gong that everybody hears who is listening: many pages wait for the same worker.

Law of this file: a gong only saves time; who misses it finds the answer in the database a moment later.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress


class Gong:
    """A bell for many listeners at once; who begins to listen after a stroke waits for the next one."""

    def __init__(self) -> None:
        self._stroke = asyncio.Event()

    def ring(self) -> None:
        """Wake everybody who listens now."""
        struck, self._stroke = self._stroke, asyncio.Event()
        struck.set()

    def listen(self) -> Callable[[float], Awaitable[None]]:
        """Begin to listen; return how to wait: `await heard(seconds)` ends with the next stroke, or after that time.

        To listen first and look then loses no stroke in between.
        """
        stroke = self._stroke

        async def heard(seconds: float) -> None:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await stroke.wait()

        return heard
