"""A class in Telegram: the lesson of the web tests, with a line to the emulator beside it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text

from bot.bell import Bell
from bot.config import Settings
from bot.line import open_line
from bot.school.crier import Crier, tell
from bot.school.visits import Usher
from bot.worker import Office, work
from tests.emulator import BotApi, Citizen, emulator
from tests.school.lesson import Lesson
from tests.web.site import KEYS, ORIGIN, offering

# The clock of a lesson stands still: with Telegram's own pace nothing would leave after the first few.
# How often and how many times a test looks whether the bot has come to an end (seconds).
LOOK, TRIES = 0.02, 500
UNPACED = {"messages_per_second": 1e6, "per_chat_per_second": 1e6, "per_group_per_minute": 1e6}


@dataclass(frozen=True, slots=True)
class Messenger:
    """The class in Telegram: `tell` does what the crier would have done by now."""

    lesson: Lesson
    bot_api: BotApi
    crier: Crier
    leader: Citizen | None = None

    @property
    def payload(self) -> str:
        """What the deep link into the class carries."""
        return f"k-{self.lesson.code}"

    async def tell(self, *, minutes: float = 0, seconds: float = 0) -> None:
        """Let time pass, then check, sort and tell; what was under way before has arrived."""
        await self._sent()
        await self.lesson.wait(minutes=minutes, seconds=seconds)
        while await tell(self.crier):
            self.crier.told()

    async def joined(self) -> Citizen:
        """Return somebody who came by the link, read the notice and joined."""
        student = self.bot_api.citizen()
        await student.start(self.payload)
        await student.hears("Bevor es losgeht")
        await student.press("Mitmachen")
        await student.hears()
        return student

    async def count(self, table: str) -> int:
        """Return how many rows a table has."""
        return len(await self.rows(table))

    async def handled(self, *, texts: int = 0) -> None:
        """Return when the bot has handled all that came, and has kept so many texts of the class."""
        for _ in range(TRIES):
            # In this order: what was fetched by now is in the inbox by now.
            is_fetched = await self._is_fetched()
            waiting = await self.columns("seq", "inbox WHERE done_at IS NULL")
            kept = await self.count("session_idea") + await self.count("session_note")
            if is_fetched and not waiting and kept >= texts:
                return
            await asyncio.sleep(LOOK)
        raise TimeoutError("the bot did not handle what came")

    async def _sent(self) -> None:
        for _ in range(TRIES):
            if not await self.columns("id", "outbox WHERE sent_at IS NULL AND failed_at IS NULL"):
                return
            await asyncio.sleep(LOOK)
        raise TimeoutError("the bot did not send what waits")

    async def _is_fetched(self) -> bool:
        return all(entry.confirmed_at is not None for entry in await self.bot_api.journal())

    async def columns(self, columns: str, table: str) -> list[tuple[Any, ...]]:
        """Return some columns of a table."""
        query = text(f"SELECT {columns} FROM {table}")
        return await self.lesson.site.store.read(lambda connection: [tuple(row) for row in connection.execute(query)])

    async def rows(self, table: str) -> list[tuple[Any, ...]]:
        """Return the rows of a table."""
        return await self.columns("*", table)


@asynccontextmanager
async def open_messenger(lesson: Lesson, *, lead: bool = False) -> AsyncIterator[Messenger]:
    """Put the class on Telegram; with `lead` somebody may bring it into a group."""
    store, clock, book = lesson.site.store, lesson.site.clock, offering("de")
    async with emulator() as bot_api:
        telegram = {"token": bot_api.token, "api_base_url": bot_api.base_url, **UNPACED}
        chosen = Settings.model_validate({"telegram": telegram, "nlp": {"patience_ms": 0}})
        leader = bot_api.citizen() if lead else None
        leaders = frozenset({str(leader.id)}) if leader else frozenset[str]()
        async with open_line(chosen, store, clock, KEYS) as line:
            usher = Usher(book, KEYS, line.channel.read, ORIGIN, line.name, leaders)
            office, bell = Office(book, {"telegram": line.channel}, KEYS, usher=usher), Bell()
            worker = work(store, office, clock=clock, bell=bell, taken=line.bell.ring)
            tasks = [asyncio.create_task(loop) for loop in (worker, *line.loops(bell.ring).values())]
            try:
                yield Messenger(lesson, bot_api, Crier(store, usher, line.bot, clock, Bell(), line.bell.ring), leader)
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
