"""Bringing a database to the newest form; Alembic keeps the book.

Law of this file: a database from a newer version is refused untouched.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from storage.database import open_engine


class NewerDatabase(Exception):
    """The database was made by a newer version of the program; the text says what to do."""


def upgrade(url: str, *, revision: str = "head") -> str:
    """Bring the database to a revision, creating it when it is empty, and return the revision it has now.

    Raises NewerDatabase when its own revision is unknown here.
    """
    engine = open_engine(url)
    try:
        with engine.begin() as connection:
            return upgrade_connection(connection, revision=revision)
    finally:
        engine.dispose()


def upgrade_connection(connection: Connection, *, revision: str = "head") -> str:
    """Do what `upgrade` does within an open transaction."""
    refuse_newer(revision_of(connection))
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
    return revision_of(connection) or ""


def current_revision(url: str) -> str | None:
    """Return the revision of the database, or None when it is empty."""
    engine = open_engine(url)
    try:
        with engine.connect() as connection:
            return revision_of(connection)
    finally:
        engine.dispose()


def revision_of(connection: Connection) -> str | None:
    """Return the revision of the database behind a connection, or None when it is empty."""
    return MigrationContext.configure(connection).get_current_revision()


def refuse_newer(revision: str | None) -> None:
    """Raise NewerDatabase when this program doesn't know the revision."""
    if revision is not None and revision not in _known():
        raise NewerDatabase(
            f"The database has revision {revision}, which this version doesn't know: install the newer version again."
        )


@cache
def head() -> str:
    """Return the newest revision this program knows."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


@cache
def _known() -> frozenset[str]:
    scripts = ScriptDirectory.from_config(_config())
    return frozenset(script.revision for script in scripts.walk_revisions())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    return config
