"""A database is brought to the newest form, and one from a newer version is left untouched."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

from storage.database import open_engine
from storage.migrations import NewerDatabase, current_revision, head, upgrade
from storage.models import Model


def test_migrated_database_is_what_the_models_say(connection: Connection) -> None:
    context = MigrationContext.configure(connection, opts={"compare_server_default": True, "include_object": _is_ours})
    assert compare_metadata(context, Model.metadata) == []


def _is_ours(found: object, name: str | None, *rest: object) -> bool:
    """Leave out the index of words, which each database keeps in its own way."""
    return not (name or "").startswith(("contribution_search", "ix_contribution_search"))


def test_empty_database_is_upgraded_and_stays_so(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new.sqlite3'}"
    assert current_revision(url) is None
    assert upgrade(url) == upgrade(url) == current_revision(url) == head()


def test_newer_database_is_refused_untouched(url: str) -> None:
    _set_revision(url, "9999")
    try:
        with pytest.raises(NewerDatabase, match="9999"):
            upgrade(url)
        assert current_revision(url) == "9999"
    finally:
        _set_revision(url, head())


def _set_revision(url: str, revision: str) -> None:
    engine = open_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
    engine.dispose()
