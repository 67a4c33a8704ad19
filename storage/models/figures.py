"""Figures that were given out, who may read through the API, and what was done to themes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Serial, impersonal, personal
from storage.models.model import Model

_PROOF = "Art. 5 Abs. 2 DSGVO"
_WITH_PROCESS = "nach Abschluss des Strategieprozesses"


class Snapshot(Model):
    """What was counted at a moment under a filter. Its figures are frozen; `members` are the ids that were counted."""

    __tablename__ = "snapshot"
    __table_args__ = (Index("ix_snapshot_filter_key_cut_off", "filter_key", "cut_off"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    cut_off: Mapped[datetime]
    filter: Mapped[dict[str, Any]] = mapped_column(info=personal("Zahlen nachvollziehen", _PROOF, _WITH_PROCESS))
    filter_key: Mapped[str] = mapped_column(info=impersonal("Prüfsumme des Filters"))
    figures: Mapped[dict[str, Any]] = mapped_column(info=impersonal("gezählte Zahlen"))
    digest: Mapped[str] = mapped_column(info=impersonal("Prüfsumme der Zahlen"))
    members: Mapped[bytes] = mapped_column(info=personal("Zahlen nachvollziehen", _PROOF, _WITH_PROCESS))


class ApiToken(Model):
    """A system that may read released contributions; the token itself is kept nowhere, only its hash."""

    __tablename__ = "api_token"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    name: Mapped[str] = mapped_column(info=impersonal("Name des lesenden Systems"))
    token_hash: Mapped[str] = mapped_column(unique=True, info=impersonal("Prüfsumme des Schlüssels"))
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class ThemeChange(Model):
    """What staff or a new count did to themes, and the rows that were there before, so that it can be undone."""

    __tablename__ = "theme_change"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    at: Mapped[datetime]
    action: Mapped[str] = mapped_column(info=impersonal("Handlung"))
    before: Mapped[dict[str, Any]] = mapped_column(info=impersonal("Themen und Zugehörigkeit vor der Handlung"))
    undone_at: Mapped[datetime | None]


class ThemeRefusal(Model):
    """Staff took a contribution out of a theme; counting anew does not put it back."""

    __tablename__ = "theme_refusal"

    theme_id: Mapped[int] = mapped_column(Serial, ForeignKey("theme.id", ondelete="CASCADE"), primary_key=True)
    contribution_id: Mapped[int] = mapped_column(
        Serial, ForeignKey("contribution.id", ondelete="CASCADE"), primary_key=True
    )
