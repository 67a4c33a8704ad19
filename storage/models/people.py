"""Citizens: what the city knows of a person who talks to it. The channel's own id stands in `citizen_link` alone."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Serial, impersonal, personal
from storage.models.model import Model

_TASK = "Art. 6 Abs. 1 Buchst. e DSGVO"
_CONSENT = "Art. 6 Abs. 1 Buchst. a DSGVO"
_DUTY = "Art. 6 Abs. 1 Buchst. c, Art. 17 DSGVO"
_OBJECTION = "Art. 6 Abs. 1 Buchst. c, Art. 21 DSGVO"
_WITH_LINK = "mit der Verknüpfung: auf Wunsch sofort, sonst nach Ablauf der Aufbewahrungsfrist"


class Citizen(Model):
    """A person in one channel, known by a keyed hash; names, user names and phone numbers have no column."""

    __tablename__ = "citizen"
    __table_args__ = (Index("ix_citizen_seen_on", "seen_on"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    key: Mapped[str] = mapped_column(unique=True, info=personal("Person wiedererkennen", _TASK, _WITH_LINK))
    channel: Mapped[str] = mapped_column(info=impersonal("Kanal"))
    language: Mapped[str | None] = mapped_column(info=personal("In der gewählten Sprache antworten", _TASK, _WITH_LINK))
    notice_version: Mapped[str | None] = mapped_column(info=personal("Information nachweisen", _TASK, _WITH_LINK))
    notice_at: Mapped[datetime | None] = mapped_column(info=personal("Information nachweisen", _TASK, _WITH_LINK))
    perspective: Mapped[str | None] = mapped_column(info=personal("Auswertung nach Gruppen", _TASK, _WITH_LINK))
    district: Mapped[str | None] = mapped_column(info=personal("Auswertung nach Stadtbezirken", _TASK, _WITH_LINK))
    age_band: Mapped[str | None] = mapped_column(info=personal("Auswertung nach Altersgruppen", _TASK, _WITH_LINK))
    reachable: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(info=personal("Aufbewahrungsfrist berechnen", _TASK, _WITH_LINK))
    seen_on: Mapped[date] = mapped_column(info=personal("Aufbewahrungsfrist berechnen", _TASK, _WITH_LINK))


class CitizenLink(Model):
    """The way back to a person in their channel; cutting it makes everything else anonymous to the city."""

    __tablename__ = "citizen_link"

    citizen_id: Mapped[int] = mapped_column(
        Serial, ForeignKey("citizen.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    channel: Mapped[str] = mapped_column(info=impersonal("Kanal"))
    bot: Mapped[str] = mapped_column(info=impersonal("Name des Bots"))
    external_id: Mapped[str] = mapped_column(info=personal("Rückmeldung zum Beitrag zustellen", _TASK, _WITH_LINK))


class Conversation(Model):
    """Where the dialogue with a person stands, unfinished drafts included."""

    __tablename__ = "conversation"

    citizen_id: Mapped[int] = mapped_column(
        Serial, ForeignKey("citizen.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    state: Mapped[dict[str, Any]] = mapped_column(info=personal("Gespräch fortsetzen", _TASK, _WITH_LINK))
    updated_at: Mapped[datetime]


class Consent(Model):
    """A consent of a kind (contact, publish, reuse) to the words of a version, and when it was taken back."""

    __tablename__ = "consent"
    __table_args__ = (Index("ix_consent_citizen_id", "citizen_id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    citizen_id: Mapped[int] = mapped_column(Serial, ForeignKey("citizen.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(info=personal("Einwilligung nachweisen", _CONSENT, _WITH_LINK))
    version: Mapped[str] = mapped_column(info=personal("Einwilligung nachweisen", _CONSENT, _WITH_LINK))
    licence: Mapped[str | None] = mapped_column(info=impersonal("Lizenz, in die eingewilligt wurde"))
    given_at: Mapped[datetime] = mapped_column(info=personal("Einwilligung nachweisen", _CONSENT, _WITH_LINK))
    withdrawn_at: Mapped[datetime | None] = mapped_column(info=personal("Widerruf nachweisen", _CONSENT, _WITH_LINK))


class Objection(Model):
    """Somebody objected to the processing of their data (Art. 21 DSGVO): a case for staff, closed with an answer."""

    __tablename__ = "objection"
    __table_args__ = (Index("ix_objection_citizen_id", "citizen_id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    number: Mapped[str] = mapped_column(unique=True, info=impersonal("Nummer des Vorgangs"))
    citizen_id: Mapped[int] = mapped_column(Serial, ForeignKey("citizen.id", ondelete="CASCADE"))
    reason: Mapped[str] = mapped_column(info=personal("Widerspruch prüfen", _OBJECTION, _WITH_LINK))
    raised_at: Mapped[datetime] = mapped_column(info=personal("Frist für die Antwort wahren", _OBJECTION, _WITH_LINK))
    closed_at: Mapped[datetime | None] = mapped_column(info=personal("Widerspruch prüfen", _OBJECTION, _WITH_LINK))
    outcome: Mapped[str | None] = mapped_column(info=impersonal("granted oder refused"))
    answer: Mapped[str | None] = mapped_column(info=personal("Widerspruch beantworten", _OBJECTION, _WITH_LINK))


class ErasureRequest(Model):
    """That a person asked to be erased; carried out when the answer to them has gone out."""

    __tablename__ = "erasure_request"

    citizen_id: Mapped[int] = mapped_column(
        Serial, ForeignKey("citizen.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    channel: Mapped[str] = mapped_column(info=impersonal("Kanal"))
    bot: Mapped[str] = mapped_column(info=impersonal("Name des Bots"))
    chat: Mapped[str] = mapped_column(info=personal("Löschung ausführen", _DUTY, "mit der Löschung, nach Sekunden"))
    with_contributions: Mapped[bool]
    asked_at: Mapped[datetime]
