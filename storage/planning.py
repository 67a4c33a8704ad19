"""Decisions that wait: for the day at which many become known together, or for a second person to agree.

Law of this file: what waits changes nothing yet, and is carried out by the same rules as a decision made at once.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select

from storage.audits import Actor, note_deed
from storage.changing import Hand, decide
from storage.models import Contribution, PlannedDecision, Staff
from storage.reviews import Outcome, judge
from storage.upsert import insert_or_replace

SYSTEM = "system"


def plan(
    connection: Connection, number: str, status: str, reason: str | None, hand: Hand, *, due_at: datetime | None
) -> Outcome:
    """Let a decision wait until `due_at`, or for somebody else to agree; an earlier plan is replaced."""
    row = connection.execute(select(Contribution.__table__).where(Contribution.number == number)).one_or_none()
    outcome = judge(row, status, reason)
    if row is None or outcome is not Outcome.DECIDED:
        return outcome
    kept = {"contribution_id": row.id, "status": status, "reason": reason, "due_at": due_at, "batch": hand.batch}
    kept |= {"staff_id": hand.staff_id, "role": hand.actor.role, "created_at": hand.now}
    insert_or_replace(connection, PlannedDecision, [kept], unique=("contribution_id",))
    detail = {"status": status, "due_at": due_at.isoformat() if due_at else None, "batch": hand.batch}
    note_deed(connection, hand.actor, "planned", number, now=hand.now, detail=detail)
    return outcome


def agree(connection: Connection, number: str, hand: Hand) -> Outcome:
    """Carry out what somebody else proposed; nobody agrees with themselves."""
    found = _waiting(connection, PlannedDecision.due_at.is_(None), Contribution.number == number)
    if not found:
        return Outcome.UNKNOWN
    if found[0].staff_id is not None and found[0].staff_id == hand.staff_id:
        return Outcome.UNCHANGED
    outcome = decide(connection, number, found[0].status, found[0].reason, hand, is_planned=True)
    unplan(connection, found[0].contribution_id)
    return outcome


def carry_out(connection: Connection, *, now: datetime) -> int:
    """Carry out what is due, and return how many that were."""
    due = _waiting(connection, PlannedDecision.due_at <= now)
    for row in due:
        actor = Actor(row.name or SYSTEM, row.role)
        hand = Hand(actor, row.staff_id, row.batch, now)
        decide(connection, row.number, row.status, row.reason, hand, is_planned=True)
        unplan(connection, row.contribution_id)
    return len(due)


def is_due(connection: Connection, *, now: datetime) -> bool:
    """Tell whether a decision is to be carried out, without taking the writer."""
    query = select(PlannedDecision.contribution_id).where(PlannedDecision.due_at <= now).limit(1)
    return connection.scalar(query) is not None


def unplan(connection: Connection, row_id: int) -> None:
    """Drop what waits for a contribution."""
    connection.execute(delete(PlannedDecision).where(PlannedDecision.contribution_id == row_id))


def unplan_batch(connection: Connection, batch: str, hand: Hand) -> tuple[str, ...]:
    """Drop what a deed planned, and return the numbers."""
    rows = _waiting(connection, PlannedDecision.batch == batch)
    for row in rows:
        unplan(connection, row.contribution_id)
        note_deed(
            connection, hand.actor, "undone", row.number, now=hand.now, detail={"batch": batch, "undid": "planned"}
        )
    return tuple(row.number for row in rows)


def _waiting(connection: Connection, *conditions: Any) -> list[Row[Any]]:
    query = select(PlannedDecision.__table__, Contribution.number, Staff.name)
    query = query.join(Contribution, Contribution.id == PlannedDecision.contribution_id)
    query = query.outerjoin(Staff, Staff.id == PlannedDecision.staff_id)
    return list(connection.execute(query.where(*conditions).order_by(PlannedDecision.created_at)))
