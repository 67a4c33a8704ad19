"""Workshops at the desk: planned, changed, moved, cancelled, read from a file; who comes, by number."""

from __future__ import annotations

import asyncio
from datetime import datetime

import pytest
from sqlalchemy import Connection

from storage import citizens, needs, registrations, workshops
from storage.audits import deeds
from storage.citizens import NewCitizen
from storage.needs import Told
from storage.workshops import Workshop
from tests.desk.site import Clerk, DeskSite, Leaf

NEW = "/desk/workshops/neu"
IN = "/desk/workshops/einlesen"
WORDS = {
    "title:de": "Werkstatt Radverkehr",
    "day": "2026-11-05",
    "begins": "17:00",
    "ends": "19:30",
    "place": "Rathaus Barmen",
    "capacity": "2",
    "field": "mobility",
    "card": "eine-karte",
}


async def _planned(desk: DeskSite) -> Clerk:
    clerk = await desk.clerk("strategist")
    await clerk.open(NEW)
    await clerk.post(NEW, WORDS)
    return clerk


def _all(connection: Connection) -> list[Workshop]:
    return workshops.listed(connection)


def come(connection: Connection, workshop: int, number: int, now: datetime) -> None:
    keys = [NewCitizen(f"key{at}", "telegram", "main", str(at)) for at in range(number)]
    people = citizens.find_or_add(connection, keys, now=now)
    for key in keys:
        registrations.register(connection, workshop, people[key.key].id, now=now)
    needs.tell(connection, [Told(workshop, people["key0"].id, "Rollstuhl")], now=now)


def _seen(page: Leaf) -> dict[str, str]:
    return {"seen": next(each["value"] for each in page.inputs() if each.get("name") == "seen")}


async def test_a_form_sent_twice_is_one_workshop(desk: DeskSite) -> None:
    clerk = await _planned(desk)
    assert "Werkstatt Radverkehr" in clerk.page.text
    await clerk.open(NEW)
    await clerk.post(NEW, WORDS)
    (one,) = await desk.store.read(_all)
    assert (one.title(), one.capacity, one.field) == ("Werkstatt Radverkehr", 2, "mobility")
    assert one.starts_at.isoformat() == "2026-11-05T16:00:00+00:00"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"title:de": ""}, "Der deutsche Titel fehlt."),
        ({"ends": "16:00"}, "Das Ende liegt vor dem Beginn."),
        ({"day": "2027-03-28", "begins": "02:30"}, "Diesen Zeitpunkt gibt es nicht."),
        ({"capacity": "viele"}, "Plätze und Bedenkzeit sind ganze Zahlen"),
        ({"online_link": "javascript:alert(1)"}, "muss mit https:// beginnen"),
    ],
)
async def test_what_cannot_be_kept_is_said_and_stays_in_the_form(
    desk: DeskSite, typed: dict[str, str], said: str
) -> None:
    clerk = await desk.clerk()
    await clerk.open(NEW)
    page = await clerk.post(NEW, {**WORDS, **typed})
    assert (page.status, said in page.text) == (400, True)
    assert 'value="Rathaus Barmen"' in page.html
    assert await desk.store.read(_all) == []


async def test_numbers_and_waiting_list_are_shown_and_needs_open_by_a_button_alone(desk_on_both: DeskSite) -> None:
    clerk = await _planned(desk_on_both)
    (one,) = await desk_on_both.store.read(_all)
    await desk_on_both.store.write(come, one.id, 3, desk_on_both.clock())
    page = await clerk.open(f"/desk/workshops/{one.code}")
    assert "2 / 2" in page.text
    assert "Warteliste: 1" in page.text
    assert "ausgebucht" in page.text
    assert "Rollstuhl" not in page.html
    page = await clerk.post(f"/desk/workshops/{one.code}/bedarf")
    assert "1 Rollstuhl" in page.text
    assert "needs_opened" in [deed.action for deed in await desk_on_both.store.read(deeds)]
    page = await clerk.open(f"/desk/workshops/{one.code}/liste")
    assert page.text.count("☐") == 3
    assert "Bedarfe: 1" in (await clerk.open("/desk/workshops")).text


