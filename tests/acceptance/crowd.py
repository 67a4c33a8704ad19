"""Many people who have talked to the bot long ago, in the emulator and in the database alike."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

from storage import announcements, citizens
from storage.announcements import Plan, announcement
from storage.citizens import NewCitizen
from storage.database import open_engine
from storage.migrations import upgrade
from storage.models.announcing import PROCESS
from tests.acceptance.program import Program
from tests.emulator import BotApi, Citizen

TITLE = "Auftakt am Montag"
_TEXTS = {"de": {"title": TITLE, "text": "Kommen Sie vorbei, der Eintritt ist frei."}}
_URL = "TALSTIMME_STORAGE__URL"


async def gather(program: Program, bot_api: BotApi, number: int) -> list[Citizen]:
    """Let so many people stand in both; the program need not run."""
    people = bot_api.citizens(number)
    await bot_api.meet(people)
    url, bot, now = program.environment[_URL], bot_api.token.partition(":")[0], datetime.now(UTC)
    upgrade(url)
    engine = open_engine(url)
    with engine.begin() as connection:
        rows = [NewCitizen(f"key{each.id}", "telegram", bot, str(each.id)) for each in people]
        citizens.find_or_add(connection, rows, now=now)
    engine.dispose()
    return people


def announce(program: Program) -> int:
    """Plan an announcement to all for now, as the command does, and return its number."""
    now = datetime.now(UTC)
    engine = open_engine(program.environment[_URL])
    with engine.begin() as connection:
        number = announcements.add(connection, Plan(TITLE, _TEXTS, ("all",), PROCESS, now), by="test", now=now)
    engine.dispose()
    return number


def status(program: Program, number: int) -> str:
    """Return how an announcement stands."""
    engine = open_engine(program.environment[_URL])
    with engine.connect() as connection:
        found = announcement(connection, number)
    engine.dispose()
    assert found is not None
    return found.status


def received(people: list[Citizen]) -> Counter[int]:
    """Return how often each of these people sees the announcement on their screen."""
    return Counter({each.id: sum(seen.text.startswith(TITLE) for seen in each.heard) for each in people})
