"""The loop that carries out what citizens asked for with /loeschen: rows, files and ledger.

Law of this file: the answer is sent first; an erasure is done when nothing of it can be read from the files any more.
"""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

from sqlalchemy.exc import OperationalError

from bot.bell import Clock
from bot.config import Storage
from bot.store import Store
from storage import erasure_requests
from storage.backup import keep_ledger
from storage.erasures import awaits_purge, note_purged, purge

log = logging.getLogger(__name__)

# Whoever asked is erased so many seconds after their answer at the latest.
LOOK_EVERY = 1.0


async def erase(store: Store, settings: Storage, *, clock: Clock) -> None:
    """Erase until cancelled. The files are cleaned once at the start: the last run may have ended before that."""
    unclean = True
    while True:
        try:
            unclean = await erase_due(store, settings, clock=clock, unclean=unclean)
        except OperationalError as error:
            log.exception("erasing waits for the database (%s)", type(error.orig).__name__, exc_info=False)
        await asyncio.sleep(LOOK_EVERY)


async def erase_due(store: Store, settings: Storage, *, clock: Clock, unclean: bool = False) -> bool:
    """Erase who is due, clean the files, and return whether they still have to be cleaned."""
    if await store.read(erasure_requests.due, now=clock()):
        gone = await store.write(erasure_requests.carry_out, now=clock())
        log.info("%d people were erased at their wish", gone)
        unclean = True
    asked = await store.read(awaits_purge)
    if not (unclean or asked):
        return False
    is_clean = await asyncio.to_thread(_clean, settings)
    if asked and is_clean:
        await store.write(note_purged)
    return not is_clean


def _clean(settings: Storage) -> bool:
    keep_ledger(settings.url, Path(settings.backup_folder))
    return purge(settings.url)
