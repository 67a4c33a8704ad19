"""The outbox sends nothing twice, keeps the order within a chat and forgets in time."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, select, text

from storage import outbox
from storage.models import Outbox
from storage.outbox import BROADCAST, NOTICE, REPLY
from tests.storage.samples import outgoing


def causes(connection: Connection, now: datetime, skip: tuple[int, ...] = ()) -> list[str]:
    return [each.cause for each in outbox.take_waiting(connection, now=now, limit=10, skip=skip)]


def test_same_cause_and_ordinal_is_sent_once(connection: Connection, now: datetime) -> None:
    assert outbox.enqueue(connection, [outgoing("1"), outgoing("1")], now=now) == 1
    assert outbox.enqueue(connection, [outgoing("1")], now=now) == 0
    [waiting] = outbox.take_waiting(connection, now=now, limit=10)
    assert (waiting.cause, waiting.params, waiting.attempts) == ("1", {"text": "1"}, 0)


def test_sent_request_is_not_given_out_again(connection: Connection, now: datetime) -> None:
    outbox.enqueue(connection, [outgoing("1"), outgoing("2")], now=now)
    [first] = outbox.take_waiting(connection, now=now, limit=10)
    outbox.mark_sent(connection, [(first.id, "900")], now=now)
    assert causes(connection, now) == ["2"]
    assert connection.scalar(select(Outbox.external_id).where(Outbox.id == first.id)) == "900"


def test_replies_go_before_notices_before_broadcasts(connection: Connection, now: datetime) -> None:
    requests = [
        outgoing("broadcast", "1", priority=BROADCAST),
        outgoing("notice", "2", priority=NOTICE),
        outgoing("reply", "3", priority=REPLY),
    ]
    outbox.enqueue(connection, requests, now=now)
    assert causes(connection, now) == ["reply", "notice", "broadcast"]


def test_reply_overtakes_a_broadcast_to_the_same_chat(connection: Connection, now: datetime) -> None:
    outbox.enqueue(connection, [outgoing("broadcast", priority=BROADCAST), outgoing("reply")], now=now)
    assert causes(connection, now) == ["reply"]


def test_nothing_overtakes_what_is_in_flight(connection: Connection, now: datetime) -> None:
    outbox.enqueue(connection, [outgoing("broadcast", priority=BROADCAST)], now=now)
    [flying] = outbox.take_waiting(connection, now=now, limit=10)
    outbox.enqueue(connection, [outgoing("reply"), outgoing("other", "8")], now=now)
    assert causes(connection, now, (flying.id,)) == ["other"]
    outbox.mark_sent(connection, [(flying.id, None)], now=now)
    assert causes(connection, now) == ["reply", "other"]


def test_answer_to_a_tap_is_not_paced(connection: Connection, now: datetime) -> None:
    outbox.enqueue(connection, [outgoing("1"), outgoing("2", paced=False), outgoing("3", paced=False)], now=now)
    assert causes(connection, now) == ["1", "2", "3"]


def test_postponed_request_holds_its_chat_and_no_other(connection: Connection, now: datetime) -> None:
    outbox.enqueue(connection, [outgoing("1"), outgoing("2"), outgoing("3", "8")], now=now)
    first = outbox.take_waiting(connection, now=now, limit=1)[0]
    outbox.postpone(connection, first.id, now + timedelta(seconds=9))
    assert causes(connection, now) == ["3"]
    assert outbox.next_due_at(connection, skip=()) == now
    again = outbox.take_waiting(connection, now=now + timedelta(seconds=9), limit=10)
    assert [(each.cause, each.attempts) for each in again] == [("1", 1), ("3", 0)]


def test_request_planned_for_tomorrow_holds_nobody_up(connection: Connection, now: datetime) -> None:
    planned = outgoing("planned", priority=NOTICE, due_at=now + timedelta(days=1))
    outbox.enqueue(connection, [planned, outgoing("1", priority=NOTICE)], now=now)
    assert causes(connection, now) == ["1"]
    assert causes(connection, now + timedelta(days=1)) == ["planned"]


def test_failed_request_lets_the_next_go(connection: Connection, now: datetime) -> None:
    outbox.enqueue(connection, [outgoing("1"), outgoing("2")], now=now)
    [first] = outbox.take_waiting(connection, now=now, limit=10)
    outbox.give_up(connection, first.id, "blocked", now=now)
    assert causes(connection, now) == ["2"]


def test_web_reply_stands_in_the_transcript_at_once(connection: Connection, now: datetime) -> None:
    outbox.enqueue(connection, [outgoing(str(number), "w", channel="web", bot="") for number in range(3)], now=now)
    outbox.enqueue(connection, [outgoing("other", "x", channel="web", bot="")], now=now)
    assert causes(connection, now) == []
    said = outbox.said_to(connection, "web", "w")
    assert [each.params for each in said] == [{"text": "0"}, {"text": "1"}, {"text": "2"}]
    assert [each.params for each in outbox.said_to(connection, "web", "w", said[1].id)] == [{"text": "2"}]


def test_forgetting_leaves_neither_chat_nor_words_but_the_key_of_a_broadcast(
    connection: Connection, now: datetime
) -> None:
    outbox.enqueue(connection, [outgoing("reply"), outgoing("broadcast", "8", priority=BROADCAST)], now=now)
    outbox.mark_sent(
        connection, [(each.id, "1") for each in outbox.take_waiting(connection, now=now, limit=9)], now=now
    )
    outbox.forget(connection, now=now + timedelta(hours=47))
    assert len(connection.execute(select(Outbox.id)).all()) == 2
    outbox.forget(connection, now=now + timedelta(hours=49))
    columns = select(Outbox.cause, Outbox.chat, Outbox.params, Outbox.external_id)
    assert connection.execute(columns).all() == [("broadcast", "", {}, None)]
    assert outbox.enqueue(connection, [outgoing("broadcast", "8", priority=BROADCAST)], now=now) == 0


def test_forgetting_never_touches_what_still_waits(connection: Connection, now: datetime) -> None:
    outbox.enqueue(connection, [outgoing("1")], now=now)
    outbox.forget(connection, now=now + timedelta(days=30))
    assert causes(connection, now) == ["1"]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(requests=st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 2)), max_size=20), limit=st.integers(1, 5))
def test_all_are_sent_once_in_order_of_priority_per_chat(
    engine: Engine, now: datetime, requests: list[tuple[str, int]], limit: int
) -> None:
    sent: list[tuple[str, int, int]] = []
    with engine.connect() as connection:
        connection.execute(text("DELETE FROM outbox"))
        rows = [outgoing(str(place), chat, priority=rank) for place, (chat, rank) in enumerate(requests)]
        outbox.enqueue(connection, rows, now=now)
        while batch := outbox.take_waiting(connection, now=now, limit=limit):
            assert len({each.chat for each in batch}) == len(batch)
            sent += [(each.chat, each.priority, int(each.cause)) for each in batch]
            outbox.mark_sent(connection, [(each.id, None) for each in batch], now=now)
        connection.rollback()
    assert len(sent) == len(requests)
    for name in "abc":
        of_chat = [(priority, place) for chat, priority, place in sent if chat == name]
        assert of_chat == sorted(of_chat)
