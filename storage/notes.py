"""What is said about a contribution within the city: notes, questions sent by mail, the replies to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from storage.audits import note_deed
from storage.changing import Hand
from storage.models import CaseNote, Contribution, Staff

NOTE = "note"
QUESTION = "question"
REPLY = "reply"


@dataclass(frozen=True, slots=True)
class Remark:
    """A note, question or reply; `name` is who wrote it, None when the account is gone."""

    kind: str
    text: str
    address: str | None
    role: str
    name: str | None
    created_at: datetime


def remark(
    connection: Connection, number: str, kind: str, text: str, hand: Hand, *, address: str | None = None
) -> None:
    """Add a remark to a contribution."""
    row_id = connection.scalar(select(Contribution.id).where(Contribution.number == number))
    kept = {"contribution_id": row_id, "staff_id": hand.staff_id, "role": hand.actor.role, "kind": kind}
    connection.execute(insert(CaseNote).values(**kept, address=address, text=text, created_at=hand.now))
    note_deed(connection, hand.actor, f"{kind}_added", number, now=hand.now)


def remarks_of(connection: Connection, row_id: int) -> list[Remark]:
    """Return what was said about a contribution, oldest first."""
    query = select(CaseNote.kind, CaseNote.text, CaseNote.address, CaseNote.role, Staff.name, CaseNote.created_at)
    query = query.outerjoin(Staff, Staff.id == CaseNote.staff_id).where(CaseNote.contribution_id == row_id)
    return [Remark(*row) for row in connection.execute(query.order_by(CaseNote.id))]
