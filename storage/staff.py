"""Accounts of those who work at the desk.

Law of this file: an account that is closed lets nobody in; names leave with the account, roles stay in the audit.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, insert, or_, select, update

from storage.models import Staff
from storage.models.desk import ADMIN, MODERATOR


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who works at the desk. `fields` limit a moderator; an empty set means all fields.

    `stands_in_for` are the accounts of those who are absent and whose cases are theirs meanwhile.
    """

    id: int
    name: str
    address: str | None
    role: str
    fields: frozenset[str]
    language: str = "de"
    has_shortcuts: bool = True
    stands_in_for: frozenset[int] = frozenset()

    def works_on(self, field: str | None) -> bool:
        """Whether contributions of this field are theirs; those without field are everybody's to sort."""
        return self.role != MODERATOR or not self.fields or field is None or field in self.fields

    def can_replace(self, other: Account) -> bool:
        """Whether they may do all that somebody else may, and so stand in for them."""
        has_role = self.role in (ADMIN, other.role)
        has_fields = self.role != MODERATOR or not self.fields or (bool(other.fields) and other.fields <= self.fields)
        return self.id != other.id and has_role and has_fields


_COLUMNS = (
    Staff.id,
    Staff.name,
    Staff.address,
    Staff.role,
    Staff.fields,
    Staff.language,
    Staff.has_shortcuts,
)


def account_by_id(connection: Connection, staff_id: int) -> Account | None:
    """Return an open account."""
    return _one(connection, Staff.id == staff_id)


def account_by_address(connection: Connection, address: str) -> Account | None:
    """Return the open account of a mail address, whatever its capitals."""
    return _one(connection, func.lower(Staff.address) == address.strip().lower())


def accounts(connection: Connection) -> list[Account]:
    """Return all open accounts by name."""
    query = select(*_COLUMNS).where(Staff.closed_at.is_(None)).order_by(func.lower(Staff.name), Staff.id)
    return [_account(row) for row in connection.execute(query)]


def account_for(
    connection: Connection, name: str, role: str, fields: Collection[str] = (), *, now: datetime
) -> Account:
    """Return the account of this name with exactly this role and these fields, opened where there is none."""
    same = (
        each for each in accounts(connection) if (each.name, each.role, each.fields) == (name, role, frozenset(fields))
    )
    found = next(same, None)
    return found or open_account(connection, name, role, fields, address=None, now=now)


def open_account(
    connection: Connection, name: str, role: str, fields: Collection[str], *, address: str | None, now: datetime
) -> Account:
    """Open an account; an address that another open account has raises IntegrityError."""
    values = {"name": name, "role": role, "fields": sorted(fields), "address": address or None, "created_at": now}
    row = insert(Staff).values(**values, language="de", has_shortcuts=True).returning(Staff.id)
    staff_id = connection.execute(row).scalar_one()
    return Account(staff_id, name, address or None, role, frozenset(fields))


def change_account(
    connection: Connection, staff_id: int, *, name: str, role: str, fields: Collection[str], address: str | None
) -> None:
    """Give an account another name, role, fields or address."""
    values = {"name": name, "role": role, "fields": sorted(fields), "address": address or None}
    connection.execute(update(Staff).where(Staff.id == staff_id).values(**values))


def close_account(connection: Connection, staff_id: int, *, now: datetime) -> None:
    """Close an account: its address is free again and nobody gets in by it."""
    closed = update(Staff).where(Staff.id == staff_id, Staff.closed_at.is_(None))
    connection.execute(closed.values(closed_at=now, address=None))


def prefer(connection: Connection, staff_id: int, *, language: str, has_shortcuts: bool) -> None:
    """Keep how somebody likes their desk."""
    chosen = update(Staff).where(Staff.id == staff_id)
    connection.execute(chosen.values(language=language, has_shortcuts=has_shortcuts))


def is_last_admin(connection: Connection, staff_id: int) -> bool:
    """Tell whether no other open account could let people in."""
    admins = select(Staff.id).where(Staff.role == ADMIN, Staff.closed_at.is_(None))
    return list(connection.scalars(admins)) == [staff_id]


def forget_accounts(connection: Connection, *, now: datetime, after: timedelta) -> None:
    """Delete accounts that nobody entered for so long, and closed ones."""
    unused = func.coalesce(Staff.entered_at, Staff.created_at) < now - after
    connection.execute(delete(Staff).where(or_(Staff.closed_at < now - after, unused)))


def _one(connection: Connection, condition: Any) -> Account | None:
    row = connection.execute(select(*_COLUMNS).where(condition, Staff.closed_at.is_(None))).one_or_none()
    return None if row is None else _account(row)


def _account(row: Any) -> Account:
    return Account(
        row.id, row.name, row.address, row.role, frozenset(row.fields or ()), row.language, bool(row.has_shortcuts)
    )
