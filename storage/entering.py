"""Getting into the desk: links that work once, and sessions that end.

Law of this file: the database knows tokens by their hashes alone; using a link up is one statement, so two presses of
its button let one in.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, select, update

from storage.absences import with_cases
from storage.city import day_of
from storage.models import DeskSession, LoginLink, Staff
from storage.staff import Account, account_by_id

_KEPT_FOR = timedelta(days=1)
# So exactly it is known when somebody was last there; noting each page would write at each look.
SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Lasting:
    """How long a session lasts: without a page, and in all."""

    idle: timedelta
    longest: timedelta


def hash_of(token: str) -> str:
    """Return what the database knows of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def add_link(connection: Connection, token: str, account: Account, *, now: datetime, lasts: timedelta) -> None:
    """Keep a link that lets somebody in once."""
    row = {"token_hash": hash_of(token), "staff_id": account.id, "ends_at": now + lasts}
    connection.execute(insert(LoginLink).values(**row))


def is_link(connection: Connection, token: str, *, now: datetime) -> bool:
    """Tell whether a link still lets somebody in, without using it up."""
    query = select(LoginLink.staff_id).join(Staff, Staff.id == LoginLink.staff_id)
    return connection.scalar(query.where(_usable(token, now), Staff.closed_at.is_(None))) is not None


def unused_links(connection: Connection, account: Account, *, now: datetime) -> int:
    """Return how many links would still let somebody in."""
    waiting = (LoginLink.staff_id == account.id, LoginLink.used_at.is_(None), LoginLink.ends_at > now)
    return connection.scalar(select(func.count()).select_from(LoginLink).where(*waiting)) or 0


def use_link(connection: Connection, token: str, session: str, *, now: datetime, lasting: Lasting) -> Account | None:
    """Use a link up and open a session; None when it has ended, was used before or never was."""
    used = update(LoginLink).where(_usable(token, now)).values(used_at=now).returning(LoginLink.staff_id)
    staff_id = connection.execute(used).scalar_one_or_none()
    account = None if staff_id is None else account_by_id(connection, staff_id)
    if account is not None:
        open_session(connection, session, account, now=now, lasting=lasting)
    return account


def open_session(connection: Connection, token: str, account: Account, *, now: datetime, lasting: Lasting) -> None:
    """Let somebody in."""
    row = {"token_hash": hash_of(token), "staff_id": account.id, "seen_at": now, "ends_at": now + lasting.longest}
    connection.execute(insert(DeskSession).values(**row))
    connection.execute(update(Staff).where(Staff.id == account.id).values(entered_at=now))


def session_of(
    connection: Connection, token: str, *, now: datetime, lasting: Lasting
) -> tuple[Account, datetime] | None:
    """Return who is logged in by this token, and when they were last seen; None when the session has ended."""
    query = select(DeskSession.staff_id, DeskSession.seen_at).where(
        DeskSession.token_hash == hash_of(token), DeskSession.ends_at > now, DeskSession.seen_at > now - lasting.idle
    )
    row = connection.execute(query).one_or_none()
    account = None if row is None else account_by_id(connection, row.staff_id)
    if row is None or account is None:
        return None
    return with_cases(connection, account, day_of(now)), row.seen_at


def note_seen(connection: Connection, token: str, *, now: datetime) -> None:
    """Note that a session is in use."""
    connection.execute(update(DeskSession).where(DeskSession.token_hash == hash_of(token)).values(seen_at=now))


def end_session(connection: Connection, token: str) -> None:
    """Log somebody out on one device."""
    connection.execute(delete(DeskSession).where(DeskSession.token_hash == hash_of(token)))


def end_sessions_of(connection: Connection, staff_id: int) -> None:
    """Log somebody out on all devices and make their links useless."""
    connection.execute(delete(DeskSession).where(DeskSession.staff_id == staff_id))
    connection.execute(delete(LoginLink).where(LoginLink.staff_id == staff_id))


def forget_entries(connection: Connection, *, now: datetime, lasting: Lasting) -> None:
    """Delete links and sessions that have ended."""
    connection.execute(delete(LoginLink).where(LoginLink.ends_at < now - _KEPT_FOR))
    ended = (DeskSession.ends_at < now) | (DeskSession.seen_at < now - lasting.idle)
    connection.execute(delete(DeskSession).where(ended))


def _usable(token: str, now: datetime) -> ColumnElement[bool]:
    return and_(LoginLink.token_hash == hash_of(token), LoginLink.used_at.is_(None), LoginLink.ends_at > now)
