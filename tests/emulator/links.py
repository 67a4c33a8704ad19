"""Two ways to the emulator for those who steer it: in the same process, or over HTTP.

Law: when an order returns, everything that had happened by then has been shown.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any, Final, Protocol

from aiohttp import ClientError, ClientSession, ClientTimeout

from tests.emulator.clock import Signal
from tests.emulator.deeds import Impossible, perform
from tests.emulator.errors import Json
from tests.emulator.world import World

_PATIENCE: Final = 30.0
_LONGEST_LINE: Final = 2**22  # bytes of one event
Watcher = Callable[[Json], None]


class Link(Protocol):
    """How orders get to the emulator."""

    async def order(self, deed: str, order: Json) -> Any:
        """Have something done; raises Impossible when that can't be."""


class Inside:
    """The emulator is in this process."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def order(self, deed: str, order: Json) -> Any:
        """Have something done."""
        return perform(self._world, deed, order)


class Outside:
    """The emulator is another process, which tells over one long answer what happens."""

    def __init__(self, session: ClientSession, root: str, watcher: Watcher) -> None:
        self._session, self._root, self._watcher = session, root, watcher
        self._seq = 0
        self._arrived = Signal()
        self._feed: asyncio.Task[None] | None = None

    async def open(self) -> str:
        """Begin to watch; gives the bot's token."""
        begun: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._feed = asyncio.create_task(self._watch(begun))
        return await begun

    async def close(self) -> None:
        """Stop watching."""
        if self._feed:
            self._feed.cancel()
            await asyncio.gather(self._feed, return_exceptions=True)

    async def order(self, deed: str, order: Json) -> Any:
        """Have something done, and wait until the feed has told of it."""
        address = f"{self._root}/__control/{deed.replace(' ', '_')}"
        async with self._session.post(address, json=order) as response:
            answer = await response.json()
        if not answer["ok"]:
            raise Impossible(answer["description"])
        seen = answer["seq"]
        await self._arrived.until(lambda: True if self._seq >= seen else None, _PATIENCE)
        return answer["result"]

    async def _watch(self, begun: asyncio.Future[str]) -> None:
        address, patience = f"{self._root}/__control/feed", ClientTimeout(total=None)
        try:
            async with self._session.get(address, timeout=patience, read_bufsize=_LONGEST_LINE) as feed:
                async for line in feed.content:
                    self._tell(json.loads(line), begun)
        except ClientError as error:
            if not begun.done():
                begun.set_exception(error)

    def _tell(self, event: Json, begun: asyncio.Future[str]) -> None:
        self._seq = event["seq"]
        if event["kind"] == "start":
            begun.set_result(event["token"])
        else:
            self._watcher(event)
        self._arrived.fire()
