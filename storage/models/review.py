"""What staff do with contributions: changes that can be undone, notes, templates, decisions that wait, translations."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Serial, impersonal, personal
from storage.models.model import Model

_TASK = "Art. 6 Abs. 1 Buchst. e DSGVO"
_WITH_TEXT = "mit dem Beitrag: auf Wunsch sofort, sonst nach Abschluss des Strategieprozesses"
_WHILE_UNDOABLE = "nach 30 Tagen, oder mit dem Beitrag"


class DeskChange(Model):
    """One change of a contribution at the desk, with what was there before; those of one deed share a `batch`."""

    __tablename__ = "desk_change"
    __table_args__ = (
        Index("ix_desk_change_batch", "batch"),
        Index("ix_desk_change_contribution_id", "contribution_id"),
        Index("ix_desk_change_at", "at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    batch: Mapped[str] = mapped_column(info=impersonal("Kennung der Handlung"))
    at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(Serial, ForeignKey("staff.id", ondelete="SET NULL"))
    role: Mapped[str] = mapped_column(info=impersonal("Rolle"))
    action: Mapped[str] = mapped_column(info=impersonal("Handlung"))
    contribution_id: Mapped[int] = mapped_column(Serial, ForeignKey("contribution.id", ondelete="CASCADE"))
    before: Mapped[dict[str, Any]] = mapped_column(info=personal("Änderung rückgängig machen", _TASK, _WHILE_UNDOABLE))
    tags_before: Mapped[dict[str, Any]] = mapped_column(
        info=personal("Änderung rückgängig machen", _TASK, _WHILE_UNDOABLE)
    )
    version_after: Mapped[int]
    undone_at: Mapped[datetime | None]


class CaseNote(Model):
    """Something said about a contribution within the city: a note, a question sent by mail, or the reply to it."""

    __tablename__ = "case_note"
    __table_args__ = (Index("ix_case_note_contribution_id", "contribution_id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    contribution_id: Mapped[int] = mapped_column(Serial, ForeignKey("contribution.id", ondelete="CASCADE"))
    staff_id: Mapped[int | None] = mapped_column(Serial, ForeignKey("staff.id", ondelete="SET NULL"))
    role: Mapped[str] = mapped_column(info=impersonal("Rolle"))
    kind: Mapped[str] = mapped_column(info=impersonal("note, question oder reply"))
    address: Mapped[str | None] = mapped_column(info=personal("Stellungnahme einholen", _TASK, _WITH_TEXT))
    text: Mapped[str] = mapped_column(info=personal("Beitrag bearbeiten", _TASK, _WITH_TEXT))
    created_at: Mapped[datetime]


class AnswerTemplate(Model):
    """A reason that is given often, in several languages."""

    __tablename__ = "answer_template"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    name: Mapped[str] = mapped_column(info=impersonal("Name der Vorlage"))
    status: Mapped[str] = mapped_column(info=impersonal("Stand, zu dem die Vorlage gehört"))
    texts: Mapped[dict[str, Any]] = mapped_column(info=impersonal("Wortlaut der Vorlage je Sprache"))
    created_at: Mapped[datetime]


class PlannedDecision(Model):
    """A decision that waits: for its day, or for somebody else to agree where `due_at` is empty."""

    __tablename__ = "planned_decision"
    __table_args__ = (Index("ix_planned_decision_due_at", "due_at"),)

    contribution_id: Mapped[int] = mapped_column(
        Serial, ForeignKey("contribution.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    status: Mapped[str] = mapped_column(info=impersonal("geplanter Stand"))
    reason: Mapped[str | None] = mapped_column(info=personal("Entscheidung begründen", _TASK, _WITH_TEXT))
    due_at: Mapped[datetime | None]
    staff_id: Mapped[int | None] = mapped_column(Serial, ForeignKey("staff.id", ondelete="SET NULL"))
    role: Mapped[str] = mapped_column(info=impersonal("Rolle"))
    batch: Mapped[str] = mapped_column(info=impersonal("Kennung der Handlung"))
    created_at: Mapped[datetime]


class ReasonText(Model):
    """The reason of a decision in another language; without text it waits for somebody to translate it."""

    __tablename__ = "reason_text"
    __table_args__ = (Index("ix_reason_text_waits_until", "waits_until"),)

    contribution_id: Mapped[int] = mapped_column(
        Serial, ForeignKey("contribution.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    language: Mapped[str] = mapped_column(primary_key=True, info=impersonal("Sprache"))
    text: Mapped[str | None] = mapped_column(info=personal("Entscheidung begründen", _TASK, _WITH_TEXT))
    waits_until: Mapped[datetime | None]
