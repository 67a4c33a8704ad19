"""Inserting sets of rows of which some may be there already; the one place where the two databases' dialects differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, literal_column
from sqlalchemy.dialects import postgresql, sqlite

from storage.models.model import Model

Rows = Sequence[Mapping[str, Any]]
_Insert = sqlite.Insert | postgresql.Insert


def insert_new(connection: Connection, model: type[Model], rows: Rows, *, unique: tuple[str, ...]) -> int:
    """Insert the rows whose `unique` columns aren't there yet, and return how many these were.

    Breaking any other constraint raises IntegrityError, so nothing gets lost in silence.
    """
    if not rows:
        return 0
    statement = _ignoring(connection.dialect.name, model, unique)
    if connection.dialect.name == "sqlite":
        return connection.execute(statement, list(rows)).rowcount
    # psycopg sends a set in a pipeline, in which it counts nothing.
    return len(connection.execute(statement.returning(literal_column("1")), list(rows)).all())


def insert_or_replace(connection: Connection, model: type[Model], rows: Rows, *, unique: tuple[str, ...]) -> None:
    """Insert the rows; where the `unique` columns are there already, write the other columns anew."""
    if rows:
        connection.execute(_replacing(connection.dialect.name, model, unique, tuple(rows[0])), list(rows))


def insert_or_add(
    connection: Connection, model: type[Model], rows: Rows, *, unique: tuple[str, ...], column: str
) -> None:
    """Insert the rows; where the `unique` columns are there already, add the number in `column` to the stored one."""
    if rows:
        connection.execute(_adding(connection.dialect.name, model, unique, column), list(rows))


# Statements are built once: building one takes longer than running it.
@cache
def _ignoring(dialect: str, model: type[Model], unique: tuple[str, ...]) -> _Insert:
    return _insert(dialect, model).on_conflict_do_nothing(index_elements=unique)


@cache
def _replacing(dialect: str, model: type[Model], unique: tuple[str, ...], names: tuple[str, ...]) -> _Insert:
    statement = _insert(dialect, model)
    others = {name: statement.excluded[name] for name in names if name not in unique}
    return statement.on_conflict_do_update(index_elements=unique, set_=others)


@cache
def _adding(dialect: str, model: type[Model], unique: tuple[str, ...], column: str) -> _Insert:
    statement = _insert(dialect, model)
    total = model.__table__.c[column] + statement.excluded[column]
    return statement.on_conflict_do_update(index_elements=unique, set_={column: total})


def _insert(dialect: str, model: type[Model]) -> _Insert:
    return sqlite.insert(model) if dialect == "sqlite" else postgresql.insert(model)
