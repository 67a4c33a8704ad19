"""Every dialogue, played to its end by a citizen who presses what the bot offers, and found again in the export."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.acceptance.program import running
from tests.emulator import Citizen, emulator

WORDS = {
    "mobility": "Morgens stehe ich am Alten Markt zwanzig Minuten, weil kein Bus kommt",
    "citizens": "Meine Mutter bräuchte jemanden, der ihr in Barmen das Tablet erklärt",
    "living": "Am Ölberg sollten sich Nachbar:innen Werkzeug teilen können, über eine Plattform",
    "environment": "Sensoren in den Bäumen an der Nordbahntrasse, damit sie im Sommer gegossen werden",
    "administration": "Beim Einwohnermeldeamt bekomme ich online seit Wochen keinen Termin",
    "economy": "Leere Läden in Elberfeld für junge Gründer:innen öffnen",
    "learning": "In unserer Schule in Langerfeld reicht das WLAN nie für alle Tablets",
    "quarters": "Wir brauchen in Vohwinkel einen Platz mit Licht, wo wir abends Basketball spielen können",
    "climate": "Die Heizung in unserer Schule in Ronsdorf läuft sogar am Wochenende",
}
SCHOOL = ("learning", "quarters", "climate")


async def _tell(citizen: Citizen, field: str) -> None:
    """Go from /start to the receipt by pressing what is offered."""
    await citizen.start()
    await citizen.hears("Sprache")
    await citizen.press("Deutsch")
    await citizen.hears("Worum geht es")
    if field in SCHOOL:
        await citizen.press("go:school")
        await citizen.hears()
    await citizen.press(f"field:{field}")
    await citizen.hears()
    await citizen.say(WORDS[field])
    await citizen.hears("Stimmt das so")
    await citizen.press("✅ Abschicken")
    await citizen.hears("T-")


@pytest.mark.slow
async def test_every_dialogue_ends_in_one_exported_row(tmp_path: Path) -> None:
    async with emulator() as bot_api, running(tmp_path, bot_api) as program:
        for field in WORDS:
            await _tell(bot_api.citizen(), field)
        await program.stop()
        code, _, told = await program.command("export", "--format", "csv", "--output", "all.csv")
        assert (code, bot_api.violations) == (0, []), told
    with (tmp_path / "all.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["field"] for row in rows} == set(WORDS)
    assert len(rows) == len(WORDS)
    assert all(row["kind"] and row["number"] and row["text"] for row in rows)
    assert all(row["places"] and row["district"] for row in rows)
    assert any(row["topics"] for row in rows)
