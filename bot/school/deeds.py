"""What somebody in a class does, whatever way they came: write, give a dot, lay ideas together.

Law of this file: one transaction's work; the class is as it stands now; a deed that comes twice counts once. What can't
be taken is answered by the key of a sentence, `class.<key>`; an empty key says that it was taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.school.room import WARMUP, kind_of, top_of
from bot.school.script import Kind
from bot.school.sheets import PARTS
from storage import group_sessions, session_ideas, session_votes
from storage.group_sessions import OpenSession
from storage.session_ideas import LONGEST, Keeping, NewIdea, NewNote

TAKEN = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is done: the class, what it does now, and who does it."""

    session: OpenSession
    kind: str
    participant: int


@dataclass(frozen=True, slots=True)
class Text:
    """What somebody wrote. `action` names it within its writer, so that it is kept once.

    `part` is empty for an idea, the warm-up or a question about the top idea `idea` otherwise.
    """

    words: str
    action: str
    topic: str = ""
    part: str = ""
    idea: int = 0


def enter(connection: Connection, session: OpenSession, key: str, *, now: datetime) -> Place | None:
    """Return where the participant of a key stands, who is added when new; None when the class is over.

    The class is read anew: somebody may have moved or ended it since.
    """
    now_open = group_sessions.by_id(connection, session.id)
    if now_open is None or now_open.salt is None:
        return None
    participant = group_sessions.join(connection, session.id, key)
    return Place(now_open, kind_of(now_open, now=now), participant)


def write(connection: Connection, place: Place, text: Text, *, now: datetime) -> str:
    """Keep a text for its check, and return the key of what is to be said."""
    if not text.words:
        return "empty"
    if len(text.words) > LONGEST:
        return "too_long"
    match _kept(connection, place, text, now):
        case None:
            return "round_over"
        case Keeping.TOO_MANY:
            return "enough"
        case _:
            return TAKEN


def _kept(connection: Connection, place: Place, text: Text, now: datetime) -> Keeping | None:
    """Keep a text for the round the class is in; None when it takes none of this kind any more.

    An idea is taken while the class sorts, too: it was written in time where a network was gone for a minute.
    """
    session, participant, part = place.session, place.participant, text.part
    action = f"{participant}:{text.action}"
    if not part and place.kind in (Kind.COLLECT, Kind.SORT):
        topic = text.topic if text.topic in session.topics else session.topics[0]
        return session_ideas.add_idea(connection, session.id, NewIdea(action, participant, topic, text.words), now=now)
    if part == WARMUP and place.kind == Kind.WARMUP:
        return session_ideas.add_note(connection, session.id, NewNote(action, participant, part, text.words), now=now)
    if part in PARTS and place.kind == Kind.ELABORATE and text.idea in top_of(connection, session):
        new = NewNote(action, participant, part, text.words, text.idea)
        return session_ideas.add_note(connection, session.id, new, now=now)
    return None


def give_dot(connection: Connection, place: Place, idea: int) -> str:
    """Put a dot on an idea; one that is there already stays the only one."""
    if place.kind != Kind.VOTE:
        return "round_over"
    if idea in session_votes.dots_of(connection, place.participant):
        return TAKEN
    votes = place.session.votes_each
    given = session_votes.give_dot(connection, place.session.id, place.participant, idea, votes_each=votes)
    return TAKEN if given else "no_dots"


def take_dot(connection: Connection, place: Place, idea: int) -> str:
    """Take a dot back, as long as the class votes."""
    if place.kind != Kind.VOTE:
        return "round_over"
    session_votes.take_dot(connection, place.session.id, place.participant, idea)
    return TAKEN
