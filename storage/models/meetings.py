"""Workshops and who comes: the event, where it was moved from, the registrations in their order, needs apart."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Serial, impersonal, personal
from storage.models.model import Model

_TASK = "Art. 6 Abs. 1 Buchst. e DSGVO"
_CONSENT = "Art. 9 Abs. 2 Buchst. a DSGVO"
_AFTER = "auf Wunsch sofort, sonst 30 Tage nach dem Workshop; gezählt wird ohne Person weiter"
_WITH_EVENT = "mit der Abmeldung oder sobald der Workshop vorbei ist"

PLANNED = "planned"
OPEN = "open"
FULL = "full"
CANCELLED = "cancelled"
HELD = "held"
STATUSES = (PLANNED, OPEN, FULL, CANCELLED, HELD)

REGISTERED = "registered"
WAITING = "waiting"
OFFERED = "offered"
CHECKED_IN = "checked_in"
# A registration that ended is cancelled as a workshop is.
REGISTRATION_STATUSES = (REGISTERED, WAITING, OFFERED, CANCELLED, CHECKED_IN)
# These hold a place; what is offered is kept free until its time is up.
TAKING_A_PLACE = (REGISTERED, OFFERED, CHECKED_IN)
# These concern somebody who still wants to come.
STANDING = (REGISTERED, WAITING, OFFERED, CHECKED_IN)


class Workshop(Model):
    """An event of the city. `titles`, `descriptions`, `thanks` and `results` are words by language, German always.

    `code` stands in deep links, `site_code` at the door; `uid` is the name in calendars, the same when imported again.
    `remind_before` are minutes. `capacity` None: as many as come. `accept_hours` None: who moves up has the place.
    `sequence` counts how often it was moved or cancelled (RFC 5545), `changed_at` is when that was last.
    """

    __tablename__ = "workshop"
    __table_args__ = (
        CheckConstraint(f"status IN {STATUSES}", name="status"),
        Index("ix_workshop_starts_at", "starts_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    code: Mapped[str] = mapped_column(unique=True, info=impersonal("Kennung im Link"))
    site_code: Mapped[str] = mapped_column(unique=True, info=impersonal("Kennung zum Einchecken vor Ort"))
    uid: Mapped[str] = mapped_column(unique=True, info=impersonal("Kennung im Kalender"))
    kind: Mapped[str] = mapped_column(info=impersonal("Art der Veranstaltung"))
    field: Mapped[str | None] = mapped_column(info=impersonal("Handlungsfeld"))
    district: Mapped[str | None] = mapped_column(info=impersonal("Stadtbezirk"))
    titles: Mapped[dict[str, Any]] = mapped_column(info=impersonal("Titel je Sprache"))
    descriptions: Mapped[dict[str, Any]] = mapped_column(info=impersonal("Beschreibung je Sprache"))
    place: Mapped[str | None] = mapped_column(info=impersonal("Veranstaltungsort"))
    address: Mapped[str | None] = mapped_column(info=impersonal("Anschrift des Veranstaltungsorts"))
    access_notes: Mapped[str | None] = mapped_column(info=impersonal("Hinweise zur Barrierefreiheit"))
    online_link: Mapped[str | None] = mapped_column(info=impersonal("Link zur Teilnahme"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    capacity: Mapped[int | None]
    contact: Mapped[str | None] = mapped_column(info=personal("Ansprechstelle nennen", _TASK, "mit dem Workshop"))
    status: Mapped[str] = mapped_column(info=impersonal("Stand"))
    reason: Mapped[str | None] = mapped_column(info=impersonal("Grund der Verlegung oder Absage"))
    remind_before: Mapped[list[Any]] = mapped_column(info=impersonal("Minuten, die vor Beginn erinnert wird"))
    accept_hours: Mapped[int | None]
    thanks: Mapped[dict[str, Any] | None] = mapped_column(info=impersonal("Dank je Sprache"))
    results: Mapped[dict[str, Any] | None] = mapped_column(info=impersonal("Ergebnisse je Sprache"))
    sequence: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class WorkshopMove(Model):
    """When and where a workshop was to take place before it was moved."""

    __tablename__ = "workshop_move"
    __table_args__ = (Index("ix_workshop_move_workshop_id", "workshop_id", "id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    workshop_id: Mapped[int] = mapped_column(Serial, ForeignKey("workshop.id", ondelete="CASCADE"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    place: Mapped[str | None] = mapped_column(info=impersonal("früherer Veranstaltungsort"))
    moved_at: Mapped[datetime]


class Registration(Model):
    """Somebody wants to come. `arrival` counts who came first within the workshop; whoever registers anew comes last.

    What they were told last stands beside it: `told_status`, and the workshop's `sequence` as `told_sequence`.
    Where one of them is another now, they have not heard of it yet.
    """

    __tablename__ = "registration"
    __table_args__ = (
        UniqueConstraint("workshop_id", "citizen_id"),
        CheckConstraint(f"status IN {REGISTRATION_STATUSES}", name="status"),
        Index("ix_registration_line", "workshop_id", "status", "arrival"),
        Index("ix_registration_citizen_id", "citizen_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    workshop_id: Mapped[int] = mapped_column(Serial, ForeignKey("workshop.id", ondelete="CASCADE"))
    citizen_id: Mapped[int | None] = mapped_column(
        Serial,
        ForeignKey("citizen.id", ondelete="SET NULL"),
        info=personal("Platz vergeben, erinnern, Änderungen mitteilen", _TASK, _AFTER),
    )
    status: Mapped[str] = mapped_column(info=impersonal("Stand der Anmeldung"))
    arrival: Mapped[int]
    offer_until: Mapped[datetime | None]
    registered_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    told_status: Mapped[str] = mapped_column(info=impersonal("Stand, der zuletzt mitgeteilt wurde"))
    told_sequence: Mapped[int]


class Need(Model):
    """What somebody needs to take part; staff read it until the workshop is over, then it is gone."""

    __tablename__ = "need"
    __table_args__ = (Index("ix_need_citizen_id", "citizen_id"),)

    workshop_id: Mapped[int] = mapped_column(
        Serial, ForeignKey("workshop.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    citizen_id: Mapped[int] = mapped_column(
        Serial, ForeignKey("citizen.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    text: Mapped[str] = mapped_column(info=personal("Teilnahme ohne Barrieren ermöglichen", _CONSENT, _WITH_EVENT))
    told_at: Mapped[datetime]
