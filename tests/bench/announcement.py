"""An announcement to many with Telegram's limits switched on, while citizens go on talking.

`BENCH_RECIPIENTS=10000` makes the full run, which takes six minutes for each round trip at 28 messages a second; by
default it is a hundred seconds' worth. The pace, the clock and the limits are real.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from bot.config import Telegram
from tests.acceptance import crowd
from tests.acceptance.program import Program, instance
from tests.bench.figures import Figure
from tests.emulator import BotApi, Citizen
from tests.emulator.flood import Limits
from tests.emulator.running import emulator_process

RECIPIENTS = int(os.environ.get("BENCH_RECIPIENTS", "2800"))
ROUND_TRIPS = (0.0, 80.0)  # milliseconds
TALKERS = 20
# Between two questions of citizens (seconds); with these the replies take a thirtieth of the pace.
PAUSE = 1.0
# So long the first message may take (seconds).
START = 60.0
SETTINGS = {
    "TALSTIMME_DIALOGUE__LANGUAGES": '["de"]',
    "TALSTIMME_NLP__ENABLED": "false",
    "TALSTIMME_NOTICES__QUIET_FROM": "00:00",
    "TALSTIMME_NOTICES__QUIET_UNTIL": "00:00",
}


@dataclass(frozen=True, slots=True)
class Run:
    """What one run came to: share of the allowed pace, refusals, who got it how often, replies in seconds."""

    used: float
    refused: int
    missed: int
    twice: int
    replies: list[float]


async def measure() -> list[Figure]:
    """Return what an announcement makes of the allowed pace, and how long replies take in its middle."""
    return [figure for trip in ROUND_TRIPS for figure in _figures(trip, await _run(trip))]


async def _run(trip: float) -> Run:
    with tempfile.TemporaryDirectory() as folder:
        async with emulator_process() as bot_api:
            await bot_api.limit(Limits())
            program = instance(Path(folder), bot_api, **SETTINGS)
            people = await crowd.gather(program, bot_api, RECIPIENTS)
            await program.start()
            talkers = [await _greeted(bot_api) for _ in range(TALKERS)]
            await bot_api.latency(trip)
            number = crowd.announce(program)
            replies = await _talk(program, number, talkers, people)
            await program.stop()
            await bot_api.catch_up()
            return await _judged(bot_api, people, replies)


async def _greeted(bot_api: BotApi) -> Citizen:
    citizen = bot_api.citizen()
    await citizen.start()
    await citizen.hears()
    return citizen


async def _talk(program: Program, number: int, talkers: list[Citizen], people: list[Citizen]) -> list[float]:
    """Ask for help again and again while the announcement is under way; return how long each reply took."""
    await people[0].hears(crowd.TITLE, within=START)
    replies: list[float] = []
    while crowd.status(program, number) != "done":
        began = time.perf_counter()
        citizen = talkers[len(replies) % len(talkers)]
        await citizen.command("hilfe")
        await citizen.hears("So geht es")
        replies.append(time.perf_counter() - began)
        await asyncio.sleep(PAUSE)
    return replies


async def _judged(bot_api: BotApi, people: list[Citizen], replies: list[float]) -> Run:
    received = crowd.received(people)
    calls = await bot_api.calls("sendMessage")
    told = {each.id for each in people}
    first = min(call.started_at for call in calls if call.chat_id in told)
    last = max(call.started_at for call in calls if call.chat_id in told)
    within = sum(first <= call.started_at <= last and call.code == 200 for call in calls)
    used = (within - 1) / (last - first) / Telegram().messages_per_second
    refused = sum(call.code == 429 and call.started_at > first + 1 for call in calls)
    missed, twice = (sum(test(each) for each in received.values()) for test in (_is_none, _is_more))
    return Run(used, refused, missed, twice, replies)


def _is_none(number: int) -> bool:
    return number == 0


def _is_more(number: int) -> bool:
    return number > 1


def _figures(trip: float, run: Run) -> list[Figure]:
    how = f"{RECIPIENTS} recipients, limits as Telegram's, {trip:.0f} ms round trip"
    counts = f"{run.refused} · {run.missed} · {run.twice}"
    slowest = sorted(run.replies)[min(len(run.replies) - 1, int(len(run.replies) * 0.99))] * 1000
    target = f"≤ {300 + trip:.0f} ms"
    return [
        Figure("announcement: share of messages_per_second used", f"{run.used:.1%}", "≥ 97 %", how),
        Figure("announcement: 429 after the first second · missed · twice", counts, "0 · 0 · 0", how),
        Figure(f"reply in the middle, 99th percentile of {len(run.replies)}", f"{slowest:.0f} ms", target, how),
    ]
