"""The demo: whoever opens it meets a desk in the middle of its work, in each role, and only once."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.cli import running
from bot.config import Settings
from storage import announcements, answers, items, worklist
from storage.models.announcing import DRAFT
from storage.models.contribution import STATUSES
from storage.worklist import Order, Wanted
from tests.desk.site import ORIGIN, DeskSite, open_desk_site, settings

STATES = set(STATUSES) - {"withdrawn"}


@pytest.fixture
def shown(tmp_path: Path, migrated_file: Path) -> Settings:
    """The configuration of a demo in a folder of its own, as `demo` makes it."""
    url = f"sqlite:///{shutil.copy(migrated_file, tmp_path / 'talstimme.sqlite3')}"
    chosen = settings()
    return chosen.model_copy(update={"storage": chosen.storage.model_copy(update={"url": url})})


async def test_each_role_comes_in_and_finds_contributions_in_all_states(shown: Settings) -> None:
    running.furnish(shown)
    lines = running.welcome(shown)
    links = dict(re.findall(rf"as (\w+), opens once: {ORIGIN}(\S+)", lines))
    assert list(links) == ["admin", "moderator", "strategist"]
    async with open_desk_site(shown.storage.url, datetime.now(UTC), shown) as desk:
        for link in links.values():
            clerk = desk.stranger()
            assert "Guten Tag, Demo" in (await clerk.enter(link)).text
        found = await _all(desk)
        assert {each.status for each in found} == STATES
        assert {each.language for each in found} >= {"de", "tr", "ar", "en", "uk"}
        assert any(each.due_at for each in found)
        assert any(each.text is None for each in found)  # what waits for its redaction is not shown before
        assert sum(each.supports for each in found) > 100
        assert await desk.store.read(answers.untranslated)
        assert [each.status for each in await desk.store.read(announcements.listed)] == [DRAFT]
        themes = re.findall(r'href="(/desk/themen/\d+)">', (await clerk.open("/desk/themen")).html)
        assert len(themes) >= 6
        assert "Formulare bitte in einfacher Sprache." in "".join([(await clerk.open(each)).text for each in themes])
    running.welcome(shown)
    async with open_desk_site(shown.storage.url, datetime.now(UTC), shown) as desk:
        assert len(await _all(desk)) == len(found)


async def _all(desk: DeskSite) -> list[items.Item]:
    keys = await desk.store.read(worklist.find, Wanted(), order=Order.OLDEST, limit=1000)
    return await desk.store.read(items.items, [each.id for each in keys])


async def test_what_the_demo_shows_was_done_by_the_deeds_of_the_desk_and_can_be_undone(shown: Settings) -> None:
    running.furnish(shown)
    links = re.findall(rf"opens once: {ORIGIN}(\S+)", running.welcome(shown))
    async with open_desk_site(shown.storage.url, datetime.now(UTC), shown) as desk:
        answered = next(each for each in await _all(desk) if each.status == "answered")
        clerk = desk.stranger()
        await clerk.enter(links[1])
        page = await clerk.open(f"/desk/beitrag/{answered.number}")
        undo = re.search(r'action="(/desk/rueckgaengig/[^"]+)"', page.html)
        assert undo is not None
        await clerk.post(undo[1])
        assert next(each for each in await _all(desk) if each.number == answered.number).status == "received"
