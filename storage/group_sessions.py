"""Group sessions: opened, found by one of their three codes, moved from round to round.

Law of this file: a step names the position it saw; of two steps that saw the same one, one succeeds.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, select, update

from storage.audits import Actor, note_deed
from storage.models import GroupSession, Participant
from storage.packing import packed, unpacked
from storage.upsert import insert_new

# Hides who is who in a class for as long as it works (bytes).
_SALT_BYTES = 32


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session to open: its public code, keyed hashes of its secret ones, topics, rounds as (kind, seconds)."""

    code: str
    teacher_hash: str
    results_hash: str
    topics: Sequence[str]
    rounds: Sequence[tuple[str, int]]
    language: str = "de"
    register: str = "du"
    votes_each: int = 3


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session as it stands; `seen` grows with everything a page could show anew."""

    id: int
    code: str
    salt: bytes | None
    topics: tuple[str, ...]
    rounds: tuple[tuple[str, int], ...]
    language: str
    register: str
    votes_each: int
    position: int
    ends_at: datetime | None
    left: float | None
    seen: int
    answer: str | None
    opened_at: datetime
    closed_at: datetime | None


def open_session(connection: Connection, new: NewSession, *, actor: Actor, now: datetime) -> OpenSession | None:
    """Open a session, audited; None when its code is taken."""
    row = {
        "code": new.code,
        "teacher_hash": new.teacher_hash,
        "results_hash": new.results_hash,
        "salt": secrets.token_bytes(_SALT_BYTES),
        "topics": list(new.topics),
        "rounds": [list(each) for each in new.rounds],
        "language": new.language,
        "register": new.register,
        "votes_each": new.votes_each,
        "position": 0,
        "seen": 0,
        "opened_at": now,
    }
    if not insert_new(connection, GroupSession, [row], unique=("code",)):
        return None
    opened = by_code(connection, new.code)
    if opened is not None:
        note_deed(connection, actor, "open", f"school:{opened.id}", now=now)
    return opened


def by_code(connection: Connection, code: str) -> OpenSession | None:
    """Return the session of a code."""
    return _one(connection, "code", code)


def by_teacher(connection: Connection, teacher_hash: str) -> OpenSession | None:
    """Return the session of a teacher's secret, as keyed hash."""
    return _one(connection, "teacher_hash", teacher_hash)


def by_results(connection: Connection, results_hash: str) -> OpenSession | None:
    """Return the session of a results code, as keyed hash."""
    return _one(connection, "results_hash", results_hash)


def by_id(connection: Connection, session: int) -> OpenSession | None:
    """Return a session."""
    return _one(connection, "id", session)


def newest(connection: Connection, limit: int = 50) -> list[OpenSession]:
    """Return the sessions opened last, the newest first."""
    query = select(*_COLUMNS).order_by(GroupSession.id.desc()).limit(limit)
    return [_session(row) for row in connection.execute(query)]


def running(connection: Connection) -> list[OpenSession]:
    """Return the sessions whose clock runs, the next to end first."""
    query = select(*_COLUMNS).where(GroupSession.ends_at.is_not(None)).order_by(GroupSession.ends_at)
    return [_session(row) for row in connection.execute(query)]


def unsorted(connection: Connection) -> list[OpenSession]:
    """Return open sessions whose ideas nobody has laid together yet, whatever round they are in."""
    query = select(*_COLUMNS).where(GroupSession.sorted_at.is_(None), GroupSession.closed_at.is_(None))
    return [_session(row) for row in connection.execute(query.where(GroupSession.position > 0))]


def note_sorted(connection: Connection, session: int, *, now: datetime) -> None:
    """Note that the ideas of a session were laid together; from now on piles are the class's own."""
    connection.execute(update(GroupSession).where(GroupSession.id == session).values(sorted_at=now))


def move(
    connection: Connection,
    session: int,
    *,
    seen: int,
    position: int,
    ends_at: datetime | None,
    left: float | None,
) -> bool:
    """Set where a session stands, if it is still at the position `seen`; say whether it was."""
    changed = update(GroupSession).where(GroupSession.id == session, GroupSession.position == seen)
    changed = changed.where(GroupSession.closed_at.is_(None))
    values = {"position": position, "ends_at": ends_at, "left_seconds": left, "seen": GroupSession.seen + 1}
    return bool(connection.execute(changed.values(values)).rowcount)


