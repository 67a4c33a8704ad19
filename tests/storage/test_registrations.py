"""Places in workshops: given to those who come first, given on when they are free, never given twice."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from threading import Barrier

import pytest
from sqlalchemy import Connection, Engine

from storage import registrations, workshops
from storage.audits import Actor
from storage.citizens import NewCitizen, find_or_add
from storage.erasures import erase_citizen
from storage.places import Attendance, attendance
from storage.registrations import Decision, Deed, Outcome, Wish, cancel, check_in, decide, register
from storage.workshops import NewWorkshop

STAFF = Actor("staff", "strategist")
CAPACITY = 20
CROWD = 100


def planned(connection: Connection, now: datetime, **values: object) -> int:
    """Keep a workshop that begins in ten days and return its id."""
    start = now + timedelta(days=10)
    fields: dict[str, object] = {"starts_at": start, "ends_at": start + timedelta(hours=3), "capacity": 2, **values}
    new = NewWorkshop(uid="one@city", titles={"de": "Mobilität"}, **fields)  # type: ignore[arg-type]  # values by name
    workshops.add(connection, [new], now=now)
    return workshops.by_uids(connection, ["one@city"])["one@city"].id


def crowd(connection: Connection, number: int, now: datetime) -> list[int]:
    """Let this many citizens be there and return their ids."""
    keys = [f"citizen-{each}" for each in range(number)]
    people = find_or_add(connection, [NewCitizen(key, "telegram", "main", key) for key in keys], now=now)
    return [people[key].id for key in keys]


def statuses(connection: Connection, workshop: int) -> list[tuple[int | None, str, int]]:
    """Return who stands where, in the order in which they came."""
    return [(each.citizen_id, each.status, each.position) for each in registrations.of_workshop(connection, workshop)]


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(CROWD) as pool:
        yield pool


def test_a_hundred_rush_for_twenty_places(engine: Engine, now: datetime, pool: ThreadPoolExecutor) -> None:
    with engine.begin() as connection:
        workshop, people = planned(connection, now, capacity=CAPACITY), crowd(connection, CROWD, now)
    gate = Barrier(CROWD)

    def rush(citizen: int) -> Decision:
        gate.wait()
        with engine.begin() as connection:
            return register(connection, workshop, citizen, now=now)

    told = dict(zip(people, pool.map(rush, people), strict=True))
    with engine.begin() as connection:
        line = statuses(connection, workshop)
        found = attendance(connection, [workshop])[workshop]
        assert workshops.by_ids(connection, [workshop])[workshop].status == "full"
    assert found == Attendance(taken=CAPACITY, waiting=CROWD - CAPACITY)
    assert [status for _, status, _ in line] == ["registered"] * CAPACITY + ["waiting"] * (CROWD - CAPACITY)
    assert [position for _, status, position in line if status == "waiting"] == list(range(1, CROWD - CAPACITY + 1))
    # What each was told while the others pushed was true, and stayed so.
    assert {who: (told[who].outcome.value, told[who].position) for who in people} == {
        who: (status, position) for who, status, position in line
    }


def test_whoever_waits_moves_up_in_order_while_many_cancel(
    engine: Engine, now: datetime, pool: ThreadPoolExecutor
) -> None:
    with engine.begin() as connection:
        workshop, people = planned(connection, now, capacity=CAPACITY), crowd(connection, CROWD, now)
        decide(connection, [Wish(Deed.REGISTER, workshop, each) for each in people], now=now)
    leaving = people[5:15] + people[30:40]
    gate = Barrier(len(leaving))

    def leave(citizen: int) -> Decision:
        gate.wait()
        with engine.begin() as connection:
            return cancel(connection, workshop, citizen, now=now)

    assert {each.outcome for each in pool.map(leave, leaving)} == {Outcome.CANCELLED}
    staying = [each for each in people if each not in leaving]
    with engine.begin() as connection:
        line = statuses(connection, workshop)
    assert [who for who, status, _ in line if status == "registered"] == staying[:CAPACITY]
    waiting = [(who, position) for who, status, position in line if status == "waiting"]
    assert waiting == [(who, place) for place, who in enumerate(staying[CAPACITY:], 1)]


def test_twice_is_once(connection: Connection, now: datetime) -> None:
    workshop, (first, second, third) = planned(connection, now), crowd(connection, 3, now)
    both = partial(register, connection, workshop, now=now)
    assert [both(first), both(first), both(second), both(third), both(third)] == [
        Decision(Outcome.REGISTERED),
        Decision(Outcome.REGISTERED),
        Decision(Outcome.REGISTERED),
        Decision(Outcome.WAITING, 1),
        Decision(Outcome.WAITING, 1),
    ]
    assert [cancel(connection, workshop, first, now=now).outcome for _ in range(2)] == ["cancelled", "cancelled"]
    assert statuses(connection, workshop) == [
        (first, "cancelled", 0),
        (second, "registered", 0),
        (third, "registered", 0),
    ]


def test_whoever_registers_again_comes_last(connection: Connection, now: datetime) -> None:
    workshop, (first, second, third) = planned(connection, now, capacity=1), crowd(connection, 3, now)
    decide(connection, [Wish(Deed.REGISTER, workshop, each) for each in (first, second, third)], now=now)
    cancel(connection, workshop, first, now=now)
    assert register(connection, workshop, first, now=now) == Decision(Outcome.WAITING, 2)
    assert statuses(connection, workshop) == [(second, "registered", 0), (third, "waiting", 1), (first, "waiting", 2)]


def test_an_offered_place_is_accepted_or_given_on(connection: Connection, now: datetime) -> None:
    workshop, people = planned(connection, now, capacity=1, accept_hours=24), crowd(connection, 4, now)
    decide(connection, [Wish(Deed.REGISTER, workshop, each) for each in people], now=now)
    cancel(connection, workshop, people[0], now=now)
    assert statuses(connection, workshop)[1] == (people[1], "offered", 0)
    assert registrations.lapse(connection, now=now + timedelta(hours=23)) == 0
    assert registrations.lapse(connection, now=now + timedelta(hours=24)) == 1
    assert statuses(connection, workshop)[1:3] == [(people[1], "cancelled", 0), (people[2], "offered", 0)]
    assert register(connection, workshop, people[2], now=now) == Decision(Outcome.REGISTERED)
    assert registrations.lapse(connection, now=now + timedelta(days=5)) == 0
    # So shortly before the beginning nobody can be asked first.
    cancel(connection, workshop, people[2], now=now + timedelta(days=9, hours=12))
    assert statuses(connection, workshop)[3] == (people[3], "registered", 0)


@pytest.mark.parametrize(
    ("values", "outcome"),
    [
        ({"status": "planned"}, Outcome.NOT_OPEN),
        ({"status": "cancelled"}, Outcome.CALLED_OFF),
        ({"status": "held"}, Outcome.OVER),
    ],
)
def test_nobody_registers_for_what_is_closed(
    connection: Connection, now: datetime, values: dict[str, object], outcome: Outcome
) -> None:
    workshop, (citizen,) = planned(connection, now, **values), crowd(connection, 1, now)
    assert register(connection, workshop, citizen, now=now).outcome is outcome
    assert statuses(connection, workshop) == []


def test_what_is_over_or_unknown_is_told_so(connection: Connection, now: datetime) -> None:
    workshop, (citizen,) = planned(connection, now), crowd(connection, 1, now)
    later = now + timedelta(days=11)
    assert register(connection, workshop, citizen, now=later).outcome is Outcome.OVER
    assert register(connection, workshop + 1, citizen, now=now).outcome is Outcome.UNKNOWN
    assert cancel(connection, workshop, citizen, now=now).outcome is Outcome.NOT_REGISTERED
    register(connection, workshop, citizen, now=now)
    assert cancel(connection, workshop, citizen, now=later).outcome is Outcome.OVER


def test_checking_in_is_for_the_day_itself(connection: Connection, now: datetime) -> None:
    workshop, (guest, walk_in, third) = planned(connection, now, capacity=1), crowd(connection, 3, now)
    register(connection, workshop, guest, now=now)
    assert check_in(connection, workshop, guest, now=now).outcome is Outcome.ANOTHER_DAY
    morning = now + timedelta(days=9, hours=16)  # 00:30 in the city, still the day before in UTC
    assert [check_in(connection, workshop, who, now=morning).outcome for who in (guest, guest, walk_in)] == [
        Outcome.CHECKED_IN
    ] * 3
    assert attendance(connection, [workshop])[workshop] == Attendance(taken=2, came=2)
    assert register(connection, workshop, third, now=morning) == Decision(Outcome.WAITING, 1)
    assert cancel(connection, workshop, guest, now=morning).outcome is Outcome.CHECKED_IN


def test_more_places_let_people_move_up(connection: Connection, now: datetime) -> None:
    workshop, people = planned(connection, now), crowd(connection, 5, now)
    decide(connection, [Wish(Deed.REGISTER, workshop, each) for each in people], now=now)
    workshops.change(connection, workshop, STAFF, capacity=4, now=now)
    assert [status for _, status, _ in statuses(connection, workshop)] == ["registered"] * 4 + ["waiting"]
    workshops.change(connection, workshop, STAFF, capacity=None, now=now)
    assert workshops.by_ids(connection, [workshop])[workshop].status == "open"
    assert attendance(connection, [workshop])[workshop] == Attendance(taken=5)


def test_the_place_of_somebody_forgotten_is_given_on(connection: Connection, now: datetime) -> None:
    workshop, (first, second) = planned(connection, now, capacity=1), crowd(connection, 2, now)
    decide(connection, [Wish(Deed.REGISTER, workshop, each) for each in (first, second)], now=now)
    erase_citizen(connection, first, with_contributions=False, now=now)
    assert statuses(connection, workshop) == [(None, "cancelled", 0), (second, "registered", 0)]
