"""One emulator per test, and python-telegram-bot's own client talking to it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from telegram import Bot

from tests.emulator import BotApi, emulator


@pytest_asyncio.fixture
async def bot_api() -> AsyncIterator[BotApi]:
    """An emulator whose clock stands still until it is moved."""
    async with emulator(speed=0, start=1_800_000_000) as api:
        yield api


@pytest_asyncio.fixture
async def bot(bot_api: BotApi, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bot]:
    """A client that knows nothing of the emulator but its address."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")  # else every 429 warns, and warnings are errors
    async with client(bot_api) as made:
        yield made


def client(bot_api: BotApi) -> Bot:
    """python-telegram-bot's own client for this emulator."""
    return Bot(bot_api.token, base_url=bot_api.base_url, base_file_url=bot_api.base_file_url)
