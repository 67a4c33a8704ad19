"""The ideas of others: supported instead of sent twice, read one after another, and several told in one message."""

from __future__ import annotations

import asyncio
import csv
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.acceptance.program import Program, running
from tests.emulator import BotApi, Citizen, emulator

IDEAS = {
    "mobility": "Mehr Bänke an der Nordbahntrasse, vor allem für ältere Menschen",
    "environment": "Einen Trinkbrunnen am Laurentiusplatz aufstellen",
    "living": "Abends länger geöffnete Spielplätze in Ronsdorf",
}
SAME = "An der Nordbahntrasse sollten mehr Bänke für ältere Leute stehen"
SEVERAL = "Mehr Mülleimer an der Trasse. Außerdem fehlen Radwege am Bahnhof Barmen für den Weg zur Arbeit."
# Models load in a few seconds; a busy machine gets more.
PATIENCE = 60.0
LOOK_EVERY = 0.1


def _rows(folder: Path, query: str) -> list[tuple[str | int | None, ...]]:
    connection = sqlite3.connect(folder / "talstimme.sqlite3")
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def _change(folder: Path, statement: str) -> None:
    connection = sqlite3.connect(folder / "talstimme.sqlite3")
    connection.execute(statement)
    connection.commit()
    connection.close()


async def _until(folder: Path, query: str, expected: list[tuple[str | int | None, ...]]) -> None:
    async with asyncio.timeout(PATIENCE):
        while _rows(folder, query) != expected:  # noqa: ASYNC110  (another process works; nothing tells when)
            await asyncio.sleep(LOOK_EVERY)


def _ideas(folder: Path) -> None:
    with (folder / "ideas.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["field", "text"])
        table.writerows(IDEAS.items())


@asynccontextmanager
async def _city(folder: Path) -> AsyncIterator[tuple[BotApi, Program]]:
    """A running city with three released ideas."""
    _ideas(folder)
    async with emulator() as bot_api, running(folder, bot_api, TALSTIMME_NLP__PATIENCE_MS="10000") as program:
        code, _, told = await program.command("import", "ideas.csv")
        assert code == 0, told
        ready = "SELECT count(*) FROM contribution WHERE embedding IS NOT NULL"
        await _until(folder, ready, [(len(IDEAS),)])
        numbers = [str(number) for (number,) in _rows(folder, "SELECT number FROM contribution")]
        _change(folder, "UPDATE contribution SET publishing = 'import'")
        code, _, told = await program.command("review", "release", *numbers)
        assert code == 0, told
        yield bot_api, program
        assert bot_api.violations == []


async def _greeted(citizen: Citizen) -> None:
    await citizen.start()
    await citizen.hears("Sprache")
    await citizen.press("Deutsch")
    await citizen.hears("Worum geht es")


REACTIONS = "SELECT value, count(*) FROM reaction GROUP BY value ORDER BY value"


@pytest.mark.slow
async def test_the_same_idea_is_supported_once_and_taken_back(tmp_path: Path) -> None:
    async with _city(tmp_path) as (bot_api, _):
        citizen = bot_api.citizen()
        await _greeted(citizen)
        await citizen.say(SAME)
        await citizen.hears("Das habe ich notiert")
        await citizen.press(next(label for label in citizen.buttons if "Mobilität" in label))
        card = await citizen.hears("Ähnliche Ideen")
        assert IDEAS["mobility"] in card.text
        assert "dafür" not in card.text
        await citizen.press("👍 A: Das meine ich auch")
        await citizen.hears("Ihre Stimme zählt jetzt")
        await citizen.press("👍 A: Das meine ich auch", on=card)
        await citizen.hears("Ihre Stimme zählt jetzt")
        assert _rows(tmp_path, REACTIONS) == [(1, 1)]
        await citizen.press("↩️ Stimme zurücknehmen")
        again = await citizen.hears("Ähnliche Ideen")
        assert SAME in again.text
        assert _rows(tmp_path, REACTIONS) == []
        await citizen.press("➕ A ergänzen")
        await citizen.hears("Ergänzung zu dieser Idee")
        await citizen.press("✅ Abschicken")
        await citizen.hears("Ihr Beitrag ist angekommen")
        linked = "SELECT b.text FROM addition JOIN contribution b ON b.id = adds_to_id"
        assert _rows(tmp_path, linked) == [(IDEAS["mobility"],)]


@pytest.mark.slow
async def test_what_is_released_this_moment_is_offered_to_the_very_next_message(tmp_path: Path) -> None:
    async with _city(tmp_path) as (bot_api, _):
        _change(tmp_path, "UPDATE contribution SET status = 'received', decided_at = NULL")
        citizen = bot_api.citizen()
        await _greeted(citizen)
        _change(tmp_path, "UPDATE contribution SET status = 'released', decided_at = CURRENT_TIMESTAMP")
        await citizen.say(SAME)
        await citizen.hears("Das habe ich notiert")
        await citizen.press(next(label for label in citizen.buttons if "Mobilität" in label))
        assert IDEAS["mobility"] in (await citizen.hears("Ähnliche Ideen")).text


@pytest.mark.slow
async def test_ideas_are_read_one_after_another_until_none_is_left(tmp_path: Path) -> None:
    async with _city(tmp_path) as (bot_api, _):
        citizen = bot_api.citizen()
        await _greeted(citizen)
        await citizen.command("ideen")
        seen = {(await citizen.hears("Was halten Sie davon")).text}
        await citizen.say("dafür")
        seen.add((await citizen.hears("Gezählt: Sie sind für")).text)
        await citizen.press("👎 Dagegen")
        seen.add((await citizen.hears("Gezählt: Sie sind gegen")).text)
        assert all(any(text in each for each in seen) for text in IDEAS.values())
        await citizen.press("➡️ Nächste Idee")
        await citizen.hears("keine Idee, zu der Sie noch nichts gesagt haben")
        assert _rows(tmp_path, REACTIONS) == [(-1, 1), (0, 1), (1, 1)]
        await citizen.press("↩️ Stimme zurücknehmen")
        await citizen.hears("Was halten Sie davon")
        assert _rows(tmp_path, REACTIONS) == [(-1, 1), (1, 1)]
        await citizen.press("🔎 Auswählen")
        await citizen.hears("Welche Ideen")
        await citizen.press("see:f:economy")
        await citizen.hears("Hier gibt es gerade keine Idee")


@pytest.mark.slow
async def test_several_ideas_in_one_message_get_a_number_each(tmp_path: Path) -> None:
    async with _city(tmp_path) as (bot_api, _):
        citizen = bot_api.citizen()
        await _greeted(citizen)
        await citizen.press("field:mobility")
        await citizen.hears()
        await citizen.say(SEVERAL)
        await citizen.hears("Das klingt nach 2 verschiedenen Ideen")
        await citizen.press("✂️ 2 Ideen einzeln senden")
        await citizen.hears("Hier ist die erste")
        for _ in range(2):
            if "✅ Abschicken" not in citizen.buttons:
                await citizen.press(
                    next(label for label in citizen.buttons if "Mobilität" in label or "Umwelt" in label)
                )
                await citizen.hears("Stimmt das so")
            await citizen.press("✅ Abschicken")
            await citizen.hears("Ihr Beitrag ist angekommen")
        sent = _rows(tmp_path, "SELECT text FROM contribution WHERE channel = 'telegram' ORDER BY id")
        assert " ".join(str(text) for (text,) in sent).split() == SEVERAL.split()
        assert len(sent) == 2
