"""What a class writes: ideas and notes, checked before anybody sees them, laid together and pulled apart.

Law of this file: an action is kept once; only what is shown ever leaves for a board; every change lets `seen` grow.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, bindparam, func, insert, select, update

from storage.group_sessions import touch
from storage.models import Participant, SessionIdea, SessionNote, SessionSignal
from storage.models.school import HELD, HIDDEN, SHOWN, WAITING
from storage.packing import Packed, packed, unpacked
from storage.upsert import insert_new

# Somebody who pastes a book is told so by the page; the database keeps no more than this of one idea (characters).
LONGEST = 1_000
# So many ideas and so many sentences of one participant are kept; thirty students who spam stay readable.
MOST = 20


T = TypeVar("T", "Idea", "Note")


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
    # By session first: that is what there is an index for.
    own = (table.session_id == row["session_id"]) & (table.participant_id == row["participant_id"])
    if (connection.scalar(select(func.count()).where(own)) or 0) >= MOST:
        return Keeping.TOO_MANY
    # Two of one action at once on PostgreSQL: the second one waits here and is known.
    kept = insert_new(connection, table, [row], unique=("session_id", "action"))
    _spoke(connection, row["session_id"], row["participant_id"])
    return Keeping.KEPT if kept else Keeping.KNOWN


def _spoke(connection: Connection, session: int, participant: int) -> None:
    connection.execute(_SPOKE, {"row": participant})
    touch(connection, session)


def ideas_of(connection: Connection, session: int, *, participant: int | None = None) -> list[Idea]:
    """Return what is shown of a class, and whatever `participant` wrote, in the order of arrival."""
    ideas, _ = written(connection, session)
    return _seen_by(participant, ideas)


def notes_of(connection: Connection, session: int, *, participant: int | None = None) -> list[Note]:
    """Return the shown notes of a class, and whatever `participant` wrote."""
    _, notes = written(connection, session)
    return _seen_by(participant, notes)


def _seen_by(participant: int | None, texts: Sequence[tuple[int | None, T]]) -> list[T]:
    return [
        replace(text, is_mine=True) if writer == participant and writer else text
        for writer, text in texts
        if text.state == SHOWN or (writer == participant and writer)
    ]


def all_ideas(connection: Connection, session: int) -> list[Idea]:
    """Return everything a class wrote, whatever its state, for the cockpit: it is nobody's there."""
    ideas, _ = written(connection, session)
    return [idea for _, idea in ideas]


def all_notes(connection: Connection, session: int) -> list[Note]:
    """Return every sentence of a class, whatever its state, for the cockpit."""
    _, notes = written(connection, session)
    return [note for _, note in notes]


def written(
    connection: Connection, session: int
) -> tuple[list[tuple[int | None, Idea]], list[tuple[int | None, Note]]]:
    """Return all ideas and all sentences of a class, whatever their state, each with the participant who wrote it."""
    ideas, notes = (unpacked(connection, each, {"session": session}) for each in (_IDEAS, _NOTES))
    return [(writer, Idea(*idea)) for *idea, writer in ideas], [(writer, Note(*note)) for *note, writer in notes]


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


def _all_of(table: type[SessionIdea] | type[SessionNote], *names: str) -> Packed:
    columns = table.__table__.c
    return packed(*(columns[name] for name in names), where=columns.session_id == bindparam("session"))


_IDEAS = _all_of(SessionIdea, "id", "topic", "text", "state", "reason", "pile_id", "votes", "participant_id")
_NOTES = _all_of(SessionNote, "id", "idea_id", "part", "text", "state", "reason", "participant_id")
_SPOKE = update(Participant).where(Participant.id == bindparam("row"), ~Participant.spoke).values(spoke=True)
