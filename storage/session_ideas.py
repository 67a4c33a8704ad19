"""What a class writes: ideas and notes, checked before anybody sees them, laid together and pulled apart.

Law of this file: an action is kept once; only what is shown ever leaves for a board; every change lets `seen` grow.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, Table, bindparam, func, insert, select, update

from storage.group_sessions import touch
from storage.models import Participant, SessionIdea, SessionNote, SessionSignal
from storage.models.school import HELD, HIDDEN, SHOWN, WAITING
from storage.upsert import insert_new

# Somebody who pastes a book is told so by the page; the database keeps no more than this of one idea (characters).
LONGEST = 1_000
# So many ideas and so many sentences of one participant are kept; thirty students who spam stay readable.
MOST = 20


class Keeping(StrEnum):
    """What became of a text: kept, known from before (its action came twice), or one too many of its writer."""

    KEPT = "kept"
    KNOWN = "known"
    TOO_MANY = "too_many"


@dataclass(frozen=True, slots=True)
class NewIdea:
    """An idea of a participant; `action` is the page's own id of it."""

    action: str
    participant: int
    topic: str
    text: str


@dataclass(frozen=True, slots=True)
class NewNote:
    """A sentence for a part of the script; `idea` is the top idea it is about, None in the warm-up."""

    action: str
    participant: int
    part: str
    text: str
    idea: int | None = None


@dataclass(frozen=True, slots=True)
class Idea:
    """An idea as the class has it. `pile` is the idea it lies on; `is_mine` where a participant asked."""

    id: int
    topic: str
    text: str
    state: str
    reason: str | None
    pile: int | None
    votes: int
    is_mine: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence for a part of the script."""

    id: int
    idea: int | None
    part: str
    text: str
    state: str
    reason: str | None
    is_mine: bool = False


@dataclass(frozen=True, slots=True)
class Unchecked:
    """A text that waits for its check; `is_note` says in which table."""

    id: int
    session: int
    text: str
    is_note: bool


@dataclass(frozen=True, slots=True)
class Checked:
    """What the check said: `reason` None lets it be shown, personal, insult or care hold it back."""

    id: int
    session: int
    is_note: bool
    reason: str | None
    care: str | None = None


def add_idea(connection: Connection, session: int, new: NewIdea, *, now: datetime) -> Keeping:
    """Keep an idea for its check; a second one of the same action is none."""
    row = {"topic": new.topic, "votes": 0, **_text_of(new, session, now)}
    return _kept(connection, SessionIdea, row)


def add_note(connection: Connection, session: int, new: NewNote, *, now: datetime) -> Keeping:
    """Keep a sentence for its check; a second one of the same action is none."""
    row = {"idea_id": new.idea, "part": new.part, **_text_of(new, session, now)}
    return _kept(connection, SessionNote, row)


def _text_of(new: NewIdea | NewNote, session: int, now: datetime) -> dict[str, Any]:
    return {
        "session_id": session,
        "participant_id": new.participant,
        "action": new.action,
        "text": new.text[:LONGEST],
        "state": WAITING,
        "created_at": now,
    }


def _kept(connection: Connection, table: type[SessionIdea] | type[SessionNote], row: dict[str, Any]) -> Keeping:
    known = select(table.id).where(table.session_id == row["session_id"], table.action == row["action"])
    if connection.scalar(known) is not None:
        return Keeping.KNOWN
    written = select(func.count()).where(table.participant_id == row["participant_id"])
    if (connection.scalar(written) or 0) >= MOST:
        return Keeping.TOO_MANY
    # Two of one action at once on PostgreSQL: the second one waits here and is known.
    kept = insert_new(connection, table, [row], unique=("session_id", "action"))
    _spoke(connection, row["session_id"], row["participant_id"])
    return Keeping.KEPT if kept else Keeping.KNOWN


def _spoke(connection: Connection, session: int, participant: int) -> None:
    connection.execute(update(Participant).where(Participant.id == participant).values(spoke=True))
    touch(connection, session)


def ideas_of(connection: Connection, session: int, *, participant: int | None = None) -> list[Idea]:
    """Return what is shown of a class, and whatever `participant` wrote, in the order of arrival."""
    query = select(*_IDEA).where(SessionIdea.session_id == session).order_by(SessionIdea.id)
    found = (_idea(row, participant) for row in connection.execute(query))
    return [idea for idea in found if idea.state == SHOWN or idea.is_mine]


def written(
    connection: Connection, session: int
) -> tuple[list[tuple[int | None, Idea]], list[tuple[int | None, Note]]]:
    """Return all ideas and all sentences of a class, whatever their state, each with the participant who wrote it."""
    ideas = select(*_IDEA).where(SessionIdea.session_id == session).order_by(SessionIdea.id)
    notes = select(*_NOTE).where(SessionNote.session_id == session).order_by(SessionNote.id)
    return (
        [(row.participant_id, _idea(row, None)) for row in connection.execute(ideas)],
        [(row.participant_id, _note(row, None)) for row in connection.execute(notes)],
    )


def all_ideas(connection: Connection, session: int) -> list[Idea]:
    """Return everything a class wrote, whatever its state, for the cockpit: it is nobody's there."""
    query = select(*_IDEA).where(SessionIdea.session_id == session).order_by(SessionIdea.id)
    return [_idea(row, None) for row in connection.execute(query)]


