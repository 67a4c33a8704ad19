"""Announcements of the city, who got which, and who wants to hear of what."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Serial, impersonal, personal
from storage.models.model import Model

_TASK = "Art. 6 Abs. 1 Buchst. e DSGVO"
_CONSENT = "Art. 6 Abs. 1 Buchst. a DSGVO"
_PROOF = "Art. 5 Abs. 2 DSGVO"
_AFTER = "30 Tage nach dem Ende der Ankündigung; gezählt wird ohne Person weiter"
_WITH_LINK = "mit der Verknüpfung: auf Wunsch sofort, sonst nach Ablauf der Aufbewahrungsfrist"

DRAFT = "draft"
SCHEDULED = "scheduled"
SENDING = "sending"
STOPPED = "stopped"
DONE = "done"
ANNOUNCEMENT_STATUSES = (DRAFT, SCHEDULED, SENDING, STOPPED, DONE)

# What concerns the process somebody takes part in reaches them until they say no; the others only who asked for them.
PROCESS = "process"
WORKSHOPS = "workshops"
RESULTS = "results"
DIGEST = "digest"
CATEGORIES = (PROCESS, WORKSHOPS, RESULTS, DIGEST)
UNASKED = (PROCESS,)

PENDING = "pending"
DELIVERED = "delivered"
BLOCKED = "blocked"
FAILED = "failed"
OPTED_OUT = "opted_out"
OUTCOMES = (PENDING, DELIVERED, BLOCKED, FAILED, OPTED_OUT)

_UNQUEUED = text("outcome = 'pending' AND queued_at IS NULL")
_QUEUED = text("outcome = 'pending' AND queued_at IS NOT NULL")


class Announcement(Model):
    """A message of the city to many: `texts` are title and text by language, German always; `audience` conditions.

    `reached` is the last citizen it was made out to, `expanded_at` when it was made out to all. Each occurrence of a
    recurring one is a row of its own; the series is named by its first.
    """

    __tablename__ = "announcement"
    __table_args__ = (
        UniqueConstraint("series_id", "due_at"),
        CheckConstraint(f"status IN {ANNOUNCEMENT_STATUSES}", name="status"),
        CheckConstraint(f"category IN {CATEGORIES}", name="category"),
        Index("ix_announcement_status", "status", "due_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    title: Mapped[str] = mapped_column(info=impersonal("Titel der Ankündigung"))
    texts: Mapped[dict[str, Any]] = mapped_column(info=impersonal("Text der Stadt je Sprache"))
    audience: Mapped[list[Any]] = mapped_column(info=impersonal("Bedingungen für den Empfang"))
    category: Mapped[str] = mapped_column(info=impersonal("Art der Ankündigung"))
    status: Mapped[str] = mapped_column(info=impersonal("Stand"))
    due_at: Mapped[datetime]
    repeats: Mapped[str | None] = mapped_column(info=impersonal("Abstand der Wiederholung"))
    series_id: Mapped[int | None] = mapped_column(Serial, ForeignKey("announcement.id", ondelete="SET NULL"))
    reached: Mapped[int] = mapped_column(Serial, default=0)
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(info=personal("Handlungen nachvollziehen", _PROOF, "nach 2 Jahren"))
    started_at: Mapped[datetime | None]
    expanded_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class Delivery(Model):
    """An announcement on its way to one recipient; in the outbox since `queued_at`, `settled_at` with its outcome."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("announcement_id", "citizen_id"),
        CheckConstraint(f"outcome IN {OUTCOMES}", name="outcome"),
        Index("ix_delivery_unqueued", "announcement_id", "id", sqlite_where=_UNQUEUED, postgresql_where=_UNQUEUED),
        Index("ix_delivery_queued", "announcement_id", "id", sqlite_where=_QUEUED, postgresql_where=_QUEUED),
        Index("ix_delivery_citizen_id", "citizen_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    announcement_id: Mapped[int] = mapped_column(Serial, ForeignKey("announcement.id", ondelete="CASCADE"))
    citizen_id: Mapped[int | None] = mapped_column(
        Serial,
        ForeignKey("citizen.id", ondelete="SET NULL"),
        info=personal("Jede Ankündigung genau einmal zustellen", _TASK, _AFTER),
    )
    outcome: Mapped[str] = mapped_column(default=PENDING, info=impersonal("Ergebnis der Zustellung"))
    queued_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]


class Subscription(Model):
    """What somebody said of a category of announcements: they want it, or not any more."""

    __tablename__ = "subscription"

    citizen_id: Mapped[int] = mapped_column(
        Serial, ForeignKey("citizen.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    category: Mapped[str] = mapped_column(
        primary_key=True, info=personal("Gewünschte Ankündigungen zustellen", _CONSENT, _WITH_LINK)
    )
    wanted: Mapped[bool]
    changed_at: Mapped[datetime] = mapped_column(info=personal("Einwilligung nachweisen", _CONSENT, _WITH_LINK))
