"""The whole year of the process, played in seconds: who was told what and when stands in year.txt, for people to read.

The clock is an argument. `TALSTIMME_WRITE_YEAR=1` writes the file anew; read the difference before you keep it.
"""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest_asyncio
from sqlalchemy import Connection

from bot.broadcast import Megaphone, carry_on
from bot.broadcast import job as announcements_job
from bot.notices import Herald
from bot.notices import job as notices_job
from bot.quiet import Quiet
from bot.reminding import job as reminders_job
from bot.schedule import At, Job, next_at, run_due
from bot.store import Store, open_store
from bot.telegram.render import render
from bot.workshop_notices import jobs as workshop_jobs
from storage import announcements, citizens, outbox, registrations, subscriptions, workshops
from storage.announcements import Plan
from storage.audits import Actor
from storage.citizens import NewCitizen
from storage.city import CITY_TIME
from storage.workshops import NewWorkshop
from tests.books import whole_book

GOLDEN = Path(__file__).with_name("year.txt")
STAFF = Actor("amt", "strategist")
QUIET = Quiet(time(21), time(8))
# Who takes part, and the language they chose.
PEOPLE = {"Anna": "de", "Bülent": "tr", "Chris": "de-plain", "Dana": "uk", "Elif": "en"}
BEGIN, END = "2022-02-28 09:00", "2023-04-03 09:00"
PLACES = 3
# So many lines of a message are logged.
LINES = 3
# The ten workshops, with the hour they begin by the clock of the city; three places each, so that one has to wait.
TEN = (
    ("2022-05-11 17:00", "Smarte Verwaltung"),
    ("2022-05-12 17:00", "Smarte Wuppertaler:innen"),
    ("2022-05-16 17:00", "Smarte Mobilität"),
    ("2022-05-18 17:00", "Smarte Wirtschaft I"),
    ("2022-06-01 17:00", "Smarte Umwelt I"),
    ("2022-06-14 17:00", "Smarte Umwelt II"),
    ("2022-06-22 17:00", "Smartes Leben I"),
    ("2022-06-23 17:00", "Smartes Leben II"),
    ("2022-06-30 17:00", "Smartes Leben III"),
    ("2022-07-06 18:00", "Smarte Wirtschaft II"),
)
OTHERS = (
    ("2022-09-12 09:00", "school", "Workshop für Schüler:innen"),
    ("2022-10-19 18:00", "talk", "Gespräch mit Fachleuten"),
    ("2023-01-10 17:00", "forum", "Smart City Forum"),
)


def city(written: str) -> datetime:
    """Return a moment written by the clock of the city."""
    return datetime.fromisoformat(written).replace(tzinfo=CITY_TIME).astimezone(UTC)


@pytest_asyncio.fixture
async def store(sqlite_url: str) -> AsyncIterator[Store]:
    """An empty database."""
    async with open_store(sqlite_url) as opened:
        yield opened


