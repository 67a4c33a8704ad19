"""Tags and themes: what a contribution is about, and who said so."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Serial, impersonal, personal
from storage.models.model import Model

_TASK = "Art. 6 Abs. 1 Buchst. e DSGVO"
_WITH_TEXT = "mit dem Beitrag: auf Wunsch sofort, sonst nach Abschluss des Strategieprozesses"

FIELD = "field"
KIND = "kind"
TOPIC = "topic"
KEYPHRASE = "keyphrase"
MODERATION = "moderation"
PERSONAL = "personal"
LANGUAGE = "language"
CARE = "care"
# Kinds that are no word on the strategy: what goes to the service of defects or to 112.
DEFECT = "defect"
EMERGENCY = "emergency"


class Tag(Model):
    """One label from one source ("model:<version>", "citizen", "staff", "import"); none overwrites another."""

    __tablename__ = "tag"
    __table_args__ = (
        UniqueConstraint("contribution_id", "label_type", "value", "source"),
        Index("ix_tag_label_type_value", "label_type", "value"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    contribution_id: Mapped[int] = mapped_column(Serial, ForeignKey("contribution.id", ondelete="CASCADE"))
    label_type: Mapped[str] = mapped_column(info=impersonal("Art des Schlagworts"))
    value: Mapped[str] = mapped_column(info=personal("Beitrag auswerten", _TASK, _WITH_TEXT))
    score: Mapped[float | None] = mapped_column(info=impersonal("Sicherheit des Modells"))
    source: Mapped[str] = mapped_column(info=impersonal("Modellfassung, citizen, staff oder import"))
    created_at: Mapped[datetime]


class Theme(Model):
    """A group of contributions of one action field that belong together, named by staff."""

    __tablename__ = "theme"
    __table_args__ = (Index("ix_theme_field_name", "field", "name"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    field: Mapped[str | None] = mapped_column(info=impersonal("Handlungsfeld"))
    name: Mapped[str] = mapped_column(info=impersonal("Name des Themas"))
    summary: Mapped[str | None] = mapped_column(info=impersonal("Zusammenfassung durch die Verwaltung"))
    created_at: Mapped[datetime]
    # The middle of its members' vectors, by which newcomers find it; a name that staff gave stays.
    middle: Mapped[bytes | None] = mapped_column(info=impersonal("Mitte der Vektoren der Beiträge"))
    named_by_staff: Mapped[bool] = mapped_column(default=False, server_default=false())


class ThemeMember(Model):
    """A contribution that belongs to a theme; `quoted` ones represent it."""

    __tablename__ = "theme_member"
    __table_args__ = (Index("ix_theme_member_contribution_id", "contribution_id"),)

    theme_id: Mapped[int] = mapped_column(Serial, ForeignKey("theme.id", ondelete="CASCADE"), primary_key=True)
    contribution_id: Mapped[int] = mapped_column(
        Serial, ForeignKey("contribution.id", ondelete="CASCADE"), primary_key=True
    )
    quoted: Mapped[bool] = mapped_column(default=False)
    # Staff put it here by hand: counting anew leaves it.
    by_hand: Mapped[bool] = mapped_column(default=False, server_default=false())
