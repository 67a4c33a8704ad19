"""Engines do what the loops rely on: writers queue, readers neither write nor wait, addresses are checked."""

from __future__ import annotations

import asyncio
import itertools
from datetime import datetime

import pytest
from sqlalchemy import Connection, Engine, text, update
from sqlalchemy.exc import DBAPIError

from storage import inbox, outbox
from storage.database import UnusableUrl, file_of, open_engine, open_reader, open_sync_reader
from storage.models import Inbox, Outbox
from tests.storage.samples import outgoing, received


async def test_async_engine_runs_the_same_functions(url: str, now: datetime) -> None:
    engine = open_engine(url)

    def work(connection: Connection) -> list[str]:
        inbox.receive(connection, [received("1"), received("2", "8")], now=now)
        return [update.external_id for update in inbox.take_due(connection, now=now)]

    async with engine.begin() as connection:
        assert await connection.run_sync(work) == ["1", "2"]
    await engine.dispose()


async def test_writers_queue_and_none_is_lost(url: str, now: datetime) -> None:
    engine = open_engine(url)

    async def write(number: int) -> None:
        async with engine.begin() as connection:
            await connection.run_sync(lambda open_: inbox.receive(open_, [received(str(number))], now=now))

    await asyncio.gather(*(write(number) for number in range(40)))
    async with engine.begin() as connection:
        assert await connection.run_sync(inbox.open_count) == 40
    await engine.dispose()


async def test_reader_sees_the_last_commit_while_the_writer_writes(url: str, now: datetime) -> None:
    writer, reader = open_engine(url), open_reader(url)
    async with writer.connect() as writing, reader.connect() as reading:
        await writing.run_sync(lambda open_: inbox.receive(open_, [received("1")], now=now))
        assert await reading.run_sync(inbox.open_count) == 0
        await reading.rollback()
        await writing.commit()
        assert await reading.run_sync(inbox.open_count) == 1
    await writer.dispose()
    await reader.dispose()


async def test_reader_cannot_write(url: str, now: datetime) -> None:
    reader = open_reader(url)
    async with reader.connect() as reading:
        with pytest.raises(DBAPIError):
            await reading.run_sync(lambda open_: inbox.receive(open_, [received("1")], now=now))
    await reader.dispose()


def test_command_that_reads_long_holds_no_writer_up(url: str, engine: Engine, now: datetime) -> None:
    reader = open_sync_reader(url)
    with reader.connect() as reading:
        assert inbox.open_count(reading) == 0
        with engine.begin() as connection:
            inbox.receive(connection, [received("1")], now=now)
        with pytest.raises(DBAPIError):
            inbox.receive(reading, [received("2")], now=now)
    reader.dispose()


def test_sqlite_file_is_as_durable_and_as_forgetful_as_promised(sqlite_engine: Engine) -> None:
    with sqlite_engine.begin() as connection:
        values = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        }
    assert values == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}


@pytest.mark.parametrize("address", ["", "talstimme", "mysql://host/name", "/var/lib/talstimme.db"])
def test_unusable_address_is_refused_with_a_sentence(address: str) -> None:
    with pytest.raises(UnusableUrl, match=r"storage\.url"):
        open_engine(address)


def test_file_of_a_database() -> None:
    assert str(file_of("sqlite:///a/b.sqlite3")) == "a/b.sqlite3"
    assert file_of("sqlite://") is None
    assert file_of("postgresql://host/name") is None


def test_done_rows_make_the_queues_no_slower(sqlite_engine: Engine, now: datetime) -> None:
    """Counted in steps of SQLite's machine, not in seconds."""
    with sqlite_engine.begin() as connection:
        _wait_for_work(connection, now)
        before = _steps(connection, now)
        _do_much(connection, 5_000, now)
        assert _steps(connection, now) <= before * 1.1


def _wait_for_work(connection: Connection, now: datetime) -> None:
    inbox.receive(connection, [received(str(each), str(each), has_text=True) for each in range(100)], now=now)
    outbox.enqueue(connection, [outgoing(str(each), str(each)) for each in range(100)], now=now)


def _do_much(connection: Connection, rows: int, now: datetime) -> None:
    inbox.receive(connection, [received(f"done-{each}", str(each)) for each in range(rows)], now=now)
    outbox.enqueue(connection, [outgoing(f"done-{each}", str(each)) for each in range(rows)], now=now)
    connection.execute(update(Inbox).where(Inbox.external_id.startswith("done")).values(done_at=now))
    connection.execute(update(Outbox).where(Outbox.cause.startswith("done")).values(sent_at=now))


def _steps(connection: Connection, now: datetime) -> int:
    """Return how many hundreds of machine steps one look into the queues takes."""
    steps = itertools.count()
    machine = connection.connection.driver_connection
    assert machine is not None
    machine.set_progress_handler(lambda: next(steps) < 0, 100)
    assert len(inbox.take_due(connection, now=now + inbox.PATIENCE)) == inbox.BATCH
    assert inbox.next_due_at(connection) == now + inbox.PATIENCE
    assert len(inbox.unanalysed(connection, 64)) == 64
    assert len(outbox.take_waiting(connection, now=now, limit=4, skip=[1, 2])) == 4
    assert outbox.next_due_at(connection) == now
    machine.set_progress_handler(None, 0)
    return next(steps)
