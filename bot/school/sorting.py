"""Sorting: similar ideas are laid together when the round for it begins; the class can pull them apart.

Law of this file: a class is sorted once, by the machine; whatever comes after is the class's own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Executor

from sqlalchemy import Connection

from bot.bell import Clock
from bot.school import classroom
from bot.school.script import Kind
from bot.store import Store
from storage import group_sessions, session_ideas
from storage.group_sessions import OpenSession
from storage.session_ideas import Idea

Pair = tuple[Idea, Idea]
# Texts to the pairs of them that say the same, as places in their order.
SamePairs = Callable[[Sequence[str]], list[tuple[int, int]]]


async def sort_due(store: Store, same_pairs: SamePairs, pool: Executor, *, clock: Clock) -> int:
    """Sort the classes that have begun to, and return how many that were."""
    due = await store.read(_due)
    for session in due:
        ideas = await store.read(session_ideas.ideas_of, session.id)
        alike = [pair for topic in session.topics for pair in await _alike(ideas, topic, same_pairs, pool)]
        await store.write(_lay_together, session.id, piles(alike), clock)
    return len(due)


async def _alike(ideas: Sequence[Idea], topic: str, same_pairs: SamePairs, pool: Executor) -> list[Pair]:
    of_topic = [idea for idea in ideas if idea.topic == topic]
    texts = [idea.text for idea in of_topic]
    found = await asyncio.get_running_loop().run_in_executor(pool, same_pairs, texts)
    return [(of_topic[first], of_topic[later]) for first, later in found]


def piles(alike: Sequence[Pair]) -> dict[int, list[int]]:
    """Return which ideas come to lie on which: the one written first lies on top, and nobody lies on two piles."""
    found: dict[int, list[int]] = {}
    lying: set[int] = set()
    for first, later in alike:
        if first.id not in lying and later.id not in lying and later.id not in found:
            found.setdefault(first.id, []).append(later.id)
            lying.add(later.id)
    return found


def _due(connection: Connection) -> list[OpenSession]:
    return [each for each in group_sessions.unsorted(connection) if _is_sorting(each)]


def _is_sorting(session: OpenSession) -> bool:
    at = classroom.round_of(session)
    return at is not None and at.kind is Kind.SORT


def _lay_together(connection: Connection, session: int, found: dict[int, list[int]], clock: Clock) -> None:
    for top, others in found.items():
        session_ideas.lay_on(connection, session, others, top)
    group_sessions.note_sorted(connection, session, now=clock())
