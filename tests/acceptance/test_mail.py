"""Staff hear by mail what they have to know, from a real mail server, and no mail holds what a citizen wrote."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
import pytest_asyncio
from aiosmtpd.smtp import SMTP as Server
from aiosmtpd.smtp import Envelope, Session
from sqlalchemy import Connection

from bot.bell import Bell
from bot.config import BrokenConfig, Mail, Settings, load
from bot.mailing import office
from bot.mailing.wire import MailWire
from bot.outcome import Later, Never, Sent
from bot.schedule import Job, run_due
from bot.store import Store, open_store
from bot.telegram.pace import Pace
from storage import announcements, citizens, contributions
from storage.announcements import Plan
from storage.citizens import NewCitizen
from storage.contributions import NewContribution, NewTag
from storage.models import Announcement, Delivery

WORDS = "Auf der Trasse ist das Geländer abgebrochen, ich heiße Frieda Mustermann"
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
PATIENCE = 20.0


class Mailbox:
    """What has arrived at the mail server; `refuse` is what it answers instead of taking a letter."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.refuse: str | None = None
        self.came = asyncio.Event()
        self.loop = asyncio.get_running_loop()

    async def handle_DATA(self, server: Server, session: Session, envelope: Envelope) -> str:
        """Take a letter; aiosmtpd asks for this name."""
        del server, session
        if self.refuse:
            return self.refuse
        assert isinstance(envelope.content, bytes)
        letter = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        self.came.set()
        return "250 Message accepted"

    def bodies(self) -> list[str]:
        """Return the texts of all letters."""
        return [letter.get_content() for letter in self.letters]


