"""One emulator per test, and python-telegram-bot's own client talking to it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio
from telegram import Bot

from tests.emulator import BotApi, emulator


@pytest_asyncio.fixture
async def bot_api() -> AsyncIterator[BotApi]:
    """An emulator whose clock stands still until it is moved."""
    async with emulator(speed=0, start=1_800_000_000) as api:
        yield api


@pytest_asyncio.fixture
async def bot(bot_api: BotApi) -> AsyncIterator[Bot]:
    """A client that knows nothing of the emulator but its address."""
    client = Bot(bot_api.token, base_url=bot_api.base_url, base_file_url=bot_api.base_file_url)
    async with client:
        yield client
