"""The database as the loops see it: one way to write, one way to read.

Law of this file: a function of `storage` runs in one transaction and nothing else runs in it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.database import open_engine, open_reader

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Store:
    """A writer, which locks at once, and a reader, which never waits for it."""

    writer: AsyncEngine
    reader: AsyncEngine

    async def write(self, do: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do this in one writing transaction; committed when it returns, rolled back when it raises."""
        async with self.writer.begin() as connection:
            return await connection.run_sync(do, *args, **kwargs)

    async def read(self, do: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do this in one reading transaction."""
        async with self.reader.connect() as connection:
            return await connection.run_sync(do, *args, **kwargs)


@asynccontextmanager
async def open_store(url: str) -> AsyncIterator[Store]:
    """Open the database of a URL for as long as the block runs."""
    store = Store(open_engine(url), open_reader(url))
    try:
        yield store
    finally:
        await store.writer.dispose()
        await store.reader.dispose()
