"""Citizens are found again by key, and their conversations and choices come back as written."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from storage import citizens
from storage.citizens import Address, NewCitizen
from storage.models import Citizen, CitizenLink

ADA = NewCitizen("key-ada", "telegram", "main", "4711")
WEB = NewCitizen("key-web", "web", "", None)


def test_stranger_becomes_a_person_and_stays_the_same(connection: Connection, now: datetime) -> None:
    first = citizens.find_or_add(connection, [ADA, WEB], now=now)
    again = citizens.find_or_add(connection, [WEB, ADA], now=now)
    assert set(first) == {"key-ada", "key-web"}
    assert {key: person.id for key, person in first.items()} == {key: person.id for key, person in again.items()}
    assert first["key-ada"].state is None
    assert first["key-ada"].reachable


def test_nobody_at_all_is_no_error(connection: Connection, now: datetime) -> None:
    assert citizens.find_or_add(connection, [], now=now) == {}
    citizens.save_states(connection, [], now=now)
    citizens.set_language(connection, [])


def test_state_is_written_anew_each_time(connection: Connection, now: datetime) -> None:
    people = citizens.find_or_add(connection, [ADA, WEB], now=now)
    ada, web = people["key-ada"].id, people["key-web"].id
    citizens.save_states(connection, [(ada, {"step": "a"}), (web, {"step": "ü\ud83d"})], now=now)
    citizens.save_states(connection, [(ada, {"step": "b"})], now=now)
    people = citizens.find_or_add(connection, [ADA, WEB], now=now)
    assert people["key-ada"].state == {"step": "b"}
    assert people["key-web"].state == {"step": "ü\ud83d"}


def test_choices_are_kept(connection: Connection, now: datetime) -> None:
    ada = citizens.find_or_add(connection, [ADA], now=now)["key-ada"].id
    citizens.set_language(connection, [(ada, "tr")])
    citizens.set_notice(connection, [(ada, "2026-1")], now=now)
    citizens.set_reachable(connection, [(ada, False)])
    person = citizens.find_or_add(connection, [ADA], now=now)["key-ada"]
    assert (person.language, person.reachable) == ("tr", False)
    assert connection.execute(select(Citizen.notice_version, Citizen.notice_at)).one() == ("2026-1", now)


def test_channel_id_stands_in_the_link_alone(connection: Connection, now: datetime) -> None:
    people = citizens.find_or_add(connection, [ADA, WEB], now=now)
    assert citizens.address_of(connection, people["key-ada"].id) == Address("telegram", "main", "4711")
    assert citizens.address_of(connection, people["key-web"].id) is None
    assert connection.scalars(select(CitizenLink.external_id)).all() == ["4711"]


def test_only_the_day_of_the_last_visit_is_kept(connection: Connection, now: datetime) -> None:
    citizens.find_or_add(connection, [ADA], now=now)
    citizens.find_or_add(connection, [ADA], now=now + timedelta(days=2))
    assert connection.scalar(select(Citizen.seen_on)) == (now + timedelta(days=2)).date()
