"""`kill -9` at random moments of an announcement: nobody misses it, and who gets it twice is counted.

A message can come twice only where the process died between Telegram's answer and our note of it. `BROADCAST_KILLS=100`
(as `make chaos` sets it) makes the long run; the seed is printed with the counts.
"""

from __future__ import annotations

import asyncio
import os
import random
from pathlib import Path

import pytest

from tests.acceptance import crowd
from tests.acceptance.program import Program, instance
from tests.emulator import Citizen, emulator

KILLS = int(os.environ.get("BROADCAST_KILLS", "3"))
SEED = int(os.environ.get("CHAOS_SEED", "20230327"))
IN_FLIGHT = 4
# Fast, so that a kill falls among messages; so many people that they last for all kills.
PER_SECOND = 100
PEOPLE_PER_KILL = 90
# Between the first message after a start and the kill lies a moment of this range (seconds).
MOMENTS = (0.0, 0.8)
ROUND_TRIP = 25.0  # milliseconds
PATIENCE = 60.0
# A busy machine still sends so many messages a second.
SLOWEST = 5
SETTINGS = {
    "TALSTIMME_TELEGRAM__MESSAGES_PER_SECOND": str(PER_SECOND),
    "TALSTIMME_TELEGRAM__SENDS_IN_FLIGHT": str(IN_FLIGHT),
    "TALSTIMME_NLP__ENABLED": "false",
    "TALSTIMME_NOTICES__QUIET_FROM": "00:00",
    "TALSTIMME_NOTICES__QUIET_UNTIL": "00:00",
}


async def _kill_again_and_again(program: Program, people: list[Citizen], dice: random.Random) -> int:
    """Kill until it was enough or nothing is left to be killed; return how often."""
    for kill in range(KILLS):
        seen = sum(crowd.received(people).values())
        while sum(crowd.received(people).values()) == seen and seen < len(people):  # noqa: ASYNC110
            await asyncio.sleep(0.01)  # another process sends; what it does is seen on the screens alone
        await asyncio.sleep(dice.uniform(*MOMENTS))  # the chaos itself, not a hope
        if crowd.status(program, 1) == "done":
            return kill
        await program.kill()
        await program.start()
    return KILLS


async def _done(program: Program) -> None:
    async with asyncio.timeout(PATIENCE + PEOPLE_PER_KILL * KILLS / SLOWEST):
        while crowd.status(program, 1) != "done":  # noqa: ASYNC110
            await asyncio.sleep(0.1)  # another process works; the database alone says when it is done


@pytest.mark.slow
async def test_nobody_misses_an_announcement_when_the_process_is_killed(tmp_path: Path) -> None:
    async with emulator(seed=SEED) as bot_api:
        program = instance(tmp_path, bot_api, **SETTINGS)
        people = await crowd.gather(program, bot_api, PEOPLE_PER_KILL * KILLS)
        await bot_api.latency(ROUND_TRIP)
        crowd.announce(program)
        await program.start()
        kills = await _kill_again_and_again(program, people, random.Random(SEED))
        await _done(program)
        assert await program.stop() == 0
        await bot_api.catch_up()
        received = crowd.received(people)
        repeats = sum(number - 1 for number in received.values() if number > 1)
        missed = sum(number == 0 for number in received.values())
        print(
            f"\nkills {kills} (seed {SEED}), recipients {len(people)}, missed {missed}, repeats {repeats}, "
            f"allowed {IN_FLIGHT} for each kill"
        )
    assert kills == KILLS
    assert missed == 0
    assert repeats <= IN_FLIGHT * kills
    assert max(received.values()) <= 1 + kills