def notes_of(connection: Connection, session: int, *, participant: int | None = None) -> list[Note]:
    """Return the shown notes of a class, and whatever `participant` wrote."""
    query = select(*_NOTE).where(SessionNote.session_id == session).order_by(SessionNote.id)
    found = (_note(row, participant) for row in connection.execute(query))
    return [note for note in found if note.state == SHOWN or note.is_mine]


def all_notes(connection: Connection, session: int) -> list[Note]:
    """Return every sentence of a class, whatever its state, for the cockpit."""
    query = select(*_NOTE).where(SessionNote.session_id == session).order_by(SessionNote.id)
    return [_note(row, None) for row in connection.execute(query)]


def unchecked(connection: Connection, limit: int = 32) -> list[Unchecked]:
    """Return texts that wait for their check, oldest first, ideas before notes."""
    waiting: list[Unchecked] = []
    tables: tuple[tuple[Any, bool], ...] = ((SessionIdea, False), (SessionNote, True))
    for table, is_note in tables:
        query = select(table.id, table.session_id, table.text).where(table.state == WAITING)
        rows = connection.execute(query.order_by(table.id).limit(limit - len(waiting)))
        waiting += [Unchecked(row[0], row[1], row[2], is_note) for row in rows]
    return waiting


def note_checks(connection: Connection, checks: Sequence[Checked], *, now: datetime) -> None:
    """Show or hold back what was checked; a need of care leaves a signal without author and words."""
    for table, is_note in ((SessionIdea, False), (SessionNote, True)):
        rows = [
            {"row": each.id, "new_state": HELD if each.reason else SHOWN, "new_reason": each.reason}
            for each in checks
            if each.is_note is is_note
        ]
        if rows:
            changed = update(_core(table)).where(table.id == bindparam("row"), table.state == WAITING)
            connection.execute(changed.values(state=bindparam("new_state"), reason=bindparam("new_reason")), rows)
    signals = [{"session_id": each.session, "kind": each.care, "at": now} for each in checks if each.care]
    if signals:
        connection.execute(insert(SessionSignal), signals)
    for session in {each.session for each in checks}:
        touch(connection, session)


def _core(table: type[SessionIdea] | type[SessionNote]) -> Table:
    # A set of parameters with a condition needs the table itself: the ORM's update would want primary keys.
    found = table.__table__
    assert isinstance(found, Table)
    return found


def set_hidden(connection: Connection, session: int, text: int, *, hidden: bool, is_note: bool = False) -> None:
    """Take an idea or a sentence off the board, or put it back; one that is held back stays so."""
    table: Any = SessionNote if is_note else SessionIdea
    before, after = (SHOWN, HIDDEN) if hidden else (HIDDEN, SHOWN)
    found = (table.id == text) & (table.session_id == session) & (table.state == before)
    connection.execute(update(table).where(found).values(state=after))
    touch(connection, session)


def let_through(connection: Connection, session: int, text: int, *, is_note: bool = False) -> None:
    """Show what still waits for its check: the teacher has looked at it."""
    table: Any = SessionNote if is_note else SessionIdea
    found = (table.id == text) & (table.session_id == session) & (table.state == WAITING)
    connection.execute(update(table).where(found).values(state=SHOWN))
    touch(connection, session)


def lay_on(connection: Connection, session: int, ideas: Collection[int], pile: int) -> None:
    """Lay ideas on another one of the same class; whatever lay on them comes along."""
    heads = set(ideas) - {pile}
    top = connection.scalar(
        select(func.coalesce(SessionIdea.pile_id, SessionIdea.id)).where(
            SessionIdea.id == pile, SessionIdea.session_id == session
        )
    )
    heads.discard(top or 0)
    if top is None or not heads:
        return
    moved = SessionIdea.id.in_(heads) | SessionIdea.pile_id.in_(heads)
    connection.execute(update(SessionIdea).where(SessionIdea.session_id == session, moved).values(pile_id=top))
    touch(connection, session)


def pull_apart(connection: Connection, session: int, idea: int) -> None:
    """Take an idea from its pile; taken from under a pile, it leaves the others each for itself."""
    apart = (SessionIdea.id == idea) | (SessionIdea.pile_id == idea)
    connection.execute(update(SessionIdea).where(SessionIdea.session_id == session, apart).values(pile_id=None))
    touch(connection, session)


_IDEA = (
    SessionIdea.id,
    SessionIdea.topic,
    SessionIdea.text,
    SessionIdea.state,
    SessionIdea.reason,
    SessionIdea.pile_id,
    SessionIdea.votes,
    SessionIdea.participant_id,
)
_NOTE = (
    SessionNote.id,
    SessionNote.idea_id,
    SessionNote.part,
    SessionNote.text,
    SessionNote.state,
    SessionNote.reason,
    SessionNote.participant_id,
)


def _idea(row: Row[*tuple[Any, ...]], participant: int | None) -> Idea:
    is_mine = participant is not None and row.participant_id == participant
    return Idea(row.id, row.topic, row.text, row.state, row.reason, row.pile_id, row.votes, is_mine)


def _note(row: Row[*tuple[Any, ...]], participant: int | None) -> Note:
    is_mine = participant is not None and row.participant_id == participant
    return Note(row.id, row.idea_id, row.part, row.text, row.state, row.reason, is_mine)
