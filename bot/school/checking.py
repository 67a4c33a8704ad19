"""The check before the board: what a class writes is shown when nothing in it hurts anybody.

Law of this file: no transaction is open while the model thinks; checking twice changes nothing; no words are logged.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import OperationalError

from bot.bell import Bell, Clock
from bot.school.sorting import SamePairs, sort_due
from bot.store import Store
from bot.understand import INSULT_SURE
from storage import session_ideas
from storage.session_ideas import Checked, Unchecked

log = logging.getLogger(__name__)

# A few at a time, so that a class sees its ideas arrive one after another.
BATCH = 16
IDLE = 0.5
PERSONAL, INSULT, CARE = "personal", "insult", "care"
_HURTING = frozenset({"insult", "threat", "hate", "sexual"})

TagTexts = Callable[[Sequence[str]], list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Monitor:
    """Who looks after classes: how texts are tagged and compared, in which thread; `seen` is called after work."""

    store: Store
    tag: TagTexts
    same_pairs: SamePairs
    pool: Executor
    clock: Clock
    bell: Bell
    seen: Callable[[], None]


async def look_after(monitor: Monitor) -> None:
    """Check what classes write, and sort it when they begin to, until cancelled."""
    store, pool, clock, bell = monitor.store, monitor.pool, monitor.clock, monitor.bell
    while True:
        try:
            done = await check_due(store, monitor.tag, pool, clock=clock)
            if done or await sort_due(store, monitor.same_pairs, pool, clock=clock):
                monitor.seen()
                continue
        except OperationalError as error:
            log.exception("checking waits for the database (%s)", type(error.orig).__name__, exc_info=False)
        await bell.wait(IDLE)


async def check_due(store: Store, tag: TagTexts, pool: Executor, *, clock: Clock) -> int:
    """Check what waits and return how many texts that were."""
    waiting = await store.read(session_ideas.unchecked, BATCH)
    if not waiting:
        return 0
    found = await asyncio.get_running_loop().run_in_executor(pool, tag, [each.text for each in waiting])
    checks = [judged(each, analysis) for each, analysis in zip(waiting, found, strict=True)]
    await store.write(session_ideas.note_checks, checks, now=clock())
    return len(waiting)


def judged(text: Unchecked, analysis: Mapping[str, Any]) -> Checked:
    """Return what an analysis (`nlp.analysis.to_json`) means for a text of a class: need of care comes first."""
    care = analysis["care"]
    return Checked(text.id, text.session, text.is_note, _reason(analysis), care)


def _reason(analysis: Mapping[str, Any]) -> str | None:
    if analysis["care"]:
        return CARE
    if analysis["personal_data"]:
        return PERSONAL
    moderation = analysis["moderation"]
    return INSULT if moderation["label"] in _HURTING and moderation["score"] >= INSULT_SURE else None
