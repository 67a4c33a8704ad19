"""Who was reminded of which workshop, and of which reminder it was no longer sensible."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Serial, impersonal, personal
from storage.models.model import Model

_TASK = "Art. 6 Abs. 1 Buchst. e DSGVO"
_AFTER = "30 Tage nach dem Workshop"

TOLD = "told"
OVERTAKEN = "overtaken"
BEGUN = "begun"
REMINDER_OUTCOMES = (TOLD, OVERTAKEN, BEGUN)


class Reminder(Model):
    """A reminder so many `minutes` before `starts_at`: told, overtaken by a nearer one, or the event had begun."""

    __tablename__ = "reminder"
    __table_args__ = (
        UniqueConstraint("workshop_id", "citizen_id", "minutes", "starts_at"),
        CheckConstraint(f"outcome IN {REMINDER_OUTCOMES}", name="outcome"),
        Index("ix_reminder_citizen_id", "citizen_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    workshop_id: Mapped[int] = mapped_column(Serial, ForeignKey("workshop.id", ondelete="CASCADE"))
    citizen_id: Mapped[int] = mapped_column(
        Serial, ForeignKey("citizen.id", ondelete="CASCADE"), info=personal("Einmal erinnern", _TASK, _AFTER)
    )
    minutes: Mapped[int]
    starts_at: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(info=impersonal("erinnert oder aus welchem Grund nicht"))
    noted_at: Mapped[datetime]
