"""Group sessions: a class, its rounds, ideas and votes.

Law of this file: nothing here names a student, or tells one from another once the session is over.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Serial, impersonal, personal
from storage.models.model import Model

_TASK = "Art. 6 Abs. 1 Buchst. e DSGVO"
_WITH_SESSION = "mit dem Ende der Gruppensitzung"
_WITH_CLASS = "mit „Klasse löschen“, sonst nach der Frist für Gruppensitzungen"

# States of a session idea.
WAITING = "waiting"
SHOWN = "shown"
HELD = "held"
HIDDEN = "hidden"
IDEA_STATES = (WAITING, SHOWN, HELD, HIDDEN)


class GroupSession(Model):
    """A class at work. `position` 0 is the lobby, n the n-th round, one past the last the end.

    `ends_at` is when the round is over, `left_seconds` what was left when it was paused. `salt` hides participants and
    is emptied at the end.
    """

    __tablename__ = "group_session"
    __table_args__ = (
        UniqueConstraint("code"),
        UniqueConstraint("teacher_hash"),
        UniqueConstraint("results_hash"),
        Index("ix_group_session_ends_at", "ends_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    code: Mapped[str] = mapped_column(info=impersonal("Code der Klasse"))
    teacher_hash: Mapped[str] = mapped_column(info=impersonal("verschlüsselter Code der Lehrkraft"))
    results_hash: Mapped[str] = mapped_column(info=impersonal("verschlüsselter Code für die Ergebnisse"))
    salt: Mapped[bytes | None] = mapped_column(
        info=personal("Doppelte Stimmen verhindern, ohne jemanden zu kennen", _TASK, _WITH_SESSION)
    )
    topics: Mapped[list[Any]] = mapped_column(info=impersonal("Themen"))
    rounds: Mapped[list[Any]] = mapped_column(info=impersonal("Runden mit Dauer"))
    language: Mapped[str] = mapped_column(info=impersonal("Sprache"))
    register: Mapped[str] = mapped_column(info=impersonal("Anrede"))
    votes_each: Mapped[int]
    position: Mapped[int] = mapped_column(default=0)
    ends_at: Mapped[datetime | None]
    left_seconds: Mapped[float | None] = mapped_column(info=impersonal("Restzeit bei einer Pause"))
    seen: Mapped[int] = mapped_column(default=0)
    answer: Mapped[str | None] = mapped_column(info=impersonal("Antwort der Stadt an die Klasse"))
    sorted_at: Mapped[datetime | None]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class Participant(Model):
    """Somebody in a class, known by a hash that dies with the session's salt; deleted when the session ends."""

    __tablename__ = "participant"
    __table_args__ = (UniqueConstraint("session_id", "key"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    session_id: Mapped[int] = mapped_column(Serial, ForeignKey("group_session.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(
        info=personal("Doppelte Stimmen verhindern, ohne jemanden zu kennen", _TASK, _WITH_SESSION)
    )
    spoke: Mapped[bool] = mapped_column(default=False)
    at: Mapped[str | None] = mapped_column(info=impersonal("Thema oder Frage, zu der gerade geschrieben wird"))


class SessionIdea(Model):
    """An idea of a class. `pile_id` is the idea it lies on; `votes` is counted when voting ends.

    `action` is the page's own id of it, so that a form sent twice is one idea.
    """

    __tablename__ = "session_idea"
    __table_args__ = (
        UniqueConstraint("session_id", "action"),
        Index("ix_session_idea_state", "state", "id"),
        CheckConstraint("state IN ('waiting', 'shown', 'held', 'hidden')", name="state"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    session_id: Mapped[int] = mapped_column(Serial, ForeignKey("group_session.id", ondelete="CASCADE"))
    participant_id: Mapped[int | None] = mapped_column(
        Serial,
        ForeignKey("participant.id", ondelete="SET NULL"),
        info=personal("Rückfrage vor der Veröffentlichung", _TASK, _WITH_SESSION),
    )
    action: Mapped[str] = mapped_column(info=impersonal("Kennung der Eingabe"))
    topic: Mapped[str] = mapped_column(info=impersonal("Thema"))
    text: Mapped[str] = mapped_column(info=personal("Idee der Klasse auswerten", _TASK, _WITH_CLASS))
    state: Mapped[str] = mapped_column(default=WAITING, info=impersonal("Stand der Prüfung"))
    reason: Mapped[str | None] = mapped_column(info=impersonal("warum sie zurückgehalten ist"))
    pile_id: Mapped[int | None] = mapped_column(Serial, ForeignKey("session_idea.id", ondelete="SET NULL"))
    votes: Mapped[int] = mapped_column(default=0)
    contribution_id: Mapped[int | None] = mapped_column(Serial, ForeignKey("contribution.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]


class SessionVote(Model):
    """A dot of a participant on an idea; secret until voting ends, deleted when the session ends."""

    __tablename__ = "session_vote"
    __table_args__ = (UniqueConstraint("idea_id", "participant_id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    idea_id: Mapped[int] = mapped_column(Serial, ForeignKey("session_idea.id", ondelete="CASCADE"))
    participant_id: Mapped[int] = mapped_column(
        Serial,
        ForeignKey("participant.id", ondelete="CASCADE"),
        info=personal("Stimmen zählen", _TASK, _WITH_SESSION),
    )


class SessionNote(Model):
    """A sentence of a class that is no idea: an answer to the warm-up, or what a team says of a top idea (`part`)."""

    __tablename__ = "session_note"
    __table_args__ = (UniqueConstraint("session_id", "action"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    session_id: Mapped[int] = mapped_column(Serial, ForeignKey("group_session.id", ondelete="CASCADE"))
    idea_id: Mapped[int | None] = mapped_column(Serial, ForeignKey("session_idea.id", ondelete="CASCADE"))
    participant_id: Mapped[int | None] = mapped_column(
        Serial,
        ForeignKey("participant.id", ondelete="SET NULL"),
        info=personal("Rückfrage vor der Veröffentlichung", _TASK, _WITH_SESSION),
    )
    action: Mapped[str] = mapped_column(info=impersonal("Kennung der Eingabe"))
    part: Mapped[str] = mapped_column(info=impersonal("Frage, auf die geantwortet wird"))
    text: Mapped[str] = mapped_column(info=personal("Idee der Klasse auswerten", _TASK, _WITH_CLASS))
    state: Mapped[str] = mapped_column(default=WAITING, info=impersonal("Stand der Prüfung"))
    reason: Mapped[str | None] = mapped_column(info=impersonal("warum sie zurückgehalten ist"))
    created_at: Mapped[datetime]


class SessionSignal(Model):
    """A word of need was written in a class: when and of which kind, never by whom and never the words."""

    __tablename__ = "session_signal"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    session_id: Mapped[int] = mapped_column(Serial, ForeignKey("group_session.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(info=impersonal("Art des Hinweises"))
    at: Mapped[datetime]
    seen_at: Mapped[datetime | None]


class SessionPlace(Model):
    """The Telegram group a session takes place in, and the live message that is edited there; gone with the session."""

    __tablename__ = "session_place"

    session_id: Mapped[int] = mapped_column(
        Serial, ForeignKey("group_session.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    bot: Mapped[str] = mapped_column(info=impersonal("Name des Bots"))
    chat: Mapped[str] = mapped_column(info=personal("Der Klasse in ihrer Gruppe antworten", _TASK, _WITH_SESSION))
    thread: Mapped[str | None] = mapped_column(info=impersonal("Thema in der Gruppe"))
    message: Mapped[str | None] = mapped_column(info=impersonal("Nachricht mit dem Stand"))
    shown: Mapped[str | None] = mapped_column(info=impersonal("Prüfsumme dessen, was dort steht"))
    edited_at: Mapped[datetime | None]


class SessionChat(Model):
    """A private chat in which somebody takes part in a session: known by a keyed hash, its address sealed.

    `key` is that of the participant, `told` the position of the round that was told there last. The rows go when
    the end has been told.
    """

    __tablename__ = "session_chat"
    __table_args__ = (UniqueConstraint("chat_key"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    session_id: Mapped[int] = mapped_column(Serial, ForeignKey("group_session.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(
        info=personal("Doppelte Stimmen verhindern, ohne jemanden zu kennen", _TASK, _WITH_SESSION)
    )
    chat_key: Mapped[str] = mapped_column(
        info=personal("Erkennen, dass ein Chat an einer Klasse teilnimmt", _TASK, _WITH_SESSION)
    )
    bot: Mapped[str] = mapped_column(info=impersonal("Name des Bots"))
    sealed: Mapped[str] = mapped_column(
        info=personal("Runden im privaten Chat ankündigen; verschlüsselt abgelegt", _TASK, _WITH_SESSION)
    )
    told: Mapped[int] = mapped_column(default=0)
