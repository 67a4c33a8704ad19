"""What was counted, done, set and erased: the tables that remember, without remembering a citizen's words."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Serial, impersonal, personal
from storage.models.model import Model

_TASK = "Art. 6 Abs. 1 Buchst. e DSGVO"
_PROOF = "Art. 5 Abs. 2 DSGVO"
_AUDITED = "nach {audit_days} Tagen"


class Count(Model):
    """How often something happened on a day (a step asked, a language chosen), without saying to whom."""

    __tablename__ = "count"

    day: Mapped[date] = mapped_column(primary_key=True, info=impersonal("Tag"))
    name: Mapped[str] = mapped_column(primary_key=True, info=impersonal("was gezählt wird"))
    dialogue: Mapped[str] = mapped_column(primary_key=True, info=impersonal("Dialog"))
    step: Mapped[str] = mapped_column(primary_key=True, info=impersonal("Schritt, Sprache oder Herkunft"))
    number: Mapped[int]


class Audit(Model):
    """Who of the staff did what to what, and when."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_subject", "subject", "id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(info=personal("Handlungen nachvollziehen", _PROOF, _AUDITED))
    role: Mapped[str] = mapped_column(info=impersonal("Rolle"))
    action: Mapped[str] = mapped_column(info=impersonal("Handlung"))
    subject: Mapped[str] = mapped_column(info=impersonal("Nummer des Gegenstands"))
    detail: Mapped[dict[str, Any] | None] = mapped_column(info=personal("Handlungen nachvollziehen", _PROOF, _AUDITED))


class Setting(Model):
    """A value the running system keeps for itself, such as when the last digest went out."""

    __tablename__ = "setting"

    key: Mapped[str] = mapped_column(primary_key=True, info=impersonal("Name des Werts"))
    value: Mapped[str] = mapped_column(info=impersonal("Zustand des Systems"))


class Erasure(Model):
    """That a person or class (by keyed hash) or a contribution (by number) was erased, for restored backups."""

    __tablename__ = "erasure"
    __table_args__ = (UniqueConstraint("subject", "key", "erased_at"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    subject: Mapped[str] = mapped_column(info=impersonal("citizen, contribution oder session"))
    key: Mapped[str] = mapped_column(
        info=personal("Löschung nach einer Rücksicherung wiederholen", _TASK, "mit der letzten älteren Sicherung")
    )
    with_contributions: Mapped[bool]
    erased_at: Mapped[datetime]
