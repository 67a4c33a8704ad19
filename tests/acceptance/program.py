"""The program as an operator starts it: a process of its own, spoken to over HTTP alone."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.emulator import BotApi

PROJECT = Path(__file__).parents[2]
# So long a start may take on a busy machine before the test gives up (seconds).
START_PATIENCE = 60.0
_ADDRESS = re.compile(r"ready.*?(http://\S+)")


@dataclass(slots=True)
class Program:
    """One instance with its folder; it can be killed and started again."""

    folder: Path
    environment: dict[str, str]
    process: asyncio.subprocess.Process | None = None
    address: str = ""
    told: list[str] = field(default_factory=list)
    reading: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start it and return when it says that it is ready."""
        self.process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "run"),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(PROJECT), **self.environment},
        )
        ready = asyncio.get_running_loop().create_future()
        self.reading = asyncio.create_task(self._read(ready))
        self.address = await asyncio.wait_for(ready, START_PATIENCE)

    async def _read(self, ready: asyncio.Future[str]) -> None:
        assert self.process is not None
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            self.told.append(line.decode().rstrip())
            if not ready.done() and (found := _ADDRESS.search(self.told[-1])):
                ready.set_result(found[1])
        if not ready.done():
            ready.set_exception(AssertionError("it ended before it was ready:\n" + "\n".join(self.told)))

    async def kill(self) -> None:
        """End it as a power cut would."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> int:
        """End it as a supervisor does and return its exit code."""
        return await self._end(signal.SIGTERM)

    async def _end(self, how: signal.Signals) -> int:
        assert self.process is not None
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(how)
        code = await self.process.wait()
        if self.reading:
            await self.reading
        return code

    def children(self) -> list[int]:
        """Return the processes it has started, whichever of its threads did."""
        assert self.process is not None
        threads = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        return [int(each) for thread in threads for each in thread.read_text("ascii").split()]

    async def command(self, *arguments: str, stdin: bytes | None = None) -> tuple[int, str, str]:
        """Run another command on the same instance; return exit code, output and what was told beside it."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", *arguments),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(PROJECT), **self.environment},
        )
        output, told = await process.communicate(stdin)
        return process.returncode or 0, output.decode(), told.decode()


def instance(folder: Path, bot_api: BotApi | None = None, **environment: str) -> Program:
    """Return an instance that is not running yet; with a Bot API it is on Telegram."""
    telegram = {"TOKEN": bot_api.token, "API_BASE_URL": bot_api.base_url} if bot_api else {}
    settings = {f"TALSTIMME_TELEGRAM__{key}": value for key, value in telegram.items()}
    url = f"sqlite:///{folder / 'talstimme.sqlite3'}"
    return Program(folder, {"TALSTIMME_WEB__PORT": "0", "TALSTIMME_STORAGE__URL": url, **settings, **environment})


@asynccontextmanager
async def running(folder: Path, bot_api: BotApi | None = None, **environment: str) -> AsyncIterator[Program]:
    """Run an instance for as long as the block does."""
    program = instance(folder, bot_api, **environment)
    await program.start()
    try:
        yield program
    finally:
        if program.process and program.process.returncode is None:
            await program.kill()
