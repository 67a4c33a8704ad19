"""Engines: the writer, the reader and the synchronous one, for SQLite and PostgreSQL by URL alone.

Law of this file: one writer per SQLite file, whose transactions lock at once; readers never write and
never wait for it.
Source of the settings: https://www.sqlite.org/pragma.html
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.exc import ArgumentError

_DRIVERS = {"sqlite": "sqlite+pysqlite", "postgresql": "postgresql+psycopg"}
# So long a process waits for another one's lock (a backup, a command beside the bot) before it gives up.
_BUSY_MILLISECONDS = 10_000
# What a running program locks in PostgreSQL: "talstimm" as a number.
_PROGRAM = int.from_bytes(b"talstimm")
_PRAGMAS = (
    f"PRAGMA busy_timeout={_BUSY_MILLISECONDS}",
    "PRAGMA journal_mode=WAL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA synchronous=FULL",  # an acknowledged update survives a power cut
    "PRAGMA secure_delete=ON",  # what is erased is overwritten
)


class UnusableUrl(ValueError):
    """The address of the database can't be used; the text says what to write instead."""


def open_engine(url: str) -> Engine:
    """Return a writing engine for commands, migrations and whatever runs in one thread."""
    engine = create_engine(_address(url), hide_parameters=True)
    _prepare(engine, begin="BEGIN IMMEDIATE", read_only=False)
    return engine


def open_reader(url: str) -> Engine:
    """Return a reading engine for commands that read long, such as an export beside the running bot."""
    engine = create_engine(_address(url), hide_parameters=True)
    _prepare(engine, begin="BEGIN DEFERRED", read_only=True)
    return engine


@contextmanager
def held_alone(url: str) -> Iterator[bool]:
    """Hold a PostgreSQL database for one program as long as the block runs; False when another one holds it.

    The server lets go by itself when the program dies, however that happens.
    """
    engine = create_engine(_address(url), hide_parameters=True, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            yield bool(connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": _PROGRAM}))
    finally:
        engine.dispose()


def is_sqlite(url: str) -> bool:
    """Tell whether the database is an SQLite file."""
    return _parsed(url).get_backend_name() == "sqlite"


def file_of(url: str) -> Path | None:
    """Return the path of the SQLite file, or None for any other database and for one in memory."""
    parsed = _parsed(url)
    if parsed.get_backend_name() != "sqlite" or parsed.database in (None, "", ":memory:"):
        return None
    return Path(str(parsed.database))


def _address(url: str) -> URL:
    parsed = _parsed(url)
    return parsed.set(drivername=_DRIVERS[parsed.get_backend_name()])


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise UnusableUrl("storage.url is no address; write sqlite:///file or postgresql://user@host/name") from error
    if parsed.get_backend_name() not in _DRIVERS:
        raise UnusableUrl(f"storage.url names {parsed.get_backend_name()}; use sqlite:///file or postgresql://…")
    return parsed


def _prepare(engine: Engine, *, begin: str, read_only: bool) -> None:
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine, begin=begin, read_only=read_only)
    elif read_only:
        event.listen(engine, "begin", _begin_reading)


def _begin_reading(connection: Connection) -> None:
    connection.exec_driver_sql("SET TRANSACTION READ ONLY")


class _Compiler(SQLiteCompiler):
    """SQLAlchemy's own, which passes hints for SQLite (`INDEXED BY`) over."""

    def get_from_hint_text(self, table: Any, text: str | None) -> str | None:
        return text


def _prepare_sqlite(engine: Engine, *, begin: str, read_only: bool) -> None:
    engine.dialect.statement_compiler = _Compiler
    pragmas = (*_PRAGMAS, "PRAGMA query_only=ON") if read_only else _PRAGMAS

    @event.listens_for(engine, "connect")
    def set_pragmas(connection: Any, record: Any) -> None:
        connection.isolation_level = None  # the driver shall not begin transactions by its own rules
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(pragma)
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin_transaction(connection: Connection) -> None:
        connection.exec_driver_sql(begin)
