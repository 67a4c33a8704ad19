"""Engines do what the loops rely on: writers queue, readers neither write nor wait, addresses are checked."""

from __future__ import annotations

import asyncio
import itertools
from datetime import datetime

import pytest
from sqlalchemy import Connection, Engine, text, update
from sqlalchemy.exc import DBAPIError

from bot.store import open_store
from storage import inbox, outbox
from storage.database import UnusableUrl, file_of, held_alone, open_engine, open_reader
from storage.models import Inbox, Outbox
from tests.storage.samples import outgoing, received


async def test_writers_queue_and_none_is_lost(url: str, now: datetime) -> None:
    async with open_store(url) as store:
        writes = (store.write(inbox.receive, [received(str(number))], now=now) for number in range(40))
        await asyncio.gather(*writes)
        assert await store.read(inbox.open_count) == 40


async def test_a_transaction_that_has_begun_is_finished_when_its_task_is_cancelled(url: str, now: datetime) -> None:
    begun = asyncio.Event()
    loop = asyncio.get_running_loop()

    def work(connection: Connection) -> None:
        loop.call_soon_threadsafe(begun.set)
        inbox.receive(connection, [received("1")], now=now)

    async with open_store(url) as store:
        task = asyncio.create_task(store.write(work))
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await store.read(inbox.open_count) == 1


def test_reader_sees_the_last_commit_while_the_writer_writes(url: str, engine: Engine, now: datetime) -> None:
    reader = open_reader(url)
    with engine.connect() as writing, reader.connect() as reading:
        inbox.receive(writing, [received("1")], now=now)
        assert inbox.open_count(reading) == 0
        reading.rollback()
        writing.commit()
        assert inbox.open_count(reading) == 1
    reader.dispose()


def test_reader_cannot_write(url: str, now: datetime) -> None:
    reader = open_reader(url)
    with reader.connect() as reading, pytest.raises(DBAPIError):
        inbox.receive(reading, [received("1")], now=now)
    reader.dispose()


def test_command_that_reads_long_holds_no_writer_up(url: str, engine: Engine, now: datetime) -> None:
    reader = open_reader(url)
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


def test_only_one_program_holds_a_postgresql_database(postgres_url: str) -> None:
    with held_alone(postgres_url) as first, held_alone(postgres_url) as second:
        assert (first, second) == (True, False)
    with held_alone(postgres_url) as again:
        assert again
