"""Updates that Telegram brings to the bot instead of waiting to be asked.

Law: one lane per (kind, chat), in order, one update at a time; an update stays until a 2xx or its expiry.
"""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from aiohttp import ClientError, ClientSession, ClientTimeout

from tests.emulator.clock import Clock
from tests.emulator.errors import Json
from tests.emulator.updates import Pending, Updates

LONGEST_PAUSE: Final = 60.0  # seconds between tries; Telegram draws it between 60 and 120
LONGEST_RETRY_AFTER: Final = 3600.0
REDIRECT: Final = 300
PATIENCE: Final = 60.0  # seconds for the bot's answer
_Lane = tuple[str, int | None]


@dataclass(slots=True)
class Webhook:
    """Where updates go, and how that went; no URL means that the bot fetches them itself."""

    updates: Updates
    clock: Clock
    url: str = ""
    secret: str | None = None
    max_connections: int = 40
    last_error: tuple[int, str] | None = None
    _lanes: dict[_Lane, deque[Pending]] = field(default_factory=dict)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _session: ClientSession | None = None
    _slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(40))

    async def point_to(self, url: str, secret: str | None, max_connections: int) -> None:
        """Bring updates to `url` from now on, those that wait already included."""
        await self.close()
        self.url, self.secret, self.max_connections = url, secret, max_connections
        self._slots = asyncio.Semaphore(max_connections)
        self._session = ClientSession(timeout=ClientTimeout(total=PATIENCE))
        self.updates.on_push = self._enqueue
        self.updates.end_polls()
        for pending in list(self.updates.waiting.values()):
            self._enqueue(pending)

    async def close(self) -> None:
        """Stop bringing; what is not confirmed waits on."""
        self.updates.on_push = None
        self.url = ""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._lanes.clear()
        if self._session:
            await self._session.close()
            self._session = None

    def described(self) -> Json:
        """The Bot API's WebhookInfo."""
        about: Json = {
            "url": self.url,
            "has_custom_certificate": False,
            "pending_update_count": len(self.updates.waiting),
            "allowed_updates": sorted(self.updates.allowed),
        }
        if self.url:
            about["max_connections"] = self.max_connections
        if self.last_error:
            about["last_error_date"], about["last_error_message"] = self.last_error
        return about

    def _enqueue(self, pending: Pending) -> None:
        lane = (pending.entry.kind, pending.entry.chat_id)
        if lane in self._lanes:
            self._lanes[lane].append(pending)
            return
        self._lanes[lane] = deque([pending])
        task = asyncio.create_task(self._drain(lane))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _drain(self, lane: _Lane) -> None:
        waiting = self._lanes[lane]
        while waiting:
            await self._bring(waiting.popleft())
        del self._lanes[lane]

    async def _bring(self, pending: Pending) -> None:
        tries = 0
        while self.clock.now() < pending.expires_at:
            async with self._slots:
                pause = await self._post(pending)
            if pause is None:
                self.updates.confirm(pending.entry.update_id)
                return
            tries += 1
            backoff = 0.0 if tries == 1 else min(2.0 ** (tries - 1), LONGEST_PAUSE)
            await self.clock.wait_until(self.clock.now() + max(pause, backoff))
        self.updates.drop_expired()

    async def _post(self, pending: Pending) -> float | None:
        """None when the bot took it, otherwise the pause in seconds that it asked for."""
        assert self._session
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.secret} if self.secret else {}
        pending.entry.handed_out.append(self.clock.now())
        problem, pause = "Connection refused", 0.0
        with suppress(ClientError, TimeoutError, OSError):
            async with self._session.post(
                self.url, json=pending.update, headers=headers, allow_redirects=False
            ) as answer:
                if answer.ok and answer.status < REDIRECT:
                    return None
                wanted = answer.headers.get("Retry-After", "")
                pause = min(float(wanted), LONGEST_RETRY_AFTER) if wanted.isdigit() else 0.0
                problem = f"Wrong response from the webhook: {answer.status} {answer.reason}"
        self.last_error = (int(self.clock.now()), problem)
        return pause
