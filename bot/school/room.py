"""What the pages of a class show, read in one transaction.

Law of this file: plain values; single votes never leave it before voting has ended.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from math import ceil

from sqlalchemy import Connection

from bot.school import classroom, script
from bot.school.scenes import Pile, Scene, scene_of
from bot.school.script import INVITED, Kind, Round
from storage.group_sessions import OpenSession
from storage.session_ideas import Idea, Note

WARMUP = "warmup"
# In these rounds a participant's page shows what others do.
_SHARED = frozenset({Kind.SORT, Kind.ELABORATE})


@dataclass(frozen=True, slots=True)
class Room:
    """A class as one of its pages sees it. `kind` is lobby, a round's kind or end; `left` are seconds, None at rest.

    `me` is the participant who looks, 0 for a board or a teacher; `dots` are the ideas their dots are on.
    """

    session: OpenSession
    kind: str
    left: float | None
    is_paused: bool
    dots: frozenset[int]
    me: int
    piles: tuple[Pile, ...]
    mine: tuple[Idea, ...]
    notes: tuple[Note, ...]
    top: tuple[Idea, ...]
    voters: int
    participants: int
    writers: int

    @property
    def stamp(self) -> str:
        """What changes whenever a page of this class would look different."""
        return f"{self.session.position}.{self.session.seen}"

    @property
    def glance(self) -> str:
        """What changes whenever this participant's page would look different; others who write don't change it."""
        own = [(idea.id, idea.state, idea.pile) for idea in self.mine]
        said = [(note.id, note.state) for note in self.notes if note.is_mine]
        shared = self.session.seen if self.kind in _SHARED else len(self.piles) if self.kind == Kind.VOTE else 0
        seen = (self.session.position, self.session.ends_at, self.session.left, own, said, sorted(self.dots))
        return hashlib.blake2b(repr((seen, shared, self.invites, self.me)).encode(), digest_size=9).hexdigest()

    @property
    def clock(self) -> str:
        """The time left as minutes and seconds, rounded up so that 0:00 is the end."""
        minutes, seconds = divmod(ceil(self.left or 0), 60)
        return f"{minutes}:{seconds:02}"

    @property
    def ranked(self) -> tuple[Idea, ...]:
        """The ideas by votes, those with most first; none before voting has ended."""
        tops = [pile.top for pile in self.piles] if self.shows_votes else []
        return tuple(sorted(tops, key=lambda idea: (-idea.votes, idea.id)))

    @property
    def most(self) -> int:
        """The votes of the first, at least one."""
        return max((idea.votes for idea in self.ranked), default=0) or 1

    @property
    def dots_left(self) -> int:
        """How many dots this participant may still give."""
        return self.session.votes_each - len(self.dots)

    @property
    def shows_votes(self) -> bool:
        """Whether voting has ended."""
        return self.kind in (Kind.ELABORATE, Kind.RESULT, "end")

    @property
    def invites(self) -> bool:
        """Whether those who have not written yet are invited: the last minute of collecting."""
        last = self.left is not None and self.left <= INVITED.total_seconds()
        return self.kind == Kind.COLLECT and last and not self.mine

    def own_notes(self, part: str) -> tuple[Note, ...]:
        """Return what this participant said for a part."""
        return tuple(note for note in self.notes if note.part == part and note.is_mine)

    def said(self, part: str, idea: int | None = None) -> tuple[Note, ...]:
        """Return what was said for a part of the script."""
        return tuple(note for note in self.notes if note.part == part and note.idea == idea)


def room_of(connection: Connection, session: OpenSession, *, key: str | None = None, now: datetime) -> Room:
    """Return a class as a participant of this key, or a board, sees it, read from the database."""
    return room_at(scene_of(connection, session), key=key, now=now)


def room_at(scene: Scene, *, key: str | None = None, now: datetime) -> Room:
    """Return a scene as a participant of this key, or a board, sees it; the clock may be ahead of the bell."""
    me = scene.people.get(key, 0) if key else 0
    session, at = _at(scene.session, now)
    standing = classroom.standing_of(session)
    return Room(
        session=session,
        kind=_kind(session, at),
        left=script.left(standing, now=now),
        is_paused=standing.is_paused,
        piles=scene.piles,
        mine=scene.ideas_of.get(me, ()),
        notes=_notes(scene, me),
        top=scene.top,
        dots=scene.dots_of.get(me, frozenset()),
        voters=len(scene.dots_of),
        participants=scene.participants,
        writers=scene.writers,
        me=me,
    )


def _notes(scene: Scene, me: int) -> tuple[Note, ...]:
    own = {note.id: replace(note, is_mine=True) for note in scene.notes_of.get(me, ())}
    if not own:
        return scene.notes
    others = [note for note in scene.notes if note.id not in own]
    return tuple(sorted([*others, *own.values()], key=lambda note: note.id))


def top_of(connection: Connection, session: OpenSession) -> set[int]:
    """Return the ideas that teams work out."""
    return {idea.id for idea in scene_of(connection, session).top}


def kind_of(session: OpenSession, *, now: datetime) -> str:
    """Return what a class does at a moment: lobby, a round's kind or end."""
    return _kind(*_at(session, now))


def _at(session: OpenSession, now: datetime) -> tuple[OpenSession, Round | None]:
    standing = script.catch_up(classroom.rounds_of(session), classroom.standing_of(session), now=now)
    session = replace(session, position=standing.position, ends_at=standing.ends_at, left=standing.left)
    return session, classroom.round_of(session)


def _kind(session: OpenSession, at: Round | None) -> str:
    if at is not None:
        return at.kind.value
    return "end" if session.position else "lobby"