@dataclass(slots=True)
class Year:
    """The process as it is played: the schedule, what happens when, and what everybody heard."""

    store: Store
    now: datetime
    people: dict[str, int] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)
    plan: list[tuple[datetime, str, Callable[[Connection, datetime], object]]] = field(default_factory=list)

    def on(self, moment: str, what: str, do: Callable[[Connection, datetime], object]) -> None:
        """Let something happen at a moment of the city."""
        self.plan.append((city(moment), what, do))

    def announce(self, moment: str, title: str, text: str, **more: Any) -> None:
        """Let staff plan an announcement a day before its moment."""

        def do(connection: Connection, now: datetime) -> None:
            texts = {"de": {"title": title, "text": text}, **more.get("texts", {})}
            plan = Plan(
                *(title, texts, more.get("audience", ("all",)), more.get("category", "process"), city(moment)),
                repeats=more.get("repeats"),
            )
            announcements.add(connection, plan, by="amt", now=now)

        before = city(moment) - timedelta(days=1)
        self.plan.append((before, f"Staff plan “{title}” for {moment}", do))

    def meet(self, title: str, people: str, *, moment: str, kind: str = "workshop", booked: str) -> None:
        """Let staff plan a meeting and people register for it in this order."""

        def plan(connection: Connection, now: datetime) -> None:
            begins = city(moment)
            ends = begins + timedelta(hours=3)
            new = NewWorkshop(title, {"de": title}, begins, ends, kind, place="codeks", capacity=PLACES)
            workshops.add(connection, [new], now=now)

        def register(connection: Connection, now: datetime) -> None:
            for name in people.split():
                registrations.register(connection, self.workshop(connection, title), self.people[name], now=now)

        self.on(booked, f"Staff open “{title}” on {moment}", plan)
        self.plan.append((city(booked) + timedelta(hours=1), f"{', '.join(people.split())} register", register))

    def workshop(self, connection: Connection, title: str) -> int:
        """Return the number of a meeting."""
        return workshops.by_uids(connection, [title])[title].id

    def chat(self, name: str) -> str:
        """Return the chat of somebody."""
        return str(100 + list(PEOPLE).index(name))

    def name(self, chat: str) -> str:
        """Return whose chat it is."""
        return list(PEOPLE)[int(chat) - 100]

    async def run(self, jobs: Sequence[Job], megaphone: Megaphone, standstills: Sequence[tuple[str, str]]) -> None:
        """Play until the end, from one moment at which something is due or happens to the next."""
        self.plan.sort(key=lambda each: each[0])
        nights = [(city(begin), city(end)) for begin, end in standstills]
        while self.now < city(END):
            happened = await self._happen()
            await run_due(self.store, jobs, self.now)
            while await self._told(megaphone):
                happened = True
            self.now = self._awake(await self._next(jobs, happened), nights)

    async def _told(self, megaphone: Megaphone) -> bool:
        await carry_on(self.store, megaphone, now=self.now)
        return await self.store.write(self._sent) > 0

    async def _happen(self) -> bool:
        happened = False
        while self.plan and self.plan[0][0] <= self.now:
            moment, what, do = self.plan.pop(0)
            await self.store.write(do, moment)
            self.log.append(f"{_moment(moment)}   * {what}")
            happened = True
        return happened

    async def _next(self, jobs: Sequence[Job], happened: bool) -> datetime:
        # What is looked for every few seconds is looked for here after something happened, and in the morning.
        morning = At(QUIET.ends).next(self.now)
        soon = [self.now + timedelta(minutes=1)] if happened else []
        due = await next_at(self.store, jobs, self.now)
        moments = (morning, *soon, *(moment for moment, _, _ in self.plan[:1]), due)
        return min(moment for moment in moments if moment is not None and moment > self.now)

    def _awake(self, moment: datetime, nights: Sequence[tuple[datetime, datetime]]) -> datetime:
        for begin, end in nights:
            if begin <= moment < end:
                self.log.append(f"{_moment(begin)}   * The program stands still until {_moment(end).strip()}")
                return end
        return moment

    def _sent(self, connection: Connection, /) -> int:
        waiting = outbox.take_waiting(connection, now=self.now, limit=100)
        for each in waiting:
            if each.chat == self.chat("Elif") and self.now > city("2022-06-20 12:00"):
                outbox.give_up(connection, each.id, "blocked", now=self.now)
                citizens.set_unreachable(connection, each.channel, each.bot, each.chat)
                self.log.append(f"{_moment(self.now)} {self.name(each.chat):7} (has blocked the bot)")
                continue
            outbox.mark_sent(connection, [(each.id, "1")], now=self.now)
            self.log.append(f"{_moment(self.now)} {self.name(each.chat):7} {_words(each.params['text'])}")
        return len(waiting)


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(CITY_TIME):%a %Y-%m-%d %H:%M}"


def _words(text: str) -> str:
    plain = unescape(re.sub(r"<[^>]+>", "", text))
    # How to cancel stands below; it is the same each time.
    return " / ".join([line.strip() for line in plain.splitlines() if line.strip()][:LINES])


def _arrive(year: Year) -> Callable[[Connection, datetime], None]:
    def do(connection: Connection, now: datetime) -> None:
        keys = [NewCitizen(name, "telegram", "main", year.chat(name)) for name in PEOPLE]
        found = citizens.find_or_add(connection, keys, now=now)
        year.people.update({name: found[name].id for name in PEOPLE})
        citizens.set_language(connection, [(found[name].id, code) for name, code in PEOPLE.items()])

    return do


