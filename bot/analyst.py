"""The loop that tags texts off the event loop: first what a citizen waits for, then what was sent.

Law of this file: no transaction is open while the model thinks; writing a result twice changes nothing.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.bell import Bell, Clock
from bot.telegram.read import text_of as telegram_text
from bot.web.read import text_of as web_text
from nlp.analysis import Analysis, to_json
from nlp.pipeline import Tagger
from storage import contributions, inbox
from storage.contributions import Analysed, Pending
from storage.inbox import Update

log = logging.getLogger(__name__)

# Few texts at a time while citizens wait for them, more when contributions are caught up on.
INBOX_BATCH = 16
CONTRIBUTION_BATCH = 64
IDLE = 1.0


@dataclass(frozen=True, slots=True)
class Desk:
    """What the analyst works with; `pool` has one thread, so that the model is used by one at a time."""

    engine: AsyncEngine
    tagger: Tagger
    pool: ThreadPoolExecutor
    clock: Clock
    bell: Bell
    inbox_bell: Bell


async def analyse(desk: Desk) -> None:
    """Tag until cancelled."""
    while True:
        try:
            busy = await _inbox(desk) or await _contributions(desk)
        except OperationalError as error:
            log.exception("the database does not answer (%s)", type(error.orig).__name__, exc_info=False)
            busy = False
        if not busy:
            await desk.bell.wait(IDLE)


async def _inbox(desk: Desk) -> bool:
    async with desk.engine.connect() as connection:
        updates = await connection.run_sync(lambda each: inbox.unanalysed(each, INBOX_BATCH))
    if not updates:
        return False
    results = await _think(desk, [text_of(update) for update in updates])
    notes = [(update.seq, to_json(result)) for update, result in zip(updates, results, strict=True)]
    async with desk.engine.begin() as connection:
        await connection.run_sync(lambda each: inbox.note_analysis(each, notes, now=desk.clock()))
    desk.inbox_bell.ring()
    return True


def text_of(update: Update) -> str:
    """Return the words of an update, whatever channel it came by."""
    raw: dict[str, Any] = dict(update.raw or {})
    return (web_text(raw) if update.channel == "web" else telegram_text(raw)) or ""


async def _contributions(desk: Desk) -> bool:
    async with desk.engine.connect() as connection:
        pending = await connection.run_sync(lambda each: contributions.unanalysed(each, CONTRIBUTION_BATCH))
    if not pending:
        return False
    results = await _think(desk, [each.text for each in pending])
    analysed = [analysed_of(each, result) for each, result in zip(pending, results, strict=True)]
    async with desk.engine.begin() as connection:
        await connection.run_sync(lambda each: contributions.note_analysis(each, analysed, now=desk.clock()))
    return True


async def _think(desk: Desk, texts: Sequence[str]) -> list[Analysis]:
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(desk.pool, lambda: list(desk.tagger.pipe(texts)))


def analysed_of(pending: Pending, result: Analysis) -> Analysed:
    """Return what is noted of a contribution's analysis."""
    raise NotImplementedError
