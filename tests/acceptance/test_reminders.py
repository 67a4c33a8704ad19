"""Who comes to a workshop is reminded in time: once, of what is still to come, never at night."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import Connection, select

from bot.notices import Herald
from bot.quiet import Quiet
from bot.reminding import job
from bot.schedule import next_at, run_due
from bot.store import Store, open_store
from bot.telegram.render import render
from storage import citizens, registrations, workshops
from storage.audits import Actor
from storage.citizens import NewCitizen
from storage.models import Outbox, Reminder
from storage.workshops import NewWorkshop
from tests.books import whole_book

BEGINS = datetime(2026, 9, 28, 15, tzinfo=UTC)  # five o'clock in the afternoon
BOOKED = datetime(2026, 9, 14, 8, 30, tzinfo=UTC)
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
STAFF = Actor("amt", "strategist")


@pytest_asyncio.fixture
async def store(url: str) -> AsyncIterator[Store]:
    """An empty database."""
    async with open_store(url) as opened:
        yield opened


class Town:
    """A workshop, somebody who comes, and the schedule."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.herald = Herald(whole_book(), {"telegram": render}, Quiet(time(21), time(8)), lambda: None)
        self.jobs = [job(store, self.herald)]

    async def plan(self, begins: datetime = BEGINS, booked: datetime = BOOKED, language: str = "de") -> int:
        return await self.store.write(self._plan, begins, booked, language)

    def _plan(self, connection: Connection, begins: datetime, booked: datetime, language: str) -> int:
        new = NewWorkshop("a", {"de": "Smarte Mobilität"}, begins, begins + 3 * HOUR, place="codeks", capacity=20)
        workshops.add(connection, [new], now=booked)
        [workshop] = workshops.listed(connection)
        person = citizens.find_or_add(connection, [NewCitizen("a", "telegram", "main", "7")], now=booked)["a"].id
        citizens.set_language(connection, [(person, language)])
        registrations.register(connection, workshop.id, person, now=booked)
        return workshop.id

    async def at(self, now: datetime) -> int:
        """Look once and return how many messages that made."""
        before = len(self.messages())
        await run_due(self.store, self.jobs, now)
        return len(self.messages()) - before

    async def wakes(self, now: datetime) -> datetime | None:
        return await next_at(self.store, self.jobs, now)

    def messages(self) -> list[Any]:
        with self.store.reader.connect() as connection:
            return [row.params for row in connection.execute(select(Outbox.params).order_by(Outbox.id))]

    def outcomes(self) -> list[tuple[int, str]]:
        with self.store.reader.connect() as connection:
            rows = connection.execute(select(Reminder.minutes, Reminder.outcome).order_by(Reminder.id))
            return [(row.minutes, row.outcome) for row in rows]


@pytest.fixture
def town(store: Store) -> Town:
    return Town(store)


async def test_a_week_a_day_and_two_hours_before(town: Town) -> None:
    await town.plan()
    for before in (7 * DAY, DAY, 2 * HOUR):
        assert await town.wakes(BEGINS - before - MINUTE) == BEGINS - before
        assert await town.at(BEGINS - before - MINUTE) == 0
        assert await town.at(BEGINS - before) == 1
        assert await town.at(BEGINS - before) == 0
    assert "Zur Erinnerung: </b><b>Smarte Mobilität" in town.messages()[0]["text"]
    assert "28. September 2026" in town.messages()[0]["text"]
    assert "codeks" in town.messages()[0]["text"]
    assert await town.wakes(BEGINS) is None


@pytest.mark.parametrize(
    ("language", "words"), [("tr", "Hatırlatma"), ("ar", "تذكير"), ("de-plain", "Nicht vergessen")]
)
async def test_it_speaks_the_language_of_whoever_comes(town: Town, language: str, words: str) -> None:
    await town.plan(language=language)
    await town.at(BEGINS - DAY)
    assert words in town.messages()[0]["text"]


async def test_after_a_standstill_only_the_nearest_is_told(town: Town) -> None:
    await town.plan()
    assert await town.at(BEGINS - HOUR) == 1
    assert town.outcomes() == [(120, "told"), (1440, "overtaken"), (10080, "overtaken")]


async def test_of_what_has_begun_nobody_is_reminded_but_it_is_noted(town: Town) -> None:
    await town.plan()
    assert await town.at(BEGINS + MINUTE) == 0
    assert {outcome for _, outcome in town.outcomes()} == {"begun"}
    assert len(town.outcomes()) == 3


async def test_who_registers_late_is_not_reminded_of_what_is_past(town: Town) -> None:
    await town.plan(booked=BEGINS - 3 * DAY)
    assert await town.at(BEGINS - 3 * DAY + MINUTE) == 0
    assert await town.at(BEGINS - DAY) == 1


async def test_at_night_nobody_is_woken(town: Town) -> None:
    early = datetime(2026, 9, 28, 7, 30, tzinfo=UTC)  # half past nine: two hours before is night
    await town.plan(begins=early)
    await town.at(early - DAY)
    assert await town.wakes(early - 2 * HOUR) == datetime(2026, 9, 28, 6, tzinfo=UTC)
    assert await town.at(early - 2 * HOUR) == 0
    assert await town.at(datetime(2026, 9, 28, 6, tzinfo=UTC)) == 1


async def test_a_workshop_that_is_moved_is_reminded_of_anew(town: Town) -> None:
    workshop = await town.plan()
    await town.at(BEGINS - 7 * DAY)
    later = BEGINS + 14 * DAY
    await town.store.write(workshops.move, workshop, STAFF, starts_at=later, ends_at=later + HOUR, now=BEGINS - 2 * DAY)
    assert await town.at(BEGINS - DAY) == 0
    assert await town.at(later - 7 * DAY) == 1
    assert await town.at(later - DAY) == 1
    sooner = later - DAY + 3 * HOUR  # moved again, to a moment whose reminders are past: the news says it all
    await town.store.write(workshops.move, workshop, STAFF, starts_at=sooner, ends_at=sooner + HOUR, now=sooner - HOUR)
    assert await town.at(sooner - HOUR + MINUTE) == 0


async def test_who_cancels_is_left_in_peace(town: Town) -> None:
    workshop = await town.plan()
    await town.store.write(registrations.cancel, workshop, 1, now=BEGINS - 8 * DAY)
    await town.store.write(workshops.cancel, workshop, STAFF, now=BEGINS - 8 * DAY)
    assert await town.at(BEGINS - DAY) == 0


@pytest.mark.parametrize(
    ("begins", "day_before"),
    [
        (datetime(2026, 3, 29, 15, tzinfo=UTC), datetime(2026, 3, 28, 15, tzinfo=UTC)),
        (datetime(2026, 10, 25, 16, tzinfo=UTC), datetime(2026, 10, 24, 16, tzinfo=UTC)),
    ],
)
async def test_the_hour_that_is_told_is_the_citys_when_the_clock_changes(
    town: Town, begins: datetime, day_before: datetime
) -> None:
    await town.plan(begins=begins, booked=begins - 20 * DAY)
    await town.at(begins - 7 * DAY)
    assert await town.wakes(begins - 6 * DAY) == day_before
    assert await town.at(day_before) == 1
    assert "17:00" in town.messages()[-1]["text"]
