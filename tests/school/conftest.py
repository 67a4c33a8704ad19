"""A class on a site of its own, read by the real tagger."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

import pytest
import pytest_asyncio

from bot.config import Nlp
from bot.tagging import Thinker, load_tagger
from tests.school.lesson import Lesson, Mind, open_lesson
from tests.web.site import Site, open_site


@pytest.fixture(scope="session")
def mind() -> Mind:
    """The tagger and the judge that come with the program."""
    thinker = Thinker(load_tagger(Nlp()))
    return Mind(thinker.tag_texts, thinker.same_pairs)


@pytest_asyncio.fixture
async def site(sqlite_url: str, now: datetime) -> AsyncIterator[Site]:
    """A running site on an empty SQLite file."""
    async with open_site(sqlite_url, now, works=False) as opened:
        yield opened


@pytest_asyncio.fixture
async def lesson(sqlite_url: str, now: datetime, mind: Mind) -> AsyncIterator[Lesson]:
    """A class that waits in its lobby."""
    async with open_lesson(sqlite_url, now, mind, topics=("learning", "climate")) as opened:
        yield opened
