"""`kill -9` at random moments while citizens talk: nothing that was handed out is lost, nothing is there twice.

`CHAOS_KILLS=50` (as `make chaos` sets it) makes the long run; the seed is printed with the counts.
"""

from __future__ import annotations

import asyncio
import csv
import os
import random
from collections import Counter
from collections.abc import Awaitable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.acceptance.program import Program, instance
from tests.emulator import BotApi, Citizen, emulator

KILLS = int(os.environ.get("CHAOS_KILLS", "3"))
SEED = int(os.environ.get("CHAOS_SEED", "20221123"))
CITIZENS = 20
# Between the start and the next kill lies a moment of this range (seconds), short enough to fall into turns.
MOMENTS = (0.2, 2.0)
# A citizen waits so long for an answer: a restart and some more, on a busy machine (seconds).
PATIENCE = 60.0


@dataclass(slots=True)
class Round:
    """What the citizens have told so far, and whether it is enough."""

    texts: list[str] = field(default_factory=list)
    receipts: int = 0
    enough: bool = False


async def _converse(citizen: Citizen, name: int, told: Round) -> None:
    await _answered(citizen.start(), citizen, "Sprache")
    await _answered(citizen.press("Deutsch"), citizen, "Worum geht es")
    turn = 0
    while not told.enough:
        turn += 1
        words = f"Beitrag {name}-{turn}: mehr sichere Stellplätze für Räder am Bahnhof Barmen wären eine große Hilfe"
        await _answered(citizen.press("field:mobility"), citizen, "von A nach B")
        await _answered(citizen.say(words), citizen, "Stimmt das so")
        told.texts.append(words)
        await _answered(citizen.press("✅ Abschicken"), citizen, "T-")
        told.receipts += 1
        await _answered(citizen.command("menue"), citizen, "Worum geht es")


async def _answered(act: Awaitable[object], citizen: Citizen, words: str) -> None:
    await act
    await citizen.hears(words, within=PATIENCE)


async def _kill_again_and_again(program: Program, dice: random.Random) -> None:
    for _ in range(KILLS):
        await asyncio.sleep(dice.uniform(*MOMENTS))  # the chaos itself, not a hope
        await program.kill()
        await program.start()


async def _play(bot_api: BotApi, program: Program) -> Round:
    told = Round()
    await program.start()
    people = [asyncio.create_task(_converse(each, name, told)) for name, each in enumerate(bot_api.citizens(CITIZENS))]
    try:
        await _kill_again_and_again(program, random.Random(SEED))
    finally:
        told.enough = True
    await asyncio.gather(*people)
    return told


async def _exported(program: Program) -> Counter[str]:
    code, _, complaint = await program.command("export", "--format", "csv", "--output", "all.csv", "--original")
    assert code == 0, complaint
    with (program.folder / "all.csv").open(encoding="utf-8", newline="") as file:
        return Counter(row["text"] for row in csv.DictReader(file))


@pytest.mark.slow
async def test_nothing_is_lost_and_nothing_doubled_when_the_process_is_killed(tmp_path: Path) -> None:
    async with emulator(seed=SEED) as bot_api:
        program = instance(tmp_path, bot_api)
        told = await _play(bot_api, program)
        unanswered = await bot_api.unanswered()
        entries = await bot_api.journal()
        assert await program.stop() == 0
        rows = await _exported(program)
        again = sum(len(entry.handed_out) - 1 for entry in entries if entry.handed_out)
        print(
            f"\nkills {KILLS} (seed {SEED}), citizens {CITIZENS}, updates handed out {len(entries)}, "
            f"of these more than once {again}, unanswered {len(unanswered)}, contributions told {len(told.texts)}, "
            f"exported {sum(rows.values())}"
        )
    assert unanswered == []
    assert rows == Counter(told.texts)
    assert told.receipts == len(told.texts)
    assert bot_api.violations == []
