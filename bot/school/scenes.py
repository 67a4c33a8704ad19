"""What all who look at a class have in common, read once for all of them.

Law of this file: a scene is a value and never changes; thirty pages that ask in the same second share one, and one that
is kept from before is taken as long as its class did not change. After a deed nobody is shown a scene from before it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
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
# So long a scene is kept while nobody changes its class; the words of a class that is over don't stay in memory.
KEPT_FOR = timedelta(seconds=30)
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


@dataclass(frozen=True, slots=True)
class _Kept:
    """A scene with the moment it was read; it is not current any more once somebody did something."""

    scene: Scene
    read_at: datetime
    is_current: bool = True


@dataclass(slots=True)
class Scenes:
    """The scenes of the last seconds by code, in this process."""

    store: Store
    known: dict[str, _Kept] = field(default_factory=dict)
    reading: dict[str, asyncio.Task[Scene | None]] = field(default_factory=dict)

    async def look(self, code: str, *, now: datetime) -> Scene | None:
        """Return a class as it stood a second ago at most."""
        self.known = {each: kept for each, kept in self.known.items() if now < kept.read_at + KEPT_FOR}
        kept = self.known.get(code)
        if kept is not None and kept.is_current and now < kept.read_at + SHARED_FOR:
            return kept.scene
        if code not in self.reading:
            self.reading[code] = asyncio.create_task(self._read(code, now))
        # Somebody who goes away doesn't take the reading from the others.
        return await asyncio.shield(self.reading[code])

    async def look_again(self, code: str, *, now: datetime) -> Scene | None:
        """Return a class as it stands now."""
        self.forget(code)
        return await self.look(code, now=now)

    def forget(self, code: str) -> None:
        """Take no scene for this class that was read before now, unless nothing changed."""
        self.reading.pop(code, None)
        if code in self.known:
            self.known[code] = replace(self.known[code], is_current=False)

    async def _read(self, code: str, now: datetime) -> Scene | None:
        this, kept = asyncio.current_task(), self.known.get(code)
        try:
            scene = await self.store.read(_scene_by_code, code, kept.scene if kept else None)
        finally:
            is_latest = self.reading.get(code) is this
            if is_latest:
                del self.reading[code]
        if is_latest:
            self.known.pop(code, None)
            if scene is not None:
                self.known[code] = _Kept(scene, now)
        return scene


def _scene_by_code(connection: Connection, code: str, kept: Scene | None) -> Scene | None:
    session = group_sessions.by_code(connection, code)
    if session is None:
        return None
    is_unchanged = kept is not None and (kept.session.id, kept.session.seen) == (session.id, session.seen)
    return replace(kept, session=session) if kept and is_unchanged else scene_of(connection, session)


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
