"""A site for each test that asks for one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

import pytest_asyncio

from tests.web.site import Site, Visitor, open_site


@pytest_asyncio.fixture
async def site(sqlite_url: str, now: datetime) -> AsyncIterator[Site]:
    """A running site on an empty SQLite file."""
    async with open_site(sqlite_url, now) as opened:
        yield opened


@pytest_asyncio.fixture
async def visitor(site: Site) -> AsyncIterator[Visitor]:
    """Somebody who never was here."""
    met = site.visitor()
    async with met.client:
        yield met
