"""An announcement reaches everybody it is for exactly once, whatever happens on the way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, select

from storage import (
    announcements,
    audiences,
    citizens,
    contributions,
    deliveries,
    outbox,
    registrations,
    subscriptions,
    workshops,
)
from storage.announcements import Announced, Plan
from storage.citizens import NewCitizen
from storage.contributions import NewContribution
from storage.erasures import erase_citizen
from storage.models import Announcement, Citizen, Delivery
from storage.outbox import BROADCAST, Outgoing
from storage.workshops import NewWorkshop

TEXTS = {"de": {"title": "Auftakt", "text": "Am Montag geht es los."}}
HOUR = timedelta(hours=1)


def live(connection: Connection, number: int, now: datetime) -> list[int]:
    """Let so many people have talked to the bot in Telegram; return their ids."""
    keys = [NewCitizen(f"key{at}", "telegram", "main", str(100 + at)) for at in range(number)]
    people = citizens.find_or_add(connection, keys, now=now)
    return [people[each.key].id for each in keys]


def plan(now: datetime, *audience: str, category: str = "process", repeats: str | None = None) -> Plan:
    return Plan("Auftakt", TEXTS, audience or ("all",), category, now, repeats)


def started(connection: Connection, planned: Plan, now: datetime) -> Announced:
    """Plan, start and make out an announcement to all."""
    number = announcements.add(connection, planned, by="amt", now=now)
    announcements.start_due(connection, now=now)
    deliveries.expand(connection, told(connection, number), now=now)
    return told(connection, number)


def told(connection: Connection, number: int) -> Announced:
    found = announcements.announcement(connection, number)
    assert found
    return found


def put(connection: Connection, announced: Announced, limit: int, now: datetime) -> list[str]:
    """Put the next deliveries into the outbox and return their chats."""
    found = deliveries.next_recipients(connection, announced, limit)
    deliveries.settle_as(connection, {each.delivery: each.outcome for each in found if each.outcome}, now=now)
    able = [each for each in found if each.address and not each.outcome]
    cause = announcements.cause_of(announced.id)
    rows = [
        Outgoing(f"{cause}{each.delivery}", 0, "telegram", "main", each.address.chat, "sendMessage", {}, BROADCAST)
        for each in able
        if each.address
    ]
    outbox.enqueue(connection, rows, now=now)
    deliveries.note_queued(connection, [each.delivery for each in able], now=now)
    return [row.chat for row in rows]


def send(connection: Connection, now: datetime, *, fail: dict[str, str] | None = None) -> list[str]:
    """Send what waits, as the sender does, and return the chats."""
    waiting = outbox.take_waiting(connection, now=now, limit=100)
    for each in waiting:
        if reason := (fail or {}).get(each.chat):
            outbox.give_up(connection, each.id, reason, now=now)
        else:
            outbox.mark_sent(connection, [(each.id, "1")], now=now)
    return [each.chat for each in waiting]


def test_everybody_gets_it_once_and_the_report_says_so(connection: Connection, now: datetime) -> None:
    live(connection, 5, now)
    announced = started(connection, plan(now), now)
    assert put(connection, announced, 2, now) == ["100", "101"]
    assert put(connection, announced, 10, now) == ["102", "103", "104"]
    assert put(connection, announced, 10, now) == []
    assert len(send(connection, now, fail={"103": "blocked", "104": "400 chat not found"})) == 5
    assert deliveries.settle(connection, now=now) == 5
    tally = deliveries.tally(connection, announced.id)
    assert (tally.delivered, tally.blocked, tally.failed, tally.opted_out, tally.waiting) == (3, 1, 1, 0, 0)
    assert announcements.end_finished(connection, now=now) == [announced.id]
    assert told(connection, announced.id).status == "done"


def test_a_set_that_is_made_out_twice_is_there_once(connection: Connection, now: datetime) -> None:
    live(connection, 3, now)
    announced = started(connection, plan(now), now)
    # As after a crash before the cursor was committed.
    deliveries.expand(connection, announced, now=now)
    assert deliveries.tally(connection, announced.id).total == 3


def test_a_large_audience_is_made_out_in_sets(connection: Connection, now: datetime) -> None:
    live(connection, 5, now)
    number = announcements.add(connection, plan(now), by="amt", now=now)
    announcements.start_due(connection, now=now)
    assert [deliveries.expand(connection, told(connection, number), now=now, limit=2) for _ in range(3)] == [2, 2, 1]
    assert told(connection, number).expanded_at == now
    assert deliveries.tally(connection, number).waiting == 5


def test_what_is_stopped_stays_and_goes_on_without_a_repeat(connection: Connection, now: datetime) -> None:
    live(connection, 4, now)
    announced = started(connection, plan(now), now)
    put(connection, announced, 3, now)
    first, second, _ = outbox.take_waiting(connection, now=now, limit=3)
    outbox.mark_sent(connection, [(first.id, "1")], now=now)
    assert announcements.stop(connection, announced.id)
    outbox.postpone(connection, second.id, now + HOUR)  # it was in flight when somebody said stop
    assert send(connection, now + 2 * HOUR) == []
    assert announcements.resume(connection, announced.id, now=now)
    put(connection, announced, 10, now)
    assert sorted(send(connection, now + HOUR)) == ["101", "102", "103"]
    deliveries.settle(connection, now=now)
    assert deliveries.tally(connection, announced.id).delivered == 4


def test_a_reply_still_comes_while_an_announcement_to_the_same_chat_is_stopped(
    connection: Connection, now: datetime
) -> None:
    live(connection, 1, now)
    announced = started(connection, plan(now), now)
    put(connection, announced, 1, now)
    [flying] = outbox.take_waiting(connection, now=now, limit=1)
    announcements.stop(connection, announced.id)
    outbox.postpone(connection, flying.id, now)
    outbox.enqueue(connection, [Outgoing("inbox:1", 0, "telegram", "main", "100", "sendMessage", {})], now=now)
    assert send(connection, now) == ["100"]


@pytest.mark.parametrize("status", ["stopped", "done"])
def test_what_has_ended_is_neither_stopped_nor_started(connection: Connection, now: datetime, status: str) -> None:
    number = announcements.add(connection, plan(now), by="amt", now=now)
    announcements.start_due(connection, now=now)
    announcements.stop(connection, number)
    if status == "done":
        announcements.resume(connection, number, now=now)
        deliveries.expand(connection, told(connection, number), now=now)
        announcements.end_finished(connection, now=now)
    assert not announcements.stop(connection, number)
    assert announcements.start_due(connection, now=now) == []
    assert told(connection, number).status == status


def test_who_says_no_blocks_or_goes_before_their_turn_is_left_in_peace(connection: Connection, now: datetime) -> None:
    one, two, three, _ = live(connection, 4, now)
    announced = started(connection, plan(now), now)
    subscriptions.choose(connection, [(one, "process", False)], now=now)
    citizens.set_reachable(connection, [(two, False)])
    erase_citizen(connection, three, with_contributions=False, now=now)
    assert put(connection, announced, 10, now) == ["103"]
    tally = deliveries.tally(connection, announced.id)
    assert (tally.waiting, tally.blocked, tally.failed, tally.opted_out) == (1, 1, 1, 1)


def test_who_is_forgotten_while_it_waits_in_the_outbox_holds_nothing_up(connection: Connection, now: datetime) -> None:
    [person] = live(connection, 1, now)
    announced = started(connection, plan(now), now)
    put(connection, announced, 1, now)
    erase_citizen(connection, person, with_contributions=False, now=now)
    assert send(connection, now) == []
    deliveries.settle(connection, now=now)
    assert announcements.end_finished(connection, now=now) == [announced.id]


def test_only_who_asked_for_a_category_gets_it_but_the_process_concerns_all(
    connection: Connection, now: datetime
) -> None:
    one, two, three = live(connection, 3, now)
    subscriptions.choose(connection, [(one, "workshops", True), (two, "workshops", True)], now=now)
    subscriptions.choose(connection, [(two, "workshops", False), (three, "process", False)], now=now)
    assert audiences.count(connection, ("all",), "workshops").recipients == 1
    count = audiences.count(connection, ("all",), "process")
    assert (count.recipients, count.opted_out) == (2, 1)
    assert subscriptions.wanted_by(connection, [one, two, three]) == {
        one: ("process", "workshops"),
        two: ("process",),
        three: (),
    }


def test_audiences_join_and_offer_alternatives(connection: Connection, now: datetime) -> None:
    one, two, three, four = live(connection, 4, now)
    citizens.set_language(connection, [(one, "tr"), (two, "tr"), (three, "de-plain")])
    rows = [
        NewContribution("A", "a", "telegram", draft="1", citizen_id=one, field="mobility", district="Barmen"),
        NewContribution("B", "b", "telegram", draft="2", citizen_id=two, field="living"),
        NewContribution("C", "c", "telegram", draft="3", citizen_id=three, field="mobility"),
    ]
    contributions.add(connection, rows, now=now)

    def reached(*audience: str) -> list[int]:
        return [row.id for row in connection.execute(audiences.recipients(audience, "process"))]

    assert reached("all") == [one, two, three, four]
    assert reached("field:mobility") == [one, three]
    assert reached("field:mobility", "field:living") == [one, two, three]
    assert reached("field:mobility", "language:tr") == [one]
    assert reached("language:de") == [three, four]  # plain German is German; who chose nothing is spoken to in it
    assert reached("language:de-plain") == [three]
    assert reached("district:Barmen") == [one]
    new = NewWorkshop("w", {"de": "Smarte Mobilität"}, now, now + HOUR, capacity=1)
    workshops.add(connection, [new], now=now - HOUR)
    number = workshops.by_uids(connection, ["w"])["w"].id
    for each in (one, two, four):
        registrations.register(connection, number, each, now=now - HOUR)
    registrations.cancel(connection, number, one, now=now - HOUR)
    assert reached(f"workshop:{number}") == [two, four]  # who waits comes perhaps
    with pytest.raises(ValueError, match="colour"):
        reached("colour:red")


def test_what_recurs_keeps_its_hour_when_the_clock_changes(connection: Connection) -> None:
    begins = datetime(2026, 10, 22, 7, tzinfo=UTC)  # nine o'clock in summer
    number = announcements.add(connection, plan(begins, repeats="weekly"), by="amt", now=begins)
    assert announcements.start_due(connection, now=begins) == [number]
    assert announcements.start_due(connection, now=begins) == []
    assert announcements.next_due_at(connection) == datetime(2026, 10, 29, 8, tzinfo=UTC)  # nine o'clock in winter


def test_what_was_due_while_nobody_ran_is_made_up_for_once(connection: Connection, now: datetime) -> None:
    number = announcements.add(connection, plan(now, repeats="weekly"), by="amt", now=now)
    late = now + timedelta(days=24)
    assert announcements.start_due(connection, now=late) == [number]
    assert announcements.next_due_at(connection) == now + timedelta(days=28)
    assert connection.scalars(select(Announcement.series_id)).all() == [number, number]


def test_who_got_it_is_forgotten_in_time_and_still_counted(connection: Connection, now: datetime) -> None:
    live(connection, 1, now)
    announced = started(connection, plan(now), now)
    put(connection, announced, 1, now)
    send(connection, now)
    deliveries.settle(connection, now=now)
    announcements.end_finished(connection, now=now)
    deliveries.forget_people(connection, now=now + timedelta(days=29))
    assert connection.scalars(select(Delivery.citizen_id)).one() is not None
    deliveries.forget_people(connection, now=now + timedelta(days=31))
    assert connection.scalars(select(Delivery.citizen_id)).one() is None
    assert deliveries.tally(connection, announced.id).delivered == 1
    assert connection.scalars(select(Citizen.id)).all()
