"""What all tests share: a clock that stands still, and an empty database, once on SQLite and once on PostgreSQL."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine

from storage.database import open_engine
from storage.migrations import upgrade
from storage.models import Model

NOW = datetime(2026, 9, 14, 8, 30, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    """A Monday morning."""
    return NOW


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A migrated PostgreSQL database of its own server, which ends with the session."""
    folder = tmp_path_factory.mktemp("postgres")
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))  # pgserver warns without it
    from pgserver.postgres_server import get_server

    server = get_server(folder / "cluster", cleanup_mode="delete")
    url = server.get_uri()
    server.psql("ALTER SYSTEM SET fsync = off; ")
    server.psql("SELECT pg_reload_conf();")
    upgrade(url)
    yield url
    server.cleanup()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy, since migrating takes longer than most tests."""
    file = tmp_path_factory.mktemp("sqlite") / "migrated.sqlite3"
    upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture
def sqlite_url(tmp_path: Path, migrated_file: Path) -> str:
    """A migrated SQLite file."""
    return f"sqlite:///{shutil.copy(migrated_file, tmp_path / 'talstimme.sqlite3')}"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """The address of an empty, migrated database; each test that takes it runs on both kinds."""
    if request.param == "sqlite":
        return str(request.getfixturevalue("sqlite_url"))
    url = str(request.getfixturevalue("postgres_url"))
    _empty(url)
    return url


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    """A synchronous engine on an empty, migrated database."""
    engine = open_engine(url)
    yield engine
    engine.dispose()


@pytest.fixture
def sqlite_engine(sqlite_url: str) -> Iterator[Engine]:
    """A synchronous engine on an empty, migrated SQLite file."""
    engine = open_engine(sqlite_url)
    yield engine
    engine.dispose()


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    """One open transaction on an empty, migrated database."""
    with engine.begin() as connection:
        yield connection


def _empty(url: str) -> None:
    engine = open_engine(url)
    with engine.begin() as connection:
        for table in reversed(Model.metadata.sorted_tables):  # much faster than TRUNCATE on tables so small
            connection.execute(table.delete())
    engine.dispose()
