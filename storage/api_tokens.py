"""Tokens by which other systems read what is public: handed out once, kept as a hash, revoked for good."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from storage.entering import hash_of
from storage.models import ApiToken


@dataclass(frozen=True, slots=True)
class Reader:
    """A system that may read."""

    id: int
    name: str
    created_at: datetime
    revoked_at: datetime | None


def issue(connection: Connection, name: str, token: str, *, now: datetime) -> int:
    """Let a system read with this token, which must be unguessable; return the reader's id."""
    row = {"name": name, "token_hash": hash_of(token), "created_at": now}
    return connection.execute(insert(ApiToken).values(**row).returning(ApiToken.id)).scalar_one()


def reader_of(connection: Connection, token: str) -> Reader | None:
    """Return who reads with a token that has not been revoked."""
    query = select(ApiToken.id, ApiToken.name, ApiToken.created_at, ApiToken.revoked_at)
    row = connection.execute(query.where(ApiToken.token_hash == hash_of(token), ApiToken.revoked_at.is_(None)))
    found = row.one_or_none()
    return None if found is None else Reader(*found)


def readers(connection: Connection) -> list[Reader]:
    """Return all systems that may or might read."""
    query = select(ApiToken.id, ApiToken.name, ApiToken.created_at, ApiToken.revoked_at).order_by(ApiToken.id)
    return [Reader(*row) for row in connection.execute(query)]


def revoke(connection: Connection, reader: int, *, now: datetime) -> bool:
    """End a token; False when there is no such one or it has ended."""
    there = update(ApiToken).where(ApiToken.id == reader, ApiToken.revoked_at.is_(None))
    return connection.execute(there.values(revoked_at=now)).rowcount > 0
