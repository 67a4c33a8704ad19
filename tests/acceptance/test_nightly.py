"""At night themes are found anew, in a process of their own, and only where something has come in."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from multiprocessing import active_children

import pytest

from bot.nightly import find_anew
from bot.store import open_store
from storage.audits import Actor
from storage.figures import themes
from tests.desk.test_themes import two_groups as live

STAFF = Actor("amt", "strategist")
DAY = timedelta(days=1)


async def test_who_stops_the_program_does_not_wait_for_themes(sqlite_url: str, now: datetime) -> None:
    async with open_store(sqlite_url) as store:
        await store.write(live, now)
        others = set(active_children())
        finding = asyncio.create_task(find_anew(store, "living", now=now))
        while not set(active_children()) - others:  # noqa: ASYNC110  (nothing tells when a process begins)
            await asyncio.sleep(0)
        finding.cancel()
        with pytest.raises(asyncio.CancelledError):
            await finding
        left = set(active_children()) - others
        assert left
        for each in left:
            await asyncio.to_thread(each.join)
        assert await store.read(themes.themes) == []


async def test_themes_are_found_and_what_staff_did_stays(sqlite_url: str, now: datetime) -> None:
    async with open_store(sqlite_url) as store:
        assert not await find_anew(store, "living", now=now)
        await store.write(live, now)
        assert await find_anew(store, "living", now=now)
        first, second = await store.read(themes.themes)
        assert (first.number, second.number) == (6, 6)
        await store.write(themes.rename, first.id, "Grün in der Stadt", STAFF, now=now)
        last = await store.read(themes.last_change)
        assert not await find_anew(store, "living", now=now + DAY)  # nothing new: the last deed can still be undone
        assert await store.read(themes.last_change) == last
        assert "Grün in der Stadt" in [each.name for each in await store.read(themes.themes)]
