"""Counts, settings, supports, files, and the marks of columns with personal data."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from storage import attachments, citizens, contributions, counts, personal, settings, supports
from storage.citizens import NewCitizen
from storage.contributions import NewContribution, NewFile
from storage.counts import Happening
from storage.numbers import public_number

ASKED = Happening("asked", "mobility", "idea")


def test_happenings_add_up_by_day(connection: Connection, now: datetime) -> None:
    tomorrow = now + timedelta(days=1)
    counts.count(connection, [ASKED, ASKED, Happening("language", step="tr")], now=now)
    counts.count(connection, [ASKED], now=now)
    counts.count(connection, [ASKED], now=tomorrow)
    counts.count(connection, [], now=now)
    assert counts.totals(connection) == {ASKED: 4, Happening("language", step="tr"): 1}
    assert counts.totals(connection, since=tomorrow.date()) == {ASKED: 1}
    assert counts.totals(connection, until=now.date())[ASKED] == 3


def test_setting_is_kept_and_replaced(connection: Connection) -> None:
    assert settings.read_setting(connection, "digest") is None
    settings.write_setting(connection, "digest", "1")
    settings.write_setting(connection, "digest", "2")
    assert settings.read_setting(connection, "digest") == "2"


def test_support_counts_once_per_person_and_can_be_taken_back(connection: Connection, now: datetime) -> None:
    people = citizens.find_or_add(connection, [NewCitizen("a", "web", ""), NewCitizen("b", "web", "")], now=now)
    contributions.add(connection, [NewContribution(public_number(1), "Licht", "web", draft="1")], now=now)
    [idea] = contributions.ids_of(connection, [public_number(1)]).values()
    pairs = [(idea, person.id) for person in people.values()]
    assert supports.support(connection, pairs, now=now) == 2
    assert supports.support(connection, pairs, now=now) == 0
    supports.take_back(connection, pairs[:1])
    assert supports.supports_of(connection, [idea]) == {idea: 1}
    assert supports.supporters_of(connection, idea) == [pairs[1][1]]


def test_file_is_fetched_once(connection: Connection, now: datetime) -> None:
    files = [NewFile("photo", "file-1"), NewFile("voice", "file-2")]
    contributions.add(connection, [NewContribution(public_number(1), "Licht", "web", draft="1", files=files)], now=now)
    photo, voice = attachments.unfetched(connection)
    assert (photo.media, photo.channel_ref) == ("photo", "file-1")
    attachments.keep_content(connection, photo.id, b"content", "image/jpeg")
    attachments.note_unfit(connection, voice.id, 99_000_000)
    assert attachments.unfetched(connection) == []


def test_every_column_says_whether_it_can_be_personal() -> None:
    assert personal.unmarked_columns() == []
    lines = {(line.table, line.column): line for line in personal.personal_columns()}
    assert {("citizen_link", "external_id"), ("inbox", "raw"), ("contribution", "text")} <= set(lines)
    assert all(line.purpose and "DSGVO" in line.basis and line.deletion for line in lines.values())
