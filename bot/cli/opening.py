"""Opening the configured database for one command.

Law of this file: a command meets the newest form of the database, and a long reading one holds nobody up.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine

from bot.cli.frame import settings
from bot.cli.running import bring_up_to_date
from bot.config import Settings
from storage.database import open_engine, open_reader


@contextmanager
def opened() -> Iterator[tuple[Settings, Engine]]:
    """Open the configured database, brought up to date, for one command."""
    chosen = settings()
    bring_up_to_date(chosen)
    engine = open_engine(chosen.storage.url)
    try:
        yield chosen, engine
    finally:
        engine.dispose()


@contextmanager
def reading(chosen: Settings) -> Iterator[Connection]:
    """Read the database without holding up the running bot, however long it takes."""
    engine = open_reader(chosen.storage.url)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()
