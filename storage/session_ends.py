"""The end of a class: its ideas become contributions without author, and nobody can be told from another any more.

Law of this file: ending twice changes nothing; deleting leaves no row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from storage import session_chats, session_places
from storage.audits import Actor, note_deed
from storage.contributions import NewContribution, add, ids_of
from storage.erasures import erase_contribution, erase_session
from storage.group_sessions import OpenSession, by_id
from storage.models import (
    Contribution,
    GroupSession,
    Participant,
    SessionIdea,
    SessionNote,
    SessionVote,
)
from storage.models.school import SHOWN, WAITING

CHANNEL = "school"


@dataclass(frozen=True, slots=True)
class Outcome:
    """An idea of a class a year later: what the city says of the contribution it became."""

    text: str
    topic: str
    votes: int
    number: str | None
    status: str | None
    reason: str | None
    decided_at: datetime | None


def close(
    connection: Connection,
    session: OpenSession,
    *,
    number_of: Callable[[int], str],
    now: datetime,
) -> None:
    """End a class: hand its ideas to the strategy team, then forget who took part.

    Chats and groups stay until the end has been told there (`bot.school.crier`).

    `number_of` makes a public number of an idea's id. What was still unchecked is dropped with its text.
    """
    if session.closed_at is not None:
        return
    _hand_over(connection, session, number_of, now)
    ideas = select(SessionIdea.id).where(SessionIdea.session_id == session.id)
    connection.execute(delete(SessionVote).where(SessionVote.idea_id.in_(ideas)))
    for table in (SessionIdea, SessionNote):
        unseen = (table.session_id == session.id) & (table.state != SHOWN)
        connection.execute(delete(table).where(unseen, table.state.in_((WAITING, "held"))))
        connection.execute(update(table).where(table.session_id == session.id).values(participant_id=None))
    connection.execute(delete(Participant).where(Participant.session_id == session.id))
    ended = {"salt": None, "closed_at": now, "ends_at": None, "left_seconds": None, "position": len(session.rounds) + 1}
    connection.execute(update(GroupSession).where(GroupSession.id == session.id).values(**ended))


def delete_class(connection: Connection, session: OpenSession, *, actor: Actor, now: datetime) -> None:
    """Delete everything of a class, its contributions included; the ledger cleans a restored backup again.

    What remains is a number in the audit, and lines of the ledger until no backup is old enough to need them.
    """
    numbers = (
        select(Contribution.number)
        .join(SessionIdea, SessionIdea.contribution_id == Contribution.id)
        .where(SessionIdea.session_id == session.id)
    )
    for number in connection.scalars(numbers).all():
        erase_contribution(connection, number, now=now)
    erase_session(connection, session.id, now=now)
    note_deed(connection, actor, "delete", f"school:{session.id}", now=now)


def outcomes(connection: Connection, session: int) -> list[Outcome]:
    """Return what became of the ideas of a class, those with most votes first."""
    query = (
        select(
            SessionIdea.text,
            SessionIdea.topic,
            SessionIdea.votes,
            Contribution.number,
            Contribution.status,
            Contribution.status_reason,
            Contribution.decided_at,
        )
        .join(Contribution, Contribution.id == SessionIdea.contribution_id, isouter=True)
        .where(SessionIdea.session_id == session, SessionIdea.state == SHOWN)
        .order_by(SessionIdea.votes.desc(), SessionIdea.id)
    )
    return [Outcome(*row) for row in connection.execute(query)]


def left_behind(connection: Connection, *, before: datetime, opened_before: datetime) -> list[OpenSession]:
    """Return classes nobody ended: over by the clock since `before`, or opened so early that no lesson will come."""
    late = (GroupSession.ends_at < before) | (GroupSession.opened_at < opened_before)
    open_ones = select(GroupSession.id).where(GroupSession.closed_at.is_(None), late)
    found = (by_id(connection, each) for each in connection.scalars(open_ones).all())
    return [each for each in found if each is not None]


def forget_chats(connection: Connection, *, before: datetime) -> None:
    """Forget chats and groups of classes that ended before a moment: nobody was there to tell them."""
    session_chats.forget_ended(connection, before=before)
    session_places.forget_ended(connection, before=before)


def forget(connection: Connection, *, before: datetime) -> int:
    """Delete classes that ended before a moment and return how many; their contributions stay, without a class."""
    return connection.execute(delete(GroupSession).where(GroupSession.closed_at < before)).rowcount


def _hand_over(connection: Connection, session: OpenSession, number_of: Callable[[int], str], now: datetime) -> None:
    query = select(SessionIdea.id, SessionIdea.topic, SessionIdea.text, SessionIdea.created_at)
    rows = connection.execute(query.where(SessionIdea.session_id == session.id, SessionIdea.state == SHOWN)).all()
    numbers = {row.id: number_of(row.id) for row in rows}
    said = _said_of(connection, session.id)
    new = [
        NewContribution(
            number=numbers[row.id],
            text="\n".join([row.text, *said.get(row.id, ())]),
            channel=CHANNEL,
            dialogue=row.topic,
            field=row.topic,
            language=session.language,
            origin=f"school:{session.code}",
            origin_id=str(row.id),
            created_at=row.created_at,
        )
        for row in rows
    ]
    add(connection, new, now=now)
    ids = ids_of(connection, list(numbers.values()))
    for idea, number in numbers.items():
        connection.execute(update(SessionIdea).where(SessionIdea.id == idea).values(contribution_id=ids.get(number)))


def _said_of(connection: Connection, session: int) -> dict[int, list[str]]:
    """Return what teams said of ideas, by idea: it belongs to the idea that the city gets."""
    query = select(SessionNote.idea_id, SessionNote.text).where(
        SessionNote.session_id == session, SessionNote.state == SHOWN, SessionNote.idea_id.is_not(None)
    )
    found: dict[int, list[str]] = {}
    for row in connection.execute(query.order_by(SessionNote.id)):
        found.setdefault(row.idea_id, []).append(row.text)
    return found
