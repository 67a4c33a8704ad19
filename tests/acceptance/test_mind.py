"""The models in their own process: they end with the program, come back when they were ended, and complain in words."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import pytest

from tests.acceptance.program import Program, running
from tests.emulator import BotApi, Citizen, emulator

WORDS = "Mehr sichere Stellplätze für Räder am Bahnhof Barmen"
SETTINGS = {"TALSTIMME_NLP__PATIENCE_MS": "10000", "TALSTIMME_DIALOGUE__LANGUAGES": '["de"]'}
# Models load in a few seconds; a busy machine gets more.
PATIENCE = 60.0
LOOK_EVERY = 0.1


def _minds(program: Program) -> list[int]:
    """Return the processes in which the program's models are."""
    return [each for each in program.children() if b"bot.mind" in Path(f"/proc/{each}/cmdline").read_bytes()]


async def _gone(process: int) -> None:
    async with asyncio.timeout(PATIENCE):
        while "Z" not in _state(process):  # noqa: ASYNC110  (nothing tells when)
            await asyncio.sleep(LOOK_EVERY)


def _state(process: int) -> str:
    try:
        return Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return "Z"


async def _understood(bot_api: BotApi) -> Citizen:
    """Return a citizen whose idea was understood: only then the fields it may belong to are few."""
    async with asyncio.timeout(PATIENCE):
        while True:
            citizen = bot_api.citizen()
            await citizen.say(WORDS)
            heard = await citizen.hears()
            if sum("move:" in (button.data or "") for button in heard.buttons) in (1, 2):
                return citizen


@pytest.mark.slow
async def test_models_that_are_ended_come_back_and_end_with_the_program(tmp_path: Path) -> None:
    async with emulator() as bot_api, running(tmp_path, bot_api, **SETTINGS) as program:
        await _understood(bot_api)
        (first,) = _minds(program)
        os.kill(first, signal.SIGKILL)
        await _gone(first)
        await _understood(bot_api)
        (second,) = _minds(program)
        assert second != first
        await program.kill()
        await _gone(second)


@pytest.mark.slow
async def test_a_model_that_is_not_there_is_complained_about_in_one_sentence(tmp_path: Path) -> None:
    async with running(tmp_path, TALSTIMME_NLP__SPACY_MODEL="de_core_news_none") as program:
        assert program.process is not None
        code = await asyncio.wait_for(program.process.wait(), PATIENCE)
        assert program.reading is not None
        await program.reading
    assert code == 2
    assert "leave `spacy_model` empty or install it" in program.told[-1]
    assert not any("Traceback" in line for line in program.told)
