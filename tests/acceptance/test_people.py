"""What people do beside writing: pass words on, send cards and stickers, block, come back, ask for their data, move."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.program import running
from tests.emulator import Citizen, emulator

WORDS = "Am Bahnhof Vohwinkel fehlen Fahrradbügel für alle, die umsteigen"
QUICK = {"TALSTIMME_NLP__ENABLED": "false"}


async def _begin(citizen: Citizen) -> None:
    await citizen.start()
    await citizen.hears("Sprache")
    await citizen.press("Deutsch")
    await citizen.hears("Worum geht es")


async def _send(citizen: Citizen) -> None:
    await citizen.press("field:mobility")
    await citizen.hears("von A nach B")
    await citizen.say(WORDS)
    await citizen.hears("Stimmt das so")
    await citizen.press("✅ Abschicken")
    await citizen.hears("Drei freiwillige Fragen")


def _rows(folder: Path, query: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(folder / "talstimme.sqlite3")
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


@pytest.mark.slow
async def test_cards_and_stickers_are_refused_and_forwarded_words_command_nothing(tmp_path: Path) -> None:
    async with emulator() as bot_api, running(tmp_path, bot_api, **QUICK):
        citizen = bot_api.citizen()
        await _begin(citizen)
        await citizen.contact("+49202563000")
        await citizen.hears("nichts davon gespeichert")
        await citizen.sticker()
        await citizen.hears("Danke für den Sticker")
        await citizen.forward("Abbrechen")
        await citizen.hears("Das habe ich notiert")
        states = json.dumps(_rows(tmp_path, "SELECT state FROM conversation"))
        assert "49202563000" not in states
        assert "Abbrechen" in states
        assert bot_api.violations == []


@pytest.mark.slow
async def test_consents_reach_the_database_and_under_sixteen_the_link_is_cut(tmp_path: Path) -> None:
    async with emulator() as bot_api, running(tmp_path, bot_api, **QUICK):
        citizen = bot_api.citizen()
        await _begin(citizen)
        await _send(citizen)
        await citizen.press("☐ Text zeigen: nein")
        await citizen.hears("freigegeben hat")
        assert _rows(tmp_path, "SELECT publishing, licence FROM contribution") == [("1", None)]
        await citizen.press("☐ Nachrichten: nein")
        await citizen.hears("16 Jahre oder älter")
        assert len(_rows(tmp_path, "SELECT * FROM citizen_link")) == 1
        await citizen.press("Nein, jünger als 16")
        await citizen.hears("Unter 16")
        assert _rows(tmp_path, "SELECT * FROM citizen_link") == []
        assert _rows(tmp_path, "SELECT kind FROM consent WHERE withdrawn_at IS NULL") == [("publish",)]
        assert bot_api.violations == []


@pytest.mark.slow
async def test_everything_stored_comes_as_a_document(tmp_path: Path) -> None:
    async with emulator() as bot_api, running(tmp_path, bot_api, **QUICK):
        citizen = bot_api.citizen()
        await _begin(citizen)
        await _send(citizen)
        for _ in range(2):
            await citizen.command("meinedaten")
            await citizen.hears("liegt als Datei")
        sent = _rows(tmp_path, "SELECT params FROM outbox WHERE method = 'sendDocument' ORDER BY id")
        first, second = (json.dumps(json.loads(params), ensure_ascii=False) for (params,) in sent)
        assert WORDS in first
        assert str(citizen.user["id"]) in first
        assert "sendDocument" not in second, "an earlier file stands in no later one"
        assert bot_api.violations == []


@pytest.mark.slow
async def test_a_group_that_moves_stays_who_it_was(tmp_path: Path) -> None:
    async with emulator() as bot_api, running(tmp_path, bot_api, **QUICK):
        citizen = bot_api.citizen()
        group = await bot_api.group("Klasse 10b", [citizen])
        await citizen.command("start", where=group)
        await group.hears("Sprache")
        await citizen.press("Deutsch", where=group)
        await group.hears("Worum geht es")
        before = _rows(tmp_path, "SELECT id, key FROM citizen ORDER BY id")
        new_id = await group.migrate()
        await citizen.command("hilfe", where=group)
        await group.hears("So geht es")
        after = _rows(tmp_path, "SELECT id, key FROM citizen ORDER BY id")
        assert [row[0] for row in after] == [row[0] for row in before]
        assert after != before
        assert str(new_id) in [row[0] for row in _rows(tmp_path, "SELECT external_id FROM citizen_link")]
        assert bot_api.violations == []


@pytest.mark.slow
async def test_whoever_blocks_and_comes_back_goes_on(tmp_path: Path) -> None:
    async with emulator() as bot_api, running(tmp_path, bot_api, **QUICK):
        citizen = bot_api.citizen()
        await _begin(citizen)
        await citizen.say(WORDS)
        await citizen.hears("Das habe ich notiert")
        await citizen.block()
        await citizen.unblock()
        await citizen.start()
        heard = await citizen.hears("Willkommen zurück")
        assert WORDS in heard.text
        assert _rows(tmp_path, "SELECT reachable FROM citizen") == [(1,)]
        assert bot_api.violations == []
