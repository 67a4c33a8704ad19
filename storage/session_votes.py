"""Dots: so many each, one at most on an idea, secret until they are counted.

Law of this file: what a participant may still give is counted in the transaction that gives it.
"""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, delete, func, select, update

from storage.group_sessions import touch
from storage.models import Participant, SessionIdea, SessionVote
from storage.models.school import SHOWN
from storage.packing import packed, unpacked
from storage.upsert import insert_new


def give_dot(connection: Connection, session: int, participant: int, idea: int, *, votes_each: int) -> bool:
    """Put a participant's dot on an idea; False when there is one already, none is left, or it can't be voted for."""
    # Of two taps of one participant on PostgreSQL the second waits here, and counts the first.
    connection.execute(select(Participant.id).where(Participant.id == participant).with_for_update())
    if len(dots_of(connection, participant)) >= votes_each or not _can_be_voted(connection, session, idea):
        return False
    row = {"idea_id": idea, "participant_id": participant}
    given = bool(insert_new(connection, SessionVote, [row], unique=("idea_id", "participant_id")))
    if given:
        touch(connection, session)
    return given


def take_dot(connection: Connection, session: int, participant: int, idea: int) -> bool:
    """Take a participant's dot from an idea, and say whether there was one."""
    found = (SessionVote.participant_id == participant) & (SessionVote.idea_id == idea)
    taken = bool(connection.execute(delete(SessionVote).where(found)).rowcount)
    if taken:
        touch(connection, session)
    return taken


def has_acted(connection: Connection, session: int, key: str) -> bool:
    """Say whether the participant of a key has written anything or given a dot."""
    row = connection.execute(
        select(Participant.id, Participant.spoke).where(Participant.session_id == session, Participant.key == key)
    ).one_or_none()
    return row is not None and (row.spoke or bool(dots_of(connection, row.id)))


def dots_of(connection: Connection, participant: int) -> set[int]:
    """Return the ideas a participant's dots are on."""
    return set(connection.scalars(_DOTS, {"participant": participant}))


def all_dots(connection: Connection, session: int) -> dict[int, frozenset[int]]:
    """Return the ideas that have dots, by participant."""
    found: dict[int, set[int]] = {}
    for participant, idea in unpacked(connection, _ALL_DOTS, {"session": session}):
        found.setdefault(participant, set()).add(idea)
    return {participant: frozenset(ideas) for participant, ideas in found.items()}


def count_voters(connection: Connection, session: int) -> int:
    """Return how many have given a dot; which ideas they chose stays secret."""
    query = select(func.count(func.distinct(SessionVote.participant_id))).join(
        SessionIdea, SessionIdea.id == SessionVote.idea_id
    )
    return connection.scalar(query.where(SessionIdea.session_id == session)) or 0


def count_votes(connection: Connection, session: int) -> None:
    """Write the sums of dots on the ideas; counting again changes nothing as long as the dots are there."""
    dots = select(func.count()).where(SessionVote.idea_id == SessionIdea.id).scalar_subquery()
    connection.execute(update(SessionIdea).where(SessionIdea.session_id == session).values(votes=dots))
    touch(connection, session)


def _can_be_voted(connection: Connection, session: int, idea: int) -> bool:
    found = (SessionIdea.id == idea) & (SessionIdea.session_id == session) & (SessionIdea.state == SHOWN)
    return connection.scalar(select(SessionIdea.id).where(found, SessionIdea.pile_id.is_(None))) is not None


# Built once: building a statement takes longer than running it.
_VOTE, _IDEA = SessionVote.__table__.c, SessionIdea.__table__.c
_DOTS = select(_VOTE.idea_id).where(_VOTE.participant_id == bindparam("participant"))
_ALL_DOTS = packed(
    _VOTE.participant_id,
    _VOTE.idea_id,
    where=(_IDEA.id == _VOTE.idea_id) & (_IDEA.session_id == bindparam("session")),
)
