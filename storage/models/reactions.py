"""What citizens say to the contributions of others: that they mean the same, that they don't, or something to add."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Serial, personal
from storage.models.model import Model

_TASK = "Art. 6 Abs. 1 Buchst. e DSGVO"
_ANONYMOUS = "auf Wunsch sofort; die Stimme zählt dann ohne Person weiter"

AGREED, PASSED, DISAGREED = 1, 0, -1


class Reaction(Model):
    """What somebody thinks of a contribution; `value` 1 means the same (a support), -1 is against it, 0 passed it by.

    One row per person and contribution, so that everybody counts once, also when they are forgotten.
    """

    __tablename__ = "reaction"
    __table_args__ = (
        UniqueConstraint("contribution_id", "citizen_id"),
        CheckConstraint("value IN (-1, 0, 1)", name="value"),
        Index("ix_reaction_citizen_id", "citizen_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    contribution_id: Mapped[int] = mapped_column(Serial, ForeignKey("contribution.id", ondelete="CASCADE"))
    citizen_id: Mapped[int | None] = mapped_column(
        Serial,
        ForeignKey("citizen.id", ondelete="SET NULL"),
        info=personal("Einmal je Person zählen", _TASK, _ANONYMOUS),
    )
    value: Mapped[int] = mapped_column(SmallInteger, info=personal("Zustimmung zählen", _TASK, _ANONYMOUS))
    created_at: Mapped[datetime]


class Addition(Model):
    """A contribution that adds something to another one; both stand for themselves."""

    __tablename__ = "addition"
    __table_args__ = (Index("ix_addition_adds_to_id", "adds_to_id"),)

    contribution_id: Mapped[int] = mapped_column(
        Serial, ForeignKey("contribution.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    adds_to_id: Mapped[int] = mapped_column(Serial, ForeignKey("contribution.id", ondelete="CASCADE"))
