"""The database as the loops see it: one way to write, one way to read.

Law of this file: a function of `storage` runs in one transaction, in a thread of its own, and nothing else runs in it.
Measured against aiosqlite: a transaction crosses from the loop to a thread and back once, not once for each statement.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine

from storage.database import is_sqlite, open_engine, open_reader

P = ParamSpec("P")
T = TypeVar("T")

# SQLite has one writer; on PostgreSQL the loops may write beside each other.
WRITERS = 4
READERS = 4


@dataclass(frozen=True, slots=True)
class Store:
    """A writer, which locks at once, and a reader, which never waits for it, each with its threads."""

    writer: Engine
    reader: Engine
    writing: ThreadPoolExecutor
    reading: ThreadPoolExecutor

    async def write(self, do: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do this in one writing transaction; committed when it returns, rolled back when it raises."""
        return await _elsewhere(self.writing, partial(_written, self.writer, partial(_applied, do, args, kwargs)))

    async def read(self, do: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do this in one reading transaction."""
        return await _elsewhere(self.reading, partial(_read, self.reader, partial(_applied, do, args, kwargs)))


def _applied(do: Callable[..., T], args: tuple[object, ...], kwargs: dict[str, object], connection: Connection) -> T:
    return do(connection, *args, **kwargs)


def _written(engine: Engine, do: Callable[[Connection], T]) -> T:
    with engine.begin() as connection:
        return do(connection)


def _read(engine: Engine, do: Callable[[Connection], T]) -> T:
    with engine.connect() as connection:
        return do(connection)


async def _elsewhere(pool: ThreadPoolExecutor, do: Callable[[], T]) -> T:
    """Run this in a thread; once it has begun it is waited for, also when the waiting task is cancelled."""
    running = asyncio.get_running_loop().run_in_executor(pool, do)
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.gather(running, return_exceptions=True)
        raise


@asynccontextmanager
async def open_store(url: str) -> AsyncIterator[Store]:
    """Open the database of a URL for as long as the block runs."""
    writers = 1 if is_sqlite(url) else WRITERS
    store = Store(
        open_engine(url),
        open_reader(url),
        ThreadPoolExecutor(writers, thread_name_prefix="writer"),
        ThreadPoolExecutor(READERS, thread_name_prefix="reader"),
    )
    try:
        yield store
    finally:
        store.writing.shutdown()
        store.reading.shutdown()
        store.writer.dispose()
        store.reader.dispose()