def _process(year: Year) -> None:
    """Write down what happens between the kick-off and the council's vote."""
    year.on(BEGIN, "Anna, Bülent, Chris, Dana and Elif talk to the bot for the first time", _arrive(year))
    turkish = {"tr": {"title": "Açılış", "text": "Bu akşam 17.00'de canlı yayındayız."}}
    year.announce("2022-03-07 09:00", "Digitaler Auftakt", "Heute um 17 Uhr im Livestream.", texts=turkish)
    year.on(
        "2022-03-08 10:00",
        "Anna turns the dates on, Chris the weekly overview, Dana turns everything off",
        lambda connection, now: subscriptions.choose(
            connection,
            [
                *((year.people["Anna"], "workshops", True), (year.people["Chris"], "digest", True)),
                (year.people["Dana"], "process", False),
            ],
            now=now,
        ),
    )
    year.announce("2022-04-20 17:00", "Zehn Workshops", "Ab sofort kann man sich anmelden.", category="workshops")
    year.announce("2022-10-14 17:00", "Diese Woche", "Das Neueste.", category="digest", repeats="weekly")
    for number, (moment, title) in enumerate(TEN):
        order = list(PEOPLE)[number % 3 :] + list(PEOPLE)[: number % 3]
        names = [name for name in order if name != "Elif" or number < 3][:4]
        year.meet(title, " ".join(names), moment=moment, booked="2022-04-21 10:00")
    for moment, kind, title in OTHERS:
        before = city(moment).astimezone(CITY_TIME) - timedelta(days=5)
        year.meet(title, "Anna Chris", moment=moment, kind=kind, booked=f"{before:%Y-%m-%d} 10:00")
    _surprises(year)
    year.announce("2022-12-01 12:00", "Werte, Ziele, Vision", "Der Entwurf liegt vor.")
    year.announce("2023-03-27 21:30", "Der Rat hat zugestimmt", "Die Strategie ist beschlossen.")


def _surprises(year: Year) -> None:
    def give_up(connection: Connection, now: datetime) -> None:
        workshop = year.workshop(connection, "Smarte Verwaltung")
        registrations.cancel(connection, workshop, year.people["Anna"], now=now)

    def move(connection: Connection, now: datetime) -> None:
        begins = city("2022-07-13 18:00")
        workshop = year.workshop(connection, "Smarte Wirtschaft II")
        ends = begins + timedelta(hours=3)
        workshops.move(connection, workshop, STAFF, starts_at=begins, ends_at=ends, place="Alte Papierfabrik", now=now)

    def call_off(connection: Connection, now: datetime) -> None:
        workshops.cancel(connection, year.workshop(connection, "Smartes Leben II"), STAFF, reason="Sturm", now=now)

    def stop_digest(connection: Connection, now: datetime) -> None:
        del now
        latest = next(each for each in announcements.listed(connection) if each.status == "scheduled" and each.repeats)
        announcements.stop(connection, latest.id)

    year.on("2022-05-10 20:00", "Anna cancels “Smarte Verwaltung”", give_up)
    year.on("2022-07-01 10:00", "Staff move “Smarte Wirtschaft II” after its first reminder went out", move)
    year.on("2022-06-23 09:00", "Staff call “Smartes Leben II” off", call_off)
    year.on("2022-11-14 12:00", "Staff stop the weekly overview", stop_digest)


async def test_the_year_of_the_process(store: Store) -> None:
    year = Year(store, city(BEGIN))
    book = whole_book()
    herald = Herald(book, {"telegram": render}, QUIET, lambda: None)
    megaphone = Megaphone(book, {"telegram": render}, QUIET, 200, lambda: None)
    _process(year)
    jobs = [
        announcements_job(store, megaphone),
        *workshop_jobs(store, herald),
        notices_job(store, herald),
        reminders_job(store, herald),
    ]
    await year.run(jobs, megaphone, standstills=[("2022-06-13 10:00", "2022-06-14 11:00")])
    told = "\n".join(year.log) + "\n"
    if os.environ.get("TALSTIMME_WRITE_YEAR"):
        GOLDEN.write_text(told, "utf-8")
    assert told == GOLDEN.read_text("utf-8")
