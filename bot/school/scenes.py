"""What all who look at a class have in common, read once for all of them.

Law of this file: a scene is a value and never changes; thirty pages that ask in the same second share one. After a deed
nobody is shown a scene from before it. Nothing is kept longer than it is shared.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import Connection

from bot.store import Store
from storage import group_sessions, session_ideas, session_votes
from storage.group_sessions import OpenSession
from storage.models.school import SHOWN
from storage.session_ideas import Idea, Note

T = TypeVar("T")

# So old may be what a page shows that only asks; it asks every three seconds.
SHARED_FOR = timedelta(seconds=1)
# So many ideas with most votes are worked out by teams.
TOP = 3


@dataclass(frozen=True, slots=True)
class Pile:
    """An idea with those that lie on it."""

    top: Idea
    others: tuple[Idea, ...]


@dataclass(frozen=True, slots=True)
class Scene:
    """A class as it stands. `people` are participants by key; what somebody wrote and chose stands under who it is."""

    session: OpenSession
    people: Mapping[str, int]
    participants: int
    writers: int
    piles: tuple[Pile, ...]
    top: tuple[Idea, ...]
    notes: tuple[Note, ...]
    ideas_of: Mapping[int, tuple[Idea, ...]]
    notes_of: Mapping[int, tuple[Note, ...]]
    dots_of: Mapping[int, frozenset[int]]


def scene_of(connection: Connection, session: OpenSession) -> Scene:
    """Return a class as it stands in the database."""
    ideas, notes = session_ideas.written(connection, session.id)
    people = group_sessions.people_of(connection, session.id)
    shown = [idea for _, idea in ideas if idea.state == SHOWN]
    return Scene(
        session=session,
        people={key: number for key, number, _ in people},
        participants=len(people),
        writers=sum(spoke for _, _, spoke in people),
        piles=_piles(shown),
        top=_top(shown),
        notes=tuple(note for _, note in notes if note.state == SHOWN),
        ideas_of=_grouped(ideas),
        notes_of=_grouped(notes),
        dots_of=session_votes.all_dots(connection, session.id),
    )


def scene_by_code(connection: Connection, code: str) -> Scene | None:
    """Return the class of a code as it stands."""
    session = group_sessions.by_code(connection, code)
    return None if session is None else scene_of(connection, session)


@dataclass(slots=True)
class Scenes:
    """The scenes of the last second by code, in this process."""

    store: Store
    known: dict[str, tuple[datetime, Scene]] = field(default_factory=dict)
    reading: dict[str, asyncio.Task[Scene | None]] = field(default_factory=dict)

    async def look(self, code: str, *, now: datetime) -> Scene | None:
        """Return a class as it stood a second ago at most."""
        self.known = {each: kept for each, kept in self.known.items() if kept[0] + SHARED_FOR > now}
        if code in self.known:
            return self.known[code][1]
        if code not in self.reading:
            self.reading[code] = asyncio.create_task(self._read(code, now))
        # Somebody who goes away doesn't take the reading from the others.
        return await asyncio.shield(self.reading[code])

    def forget(self, code: str) -> None:
        """Take no scene for this class that was read before now."""
        self.known.pop(code, None)
        self.reading.pop(code, None)

    async def _read(self, code: str, now: datetime) -> Scene | None:
        this = asyncio.current_task()
        try:
            scene = await self.store.read(scene_by_code, code)
        finally:
            is_latest = self.reading.get(code) is this
            if is_latest:
                del self.reading[code]
        if scene is not None and is_latest:
            self.known[code] = (now, scene)
        return scene


def _piles(shown: list[Idea]) -> tuple[Pile, ...]:
    under: dict[int, list[Idea]] = {}
    for idea in shown:
        if idea.pile is not None:
            under.setdefault(idea.pile, []).append(idea)
    return tuple(Pile(idea, tuple(under.get(idea.id, ()))) for idea in shown if idea.pile is None)


def _top(shown: list[Idea]) -> tuple[Idea, ...]:
    voted = [idea for idea in shown if idea.pile is None and idea.votes]
    return tuple(sorted(voted, key=lambda idea: (-idea.votes, idea.id))[:TOP])


def _grouped(written: list[tuple[int | None, T]]) -> dict[int, tuple[T, ...]]:
    found: dict[int, list[T]] = {}
    for writer, each in written:
        if writer is not None:
            found.setdefault(writer, []).append(each)
    return {writer: tuple(each) for writer, each in found.items()}
