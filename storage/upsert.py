"""Inserting sets of rows of which some may be there already; the one place where the two databases' dialects differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, literal_column
from sqlalchemy.dialects import postgresql, sqlite

from storage.models.model import Model

Rows = Sequence[Mapping[str, Any]]


def insert_new(connection: Connection, model: type[Model], rows: Rows, *, unique: Sequence[str]) -> int:
    """Insert the rows whose `unique` columns aren't there yet, and return how many these were.

    Breaking any other constraint raises IntegrityError, so nothing gets lost in silence.
    """
    if not rows:
        return 0
    statement = _insert(connection, model).on_conflict_do_nothing(index_elements=unique)
    if connection.dialect.name == "sqlite":
        return connection.execute(statement, list(rows)).rowcount
    # psycopg sends a set in a pipeline, in which it counts nothing.
    return len(connection.execute(statement.returning(literal_column("1")), list(rows)).all())


def insert_or_replace(connection: Connection, model: type[Model], rows: Rows, *, unique: Sequence[str]) -> None:
    """Insert the rows; where the `unique` columns are there already, write the other columns anew."""
    if not rows:
        return
    statement = _insert(connection, model)
    others = {name: statement.excluded[name] for name in rows[0] if name not in unique}
    connection.execute(statement.on_conflict_do_update(index_elements=unique, set_=others), list(rows))


def insert_or_add(
    connection: Connection, model: type[Model], rows: Rows, *, unique: Sequence[str], column: str
) -> None:
    """Insert the rows; where the `unique` columns are there already, add the number in `column` to the stored one."""
    if not rows:
        return
    statement = _insert(connection, model)
    total = model.__table__.c[column] + statement.excluded[column]
    connection.execute(statement.on_conflict_do_update(index_elements=unique, set_={column: total}), list(rows))


def _insert(connection: Connection, model: type[Model]) -> sqlite.Insert | postgresql.Insert:
    if connection.dialect.name == "sqlite":
        return sqlite.insert(model)
    return postgresql.insert(model)
