"""Calendar files: read back by a calendar of others, in the city's time in summer and in winter, and imported again."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy import Connection

from storage import workshops
from storage.calendars import calendar
from storage.imports import UnreadableTable
from storage.imports.workshops import Brought, bring_in, read_workshops
from storage.workshops import NewWorkshop, Workshop
from tests.storage.test_registrations import STAFF

SUMMER = datetime(2027, 7, 6, 15, 0, tzinfo=UTC)  # 17:00 in the city
WINTER = datetime(2027, 1, 10, 16, 0, tzinfo=UTC)  # 17:00 in the city, too
FIELDS = ("mobility", "living")
TODAY = date(2027, 1, 1)


def kept(connection: Connection, start: datetime, now: datetime) -> Workshop:
    """Keep a workshop of three hours and return it."""
    new = NewWorkshop(
        "one@city",
        {"de": "Smarte Mobilität; Wege, Räder", "en": "Smart mobility"},
        start,
        start + timedelta(hours=3),
        descriptions={"de": "Zeile eins\nZeile zwei, mit Komma"},
        place="codeks",
        address="Moritzstr. 14",
        access_notes="Stufenlos",
    )
    workshops.add(connection, [new], now=now)
    return workshops.by_uids(connection, ["one@city"])["one@city"]


@pytest.mark.parametrize(("start", "offset", "zone"), [(SUMMER, 2, "CEST"), (WINTER, 1, "CET")])
def test_a_file_is_read_back_in_the_time_of_the_season(
    connection: Connection, now: datetime, start: datetime, offset: int, zone: str
) -> None:
    made = calendar([kept(connection, start, now)], address="https://chat.example")
    read = Calendar.from_ical(made)
    event: Any
    [event] = read.walk("VEVENT")
    begins = event.decoded("DTSTART")
    assert (begins, begins.hour) == (start, 17)
    assert (begins.utcoffset(), begins.tzname()) == (timedelta(hours=offset), zone)
    assert event["DTSTART"].params["TZID"] == "Europe/Berlin"
    assert (event["UID"], event["SEQUENCE"], event["STATUS"]) == ("one@city", 0, "CONFIRMED")
    assert event["DESCRIPTION"] == "Zeile eins\nZeile zwei, mit Komma"
    assert event["URL"].startswith("https://chat.example/?start=w-")


def test_a_file_holds_the_rules_of_the_zone_and_keeps_the_form_of_the_standard(
    connection: Connection, now: datetime
) -> None:
    made = calendar([kept(connection, SUMMER, now)])
    zone: Any
    [zone] = Calendar.from_ical(made).walk("VTIMEZONE")
    offsets = {part.name: part.decoded("TZOFFSETTO") for part in zone.subcomponents}
    assert offsets == {"STANDARD": timedelta(hours=1), "DAYLIGHT": timedelta(hours=2)}
    # RFC 5545, 3.1: lines end with CR LF and have at most 75 octets.
    assert made.endswith(b"END:VCALENDAR\r\n")
    assert re.search(rb"(?<!\r)\n", made) is None
    assert max(map(len, made.split(b"\r\n"))) <= 75
    assert all(not each.errors for each in Calendar.from_ical(made).walk())


def test_a_moved_and_then_cancelled_workshop_replaces_itself_in_calendars(
    connection: Connection, now: datetime
) -> None:
    first = kept(connection, SUMMER, now)
    workshops.move(connection, first.id, STAFF, starts_at=WINTER, ends_at=WINTER + timedelta(hours=1), now=now)
    workshops.cancel(connection, first.id, STAFF, now=now)
    event: Any
    [event] = Calendar.from_ical(calendar(workshops.listed(connection))).walk("VEVENT")
    assert (event["UID"], event["SEQUENCE"], event["STATUS"]) == ("one@city", 2, "CANCELLED")
    assert event.decoded("DTSTART").hour == 17


def test_our_own_file_comes_back_as_no_change_and_a_later_one_moves(
    connection: Connection, now: datetime, tmp_path: Path
) -> None:
    first = kept(connection, SUMMER, now)
    file = tmp_path / "all.ics"
    file.write_bytes(calendar([first]))
    same = read_workshops(file, known_fields=FIELDS, today=TODAY)
    assert (same.problems, bring_in(connection, same.workshops, STAFF, now=now)) == ([], Brought(0, 0, 0))
    file.write_bytes(calendar([replace(first, starts_at=WINTER, ends_at=WINTER + timedelta(hours=2))]))
    later = read_workshops(file, known_fields=FIELDS, today=TODAY).workshops
    assert bring_in(connection, later, STAFF, now=now) == Brought(0, 1, 0)
    assert workshops.by_ids(connection, [first.id])[first.id].starts_at == WINTER


def test_a_table_is_read_in_the_citys_time_with_words_of_several_languages(
    connection: Connection, tmp_path: Path, now: datetime
) -> None:
    file = tmp_path / "plan.csv"
    file.write_text(
        "Titel;title_en;Beginn;Ende;Plätze;Handlungsfeld;remind_before\n"
        "Mobilität;Mobility;06.07.2027 17:00;06.07.2027 20:00;20;mobility;3d 2h\n"
        "Leben;;2027-01-10 17:00;2027-01-10 20:00;;living;\n",
        encoding="utf-8",
    )
    read = read_workshops(file, known_fields=FIELDS, today=TODAY)
    assert [(each.starts_at, each.capacity) for each in read.workshops] == [(SUMMER, 20), (WINTER, None)]
    assert read.workshops[0].titles == {"de": "Mobilität", "en": "Mobility"}
    assert tuple(read.workshops[0].remind_before) == (3 * 24 * 60, 120)
    for brought in (Brought(2, 0, 0), Brought(0, 0, 0)):
        again = read_workshops(file, known_fields=FIELDS, today=TODAY).workshops
        assert bring_in(connection, again, STAFF, now=now) == brought


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (";2027-01-10 17:00;2027-01-10 18:00;;", "line 2: has no title"),
        ("A;gestern;2027-01-10 18:00;;", "line 2: starts_at is “gestern”"),
        ("A;2027-01-10 17:00;2027-01-10 16:00;;", "line 2: ends before it begins"),
        ("A;2027-01-10 17:00;;;", "line 2: has no ends_at"),
        ("A;2027-01-10 17:00;2027-01-10 18:00;viele;", "line 2: capacity is “viele”"),
        ("A;2027-01-10 17:00;2027-01-10 18:00;;nowhere", "use one of mobility, living"),
    ],
)
def test_a_line_that_cannot_be_read_says_what_to_change(tmp_path: Path, row: str, sentence: str) -> None:
    file = tmp_path / "plan.csv"
    file.write_text(f"title;start;end;capacity;field\n{row}\n", encoding="utf-8")
    [problem] = read_workshops(file, known_fields=FIELDS, today=TODAY).problems
    assert sentence in str(problem)


def test_what_is_no_calendar_is_told_in_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "plan.ics"
    file.write_text("BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VTODO\n", encoding="utf-8")
    with pytest.raises(UnreadableTable, match=r"plan\.ics is no calendar"):
        read_workshops(file, known_fields=FIELDS, today=TODAY)
