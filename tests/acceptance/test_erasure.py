"""Whoever asks to be forgotten is: in the file, in its log, in what the program said, and after a restore."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest

from tests.acceptance.program import Program, running
from tests.emulator import BotApi, Citizen, emulator

WORDS = "Unverwechselbare Hängematten am Laurentiusplatz für alle im Viertel"
KEPT = "Ganz andere Fahrradbügel am Bahnhof Vohwinkel für den Nahverkehr"
DRAFT = "Halbfertige Gedanken über Springbrunnen in Ronsdorf"
REASON = "Mein unverwechselbares Gartentor ist darin zu erkennen"
# The answer goes out, then the rows go; a busy machine gets this many seconds.
PATIENCE = 30.0
LOOK_EVERY = 0.1


async def _tell(citizen: Citizen, words: str) -> None:
    await citizen.start()
    await citizen.hears("Sprache")
    await citizen.press("Deutsch")
    await citizen.hears("Worum geht es")
    await citizen.press("field:mobility")
    await citizen.hears("von A nach B")
    await citizen.say(words)
    await citizen.hears("Stimmt das so")
    await citizen.press("✅ Abschicken")
    await citizen.hears("T-")


async def _forget(citizen: Citizen, choice: str) -> None:
    await citizen.command("loeschen")
    await citizen.hears("Was soll gelöscht werden")
    await citizen.press(choice)
    await citizen.hears("Wirklich")
    await citizen.press("🗑 Ja, endgültig löschen")
    await citizen.hears("werden jetzt gelöscht")


def _traces(folder: Path, *traces: str) -> list[tuple[str, str]]:
    files = sorted(folder.glob("talstimme.sqlite3*"))
    return [(file.name, trace) for file in files for trace in traces if trace.encode() in file.read_bytes()]


async def _wait_until_gone(folder: Path, *traces: str) -> None:
    async with asyncio.timeout(PATIENCE):
        while _traces(folder, *traces):  # noqa: ASYNC110  (another process erases; nothing tells when)
            await asyncio.sleep(LOOK_EVERY)


def _texts(folder: Path) -> list[tuple[str, int | None]]:
    connection = sqlite3.connect(folder / "talstimme.sqlite3")
    try:
        return connection.execute("SELECT text, citizen_id FROM contribution ORDER BY text").fetchall()
    finally:
        connection.close()


def _new_machine(folder: Path) -> Path:
    """Leave only the backup and the ledger and return the backup."""
    [backup] = (folder / "before").glob("talstimme-*.sqlite3")
    assert WORDS.encode() in backup.read_bytes(), "the backup is older than the erasure"
    (folder / "before" / "erasures.jsonl").write_bytes((folder / "backups" / "erasures.jsonl").read_bytes())
    for file in folder.glob("talstimme.sqlite3*"):
        file.unlink()
    return backup


async def _restored(program: Program, folder: Path) -> None:
    code, _, told = await program.command("restore", str(_new_machine(folder)))
    assert code == 0, told
    assert "1 erasures repeated" in told


async def _saved(program: Program) -> None:
    code, _, told = await program.command("backup", "--folder", "before")
    assert code == 0, told


async def _play(bot_api: BotApi, program: Program, citizen: Citizen, folder: Path) -> str:
    telegram_id = str(citizen.user["id"])
    await _tell(citizen, WORDS)
    await citizen.press("☐ Text zeigen: nein")
    await citizen.hears("freigegeben hat")
    await citizen.command("widerspruch")
    await citizen.hears("Warum widersprechen Sie")
    await citizen.say(REASON)
    await citizen.hears("Widerspruch ist aufgenommen")
    await citizen.say(DRAFT)
    await citizen.hears()
    await _saved(program)
    await _forget(citizen, "Beiträge auch löschen")
    await _wait_until_gone(folder, telegram_id, WORDS, DRAFT, REASON)
    return telegram_id


@pytest.mark.slow
async def test_nothing_is_left_of_whoever_wants_everything_erased(tmp_path: Path) -> None:
    async with emulator() as bot_api, running(tmp_path, bot_api, TALSTIMME_NLP__ENABLED="false") as program:
        citizen, other = bot_api.citizens(2)
        await _tell(other, KEPT)
        telegram_id = await _play(bot_api, program, citizen, tmp_path)
        await citizen.start()
        await citizen.hears("Sprache")  # somebody new, asked and told everything again
        await program.stop()
        told = "\n".join(program.told)
        assert [trace for trace in (telegram_id, WORDS, DRAFT, REASON) if trace in told] == []
        assert [text for text, _ in _texts(tmp_path)] == [KEPT]
        await _restored(program, tmp_path)
        assert _traces(tmp_path, telegram_id, WORDS, DRAFT, REASON) == []
        assert [text for text, _ in _texts(tmp_path)] == [KEPT]
        assert bot_api.violations == []


@pytest.mark.slow
async def test_a_contribution_can_stay_without_its_author(tmp_path: Path) -> None:
    async with emulator() as bot_api, running(tmp_path, bot_api, TALSTIMME_NLP__ENABLED="false") as program:
        citizen = bot_api.citizen()
        await _tell(citizen, WORDS)
        await _forget(citizen, "Beiträge ohne Namen behalten")
        await _wait_until_gone(tmp_path, str(citizen.user["id"]))
        await program.stop()
    assert _texts(tmp_path) == [(WORDS, None)]
