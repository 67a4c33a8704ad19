"""The school bell: rounds begin and end by the clock, ideas are laid together when sorting begins.

Law of this file: what is due stands in the database; a bell that rings late rings for the moment it should have.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Executor
from datetime import datetime

from sqlalchemy.exc import OperationalError

from bot.bell import Bell, Clock
from bot.school import classroom
from bot.school.script import Kind
from bot.store import Store
from storage import group_sessions, session_ideas

log = logging.getLogger(__name__)

# Buttons ring the bell; a class that another process moved is noticed after so long (seconds).
IDLE = 1.0
# Ideas that are at least so likely to say the same are laid together; the class can pull them apart.
ALIKE = 0.5

# Texts in pairs to the chance that both say the same, from 0 to 1.
JudgePairs = Callable[[Sequence[tuple[str, str]]], list[float]]
Sort = Callable[[int], Awaitable[None]]


async def keep_time(store: Store, sort: Sort, *, clock: Clock, bell: Bell, moved: Callable[[], None]) -> None:
    """Ring for every class until cancelled; `moved` is called when one began another round."""
    while True:
        pause = IDLE
        try:
            if classes := await store.write(classroom.ring_due, now=clock()):
                moved()
                for each in classes:
                    await sort(each)
            pause = _pause(await store.read(group_sessions.next_end), clock())
        except OperationalError as error:
            log.exception("the school bell waits for the database (%s)", type(error.orig).__name__, exc_info=False)
        await bell.wait(pause)


def _pause(ends_at: datetime | None, now: datetime) -> float:
    return IDLE if ends_at is None else min(IDLE, max(0.001, (ends_at - now).total_seconds()))


async def sort_class(store: Store, judge: JudgePairs, pool: Executor, session_id: int) -> None:
    """Lay similar ideas of a class together, if it has just begun to sort; the first one written lies on top."""
    session = await store.read(group_sessions.by_id, session_id)
    if session is None or (at := classroom.round_of(session)) is None or at.kind is not Kind.SORT:
        return
    ideas = [each for each in await store.read(session_ideas.ideas_of, session_id) if each.pile is None]
    pairs = [
        (first, later) for at, first in enumerate(ideas) for later in ideas[at + 1 :] if first.topic == later.topic
    ]
    if not pairs:
        return
    texts = [(first.text, later.text) for first, later in pairs]
    scores = await asyncio.get_running_loop().run_in_executor(pool, judge, texts)
    taken: set[int] = set()
    for (first, later), score in zip(pairs, scores, strict=True):
        if score >= ALIKE and not {first.id, later.id} & taken:
            taken.add(later.id)
            await store.write(session_ideas.lay_on, session_id, [later.id], first.id)
