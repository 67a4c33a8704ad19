"""Somebody on Telegram hears what became of their idea, asks for it again, and turns the news off."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage import analyses, contributions, reviews
from storage.analyses import Analysed
from storage.audits import Actor
from storage.database import open_engine
from storage.models.contribution import ANSWERED
from tests.acceptance.program import running
from tests.emulator import Citizen, emulator
from tests.web.site import numbers

WORDS = "Am Bahnhof Vohwinkel fehlen Fahrradbügel für alle, die umsteigen"
# The schedule looks twice a minute; a busy machine gets more (seconds).
PATIENCE = 90.0
# No hour is quiet, whatever the clock of this machine says.
NEVER_QUIET = {"TALSTIMME_NOTICES__QUIET_FROM": "08:00", "TALSTIMME_NOTICES__QUIET_UNTIL": "08:00"}


async def _tell(citizen: Citizen) -> str:
    await citizen.start()
    await citizen.hears("Sprache")
    await citizen.press("Deutsch")
    await citizen.hears("Worum geht es")
    await citizen.press("field:mobility")
    await citizen.hears()
    await citizen.say(WORDS)
    await citizen.hears("Stimmt das so")
    await citizen.press("✅ Abschicken")
    thanks = (await citizen.hears("Geheimcode")).text
    await citizen.press("☐ Nachrichten: nein")
    await citizen.hears("16 Jahre oder älter")
    await citizen.press("Ja, 16 oder älter")
    await citizen.hears("kommt hier eine Nachricht")
    return next(numbers(thanks))


def _decide(folder: Path, number: str) -> None:
    now = datetime.now(UTC)
    engine = open_engine(f"sqlite:///{folder / 'talstimme.sqlite3'}")
    with engine.begin() as connection:
        ids = contributions.ids_of(connection, [number])
        analyses.note_analysis(connection, [Analysed(ids[number], WORDS)], now=now)
        reviews.decide(connection, number, ANSWERED, "Die Bügel kommen", Actor("moderation", "moderator"), now=now)
    engine.dispose()


@pytest.mark.slow
async def test_a_decision_reaches_its_author(tmp_path: Path) -> None:
    async with emulator() as bot_api, running(tmp_path, bot_api, **NEVER_QUIET):
        citizen = bot_api.citizen()
        number = await _tell(citizen)
        _decide(tmp_path, number)
        news = await citizen.hears("Es gibt Neues", within=PATIENCE)
        assert number in news.text
        assert "Begründung: Die Bügel kommen" in news.text
        await citizen.press(f"🔕 Keine Nachrichten zu {number}")
        await citizen.hears("keine Nachrichten mehr")
        await citizen.command("meineideen")
        await citizen.hears("Stand: beantwortet")
        await citizen.press(f"🔔 Nachrichten zu {number}")
        await citizen.hears("kommt wieder eine Nachricht")
        assert bot_api.violations == []
