"""PostgreSQL copied table by table with its own COPY into one zip file, without any other tool.

Law of this file: a copy shows one moment, and loading it happens wholly or not at all.
Source: https://www.postgresql.org/docs/current/sql-copy.html
"""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Inspector, column, func, inspect, select, text
from sqlalchemy import table as sql_table

from storage.copies.unusable import UnusableBackup
from storage.database import open_engine
from storage.migrations import revision_of, upgrade_connection

_REVISION = "revision"
_BOOK = "alembic_version"
_SUFFIX = ".copy"
_CHUNK = 1 << 20


def dump(url: str, file: Path) -> None:
    """Write all tables as of one moment into a zip file."""
    engine = open_engine(url)
    with engine.connect() as connection, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
        archive.writestr(_REVISION, revision_of(connection) or "")
        shape = inspect(connection)
        for table in _tables(shape):
            with archive.open(table + _SUFFIX, "w", force_zip64=True) as stream:
                for chunk in _copy(connection, f"COPY {_columns(shape, table)} TO STDOUT"):
                    stream.write(chunk)
    engine.dispose()


def load(url: str, file: Path) -> None:
    """Put the tables of a zip file in the place of all tables there are."""
    engine = open_engine(url)
    with engine.begin() as connection, zipfile.ZipFile(file) as archive:
        _drop_all(connection)
        upgrade_connection(connection, revision=archive.read(_REVISION).decode())
        shape = inspect(connection)
        for table in _tables(shape):
            with archive.open(table + _SUFFIX) as stream:
                _paste(connection, f"COPY {_columns(shape, table)} FROM STDIN", stream)
            _count_on(connection, shape, table)
    engine.dispose()


def revision_in(file: Path) -> str:
    """Return the revision of the database in a zip file; raises UnusableBackup when it is none or damaged."""
    if not file.is_file():
        raise UnusableBackup(f"There is no file {file.name}.")
    try:
        with zipfile.ZipFile(file) as archive:
            if archive.testzip() is not None:
                raise UnusableBackup(f"{file.name} is damaged.")
            return archive.read(_REVISION).decode()
    except (zipfile.BadZipFile, KeyError) as error:
        raise UnusableBackup(f"{file.name} is no backup of a PostgreSQL database.") from error


def _tables(shape: Inspector) -> list[str]:
    """Return the tables, each after those it refers to."""
    ordered = shape.get_sorted_table_and_fkc_names()
    return [name for name, _ in ordered if name is not None and name != _BOOK]


def _columns(shape: Inspector, table: str) -> str:
    names = ", ".join(f'"{each["name"]}"' for each in shape.get_columns(table))
    return f'"{table}" ({names})'


def _copy(connection: Connection, statement: str) -> Any:
    with _cursor(connection) as cursor, cursor.copy(statement) as copied:
        yield from copied


def _paste(connection: Connection, statement: str, stream: Any) -> None:
    with _cursor(connection) as cursor, cursor.copy(statement) as pasted:
        while chunk := stream.read(_CHUNK):
            pasted.write(chunk)


def _cursor(connection: Connection) -> Any:
    driver = connection.connection.driver_connection
    assert driver is not None
    return driver.cursor()


def _drop_all(connection: Connection) -> None:
    names = ", ".join(f'"{name}"' for name in inspect(connection).get_table_names())
    if names:
        connection.execute(text(f"DROP TABLE {names}"))


def _count_on(connection: Connection, shape: Inspector, table: str) -> None:
    """Let the table's own numbers go on after the highest."""
    for name in shape.get_pk_constraint(table)["constrained_columns"]:
        sequence = connection.scalar(select(func.pg_get_serial_sequence(f'"{table}"', name)))
        if sequence is not None:
            highest = connection.scalar(select(func.max(column(name))).select_from(sql_table(table)))
            connection.execute(select(func.setval(sequence, highest or 1, highest is not None)))
