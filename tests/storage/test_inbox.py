"""The inbox gives every update out once, in order per chat, and forgets in time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, select, text

from storage import inbox
from storage.inbox import Received
from storage.models import Inbox
from tests.storage.samples import received


def taken(connection: Connection, now: datetime, limit: int = 64) -> list[str]:
    return [update.external_id for update in inbox.take_due(connection, now=now, limit=limit)]


def test_redelivered_update_is_a_no_op(connection: Connection, now: datetime) -> None:
    assert inbox.receive(connection, [received("1"), received("2", "8")], now=now) == 2
    assert inbox.receive(connection, [received("2", "8"), received("3", "9")], now=now) == 1
    assert taken(connection, now) == ["1", "2", "3"]


def test_same_id_of_another_bot_is_another_update(connection: Connection, now: datetime) -> None:
    other = Received("web", "main", "1", "7", "{}")
    assert inbox.receive(connection, [received("1"), other], now=now) == 2


def test_chat_gives_one_update_at_a_time_in_order(connection: Connection, now: datetime) -> None:
    inbox.receive(connection, [received("1"), received("2"), received("3", "8")], now=now)
    first = inbox.take_due(connection, now=now)
    assert [update.external_id for update in first] == ["1", "3"]
    inbox.finish(connection, [update.seq for update in first], now=now)
    assert taken(connection, now) == ["2"]


def test_later_update_waits_behind_one_that_is_not_due(connection: Connection, now: datetime) -> None:
    inbox.receive(connection, [received("1", has_text=True), received("2")], now=now)
    assert taken(connection, now) == []
    assert inbox.next_due_at(connection) == now + inbox.PATIENCE
    assert taken(connection, now + inbox.PATIENCE) == ["1"]


def test_text_is_due_as_soon_as_it_is_analysed(connection: Connection, now: datetime) -> None:
    inbox.receive(connection, [received("1", has_text=True), received("2", "8")], now=now)
    [waiting] = inbox.unanalysed(connection, 10)
    inbox.note_analysis(connection, [(waiting.seq, {"kind": "idea"})], now=now)
    updates = inbox.take_due(connection, now=now)
    assert [(update.external_id, update.analysis) for update in updates] == [("1", {"kind": "idea"}), ("2", None)]
    assert inbox.unanalysed(connection, 10) == []


def test_limit_takes_the_oldest(connection: Connection, now: datetime) -> None:
    inbox.receive(connection, [received(str(number), str(number)) for number in range(10)], now=now)
    assert taken(connection, now, limit=3) == ["0", "1", "2"]


def test_done_update_keeps_no_words_and_late_analysis_brings_none_back(connection: Connection, now: datetime) -> None:
    inbox.receive(connection, [received("1", raw='{"text": "secret"}')], now=now)
    [update] = inbox.take_due(connection, now=now)
    inbox.note_analysis(connection, [(update.seq, {"text": "secret"})], now=now)
    inbox.finish(connection, [update.seq], now=now)
    inbox.note_analysis(connection, [(update.seq, {"text": "secret"})], now=now)
    assert connection.execute(select(Inbox.raw, Inbox.analysis)).one() == (None, None)
    assert inbox.next_due_at(connection) is None


def test_parked_update_lets_its_chat_go_on(connection: Connection, now: datetime) -> None:
    inbox.receive(connection, [received("1"), received("2")], now=now)
    [broken] = inbox.take_due(connection, now=now)
    inbox.park(connection, broken.seq, "not an update", now=now)
    assert taken(connection, now) == ["2"]
    assert connection.scalar(select(Inbox.reason).where(Inbox.seq == broken.seq)) == "not an update"


def test_postponed_update_holds_its_chat(connection: Connection, now: datetime) -> None:
    inbox.receive(connection, [received("1"), received("2")], now=now)
    [failed] = inbox.take_due(connection, now=now)
    inbox.postpone(connection, failed.seq, now + timedelta(seconds=5))
    assert taken(connection, now) == []
    [again] = inbox.take_due(connection, now=now + timedelta(seconds=5))
    assert (again.external_id, again.attempts) == ("1", 1)


def test_forgetting_removes_done_after_two_days_and_parked_after_seven(connection: Connection, now: datetime) -> None:
    inbox.receive(connection, [received("1"), received("2", "8"), received("3", "9")], now=now)
    done, parked, _ = inbox.take_due(connection, now=now)
    inbox.finish(connection, [done.seq], now=now)
    inbox.park(connection, parked.seq, "not an update", now=now)
    kept = select(Inbox.external_id).order_by(Inbox.seq)
    for later, ids in (
        (timedelta(hours=47), ["1", "2", "3"]),
        (timedelta(hours=49), ["2", "3"]),
        (timedelta(days=8), ["3"]),
    ):
        inbox.forget(connection, now=now + later)
        assert connection.scalars(kept).all() == ids


def test_sequence_numbers_are_never_given_twice(engine: Engine, now: datetime) -> None:
    with engine.begin() as connection:
        inbox.receive(connection, [received("1")], now=now)
        [first] = inbox.take_due(connection, now=now)
        inbox.finish(connection, [first.seq], now=now)
        inbox.forget(connection, now=now + timedelta(days=3))
        inbox.receive(connection, [received("2")], now=now)
        [second] = inbox.take_due(connection, now=now)
    assert second.seq > first.seq


def test_rolled_back_batch_is_given_out_again(engine: Engine, now: datetime) -> None:
    with engine.begin() as connection:
        inbox.receive(connection, [received("1")], now=now)
    with engine.connect() as connection:
        inbox.finish(connection, [update.seq for update in inbox.take_due(connection, now=now)], now=now)
        connection.rollback()
    with engine.begin() as connection:
        assert taken(connection, now) == ["1"]


def test_what_no_database_stores_loses_no_update(connection: Connection, now: datetime) -> None:
    assert inbox.receive(connection, [received("1", raw="a\0b\ud83dc")], now=now) == 1
    [update] = inbox.take_due(connection, now=now)
    assert update.raw == "a\ufffdb\ufffdc"


def test_naive_clock_is_refused(connection: Connection) -> None:
    with pytest.raises(Exception, match="time zone"):
        inbox.receive(connection, [received("1")], now=datetime(2026, 9, 14, 8, 30))  # noqa: DTZ001


def test_times_come_back_in_utc(connection: Connection, now: datetime) -> None:
    inbox.receive(connection, [received("1")], now=now)
    [update] = inbox.take_due(connection, now=now)
    assert update.received_at == now
    assert update.received_at.tzinfo is UTC


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chats=st.lists(st.sampled_from("abcd"), max_size=30), limit=st.integers(1, 8))
def test_every_update_comes_once_and_in_order_per_chat(engine: Engine, now: datetime, chats: str, limit: int) -> None:
    seen: list[tuple[str, int]] = []
    with engine.connect() as connection:
        connection.execute(text("DELETE FROM inbox"))
        updates = [received(str(place), chat) for place, chat in enumerate(chats)]
        inbox.receive(connection, updates, now=now)
        while batch := inbox.take_due(connection, now=now, limit=limit):
            assert len({update.chat for update in batch}) == len(batch)
            seen += [(update.chat, int(update.external_id)) for update in batch]
            inbox.finish(connection, [update.seq for update in batch], now=now)
        connection.rollback()
    assert sorted(place for _, place in seen) == list(range(len(chats)))
    assert all(
        [place for chat, place in seen if chat == name] == [place for place, chat in enumerate(chats) if chat == name]
        for name in "abcd"
    )
