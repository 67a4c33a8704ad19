"""Inbox and outbox: what came in and what goes out, in the order of their own increasing numbers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Serial, impersonal, personal
from storage.models.model import Model

_TASK = "Art. 6 Abs. 1 Buchst. e DSGVO"
_WHEN_DONE = "sobald die Nachricht verarbeitet ist; nicht lesbare nach 7 Tagen"
_TWO_DAYS = "48 Stunden nach Erledigung"

# Indexes over open rows alone stay small however many rows are done.
_OPEN_UPDATE = text("done_at IS NULL AND parked_at IS NULL")
_DONE = text("done_at IS NOT NULL")
_SENT = text("sent_at IS NOT NULL")
_UNSENT = text("sent_at IS NULL AND failed_at IS NULL")


class Inbox(Model):
    """One update as the channel handed it over; open until `done_at` or `parked_at` is set."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("channel", "bot", "external_id"),
        Index("ix_inbox_open", "seq", sqlite_where=_OPEN_UPDATE, postgresql_where=_OPEN_UPDATE),
        Index(
            "ix_inbox_open_of_chat",
            *("channel", "bot", "chat", "seq"),
            sqlite_where=_OPEN_UPDATE,
            postgresql_where=_OPEN_UPDATE,
        ),
        Index("ix_inbox_done", "done_at", sqlite_where=_DONE, postgresql_where=_DONE),
        {"sqlite_autoincrement": True},  # a number is never given twice, also after rows were deleted
    )

    seq: Mapped[int] = mapped_column(Serial, primary_key=True)
    channel: Mapped[str] = mapped_column(info=impersonal("Kanal"))
    bot: Mapped[str] = mapped_column(info=impersonal("Name des Bots"))
    external_id: Mapped[str] = mapped_column(info=personal("Doppelte Zustellung erkennen", _TASK, _TWO_DAYS))
    chat: Mapped[str] = mapped_column(info=personal("Reihenfolge je Gespräch, Antwort zustellen", _TASK, _TWO_DAYS))
    raw: Mapped[str | None] = mapped_column(info=personal("Nachricht verarbeiten", _TASK, _WHEN_DONE))
    has_text: Mapped[bool]
    received_at: Mapped[datetime]
    due_at: Mapped[datetime]
    analysis: Mapped[dict[str, Any] | None] = mapped_column(info=personal("Rückfragen vorbereiten", _TASK, _WHEN_DONE))
    done_at: Mapped[datetime | None]
    parked_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(info=impersonal("Art des Fehlers, ohne Inhalt der Nachricht"))
    attempts: Mapped[int] = mapped_column(default=0)


class Outbox(Model):
    """One finished request to a channel; open until `sent_at` or `failed_at` is set."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("cause", "ordinal"),
        Index("ix_outbox_unsent", "priority", "id", sqlite_where=_UNSENT, postgresql_where=_UNSENT),
        Index(
            "ix_outbox_unsent_of_chat",
            *("channel", "bot", "chat", "priority", "id"),
            sqlite_where=_UNSENT,
            postgresql_where=_UNSENT,
        ),
        Index("ix_outbox_chat", "channel", "chat", "id"),
        Index("ix_outbox_sent", "sent_at", sqlite_where=_SENT, postgresql_where=_SENT),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    cause: Mapped[str] = mapped_column(info=impersonal("laufende Nummer des Anlasses"))
    ordinal: Mapped[int]
    channel: Mapped[str] = mapped_column(info=impersonal("Kanal"))
    bot: Mapped[str] = mapped_column(info=impersonal("Name des Bots"))
    chat: Mapped[str] = mapped_column(info=personal("Antwort zustellen", _TASK, _TWO_DAYS))
    method: Mapped[str] = mapped_column(info=impersonal("Name der Anfrage an den Kanal"))
    params: Mapped[dict[str, Any]] = mapped_column(info=personal("Antwort zustellen", _TASK, _TWO_DAYS))
    priority: Mapped[int] = mapped_column(default=0)
    paced: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    failure: Mapped[str | None] = mapped_column(info=impersonal("Art des Fehlers, ohne Inhalt der Nachricht"))
    external_id: Mapped[str | None] = mapped_column(info=personal("Nachricht später ändern", _TASK, _TWO_DAYS))
    attempts: Mapped[int] = mapped_column(default=0)
