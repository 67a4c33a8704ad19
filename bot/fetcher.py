"""The loop that brings photos and voice messages of contributions from Telegram, cleaned of their metadata.

Law of this file: a file that cannot be had is noted and not asked for again; nothing is fetched within a transaction.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from sqlalchemy.exc import OperationalError

from bot.bell import Bell
from bot.outcome import Later, Never
from bot.store import Store
from bot.telegram.files import Fetched, Fetching
from storage import attachments
from storage.attachments import Unfetched

log = logging.getLogger(__name__)

PHOTO = "photo"
# A file of this size in the database means that it could not be had.
UNFIT = 0
# Files are not urgent: look so often (seconds).
IDLE = 30.0


@dataclass(frozen=True, slots=True)
class Errand:
    """Where files come from: a photo is made anew from its pixels, anything else is kept as it is."""

    store: Store
    fetch_photo: Callable[[str], Awaitable[Fetching]]
    fetch: Callable[[str], Awaitable[Fetching]]
    bell: Bell


async def run_errands(errand: Errand) -> None:
    """Fetch until cancelled."""
    while True:
        try:
            rest = await _fetch_all(errand)
        except OperationalError as error:
            log.exception("the database does not answer (%s)", type(error.orig).__name__, exc_info=False)
            rest = IDLE
        await errand.bell.wait(rest)


async def _fetch_all(errand: Errand) -> float:
    waits = [await _fetch(errand, each) for each in await errand.store.read(attachments.unfetched)]
    return min([IDLE, *(wait for wait in waits if wait)])


async def _fetch(errand: Errand, file: Unfetched) -> float:
    bring = errand.fetch_photo if file.media == PHOTO else errand.fetch
    match await bring(file.channel_ref):
        case Fetched(content, mime):
            await errand.store.write(attachments.keep_content, file.id, content, mime)
        case Never(reason):
            log.warning("file %d cannot be had: %s", file.id, reason)
            await errand.store.write(attachments.note_unfit, file.id, UNFIT)
        case Later(seconds):
            return seconds
    return 0
