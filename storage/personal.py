"""Which columns can hold personal data, and why, on what basis and how long they may.

Law of this file: a column of free form that says nothing about itself is a mistake.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Column

from storage.columns import Moment
from storage.models import Model

# Types too narrow to hold a person's words or traces by themselves.
_NARROW = ("INTEGER", "BIGINT", "BOOLEAN")


@dataclass(frozen=True, slots=True)
class PersonalColumn:
    """One line of the table that retention and the officer's folder are made from (German texts)."""

    table: str
    column: str
    purpose: str
    basis: str
    deletion: str


def personal_columns() -> list[PersonalColumn]:
    """Return the columns that can hold personal data, by table and column."""
    return [
        PersonalColumn(table.name, column.name, **column.info)
        for table in sorted(Model.metadata.tables.values(), key=lambda table: table.name)
        for column in table.columns
        if "purpose" in column.info
    ]


def unmarked_columns() -> list[str]:
    """Return the columns, as table.column, that could hold anything and don't say what."""
    return [
        f"{table.name}.{column.name}"
        for table in Model.metadata.tables.values()
        for column in table.columns
        if not column.info and _is_free(column)
    ]


def _is_free(column: Column[object]) -> bool:
    return not isinstance(column.type, Moment) and str(column.type).upper() not in _NARROW
