"""A strict Bot API, our way to it, and time that passes only when somebody sleeps."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import ClientSession

from bot.telegram.pace import Pace
from bot.telegram.receive import LONG_POLL
from bot.telegram.transport import Api, open_session
from tests.emulator import BotApi, Citizen, emulator

Fetch = Callable[[], Awaitable[list[Any]]]


@dataclass
class Watch:
    """A clock that jumps: who sleeps wakes at once, later by the watch. `naps` is what was slept, in seconds."""

    time: float = 0.0
    naps: list[float] = field(default_factory=list)

    def now(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.time += seconds
        self.naps.append(seconds)
        await asyncio.sleep(0)


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def pace(watch: Watch) -> Pace:
    """Simulated time, and dice that always show the most."""
    return Pace(watch.now, watch.sleep, lambda: 1.0)


@pytest_asyncio.fixture
async def bot_api() -> AsyncIterator[BotApi]:
    """An emulator whose clock stands still until it is moved; what a correct bot would not send fails the test."""
    async with emulator(speed=0, start=1_800_000_000) as api:
        yield api
        await api.advance(LONG_POLL)  # ends the polls whose callers have gone
        assert api.violations == []


@pytest_asyncio.fixture
async def session() -> AsyncIterator[ClientSession]:
    async with open_session() as session:
        yield session


@pytest.fixture
def api(session: ClientSession, bot_api: BotApi, pace: Pace) -> Api:
    """Our client, at the emulator."""
    return Api(session, base_url=bot_api.base_url, token=bot_api.token, pace=pace)


@pytest_asyncio.fixture
async def fetch(api: Api) -> AsyncIterator[Fetch]:
    """Gives the updates that have come since the last time."""
    offset = 0

    async def fetch() -> list[Any]:
        nonlocal offset
        answer = await api.ask("getUpdates", {"offset": offset, "allowed_updates": ["message", "edited_message",
            "callback_query", "my_chat_member", "message_reaction", "channel_post"]})  # fmt: skip
        updates: list[Any] = answer.result
        offset = max((update["update_id"] for update in updates), default=offset - 1) + 1
        return updates

    yield fetch


@pytest.fixture
def citizen(bot_api: BotApi) -> Citizen:
    return bot_api.citizen()
