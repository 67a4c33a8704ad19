"""Workshops through the whole program, in both databases: what somebody is told is what is kept."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any

import pytest_asyncio
from icalendar import Calendar
from sqlalchemy import Connection, select

from bot import workshop_notices
from bot.dialogue.model import Book
from bot.handle import Channel
from bot.keys import Keys
from bot.line import render_turn
from bot.notices import Herald
from bot.quiet import Quiet
from bot.store import Store, open_store
from bot.telegram.read import read
from bot.telegram.render import render
from bot.worker import BATCH, Office, take_turns
from storage import inbox, needs, registrations, workshops
from storage.inbox import Received
from storage.models import Contribution, Outbox
from storage.places import Attendance, attendance
from storage.workshops import NewWorkshop
from tests.storage.test_registrations import STAFF
from tests.web.site import offering

KEYS = Keys(b"c" * 32, b"k" * 32)
CAPACITY, CROWD = 20, 100


@pytest_asyncio.fixture
async def store(url: str) -> AsyncIterator[Store]:
    """An empty database."""
    async with open_store(url) as opened:
        yield opened


class City:
    """An instance on Telegram; citizens are told apart by their chats, time moves when a test says so."""

    def __init__(self, store: Store, now: datetime, book: Book) -> None:
        self.store, self.now, self.number = store, now, 0
        channel = Channel("telegram", partial(read, bot_name="talstimme_bot"), render_turn)
        self.office = Office(book, {"telegram": channel}, KEYS)

    async def hear(self, **texts: str) -> None:
        """Let citizens write at the same moment, as `a1="Anmelden"`, and answer all of them."""
        rows = [self._update(int(who[1:]), text) for who, text in texts.items()]
        await self.store.write(inbox.receive, rows, now=self.now, patience=timedelta(0))
        while await take_turns(self.store, self.office, now=self.now):
            pass

    def _update(self, who: int, text: str) -> Received:
        self.number += 1
        chat = {"id": who, "type": "private", "first_name": "A"}
        sender = {"id": who, "is_bot": False, "first_name": "A"}
        entities = [{"type": "bot_command", "offset": 0, "length": len(text.partition(" ")[0])}]
        message = {"message_id": self.number, "date": 1_800_000_000, "chat": chat, "text": text, "from": sender}
        raw = {"update_id": self.number, "message": message | ({"entities": entities} if text[0] == "/" else {})}
        return Received("telegram", "main", str(self.number), str(who), json.dumps(raw), has_text=False)

    async def told(self, who: int) -> dict[str, Any]:
        """Return the newest request to a citizen."""
        query = select(Outbox.params).where(Outbox.chat == str(who)).order_by(Outbox.id.desc()).limit(1)
        return dict(await self.store.read(Connection.scalar, query))

    async def requests(self, who: int) -> list[tuple[str, dict[str, Any]]]:
        """Return all requests to a citizen."""
        query = select(Outbox.method, Outbox.params).where(Outbox.chat == str(who)).order_by(Outbox.id)
        found = await self.store.read(lambda connection: connection.execute(query).all())
        return [(method, params) for method, params in found]


async def city_with(store: Store, now: datetime, **values: Any) -> tuple[City, workshops.Workshop]:
    """Return an instance with one workshop in ten days."""
    start = now + timedelta(days=10)
    new = NewWorkshop("one@city", {"de": "Smarte Mobilität"}, start, start + timedelta(hours=3), field="mobility")
    await store.write(workshops.add, [replace(new, **values)], now=now)
    found = await store.read(workshops.by_uids, ["one@city"])
    return City(store, now, offering("de")), found["one@city"]


async def test_a_hundred_rush_through_the_chat(store: Store, now: datetime) -> None:
    city, workshop = await city_with(store, now, capacity=CAPACITY)
    crowd = [f"a{each}" for each in range(1, CROWD + 1)]
    await city.hear(**dict.fromkeys(crowd, f"/start w-{workshop.code}"))
    assert CROWD > BATCH
    await city.hear(**dict.fromkeys(crowd, "Anmelden"))
    counts = (await store.read(attendance, [workshop.id]))[workshop.id]
    assert counts == Attendance(taken=CAPACITY, waiting=CROWD - CAPACITY)
    told = [str((await city.told(each))["text"]) for each in range(1, CROWD + 1)]
    assert [each for each in told[:CAPACITY] if "Die Anmeldung steht" not in each] == []
    waiting = range(1, CROWD - CAPACITY + 1)
    assert [at for at, each in zip(waiting, told[CAPACITY:], strict=True) if f"Platz {at}." not in each] == []


async def test_a_citizen_registers_asks_for_the_calendar_tells_needs_and_cancels(store: Store, now: datetime) -> None:
    city, workshop = await city_with(store, now, capacity=1)
    await city.hear(a1=f"/start w-{workshop.code}", a2=f"/start w-{workshop.code}")
    await city.hear(a1="anmelden", a2="anmelden")
    await city.hear(a1="in den kalender")
    [(_, document)] = [row for row in await city.requests(1) if row[0] == "sendDocument"]
    event = Calendar.from_ical(document["document"]["content"]).walk("VEVENT")[0]
    assert (event["SUMMARY"], event.decoded("DTSTART")) == ("Smarte Mobilität", workshop.starts_at)
    await city.hear(a1="bedarf mitteilen")
    await city.hear(a1="Ein Platz für den Rollstuhl")
    assert "Team weiß Bescheid" in (await city.told(1))["text"]
    assert [each.text for each in await store.read(needs.of_workshop, workshop.id)] == ["Ein Platz für den Rollstuhl"]
    await city.hear(a1="abmelden")
    await city.hear(a1="ja, abmelden")
    assert "Abgemeldet" in (await city.told(1))["text"]
    assert await store.read(needs.of_workshop, workshop.id) == []
    line = await store.read(registrations.of_workshop, workshop.id)
    assert [each.status for each in line] == ["cancelled", "registered"]


async def test_a_tap_of_days_ago_tells_the_truth_of_today(store: Store, now: datetime) -> None:
    city, workshop = await city_with(store, now)
    await city.hear(a1=f"/start w-{workshop.code}")
    city.now += timedelta(days=11)
    await city.hear(a1="anmelden")
    assert "schon vorbei" in (await city.told(1))["text"]
    assert await store.read(registrations.of_workshop, workshop.id) == []


async def test_the_door_lets_in_on_the_day_and_ideas_are_bound_to_the_workshop(store: Store, now: datetime) -> None:
    city, workshop = await city_with(store, now, capacity=1)
    await city.hear(a1=f"/start c-{workshop.site_code}")
    assert "nur am Tag" in (await city.told(1))["text"]
    city.now = workshop.starts_at
    for _ in range(2):
        await city.hear(a1=f"c-{workshop.site_code}")
        assert "Eingecheckt" in (await city.told(1))["text"]
    await city.hear(a1="idee dazu abgeben")
    await city.hear(a1="Mehr Radwege an der Trasse, mit Licht und Bänken")
    for word in ("überspringen", "überspringen", "abschicken"):
        await city.hear(a1=word)
    query = select(Contribution.workshop_id, Contribution.source, Contribution.field)
    rows = await store.read(lambda connection: connection.execute(query).all())
    assert [tuple(row) for row in rows] == [(workshop.id, f"w-{workshop.code}", "mobility")]


def herald(city: City) -> Herald:
    """Return Telegram as the program writes it; nobody is written to from nine in the evening on."""
    return Herald(city.office.book, {"telegram": render}, Quiet(time(21), time(8)), lambda: None)


async def told_all(city: City) -> int:
    """Let the schedule tell what is untold now."""
    return await workshop_notices.tell_all(city.store, herald(city), now=city.now)


async def test_whoever_moves_up_is_told_once_and_not_at_night(store: Store, now: datetime) -> None:
    city, workshop = await city_with(store, now, capacity=1)
    for each in ("a1", "a2"):
        await city.hear(**{each: f"/start w-{workshop.code}"})
        await city.hear(**{each: "anmelden"})
    assert await told_all(city) == 0
    city.now = now.replace(hour=21)  # 23:00 in the city
    await city.hear(a1="abmelden")
    await city.hear(a1="ja")
    assert await told_all(city) == 0
    city.now += timedelta(hours=10)
    assert [await told_all(city), await told_all(city)] == [1, 0]
    text = (await city.told(2))["text"]
    assert "Gute Nachricht" in text
    assert "Donnerstag, 24. September 2026, 10:30 bis 13:30 Uhr" in text


async def test_a_moved_and_a_cancelled_workshop_are_told_to_those_concerned(store: Store, now: datetime) -> None:
    city, workshop = await city_with(store, now, place="codeks")
    for each in ("a1", "a2"):
        await city.hear(**{each: f"/start w-{workshop.code}"})
        await city.hear(**{each: "anmelden"})
    await city.hear(a2="abmelden")
    await city.hear(a2="ja")
    later = workshop.starts_at + timedelta(days=35)  # behind the end of summer time
    end, why = later + timedelta(hours=2), "Der Saal ist zu klein."
    await store.write(
        workshops.move, workshop.id, STAFF, starts_at=later, ends_at=end, place="Börse", reason=why, now=now
    )
    assert [await told_all(city), await told_all(city)] == [1, 0]
    text = (await city.told(1))["text"]
    assert "Bisher: Donnerstag, 24. September 2026, 10:30 bis 13:30 Uhr" in text
    assert "Neu: Donnerstag, 29. Oktober 2026, 09:30 bis 11:30 Uhr\nBörse\nGrund: Der Saal ist zu klein." in text
    await store.write(workshops.cancel, workshop.id, STAFF, reason=None, now=now)
    assert [await told_all(city), await told_all(city)] == [1, 0]
    assert "fällt leider aus" in (await city.told(1))["text"]
    assert "fällt" not in (await city.told(2))["text"]


async def test_an_offer_that_nobody_takes_is_told_and_given_on(store: Store, now: datetime) -> None:
    city, workshop = await city_with(store, now, capacity=1, accept_hours=24)
    for each in ("a1", "a2", "a3"):
        await city.hear(**{each: f"/start w-{workshop.code}"})
        await city.hear(**{each: "anmelden"})
    await city.hear(a1="abmelden")
    await city.hear(a1="ja")
    assert await told_all(city) == 1
    assert "bis Dienstag, 15. September 2026, 10:30" in (await city.told(2))["text"]
    city.now += timedelta(hours=25)
    await store.write(registrations.lapse, now=city.now)
    assert await told_all(city) == 2
    assert "Die Frist" in (await city.told(2))["text"]
    await city.hear(a3=f"/start w-{workshop.code}")
    await city.hear(a3="platz annehmen")
    assert "Die Anmeldung steht" in (await city.told(3))["text"]
