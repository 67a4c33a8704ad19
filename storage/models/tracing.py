"""How somebody finds a contribution again, and who hears what becomes of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Serial, personal
from storage.models.model import Model

_TASK = "Art. 6 Abs. 1 Buchst. e DSGVO"
_WITH_TEXT = "mit dem Beitrag: auf Wunsch sofort, sonst nach Abschluss des Strategieprozesses"


class ReceiptCode(Model):
    """The keyed hash of the secret code that opens a contribution from any device; the code itself is kept nowhere."""

    __tablename__ = "receipt_code"

    contribution_id: Mapped[int] = mapped_column(
        Serial, ForeignKey("contribution.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    code_hash: Mapped[str] = mapped_column(info=personal("Eigenen Beitrag ohne Konto öffnen", _TASK, _WITH_TEXT))


class Notice(Model):
    """Which decision on a contribution a person was told last: its `decided_at`."""

    __tablename__ = "notice"
    __table_args__ = (Index("ix_notice_citizen_id", "citizen_id"),)

    contribution_id: Mapped[int] = mapped_column(
        Serial, ForeignKey("contribution.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    citizen_id: Mapped[int] = mapped_column(
        Serial, ForeignKey("citizen.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    change_at: Mapped[datetime]
    told_at: Mapped[datetime]


class NewsStop(Model):
    """Somebody wants to hear no more of a contribution."""

    __tablename__ = "news_stop"
    __table_args__ = (Index("ix_news_stop_citizen_id", "citizen_id"),)

    contribution_id: Mapped[int] = mapped_column(
        Serial, ForeignKey("contribution.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    citizen_id: Mapped[int] = mapped_column(
        Serial, ForeignKey("citizen.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    stopped_at: Mapped[datetime]
