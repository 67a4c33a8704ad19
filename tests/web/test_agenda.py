"""The page of workshops: read without a conversation, narrowed down, taken into a calendar and into the chat."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import Connection

from storage import workshops
from storage.places import attendance
from storage.workshops import NewWorkshop
from tests.web.site import Site, open_site


def plan(connection: Connection, now: datetime) -> None:
    """Plan two workshops, and one that is over."""
    for number, (title, field, district, days) in enumerate(
        [("Räder & Busse", "mobility", "Barmen", 10), ("Gesundheit", "living", "Ronsdorf", 50), ("Alt", None, None, -5)]
    ):
        start = now + timedelta(days=days)
        end = start + timedelta(hours=3)
        new = NewWorkshop(f"{number}@city", {"de": title}, start, end, field=field, district=district, capacity=5)
        workshops.add(connection, [new], now=now)


async def page(site: Site, path: str) -> str:
    """Return a page as it is sent."""
    return (await site.visitor().client.get(path)).text


@pytest.mark.parametrize(
    ("path", "titles"),
    [
        ("/termine", ["Räder &amp; Busse", "Gesundheit"]),
        ("/termine?feld=living", ["Gesundheit"]),
        ("/termine?bezirk=Barmen", ["Räder &amp; Busse"]),
        ("/termine?feld=living&bezirk=Barmen", []),
    ],
)
async def test_the_page_shows_what_is_to_come(sqlite_url: str, now: datetime, path: str, titles: list[str]) -> None:
    async with open_site(sqlite_url, now) as site:
        await site.store.write(plan, now)
        shown = await page(site, path)
    assert [title for title in ("Räder &amp; Busse", "Gesundheit", "Alt") if f"<h2>{title}</h2>" in shown] == titles
    assert ("Dazu gibt es zurzeit keinen Termin." in shown) is (titles == [])


async def test_a_workshop_goes_into_a_calendar_and_the_others_too(sqlite_url: str, now: datetime) -> None:
    async with open_site(sqlite_url, now) as site:
        await site.store.write(plan, now)
        code = workshops.code_of("0@city")
        client = site.visitor().client
        one, every = await client.get(f"/termine/{code}.ics"), await client.get("/termine/alle.ics")
        missing = await client.get("/termine/zzzzzz.ics")
    assert one.headers["content-type"].startswith("text/calendar")
    assert [str(each["SUMMARY"]) for each in Calendar.from_ical(one.content).walk("VEVENT")] == ["Räder & Busse"]
    assert len(Calendar.from_ical(every.content).walk("VEVENT")) == 2
    assert missing.status_code == 404


async def test_the_link_of_the_page_leads_to_the_place_in_the_chat(sqlite_url: str, now: datetime) -> None:
    async with open_site(sqlite_url, now) as site:
        await site.store.write(plan, now)
        visitor = site.visitor()
        await visitor.open(f"/?start=w-{workshops.code_of('0@city')}")
        assert "Räder & Busse" in visitor.page.said[-1]
        await visitor.press("Anmelden")
        assert "Die Anmeldung steht" in visitor.page.said[-1]
        # Who is known already is led on, too.
        await visitor.open(f"/?start=w-{workshops.code_of('1@city')}")
        assert "Gesundheit" in visitor.page.said[-1]
        await visitor.press("Anmelden")
        counts = await site.store.read(attendance, [1, 2])
        assert [each.taken for each in counts.values()] == [1, 1]
