"""Contributions and what hangs on them: places, files. The author can be cut off, the words stay."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Serial, impersonal, personal
from storage.models.model import Model

_TASK = "Art. 6 Abs. 1 Buchst. e DSGVO"
_WITH_TEXT = "mit dem Beitrag: auf Wunsch sofort, sonst nach Abschluss des Strategieprozesses"
_AUTHOR = "auf Wunsch sofort; der Beitrag bleibt dann ohne Verfasser:in"

RECEIVED = "received"
RELEASED = "released"
ANSWERED = "answered"
REJECTED = "rejected"
WITHDRAWN = "withdrawn"
MERGED = "merged"
STATUSES = (RECEIVED, RELEASED, ANSWERED, REJECTED, WITHDRAWN, MERGED)

_UNANALYSED = text("analysed_at IS NULL")
_NEXT = text("version + 1")
# What the desk filters by: an index that holds all of it answers without touching the long rows of the table.
_LISTED = (
    *("status", "field", "kind", "district", "language", "channel", "collector"),
    *("workshop_id", "assignee_id", "follow_up_on", "created_at", "merged_into_id"),
)


class Contribution(Model):
    """One idea, problem, opinion or other word of a citizen. `field` and `kind` hold what is believed now; who said
    so stands in the tags. `draft` is unique within a citizen, `origin_id` within an origin (imports)."""

    __tablename__ = "contribution"
    __table_args__ = (
        UniqueConstraint("citizen_id", "draft"),
        UniqueConstraint("origin", "origin_id"),
        CheckConstraint(f"status IN {STATUSES}", name="status"),
        Index("ix_contribution_status", "status", "id"),
        Index("ix_contribution_field", "field", "id"),
        Index("ix_contribution_created_at", "created_at"),
        Index("ix_contribution_decided_at", "decided_at"),
        Index("ix_contribution_merged_into_id", "merged_into_id"),
        Index("ix_contribution_unanalysed", "id", sqlite_where=_UNANALYSED, postgresql_where=_UNANALYSED),
        Index("ix_contribution_by_arrival", "id", "certainty", *_LISTED),
        Index("ix_contribution_by_certainty", "certainty", "id", *_LISTED),
        Index("ix_contribution_analysed_at", "analysed_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    number: Mapped[str] = mapped_column(unique=True, info=impersonal("öffentliche Nummer"))
    citizen_id: Mapped[int | None] = mapped_column(
        Serial, ForeignKey("citizen.id", ondelete="SET NULL"), info=personal("Rückmeldung geben", _TASK, _AUTHOR)
    )
    draft: Mapped[str] = mapped_column(info=impersonal("Kennung des Entwurfs im Gespräch"))
    channel: Mapped[str] = mapped_column(info=impersonal("Kanal"))
    collector: Mapped[str | None] = mapped_column(info=impersonal("Stelle, die den Beitrag aufgenommen hat"))
    dialogue: Mapped[str | None] = mapped_column(info=impersonal("Dialog"))
    revision: Mapped[str | None] = mapped_column(info=impersonal("Fassung des Dialogs"))
    length: Mapped[str | None] = mapped_column(info=impersonal("Länge des Dialogs"))
    field: Mapped[str | None] = mapped_column(info=impersonal("Handlungsfeld"))
    kind: Mapped[str | None] = mapped_column(info=impersonal("Art des Beitrags"))
    answers: Mapped[list[Any] | None] = mapped_column(info=personal("Beitrag auswerten", _TASK, _WITH_TEXT))
    text: Mapped[str] = mapped_column(info=personal("Beitrag auswerten", _TASK, _WITH_TEXT))
    redacted_text: Mapped[str | None] = mapped_column(info=personal("Beitrag veröffentlichen", _TASK, _WITH_TEXT))
    language: Mapped[str | None] = mapped_column(info=impersonal("Sprache des Beitrags"))
    translation: Mapped[str | None] = mapped_column(info=personal("Beitrag auswerten", _TASK, _WITH_TEXT))
    translated_by: Mapped[str | None] = mapped_column(
        info=personal("Arbeitsübersetzung nachvollziehen", _TASK, _WITH_TEXT)
    )
    translation_source: Mapped[str | None] = mapped_column(info=impersonal("person oder machine"))
    latitude: Mapped[float | None] = mapped_column(info=personal("Ort der Idee, auf 100 m gerundet", _TASK, _WITH_TEXT))
    longitude: Mapped[float | None] = mapped_column(
        info=personal("Ort der Idee, auf 100 m gerundet", _TASK, _WITH_TEXT)
    )
    district: Mapped[str | None] = mapped_column(info=impersonal("Stadtbezirk, von dem der Beitrag handelt"))
    publishing: Mapped[str | None] = mapped_column(
        info=impersonal("Fassung der Einwilligung in die Veröffentlichung, oder import")
    )
    licence: Mapped[str | None] = mapped_column(info=impersonal("Lizenz für die Veröffentlichung"))
    status: Mapped[str] = mapped_column(default=RECEIVED, info=impersonal("Stand der Bearbeitung"))
    status_reason: Mapped[str | None] = mapped_column(info=personal("Entscheidung begründen", _TASK, _WITH_TEXT))
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None] = mapped_column(info=personal("Entscheidung nachvollziehen", _TASK, _WITH_TEXT))
    handed_over_at: Mapped[datetime | None]
    merged_into_id: Mapped[int | None] = mapped_column(Serial, ForeignKey("contribution.id", ondelete="SET NULL"))
    source: Mapped[str | None] = mapped_column(info=impersonal("Plakat, Workshop oder Link, über den jemand kam"))
    workshop_id: Mapped[int | None] = mapped_column(Serial)
    origin: Mapped[str | None] = mapped_column(info=impersonal("Name der eingelesenen Quelle"))
    origin_id: Mapped[str | None] = mapped_column(info=impersonal("Kennung in der eingelesenen Quelle"))
    created_at: Mapped[datetime]
    analysed_at: Mapped[datetime | None]
    embedding: Mapped[bytes | None] = mapped_column(info=personal("Ähnliche Beiträge finden", _TASK, _WITH_TEXT))
    # Counts the changes of the row, so that somebody who looked at an older one overwrites nothing.
    version: Mapped[int] = mapped_column(default=1, server_default="1", onupdate=_NEXT)
    certainty: Mapped[float] = mapped_column(
        default=0.0, server_default="0", info=impersonal("Sicherheit des Modells bei Handlungsfeld und Art")
    )
    confirmed_at: Mapped[datetime | None]
    original_deleted_at: Mapped[datetime | None]
    assignee_id: Mapped[int | None] = mapped_column(Serial)
    follow_up_on: Mapped[date | None] = mapped_column(info=impersonal("Tag der Wiedervorlage"))
    file_reference: Mapped[str | None] = mapped_column(info=impersonal("Aktenzeichen"))


class ContributionPlace(Model):
    """A place a contribution speaks of; `source` says who found it, as in `tag`."""

    __tablename__ = "contribution_place"
    __table_args__ = (UniqueConstraint("contribution_id", "source", "name"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    contribution_id: Mapped[int] = mapped_column(Serial, ForeignKey("contribution.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(info=personal("Ort der Idee", _TASK, _WITH_TEXT))
    kind: Mapped[str | None] = mapped_column(info=impersonal("Art des Ortes"))
    district: Mapped[str | None] = mapped_column(info=impersonal("Stadtbezirk"))
    latitude: Mapped[float | None] = mapped_column(info=personal("Ort der Idee", _TASK, _WITH_TEXT))
    longitude: Mapped[float | None] = mapped_column(info=personal("Ort der Idee", _TASK, _WITH_TEXT))
    source: Mapped[str] = mapped_column(info=impersonal("wer den Ort erkannt hat"))


class Attachment(Model):
    """A photo or voice message; `channel_ref` is the channel's reference until `content` is fetched and cleaned."""

    __tablename__ = "attachment"
    __table_args__ = (
        UniqueConstraint("contribution_id", "channel_ref"),
        Index("ix_attachment_citizen_id", "citizen_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    contribution_id: Mapped[int | None] = mapped_column(Serial, ForeignKey("contribution.id", ondelete="CASCADE"))
    citizen_id: Mapped[int | None] = mapped_column(
        Serial, ForeignKey("citizen.id", ondelete="SET NULL"), info=personal("Datei zuordnen", _TASK, _AUTHOR)
    )
    media: Mapped[str] = mapped_column(info=impersonal("Art der Datei"))
    channel_ref: Mapped[str | None] = mapped_column(info=personal("Datei beim Kanal abholen", _TASK, _WITH_TEXT))
    content: Mapped[bytes | None] = mapped_column(info=personal("Beitrag auswerten", _TASK, _WITH_TEXT))
    mime: Mapped[str | None] = mapped_column(info=impersonal("Dateiformat"))
    size: Mapped[int | None]
    transcript: Mapped[str | None] = mapped_column(info=personal("Beitrag auswerten", _TASK, _WITH_TEXT))
    transcribed_by: Mapped[str | None] = mapped_column(info=personal("Abschrift nachvollziehen", _TASK, _WITH_TEXT))
    created_at: Mapped[datetime]
