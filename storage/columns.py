"""Column types and the marks that say what a column may hold.

Law of this file: moments are aware and in UTC, words can be stored everywhere, and a column that
can hold personal data says so.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, Text
from sqlalchemy.types import TypeDecorator

# PostgreSQL refuses NUL, UTF-8 refuses lone halves of surrogate pairs; both can arrive as JSON escapes.
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_REPLACEMENT = "\ufffd"

# SQLite counts only INTEGER keys up by itself.
Serial = BigInteger().with_variant(Integer, "sqlite")
Json = JSON(none_as_null=True)


class Moment(TypeDecorator[datetime]):
    """A point in time, always in UTC; a naive datetime is refused with ValueError."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment as the database keeps it: SQLite has no zones, so UTC without one."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone; use datetime.now(UTC)")
        universal = value.astimezone(UTC)
        return universal.replace(tzinfo=None) if dialect.name == "sqlite" else universal

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Words(TypeDecorator[str]):
    """Text of any length; what no database can hold becomes the replacement character, so no row is lost for it."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Return the text without NUL and without lone surrogates."""
        return None if value is None else _UNSTORABLE.sub(_REPLACEMENT, value)


def personal(purpose: str, basis: str, deletion: str) -> dict[str, Any]:
    """Mark a column that can hold personal data (Art. 30 DSGVO): what for, on which legal basis, deleted when."""
    return {"purpose": purpose, "basis": basis, "deletion": deletion}


def impersonal(content: str) -> dict[str, Any]:
    """Mark a column of free form that holds nothing personal, and say what it holds instead."""
    return {"impersonal": content}
