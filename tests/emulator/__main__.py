"""`python -m tests.emulator --port 8081`: the emulator as a process of its own, until SIGTERM."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys

from tests.emulator.clock import Clock
from tests.emulator.flood import Flood, Limits
from tests.emulator.running import serving
from tests.emulator.world import TOKEN, World


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.emulator", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--seed", type=int, default=1, help="decides all ids")
    parser.add_argument("--token", default=TOKEN)
    parser.add_argument("--speed", type=float, default=1.0, help="pace of the clock; 0 stands still")
    parser.add_argument("--limits", action="store_true", help="Telegram's sending limits")
    parser.add_argument("--latency", type=float, default=0.0, help="milliseconds per request")
    parser.add_argument("--no-privacy", action="store_true", help="the bot reads all of groups")
    parser.add_argument("--until-eof", action="store_true", help="end with its parent process")
    return parser.parse_args()


async def _serve(options: argparse.Namespace) -> None:
    clock = Clock(speed=options.speed)
    privacy = not options.no_privacy
    world = World(clock=clock, seed=options.seed, token=options.token, privacy=privacy)
    world.network.round_trip = options.latency / 1000
    world.flood = Flood(clock, Limits()) if options.limits else None
    stopped = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stopped.set)
    if options.until_eof:
        asyncio.get_running_loop().add_reader(sys.stdin, stopped.set)
    async with serving(world, options.port) as root:
        print(f"ready {root}", flush=True)
        await stopped.wait()


if __name__ == "__main__":
    asyncio.run(_serve(_options()))
