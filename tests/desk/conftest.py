"""A desk for each test that asks for one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

import pytest_asyncio

from tests.desk.site import DeskSite, open_desk_site


@pytest_asyncio.fixture
async def desk(sqlite_url: str, now: datetime) -> AsyncIterator[DeskSite]:
    """A desk on an empty SQLite file."""
    async with open_desk_site(sqlite_url, now) as opened:
        yield opened


@pytest_asyncio.fixture
async def desk_on_both(url: str, now: datetime) -> AsyncIterator[DeskSite]:
    """A desk on an empty database, once on SQLite and once on PostgreSQL."""
    async with open_desk_site(url, now) as opened:
        yield opened
