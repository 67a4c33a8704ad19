"""What the pages of a class show, read in one transaction.

Law of this file: plain values; single votes never leave it before voting has ended.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import ceil

from sqlalchemy import Connection

from bot.school import classroom, script
from bot.school.script import INVITED, Kind, Round
from storage import group_sessions, session_ideas, session_votes
from storage.group_sessions import OpenSession
from storage.models.school import SHOWN
from storage.session_ideas import Idea, Note

# So many ideas with most votes are worked out by teams.
TOP = 3
WARMUP = "warmup"
# In these rounds a participant's page shows what others do.
_SHARED = frozenset({Kind.SORT, Kind.ELABORATE})


@dataclass(frozen=True, slots=True)
class Pile:
    """An idea with those that lie on it."""

    top: Idea
    others: tuple[Idea, ...]


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
    piles: tuple[Pile, ...] = ()
    mine: tuple[Idea, ...] = ()
    notes: tuple[Note, ...] = ()
    top: tuple[Idea, ...] = ()
    voters: int = 0
    participants: int = 0
    writers: int = 0

    @property
    def stamp(self) -> str:
        """What changes whenever a page of this class would look different."""
        return f"{self.session.position}.{self.session.seen}"

    @property
    def glance(self) -> str:
        """What changes whenever this participant's page would look different; others who write don't change it."""
        own = [(idea.id, idea.state, idea.pile) for idea in self.mine]
        said = [(note.id, note.state) for note in self.notes if note.is_mine]
        shared = self.session.seen if self.kind in _SHARED else 0
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
    """Return a class as a participant of this key, or a board, sees it; the clock may be ahead of the bell."""
    me = group_sessions.participant_of(connection, session.id, key) if key else 0
    ideas = session_ideas.ideas_of(connection, session.id, participant=me or None)
    shown = [idea for idea in ideas if idea.state == SHOWN]
    participants, writers = group_sessions.count_participants(connection, session.id)
    return replace(
        _scene(connection, session, me, now),
        piles=_piles(shown),
        mine=tuple(idea for idea in ideas if idea.is_mine),
        notes=tuple(session_ideas.notes_of(connection, session.id, participant=me or None)),
        top=_top(shown),
        voters=session_votes.count_voters(connection, session.id),
        participants=participants,
        writers=writers,
    )


def glance_at(connection: Connection, session: OpenSession, *, key: str | None, now: datetime) -> str:
    """Return the `glance` of a participant's room without reading what others wrote."""
    me = group_sessions.participant_of(connection, session.id, key) if key else 0
    room = _scene(connection, session, me, now)
    if not me:
        return room.glance
    own = session_ideas.own_ideas(connection, session.id, me)
    said = session_ideas.own_notes(connection, session.id, me)
    return replace(room, mine=tuple(own), notes=tuple(said)).glance


def top_of(connection: Connection, session: OpenSession) -> set[int]:
    """Return the ideas that teams work out."""
    shown = [idea for idea in session_ideas.ideas_of(connection, session.id) if idea.state == SHOWN]
    return {idea.id for idea in _top(shown)}


def kind_of(session: OpenSession, *, now: datetime) -> str:
    """Return what a class does at a moment: lobby, a round's kind or end."""
    return _kind(*_at(session, now))


def _at(session: OpenSession, now: datetime) -> tuple[OpenSession, Round | None]:
    standing = script.catch_up(classroom.rounds_of(session), classroom.standing_of(session), now=now)
    session = replace(session, position=standing.position, ends_at=standing.ends_at, left=standing.left)
    return session, classroom.round_of(session)


def _scene(connection: Connection, session: OpenSession, me: int, now: datetime) -> Room:
    """Return the room as far as it is cheap: round, clock, own dots."""
    session, at = _at(session, now)
    standing = classroom.standing_of(session)
    return Room(
        session=session,
        kind=_kind(session, at),
        left=script.left(standing, now=now),
        is_paused=standing.is_paused,
        dots=frozenset(session_votes.dots_of(connection, me)) if me else frozenset(),
        me=me,
    )


def _kind(session: OpenSession, at: Round | None) -> str:
    if at is not None:
        return at.kind.value
    return "end" if session.position else "lobby"


def _piles(shown: Sequence[Idea]) -> tuple[Pile, ...]:
    tops = [idea for idea in shown if idea.pile is None]
    return tuple(Pile(top, tuple(idea for idea in shown if idea.pile == top.id)) for top in tops)


def _top(shown: Sequence[Idea]) -> tuple[Idea, ...]:
    voted = [idea for idea in shown if idea.pile is None and idea.votes]
    return tuple(sorted(voted, key=lambda idea: (-idea.votes, idea.id))[:TOP])
