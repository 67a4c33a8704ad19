"""What goes wrong by a person's hand ends in one clear sentence and exit code 2; what comes in malformed is parked."""

from __future__ import annotations

import shutil
import socket
import sqlite3
from pathlib import Path

import pytest

from bot.book import CONTENT
from storage.migrations import upgrade
from tests.acceptance.program import Program, instance, running
from tests.emulator import emulator


async def _complaint(program: Program, *arguments: str) -> str:
    code, _, told = await program.command(*arguments)
    assert code == 2, told
    assert "Traceback" not in told
    return told


async def test_a_wrong_token_is_told_with_what_to_set(tmp_path: Path) -> None:
    async with emulator() as bot_api:
        program = instance(tmp_path, bot_api, TALSTIMME_TELEGRAM__TOKEN="1:wrong")
        told = await _complaint(program, "run")
    assert "TALSTIMME_TELEGRAM__TOKEN" in told
    assert "1:wrong" not in told


async def test_a_taken_port_is_told_with_what_to_set(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        told = await _complaint(instance(tmp_path, TALSTIMME_WEB__PORT=port), "run")
    assert "TALSTIMME_WEB__PORT" in told


async def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'nowhere' / 'x.sqlite3'}"
    told = await _complaint(instance(tmp_path, TALSTIMME_STORAGE__URL=url), "export", "--output", "x.csv")
    assert "storage.url" in told


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("[web\nport = 1", ("config.toml", "TOML")),
        ("[web]\nport = 'x'\nprot = 2\n[nlp]\nenabled = 7", ("web.port", "web.prot", "nlp.enabled")),
    ],
)
async def test_a_broken_configuration_is_told_with_file_and_key(
    tmp_path: Path, content: str, expected: tuple[str, ...]
) -> None:
    (tmp_path / "config.toml").write_text(content)
    program = Program(tmp_path, {})
    told = await _complaint(program, "check")
    assert all(word in told for word in expected)


async def test_a_file_without_texts_is_refused_and_nothing_is_lost(tmp_path: Path) -> None:
    (tmp_path / "notes.csv").write_text("farbe;zahl\nrot;1\n")
    told = await _complaint(instance(tmp_path), "import", "notes.csv")
    assert "notes.csv" in told


async def test_a_dialogue_with_a_dead_end_is_named_with_file_and_step(tmp_path: Path) -> None:
    shutil.copytree(CONTENT, tmp_path / "content")
    file = tmp_path / "content" / "dialogues" / "mobility.toml"
    ended = file.read_text("utf-8").replace('"problem", "idea", "place", "confirm"', '"problem", "idea"', 1)
    file.write_text(ended, "utf-8")
    told = await _complaint(instance(tmp_path, TALSTIMME_DIALOGUE__CONTENT_FOLDER="content"), "check")
    assert "dialogues/mobility.toml" in told


async def test_a_database_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    program = instance(tmp_path)
    upgrade(program.environment["TALSTIMME_STORAGE__URL"])
    with sqlite3.connect(tmp_path / "talstimme.sqlite3") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    told = await _complaint(program, "run")
    assert "newer" in told


async def test_a_second_bot_on_the_same_database_ends_with_one_sentence(tmp_path: Path) -> None:
    async with running(tmp_path, TALSTIMME_NLP__ENABLED="false") as program:
        told = await _complaint(program, "run")
    assert "another Talstimme" in told


async def test_a_malformed_update_is_parked_and_the_bot_goes_on(tmp_path: Path) -> None:
    async with emulator() as bot_api, running(tmp_path, bot_api, TALSTIMME_NLP__ENABLED="false") as program:
        await bot_api.hand_out({"message": {"message_id": "no number", "chat": {"id": 7}}})
        citizen = bot_api.citizen()
        await citizen.start()
        await citizen.hears()
        await program.stop()
    with sqlite3.connect(tmp_path / "talstimme.sqlite3") as connection:
        parked = connection.execute("SELECT reason FROM inbox WHERE parked_at IS NOT NULL").fetchall()
    assert len(parked) == 1
    assert "no number" not in parked[0][0]
