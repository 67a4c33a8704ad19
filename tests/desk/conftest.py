"""A desk for each test that asks for one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from tests.conftest import NOW
from tests.desk.site import DeskSite, open_desk_site

if TYPE_CHECKING:
    from tests.desk.browsing import Office


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


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, migrated_file: Path) -> Iterator[Office]:
    """A desk in the middle of its work and one browser, for all tests of a file."""
    from tests.desk.browsing import opened  # a browser's libraries are slow to load
    from tests.web.browser import chromium

    file = tmp_path_factory.mktemp("desk") / "talstimme.sqlite3"
    file.write_bytes(migrated_file.read_bytes())
    with chromium() as browser, opened(f"sqlite:///{file}", NOW, browser) as opened_office:
        yield opened_office
