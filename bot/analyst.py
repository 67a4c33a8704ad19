"""The loop that tags texts off the event loop: first what a citizen waits for, then what was sent.

Law of this file: no transaction is open while the model thinks; writing a result twice changes nothing.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any, Protocol, TypeVar

from sqlalchemy.exc import OperationalError

from bot.bell import Bell, Clock
from bot.nearby import Nearby, Vector, alike, near
from bot.store import Store
from bot.telegram.raw import text_of as telegram_text
from bot.web.read import text_of as web_text
from storage import analyses, contributions, inbox, released
from storage.analyses import Analysed
from storage.contributions import Unanalysed
from storage.inbox import Update

T = TypeVar("T")

log = logging.getLogger(__name__)

# Few texts at a time while citizens wait for them, more when contributions are caught up on.
INBOX_BATCH = 16
CONTRIBUTION_BATCH = 64
IDLE = 1.0


class Tagged(Protocol):
    """A text that was tagged."""

    @property
    def text(self) -> str:
        """The words."""

    @property
    def analysis(self) -> dict[str, Any]:
        """What was found, as JSON values."""

    @property
    def vector(self) -> Vector:
        """Its sentence vector."""

    @property
    def parts(self) -> Sequence[Tagged]:
        """Its ideas where there are several."""


class Thinker(Protocol):
    """What tags: built late, because loading spaCy takes a second that nobody has to wait for."""

    def tag_texts(self, texts: Sequence[str]) -> list[dict[str, Any]]:
        """Return the analysis of each text as JSON values."""

    def read_texts(self, texts: Sequence[str]) -> Sequence[Tagged]:
        """Return the analysis of each text with its vector, and those of its parts."""

    def are_alike(self, pairs: Sequence[tuple[str, str]]) -> list[bool]:
        """Say of each pair of texts whether they speak of the same."""

    def tag_contributions(self, pending: Sequence[Unanalysed]) -> list[Analysed]:
        """Return what is to be noted of each contribution."""

    def same_pairs(self, texts: Sequence[str]) -> list[tuple[int, int]]:
        """Return which of these texts say the same, as pairs of places, the earlier one first."""


@dataclass(frozen=True, slots=True)
class Analyst:
    """What the analyst works with; `pool` has one thread, so that the model is used by one at a time.

    Tags wait `patience` for the index of similar ideas; a city's first hundred thousand take a while to load.
    """

    store: Store
    thinker: Thinker
    pool: ThreadPoolExecutor
    clock: Clock
    bell: Bell
    inbox_bell: Bell
    patience: timedelta
    nearby: Nearby = field(default_factory=Nearby)
    following: set[asyncio.Task[None]] = field(default_factory=set)


async def analyse(analyst: Analyst) -> None:
    """Tag until cancelled."""
    try:
        while True:
            if not await _round(analyst):
                await analyst.bell.wait(IDLE)
    finally:
        for task in analyst.following:
            task.cancel()
        await asyncio.gather(*analyst.following, return_exceptions=True)


async def _round(analyst: Analyst) -> bool:
    """Tag what there is and say whether there may be more."""
    try:
        return await _inbox(analyst) or await _contributions(analyst)
    except OperationalError as error:
        log.exception("the database does not answer (%s)", type(error.orig).__name__, exc_info=False)
        return False


async def _inbox(analyst: Analyst) -> bool:
    updates = await analyst.store.read(inbox.unanalysed, INBOX_BATCH)
    if not updates:
        if analyst.nearby.is_due(analyst.clock()):
            _follow(analyst)
        return False
    await _followed(analyst)
    texts = [text_of(update) for update in updates]
    tagged = await _in_pool(analyst, lambda: analyst.thinker.read_texts(texts))
    results = await _completed(analyst, tagged)
    notes = [(update.seq, result) for update, result in zip(updates, results, strict=True)]
    await analyst.store.write(inbox.note_analysis, notes, now=analyst.clock())
    analyst.inbox_bell.ring()
    return True


async def _completed(analyst: Analyst, tagged: Sequence[Tagged]) -> list[dict[str, Any]]:
    """Return the analyses with the numbers of similar ideas (`similar`), and those of the parts (`each`)."""
    flat = [each for whole in tagged for each in (whole, *whole.parts)]
    similar = iter(await _similar(analyst, flat))
    return [
        {
            **whole.analysis,
            "similar": next(similar),
            "each": [{**part.analysis, "similar": next(similar)} for part in whole.parts],
        }
        for whole in tagged
    ]


async def _similar(analyst: Analyst, texts: Sequence[Tagged]) -> list[list[str]]:
    found = await _in_pool(analyst, lambda: near(analyst.nearby, texts))
    wanted = {row for pairs in found for row, _ in pairs}
    if not wanted:
        return [[] for _ in texts]
    words = await analyst.store.read(released.words_of, wanted)
    return await _in_pool(analyst, lambda: alike(texts, found, words, analyst.thinker.are_alike))


async def _followed(analyst: Analyst) -> None:
    """Let the index follow what is released by now; whoever waits for their tags waits `patience` for it, no longer."""
    with suppress(TimeoutError):
        async with asyncio.timeout(analyst.patience.total_seconds()):
            # What is under way may have looked before the newest idea was released.
            if analyst.following:
                await asyncio.wait(analyst.following)
            await asyncio.wait([_follow(analyst)])


def _follow(analyst: Analyst) -> asyncio.Task[None]:
    """Return the task that lets the index follow, the one under way if there is one."""
    if analyst.following:
        return next(iter(analyst.following))
    following = analyst.nearby.follow(analyst.store, partial(_in_pool, analyst), now=analyst.clock())
    task = asyncio.create_task(following, name="nearby")
    analyst.following.add(task)
    task.add_done_callback(partial(_ended, analyst))
    return task


def _ended(analyst: Analyst, task: asyncio.Task[None]) -> None:
    analyst.following.discard(task)
    if not task.cancelled() and (error := task.exception()) is not None:
        log.warning("similar ideas are as old as they were (%s)", type(error).__name__)


def text_of(update: Update) -> str:
    """Return the words of an update, whatever channel it came by."""
    raw: dict[str, Any] = json.loads(update.raw)
    return (web_text(raw) if update.channel == "web" else telegram_text(raw)) or ""


async def _contributions(analyst: Analyst) -> bool:
    pending = await analyst.store.read(contributions.unanalysed, CONTRIBUTION_BATCH)
    if not pending:
        return False
    analysed = await _in_pool(analyst, lambda: analyst.thinker.tag_contributions(pending))
    await analyst.store.write(analyses.note_analysis, analysed, now=analyst.clock())
    return True


async def _in_pool(analyst: Analyst, do: Callable[[], T]) -> T:
    return await asyncio.get_running_loop().run_in_executor(analyst.pool, do)