async def test_it_is_changed_moved_and_cancelled(desk: DeskSite) -> None:
    clerk = await _planned(desk)
    (one,) = await desk.store.read(_all)
    here = f"/desk/workshops/{one.code}"
    page = await clerk.open(here)
    page = await clerk.post(here, {**_seen(page), "deed": "change", "title:de": "Radwege", "capacity": "5"})
    assert "Radwege" in page.text
    changed = (await desk.store.read(_all))[0]
    assert (changed.capacity, changed.place, changed.sequence) == (5, "Rathaus Barmen", 0)
    later = {**_seen(page), "deed": "move", "day": "2026-11-06", "begins": "18:00", "ends": "20:00"}
    page = await clerk.post(here, {**later, "place": "Rathaus Barmen", "reason": "Wasserschaden"})
    assert "06.11.2026, 18:00" in page.text
    assert "Wasserschaden" in page.text
    assert "Vorher geplant für 05.11.2026, 17:00" in page.text
    page = await clerk.post(here, {**_seen(page), "deed": "cancel"})
    assert "abgesagt" in page.text
    assert (await desk.store.read(_all))[0].sequence == 2


async def test_who_saw_an_older_one_changes_nothing_and_loses_nothing(desk: DeskSite) -> None:
    clerk = await _planned(desk)
    (one,) = await desk.store.read(_all)
    here = f"/desk/workshops/{one.code}"
    old = _seen(await clerk.open(here))
    await clerk.post(here, {**old, "deed": "change", "title:de": "Erste"})
    page = await clerk.post(here, {**old, "deed": "change", "title:de": "Zweite"})
    assert page.status == 409
    assert "Jemand hat diesen Workshop geändert" in page.text
    assert 'value="Zweite"' in page.html
    assert (await desk.store.read(_all))[0].title() == "Erste"


async def test_of_many_who_change_it_at_the_same_moment_one_succeeds(desk_on_both: DeskSite) -> None:
    clerk = await _planned(desk_on_both)
    (one,) = await desk_on_both.store.read(_all)
    here = f"/desk/workshops/{one.code}"
    old = _seen(await clerk.open(here))
    capacities = [{**old, "deed": "change", "title:de": "Radwege", "capacity": f"{number}"} for number in range(10, 18)]
    pages = await asyncio.gather(*(clerk.post(here, each) for each in capacities))
    assert sorted(page.status for page in pages) == [200, *[409] * 7]


async def test_papers_come_as_pdf_and_the_event_as_calendar(desk: DeskSite) -> None:
    clerk = await _planned(desk)
    (one,) = await desk.store.read(_all)
    for name, begins in (("plakat.pdf", b"%PDF"), ("eingang.pdf", b"%PDF"), ("termin.ics", b"BEGIN:VCALENDAR")):
        answer = await clerk.client.get(f"/desk/workshops/{one.code}/{name}")
        assert (answer.status_code, answer.content.startswith(begins)) == (200, True)


async def test_a_file_is_looked_at_first_and_taken_in_once(desk: DeskSite) -> None:
    clerk = await desk.clerk()
    await clerk.open(IN)
    table = b"titel;beginn;ende;ort\nA;2026-11-05 17:00;2026-11-05 18:00;Hier\nB;bald;;\n"
    page = await clerk.post(IN, files={"file": ("plan.csv", table)})
    assert "kommt neu dazu 05.11.2026, 17:00 A Hier" in page.text
    assert "Zeile 3: „bald“ ist als Beginn kein Zeitpunkt." in page.text
    assert await desk.store.read(_all) == []
    kept = {"kept": next(each["value"] for each in page.inputs() if each.get("name") == "kept")}
    await clerk.post(IN, {**kept, "deed": "take"})
    assert [each.title() for each in await desk.store.read(_all)] == ["A"]
    await clerk.open(IN)
    assert "bleibt, wie es ist" in (await clerk.post(IN, files={"file": ("plan.csv", table)})).text


async def test_a_file_of_somebody_else_or_of_long_ago_is_gone(desk: DeskSite) -> None:
    clerk, other = await desk.clerk(), await desk.clerk("strategist")
    table = b"titel;beginn;ende\nA;2026-11-05 17:00;2026-11-05 18:00\n"
    await clerk.open(IN)
    page = await clerk.post(IN, files={"file": ("plan.csv", table)})
    kept = {"kept": next(each["value"] for each in page.inputs() if each.get("name") == "kept"), "deed": "take"}
    await other.open(IN)
    assert "nicht mehr da" in (await other.post(IN, kept)).text
    desk.clock.pass_by(minutes=31)
    assert "nicht mehr da" in (await clerk.post(IN, kept)).text
    assert await desk.store.read(_all) == []


async def test_what_is_no_table_gets_a_sentence(desk: DeskSite) -> None:
    clerk = await desk.clerk()
    await clerk.open(IN)
    page = await clerk.post(IN, files={"file": ("plan.ics", b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VTODO\n")})
    assert "„plan.ics“ ist kein lesbarer Kalender." in page.text
    assert "Wählen Sie bitte zuerst eine Datei aus." in (await clerk.post(IN)).text
