"""Who works at the desk: accounts, the links that let them in, and their sessions."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Serial, impersonal, personal
from storage.models.model import Model

_WORK = "Art. 6 Abs. 1 Buchst. e, Art. 88 DSGVO, § 18 DSG NRW"
_WITH_ACCOUNT = "mit dem Konto: auf Wunsch sofort, sonst 2 Jahre nach der letzten Anmeldung"

_AFTER_ABSENCE = "am Tag nach dem Ende der Abwesenheit"

MODERATOR = "moderator"
STRATEGIST = "strategist"
ADMIN = "admin"
ROLES = (MODERATOR, STRATEGIST, ADMIN)


class Staff(Model):
    """Somebody who may use the desk. `fields` are the action fields a moderator works on; none means all of them."""

    __tablename__ = "staff"
    __table_args__ = (CheckConstraint(f"role IN {ROLES}", name="role"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    name: Mapped[str] = mapped_column(info=personal("Zuständigkeit zeigen, Handlungen zuordnen", _WORK, _WITH_ACCOUNT))
    address: Mapped[str | None] = mapped_column(
        unique=True, info=personal("Anmeldung per E-Mail, Rückfragen", _WORK, _WITH_ACCOUNT)
    )
    role: Mapped[str] = mapped_column(info=impersonal("Rolle"))
    fields: Mapped[list[Any]] = mapped_column(default=list, info=impersonal("Handlungsfelder, für die jemand arbeitet"))
    language: Mapped[str] = mapped_column(default="de", info=impersonal("Sprache der Redaktion"))
    has_shortcuts: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    entered_at: Mapped[datetime | None] = mapped_column(
        info=personal("Unbenutzte Konten schließen", _WORK, _WITH_ACCOUNT)
    )
    closed_at: Mapped[datetime | None]
    stand_in_id: Mapped[int | None] = mapped_column(Serial)
    absent_from: Mapped[date | None] = mapped_column(info=personal("Vertretung regeln", _WORK, _AFTER_ABSENCE))
    absent_until: Mapped[date | None] = mapped_column(info=personal("Vertretung regeln", _WORK, _AFTER_ABSENCE))


class LoginLink(Model):
    """A link that lets somebody in once; the link itself is kept nowhere, only its hash."""

    __tablename__ = "login_link"
    __table_args__ = (Index("ix_login_link_ends_at", "ends_at"),)

    token_hash: Mapped[str] = mapped_column(
        primary_key=True, info=personal("Anmeldung", _WORK, "einen Tag nach Ablauf des Links")
    )
    staff_id: Mapped[int] = mapped_column(Serial, ForeignKey("staff.id", ondelete="CASCADE"))
    ends_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class DeskSession(Model):
    """Somebody who is logged in on one device; the cookie's token is kept as a hash alone."""

    __tablename__ = "desk_session"
    __table_args__ = (Index("ix_desk_session_ends_at", "ends_at"), Index("ix_desk_session_staff_id", "staff_id"))

    token_hash: Mapped[str] = mapped_column(primary_key=True, info=personal("Anmeldung", _WORK, "mit der Abmeldung"))
    staff_id: Mapped[int] = mapped_column(Serial, ForeignKey("staff.id", ondelete="CASCADE"))
    seen_at: Mapped[datetime] = mapped_column(info=personal("Anmeldung beenden", _WORK, "mit der Abmeldung"))
    ends_at: Mapped[datetime]