@pytest_asyncio.fixture
async def mailbox() -> AsyncIterator[tuple[Mailbox, Mail]]:
    """A mail server on this machine, and the settings that lead to it."""
    box = Mailbox()
    server = await box.loop.create_server(lambda: Server(box, hostname="mail.stadt.example"), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    settings = Mail(
        host="127.0.0.1",
        port=port,
        security="none",
        sender="Talstimme <talstimme@stadt.example>",
        alerts=("wache@stadt.example",),
        service_center=("center@stadt.example",),
        team=("team@stadt.example",),
    )
    try:
        yield box, settings
    finally:
        server.close()
        await server.wait_closed()


@pytest_asyncio.fixture
async def store(sqlite_url: str) -> AsyncIterator[Store]:
    """An empty database."""
    async with open_store(sqlite_url) as opened:
        yield opened


def send_in(connection: Connection, /, number: str, now: datetime, **more: Any) -> None:
    """Let a contribution come in."""
    row = NewContribution(number, WORDS, "telegram", draft=number, field="mobility", **more)
    contributions.add(connection, [row], now=now)


async def sent(store: Store, settings: Settings, box: Mailbox, number: int, now: datetime) -> None:
    """Send what waits until so many letters have arrived."""
    loop = asyncio.create_task(office.loop(store, settings, clock=lambda: now, bell=Bell()))
    try:
        async with asyncio.timeout(PATIENCE):
            while len(box.letters) < number:
                await box.came.wait()
                box.came.clear()
    finally:
        loop.cancel()
        with suppress(asyncio.CancelledError):
            await loop


def jobs_of(store: Store, settings: Settings) -> tuple[Job, ...]:
    return office.jobs(store, settings, lambda: None)


async def test_danger_is_told_once_without_its_words(
    store: Store, mailbox: tuple[Mailbox, Mail], now: datetime
) -> None:
    box, mail = mailbox
    settings = Settings(mail=mail)
    await store.write(send_in, "T-1", now, tags=[NewTag("care", "emergency", "model:1")])
    await store.write(send_in, "T-2", now, kind="praise")
    for minutes in range(3):
        await run_due(store, jobs_of(store, settings), now + minutes * MINUTE)
    await sent(store, settings, box, 1, now + 3 * MINUTE)
    [letter] = box.letters
    assert letter["To"] == "wache@stadt.example"
    assert letter["Subject"] == "Bitte sofort ansehen: Beitrag T-1"
    assert letter.get_content_type() == "text/plain"
    assert "http://127.0.0.1:8080/desk/beitrag/T-1" in letter.get_content()
    assert "Geländer" not in letter.get_content()
    assert "Frieda" not in letter.get_content()


async def test_the_service_centre_gets_the_days_list_and_the_team_the_weeks_numbers(
    store: Store, mailbox: tuple[Mailbox, Mail]
) -> None:
    box, mail = mailbox
    settings = Settings(mail=mail)
    sunday = datetime(2026, 9, 13, 12, tzinfo=UTC)
    jobs = jobs_of(store, settings)
    await run_due(store, jobs, sunday)
    await store.write(send_in, "T-1", sunday, kind="defect", district="Barmen")
    monday = datetime(2026, 9, 14, 6, 30, tzinfo=UTC)  # half past eight
    await run_due(store, jobs, monday)
    await run_due(store, jobs, monday + MINUTE)
    await sent(store, settings, box, 2, monday + MINUTE)
    by_address = {letter["To"]: letter for letter in box.letters}
    listed = by_address["center@stadt.example"]
    assert listed["Subject"] == "Weiterzugeben: 1 Beitrag (14.09.2026)"
    assert "T-1, 13.09.2026, Barmen: Schaden" in listed.get_content()
    assert "Neue Beiträge: 1" in by_address["team@stadt.example"].get_content()
    assert not any("Geländer" in body for body in box.bodies())


def fail(connection: Connection, now: datetime) -> None:
    """Let an announcement end that nobody got."""
    plan = Plan("Auftakt", {"de": {"text": "Los"}}, ("all",), "process", now, status="done")
    number = announcements.add(connection, plan, by="amt", now=now)
    connection.execute(Announcement.__table__.update().values(ended_at=now))  # type: ignore[attr-defined]
    people = citizens.find_or_add(connection, [NewCitizen("a", "telegram", "main", "7")], now=now)
    row = {"announcement_id": number, "citizen_id": people["a"].id, "outcome": "failed"}
    connection.execute(Delivery.__table__.insert(), [row])  # type: ignore[attr-defined]


async def test_a_failed_announcement_and_a_silence_of_days_are_told_once(
    store: Store, mailbox: tuple[Mailbox, Mail], now: datetime
) -> None:
    box, mail = mailbox
    settings = Settings(mail=mail)
    await store.write(fail, now)
    for days in (0, 1, 3, 4):
        await run_due(store, jobs_of(store, settings)[:1], now + days * DAY)
    await sent(store, settings, box, 2, now + 4 * DAY)
    subjects = {letter["Subject"] for letter in box.letters}
    assert subjects == {"Ankündigung 1 hat viele nicht erreicht", "Seit Tagen schreibt niemand mehr"}


async def test_what_the_server_says_is_an_outcome(mailbox: tuple[Mailbox, Mail], now: datetime) -> None:
    box, mail = mailbox
    wire = MailWire(mail, Pace(lambda: 0.0, asyncio.sleep, random.Random(1).random))
    letter = {"to": "x@stadt.example", "subject": "Hallo", "text": "Öl\n", "key": "a", "at": now.isoformat()}
    assert await wire.post("letter", letter) == Sent()
    assert await wire.post("letter", letter) == Sent()
    assert len({each["Message-ID"] for each in box.letters}) == 1  # sent again after a crash, it is shown once
    assert box.bodies()[0].strip() == "Öl"
    box.refuse = "451 try later"
    assert isinstance(await wire.post("letter", letter), Later)
    box.refuse = "554 no"
    assert await wire.post("letter", letter) == Never("the mail server says 554")
    nobody = MailWire(mail.model_copy(update={"port": 1}), wire.pace)
    assert isinstance(await nobody.post("letter", letter), Later)


async def test_without_a_host_nothing_is_written(store: Store) -> None:
    assert jobs_of(store, Settings()) == ()


def test_what_is_no_address_is_refused_with_its_name() -> None:
    with pytest.raises(BrokenConfig, match="nobody"):
        load(None, {"TALSTIMME_MAIL__ALERTS": '["nobody"]'})
    with pytest.raises(BrokenConfig, match="mail"):
        load(None, {"TALSTIMME_MAIL__HOST": "mail.stadt.example"})
