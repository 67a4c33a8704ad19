"""Several workers on one database never work for the same chat at once, and never change its order."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from sqlalchemy import Connection, Engine, text

from storage import announcements, inbox
from storage.announcements import Plan
from storage.database import open_engine
from tests.storage.samples import received

CHATS = 5
UPDATES = 60


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor() as pool:
        yield pool


def test_workers_share_the_updates_and_keep_the_order(engine: Engine, now: datetime, pool: ThreadPoolExecutor) -> None:
    with engine.begin() as connection:
        inbox.receive(connection, [received(str(each), str(each % CHATS)) for each in range(UPDATES)], now=now)
    lock, busy, seen = threading.Lock(), set[str](), list[int]()

    def work_until_empty() -> None:
        while True:
            with engine.connect() as connection:
                batch = inbox.take_due(connection, now=now, limit=2)
                chats = {update.chat for update in batch}
                with lock:
                    assert not chats & busy
                    busy.update(chats)
                    seen.extend(int(update.external_id) for update in batch)
                inbox.finish(connection, [update.seq for update in batch], now=now)
                with lock:
                    busy.difference_update(chats)
                connection.commit()
            if not batch and len(seen) == UPDATES:
                return

    for worker in [pool.submit(work_until_empty) for _ in range(3)]:
        worker.result()
    assert sorted(seen) == list(range(UPDATES))
    for chat in range(CHATS):
        of_chat = [place for place in seen if place % CHATS == chat]
        assert of_chat == sorted(of_chat)


def test_two_workers_at_once_get_different_chats(postgres: Engine, now: datetime) -> None:
    with postgres.begin() as connection:
        inbox.receive(connection, [received(str(each), str(each % 4)) for each in range(8)], now=now)
    with postgres.connect() as one, postgres.connect() as other:
        first = {update.chat for update in inbox.take_due(one, now=now, limit=2)}
        second = {update.chat for update in inbox.take_due(other, now=now)}
        assert (first, second) == ({"0", "1"}, {"2", "3"})


def test_numbers_of_a_chat_become_visible_in_their_order(
    postgres: Engine, now: datetime, pool: ThreadPoolExecutor
) -> None:
    """Two webhook processes hand over the same chat: the second waits for the first's commit."""

    def receive_second() -> None:
        with postgres.begin() as connection:
            inbox.receive(connection, [received("second")], now=now)

    with postgres.connect() as connection:
        inbox.receive(connection, [received("first")], now=now)
        second = pool.submit(receive_second)
        while not _somebody_waits(postgres):
            assert not second.done()
        connection.commit()
    second.result()
    with postgres.connect() as connection:
        [head] = inbox.take_due(connection, now=now)
        assert head.external_id == "first"


def test_other_chats_are_received_at_the_same_time(postgres: Engine, now: datetime) -> None:
    with postgres.connect() as one, postgres.begin() as other:
        inbox.receive(one, [received("1", "7")], now=now)
        assert inbox.receive(other, [received("2", "8")], now=now) == 1


def test_who_plans_the_same_announcement_at_the_same_moment_plans_one(
    postgres: Engine, now: datetime, pool: ThreadPoolExecutor
) -> None:
    plan = Plan("Werkstatt", {"de": {"title": "Werkstatt", "text": "Kommen Sie vorbei."}}, ("all",), "process", now)

    def plan_once(connection: Connection) -> int:
        same = announcements.same_lately(connection, plan, now=now)
        return same or announcements.add(connection, plan, by="Rosa Test", now=now)

    def plan_second() -> int:
        with postgres.begin() as connection:
            return plan_once(connection)

    with postgres.begin() as connection:
        first = plan_once(connection)
        second = pool.submit(plan_second)
        while not _somebody_waits(postgres):
            assert not second.done()
    assert second.result() == first


@pytest.fixture
def postgres(postgres_url: str) -> Iterator[Engine]:
    engine = open_engine(postgres_url)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM inbox"))
        connection.execute(text("DELETE FROM announcement"))
    yield engine
    engine.dispose()


def _somebody_waits(engine: Engine) -> bool:
    with engine.connect() as connection:
        return bool(
            connection.scalar(text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"))
        )