def touch(connection: Connection, session: int) -> None:
    """Note that a page would show something new."""
    connection.execute(_TOUCH, {"row": session})


def set_answer(connection: Connection, session: int, answer: str, *, actor: Actor, now: datetime) -> None:
    """Keep the city's answer to a class, audited."""
    connection.execute(update(GroupSession).where(GroupSession.id == session).values(answer=answer))
    note_deed(connection, actor, "answer", f"school:{session}", now=now)


def join(connection: Connection, session: int, key: str) -> int:
    """Return the participant of a key, who is added when new."""
    if insert_new(connection, Participant, [{"session_id": session, "key": key}], unique=("session_id", "key")):
        touch(connection, session)
    return participant_of(connection, session, key)


def participant_of(connection: Connection, session: int, key: str) -> int:
    """Return the participant of a key, 0 for somebody who has not joined."""
    return connection.scalar(_PARTICIPANT, {"session": session, "participant": key}) or 0


def people_of(connection: Connection, session: int) -> list[tuple[str, int, bool]]:
    """Return the participants of a class as (key, id, whether they have written)."""
    return [(key, number, bool(spoke)) for key, number, spoke in unpacked(connection, _PEOPLE, {"session": session})]


def note_at(connection: Connection, participant: int, at: str) -> None:
    """Note what a participant writes about from now on: a topic, or an idea and a question."""
    connection.execute(update(Participant).where(Participant.id == participant).values(at=at))


def at_of(connection: Connection, participant: int) -> str:
    """Return what a participant writes about, empty when they did not say."""
    return connection.scalar(select(Participant.at).where(Participant.id == participant)) or ""


def count_participants(connection: Connection, session: int) -> tuple[int, int]:
    """Return how many take part, and how many of them have written."""
    query = select(func.count(), func.count().filter(Participant.spoke)).where(Participant.session_id == session)
    row = connection.execute(query).one()
    return row[0], row[1]


def joined(connection: Connection, sessions: Collection[int]) -> dict[int, int]:
    """Return how many take part, by session; those without are left out."""
    own = Participant.session_id.in_(sessions)
    query = select(Participant.session_id, func.count()).where(own).group_by(Participant.session_id)
    return {row[0]: row[1] for row in connection.execute(query)}


# Statements that every deed of a class needs are built once: building one takes longer than running it.
_SESSION, _PERSON = GroupSession.__table__.c, Participant.__table__.c
_COLUMNS = (
    *(_SESSION[name] for name in ("id", "code", "salt", "topics", "rounds", "language", "register", "votes_each")),
    *(_SESSION[name] for name in ("position", "ends_at", "left_seconds", "seen", "answer", "opened_at", "closed_at")),
)
_FOUND_BY = {
    name: select(*_COLUMNS).where(_SESSION[name] == bindparam("value"))
    for name in ("id", "code", "teacher_hash", "results_hash")
}
_TOUCH = update(GroupSession).where(_SESSION.id == bindparam("row")).values(seen=_SESSION.seen + 1)
_PEOPLE = packed(_PERSON.key, _PERSON.id, _PERSON.spoke, where=_PERSON.session_id == bindparam("session"))
_PARTICIPANT = select(_PERSON.id).where(
    _PERSON.session_id == bindparam("session"), _PERSON.key == bindparam("participant")
)


def _one(connection: Connection, name: str, value: int | str) -> OpenSession | None:
    row = connection.execute(_FOUND_BY[name], {"value": value}).one_or_none()
    return None if row is None else _session(row)


def _session(row: Row[*tuple[Any, ...]]) -> OpenSession:
    rounds = tuple((kind, seconds) for kind, seconds in row.rounds)
    stored = row._asdict() | {"topics": tuple(row.topics), "rounds": rounds}
    return OpenSession(left=stored.pop("left_seconds"), **stored)
