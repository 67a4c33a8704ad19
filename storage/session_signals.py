"""Signals of a class: a word of need was written, and the teacher is told so once.

Law of this file: a signal has a moment and a kind, never words and never an author.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, update

from storage.group_sessions import touch
from storage.models import SessionSignal


def signals_of(connection: Connection, session: int) -> list[tuple[int, str, datetime]]:
    """Return the signals of a class that nobody has confirmed, as (id, kind, when)."""
    query = select(SessionSignal.id, SessionSignal.kind, SessionSignal.at)
    query = query.where(SessionSignal.session_id == session, SessionSignal.seen_at.is_(None))
    return [(row[0], row[1], row[2]) for row in connection.execute(query.order_by(SessionSignal.id))]


def confirm_signals(connection: Connection, session: int, *, now: datetime) -> None:
    """Note that the teacher has seen the signals."""
    open_ones = (SessionSignal.session_id == session) & SessionSignal.seen_at.is_(None)
    connection.execute(update(SessionSignal).where(open_ones).values(seen_at=now))
    touch(connection, session)
