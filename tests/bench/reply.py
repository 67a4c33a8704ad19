"""How soon the first reply comes, and how much memory the running bot takes."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

from tests.acceptance.program import Program, running
from tests.bench.figures import Figure
from tests.emulator import BotApi, emulator

STRANGERS = 60
WORDS = "Mehr sichere Stellplätze für Räder am Bahnhof Barmen wären eine große Hilfe"
MEGABYTE = 1024 * 1024
# With one language nobody is asked for theirs, and the first reply is the notice with the menu.
GERMAN = {"TALSTIMME_DIALOGUE__LANGUAGES": '["de"]'}


async def measure() -> list[Figure]:
    """Return the time from an update to the first reply on an idle machine, and the peak memory."""
    with tempfile.TemporaryDirectory() as folder:
        async with emulator() as bot_api, running(Path(folder), bot_api, **GERMAN) as program:
            await _models_are_loaded(bot_api)
            commands = [await _seconds(bot_api, "/start") for _ in range(STRANGERS)]
            texts = [await _seconds(bot_api, WORDS) for _ in range(STRANGERS)]
            memory = _peak(program)
    how = f"{STRANGERS} strangers one after the other, emulator included"
    return [
        Figure("first reply to /start, median", f"{statistics.median(commands) * 1000:.0f} ms", "≤ 50 ms", how),
        Figure(
            "first reply to a text with proposals, median", f"{statistics.median(texts) * 1000:.0f} ms", "≤ 50 ms", how
        ),
        Figure("peak memory of the running bot", f"{memory / MEGABYTE:.0f} MB", "< 600 MB", "VmHWM, all its processes"),
    ]


async def _models_are_loaded(bot_api: BotApi) -> None:
    while True:
        citizen = bot_api.citizen()
        await citizen.say(WORDS)
        heard = await citizen.hears()
        if sum("move:" in (button.data or "") for button in heard.buttons) in (1, 2):
            return


async def _seconds(bot_api: BotApi, words: str) -> float:
    citizen = bot_api.citizen()
    began = time.perf_counter()
    await citizen.say(words)
    await citizen.hears()
    return time.perf_counter() - began


def _peak(program: Program) -> int:
    """Return the peak memory of the program and of the process its models are in, shared pages counted in both."""
    assert program.process is not None
    return sum(_peak_of(each) for each in (program.process.pid, *program.children()))


def _peak_of(process: int) -> int:
    status = Path(f"/proc/{process}/status").read_text("ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024
