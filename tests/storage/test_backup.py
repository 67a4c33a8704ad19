"""A backup brings everything back, but not what was erased after it."""

from __future__ import annotations

import stat
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select, text

from storage import citizens, contributions, erasures, inbox
from storage.backup import LEDGER, UnusableBackup, backup, backups, expire, keep_ledger, restore
from storage.citizens import NewCitizen
from storage.contributions import NewContribution
from storage.database import open_engine
from storage.migrations import NewerDatabase, head
from storage.models import Citizen, Contribution, Inbox
from storage.numbers import public_number
from tests.storage.samples import received

WORDS = "Mehr Bänke\tan der \\Trasse\n– bitte!"


@pytest.fixture
def author(engine: Engine, now: datetime) -> int:
    with engine.begin() as connection:
        people = citizens.find_or_add(connection, [NewCitizen("key-ada", "telegram", "main", "4711")], now=now)
        author = people["key-ada"].id
        bench = NewContribution(
            public_number(1), WORDS, "telegram", draft="d", citizen_id=author, answers=[{"ü": None}]
        )
        contributions.add(connection, [bench], now=now)
        inbox.receive(connection, [received("1")], now=now)
    return author


def test_restore_brings_everything_back(url: str, engine: Engine, author: int, tmp_path: Path, now: datetime) -> None:
    file = backup(url, tmp_path / "backups", now=now)
    _wipe(engine)
    assert restore(url, file).revision == head()
    with engine.begin() as connection:
        assert connection.scalars(select(Contribution.text)).all() == [WORDS]
        assert connection.scalars(select(Contribution.answers)).all() == [[{"ü": None}]]
        assert citizens.address_of(connection, author) is not None
        inbox.receive(connection, [received("2", "8")], now=now)
        assert [update.external_id for update in inbox.take_due(connection, now=now)] == ["1", "2"]


def test_backup_is_private_and_nothing_lies_beside_it(url: str, author: int, tmp_path: Path, now: datetime) -> None:
    file = backup(url, tmp_path / "backups", now=now)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list((tmp_path / "backups").iterdir()) == [file]


def test_who_was_erased_after_the_backup_stays_erased(
    url: str, engine: Engine, author: int, tmp_path: Path, now: datetime
) -> None:
    file = backup(url, tmp_path, now=now)
    with engine.begin() as connection:
        erasures.erase_citizen(connection, author, with_contributions=True, now=now + timedelta(hours=1))
    assert restore(url, file).erased_again == 1
    with engine.begin() as connection:
        assert connection.scalars(select(Contribution.text)).all() == []
        assert connection.scalars(select(Citizen.id)).all() == []


def test_erasure_outlives_the_loss_of_the_database(
    url: str, engine: Engine, author: int, tmp_path: Path, now: datetime
) -> None:
    file = backup(url, tmp_path, now=now)
    with engine.begin() as connection:
        erasures.erase_citizen(connection, author, with_contributions=False, now=now + timedelta(hours=1))
    keep_ledger(url, tmp_path)
    _wipe(engine)
    assert "4711" not in (tmp_path / LEDGER).read_text()
    assert restore(url, file).erased_again == 1
    with engine.begin() as connection:
        assert connection.scalars(select(Contribution.citizen_id)).all() == [None]
        assert erasures.ledger(connection) == erasures.read_ledger(tmp_path / LEDGER)


def test_who_came_back_after_the_erasure_is_somebody_new(engine: Engine, author: int, now: datetime) -> None:
    with engine.begin() as connection:
        erased = erasures.erase_citizen(connection, author, with_contributions=True, now=now + timedelta(hours=1))
        assert erased is not None
        citizens.find_or_add(
            connection, [NewCitizen("key-ada", "telegram", "main", "4711")], now=now + timedelta(days=1)
        )
        assert erasures.replay(connection, [erased]) == 0
        assert connection.scalar(select(func.count()).select_from(Citizen)) == 1


def test_what_is_no_backup_changes_nothing(url: str, engine: Engine, author: int, tmp_path: Path) -> None:
    for name, content in (("empty", b""), ("text", b"no backup"), ("half", b"SQLite format 3\0" + b"\1" * 4096)):
        file = tmp_path / name
        file.write_bytes(content)
        with pytest.raises(UnusableBackup, match=name):
            restore(url, file)
    with pytest.raises(UnusableBackup, match="no file"):
        restore(url, tmp_path / "missing")
    with engine.begin() as connection:
        assert connection.scalars(select(Inbox.external_id)).all() == ["1"]


def test_backup_of_a_newer_version_changes_nothing(
    url: str, engine: Engine, author: int, tmp_path: Path, now: datetime
) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    file = backup(url, tmp_path, now=now)
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE alembic_version SET version_num = '{head()}'"))
    with pytest.raises(NewerDatabase):
        restore(url, file)
    with engine.begin() as connection:
        assert connection.scalars(select(Inbox.external_id)).all() == ["1"]


def test_damaged_database_is_set_aside(sqlite_url: str, tmp_path: Path, now: datetime) -> None:
    file = backup(sqlite_url, tmp_path / "backups", now=now)
    database = tmp_path / "talstimme.sqlite3"
    database.write_bytes(b"disk error" * 1000)
    restore(sqlite_url, file)
    assert (tmp_path / "talstimme.sqlite3.damaged").exists()
    engine = open_engine(sqlite_url)
    with engine.begin() as connection:
        assert inbox.open_count(connection) == 0
    engine.dispose()


def test_old_backups_expire_but_never_the_last(sqlite_url: str, tmp_path: Path, now: datetime) -> None:
    made = [backup(sqlite_url, tmp_path, now=now + timedelta(days=day)) for day in (0, 10, 20)]
    assert backups(tmp_path) == made
    month = timedelta(days=30)
    assert expire(tmp_path, now=now + timedelta(days=41), keep_for=month) == made[:2]
    assert expire(tmp_path, now=now + timedelta(days=900), keep_for=month) == []
    assert backups(tmp_path) == made[2:]


def _wipe(engine: Engine) -> None:
    with engine.begin() as connection:
        for name in ("inbox", "contribution", "citizen_link", "citizen", "erasure"):
            connection.execute(text(f"DELETE FROM {name}"))
