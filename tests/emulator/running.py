"""Starting an emulator: in this process, as another one, or reaching one that already runs."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from aiohttp import ClientSession, web

from tests.emulator.bot_api import BotApi
from tests.emulator.clock import Clock
from tests.emulator.flood import Flood, Limits
from tests.emulator.links import Inside, Outside
from tests.emulator.server import Server
from tests.emulator.world import TOKEN, USERNAME, World

HOST: Final = "127.0.0.1"
_BACKLOG: Final = 2048  # many clients may come at once
_LAST_WORDS: Final = 0.05  # seconds for requests under way at the end (0 would wait for ever)
_PROJECT: Final = Path(__file__).parents[2]


@asynccontextmanager
async def serving(world: World, port: int = 0) -> AsyncIterator[str]:
    """Serve this world; gives the root address. Port 0 takes a free one."""
    server = Server(world)
    runner = web.AppRunner(server.app(), access_log=None, shutdown_timeout=_LAST_WORDS)
    await runner.setup()
    try:
        await web.TCPSite(runner, HOST, port, backlog=_BACKLOG).start()
        yield f"http://{HOST}:{runner.addresses[0][1]}"
    finally:
        await server.webhook.close()
        await runner.cleanup()


@asynccontextmanager
async def emulator(
    *,
    port: int = 0,
    seed: int = 1,
    speed: float = 1.0,
    start: float | None = None,
    privacy: bool = True,
    limits: Limits | None = None,
    token: str = TOKEN,
) -> AsyncIterator[BotApi]:
    """An emulator in this process.

    `speed` is the pace of its clock (0: stands still until `advance`), `start` its first moment in seconds
    since 1970 (None: now), `privacy` the bot's privacy mode in groups, `limits` Telegram's sending limits.
    """
    world = World(clock=Clock(start=start, speed=speed), seed=seed, token=token, privacy=privacy)
    world.flood = Flood(world.clock, limits) if limits else None
    async with serving(world, port) as root:
        bot_api = BotApi(root, token, seed=seed, username=USERNAME)
        bot_api.link = Inside(world)
        world.listeners.append(bot_api.receive)
        yield bot_api


@asynccontextmanager
async def connected(root: str, *, seed: int = 1) -> AsyncIterator[BotApi]:
    """Steer an emulator that another process serves at `root`."""
    async with ClientSession() as session:
        bot_api = BotApi(root, TOKEN, seed=seed, username=USERNAME)
        link = Outside(session, root, bot_api.receive)
        bot_api.token = await link.open()
        bot_api.link = link
        try:
            yield bot_api
        finally:
            await link.close()


@asynccontextmanager
async def emulator_process(*options: str, seed: int = 1) -> AsyncIterator[BotApi]:
    """An emulator as a process of its own; `options` as `python -m tests.emulator --help` lists them."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.emulator", "--seed", str(seed), *options),
        "--until-eof",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=_PROJECT,
    )
    assert process.stdout
    try:
        line = (await process.stdout.readline()).decode()
        async with connected(line.removeprefix("ready ").strip(), seed=seed) as bot_api:
            yield bot_api
    finally:
        process.terminate()
        await process.communicate()
