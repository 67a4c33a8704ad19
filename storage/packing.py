"""Many rows as one value.

Law of this file: a query that many wait for at once crosses to the database and back once. SQLite's driver lets go of
the interpreter at each row, and on a busy machine every one of four hundred rows waited for its turn.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import JSON, ColumnElement, Connection, Select, func, select

Packed = Mapping[str, Select[tuple[Any]]]


def packed(*columns: ColumnElement[Any], where: ColumnElement[bool]) -> Packed:
    """Return the statement, by dialect, that selects these columns as one value; the first one orders them.

    The columns hold what JSON knows: numbers, texts, truth values, nothing.
    """
    arrays = {
        "sqlite": func.json_group_array(func.json_array(*columns), type_=JSON),
        "postgresql": func.json_agg(func.json_build_array(*columns), type_=JSON),
    }
    return MappingProxyType({dialect: select(array).where(where) for dialect, array in arrays.items()})


def unpacked(connection: Connection, statement: Packed, values: Mapping[str, Any]) -> list[list[Any]]:
    """Return the rows of a packed statement, ordered by their first columns."""
    found: Any = connection.scalar(statement[connection.dialect.name], values)
    return sorted(found or [])
