"""Workshops as staff plan them: kept once, moved with what was before, cancelled, over; needs that go with them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from storage import needs, workshops
from storage.audits import deeds
from storage.needs import Needed, Told
from storage.registrations import Outcome, cancel, forget_citizens, of_workshop, register
from storage.workshops import Move, NewWorkshop
from tests.storage.test_registrations import STAFF, crowd, planned


def test_a_workshop_is_kept_once_with_the_same_links(connection: Connection, now: datetime) -> None:
    new = NewWorkshop("a@city", {"de": "Kick-off", "en": "Kick-off"}, now, now + timedelta(hours=1))
    assert workshops.add(connection, [new, replace(new, uid="b@city")], now=now) == 2
    assert workshops.add(connection, [new], now=now) == 0
    found = workshops.find(connection, workshops.code_of("a@city"))
    assert found is not None
    assert workshops.by_codes(connection, codes=(), site_codes=[found.site_code]) == [found]
    assert len({each.code for each in workshops.listed(connection)} | {found.site_code}) == 3


def test_moving_keeps_where_it_was_and_is_done_once(connection: Connection, now: datetime) -> None:
    workshop = planned(connection, now, place="codeks")
    before = workshops.by_ids(connection, [workshop])[workshop]
    later = before.starts_at + timedelta(days=7)
    for moved in (True, False):
        done = workshops.move(
            connection, workshop, STAFF, starts_at=later, ends_at=later + timedelta(hours=3), place="Börse", now=now
        )
        assert done is moved
    after = workshops.by_ids(connection, [workshop])[workshop]
    assert (after.starts_at, after.place, after.sequence, after.uid) == (later, "Börse", 1, before.uid)
    assert workshops.moves_of(connection, workshop) == [Move(before.starts_at, before.ends_at, "codeks", now)]
    assert [deed.action for deed in deeds(connection, subject=f"workshop:{workshop}")] == ["moved"]


def test_what_is_over_is_held_and_what_is_moved_on_opens_again(connection: Connection, now: datetime) -> None:
    workshop, (citizen,) = planned(connection, now), crowd(connection, 1, now)
    over = now + timedelta(days=10, hours=3)
    assert (workshops.note_held(connection, now=now), workshops.note_held(connection, now=over)) == (0, 1)
    assert register(connection, workshop, citizen, now=now).outcome is Outcome.OVER
    assert workshops.cancel(connection, workshop, STAFF, now=over) is True
    assert workshops.cancel(connection, workshop, STAFF, now=over) is False
    assert workshops.by_ids(connection, [workshop])[workshop].status == "cancelled"


def test_needs_are_kept_apart_and_go_with_the_registration_or_the_event(connection: Connection, now: datetime) -> None:
    workshop, (first, second, stranger) = planned(connection, now), crowd(connection, 3, now)
    for citizen in (first, second):
        register(connection, workshop, citizen, now=now)
    told = [Told(workshop, each, f"Rampe {each}") for each in (first, second, stranger)]
    assert needs.tell(connection, told, now=now) == 2
    assert needs.tell(connection, [Told(workshop, second, "Gebärdensprache")], now=now) == 1
    cancel(connection, workshop, first, now=now)
    assert needs.of_workshop(connection, workshop) == [Needed(2, "registered", "Gebärdensprache", now)]
    assert needs.forget(connection, now=now) == 0
    assert needs.forget(connection, now=now + timedelta(days=11)) == 1
    assert needs.of_workshop(connection, workshop) == []


def test_some_time_after_the_event_nobody_is_known_to_have_come(connection: Connection, now: datetime) -> None:
    workshop, people = planned(connection, now), crowd(connection, 2, now)
    for citizen in people:
        register(connection, workshop, citizen, now=now)
    assert forget_citizens(connection, before=now + timedelta(days=5)) == 0
    assert forget_citizens(connection, before=now + timedelta(days=15)) == 2
    assert [(each.citizen_id, each.status) for each in of_workshop(connection, workshop)] == [(None, "registered")] * 2
