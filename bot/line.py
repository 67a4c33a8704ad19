"""The line to Telegram: poller or webhook, channel and sender of one bot, wired.

Law of this file: what comes in is committed before it is acknowledged; what goes out was committed before it is sent.
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection
from starlette.routing import BaseRoute

from bot.bell import Bell, Clock
from bot.config import Settings
from bot.dialogue.model import Book
from bot.dialogue.replies import Reply
from bot.dialogue.state import State
from bot.dialogue.turn import Turn
from bot.fetcher import Errand, run_errands
from bot.handle import Channel
from bot.keys import Keys
from bot.school.chats import of_classes
from bot.sender import Post, send
from bot.store import Store
from bot.telegram.files import fetch, fetch_photo
from bot.telegram.limiter import Limiter
from bot.telegram.pace import Pace
from bot.telegram.profile import introduce
from bot.telegram.raw import chat_of, external_id, tap_of, text_of, thread_of
from bot.telegram.read import read
from bot.telegram.receive import Poller
from bot.telegram.render import answer_tap, render
from bot.telegram.transport import Api, open_session
from bot.telegram.webhook import set_webhook, webhook_route
from nlp.district import district_at
from storage import inbox
from storage.inbox import Received, Update
from storage.settings import BOT_NAME, write_setting

log = logging.getLogger(__name__)

TELEGRAM = "telegram"
# To one chat so many messages may go at once, then one a second (Bot API FAQ: "avoid sending more than one a second").
BURST = 3
WATCH_EVERY = 5.0


class Silent(Exception):
    """Telegram has not been heard for too long; the process ends, to be started anew."""


@dataclass(frozen=True, slots=True)
class Line:
    """An open line; `bell` wakes its sender."""

    channel: Channel
    settings: Settings
    api: Api
    store: Store
    clock: Clock
    bell: Bell
    bot: str
    name: str
    keys: Keys

    def render(self, reply: Reply, chat: str) -> list[tuple[str, dict[str, Any]]]:
        """Return the requests of a message that nobody asked for."""
        return [(request.method, request.params) for request in render(reply, chat)]

    def loops(self, received: Callable[[], None]) -> dict[str, Coroutine[Any, Any, None]]:
        """Return what has to run for this line; `received` is called after each commit of updates."""
        errand = Errand(self.store, partial(fetch_photo, self.api), partial(fetch, self.api), Bell())
        sending = {"sender": send(self._post()), "fetcher": run_errands(errand)}
        if self.settings.telegram.webhook_path:
            return sending
        poller = Poller(self.api, partial(self.persist, received=received))
        return {"poller": poller.run(), "watchdog": self._watch(poller), **sending}

    def routes(self, received: Callable[[], None]) -> list[BaseRoute]:
        """Return the webhook's route where the configuration asks for one."""
        telegram = self.settings.telegram
        if not telegram.webhook_path:
            return []
        persist = partial(self.persist, received=received)
        return [webhook_route(telegram.webhook_path, telegram.webhook_secret.get_secret_value(), persist)]

    async def persist(self, batch: list[Any], *, received: Callable[[], None]) -> None:
        """Commit a batch of raw updates."""
        rows = [self._received(raw) for raw in batch]
        await self.store.write(self._kept, rows, now=self.clock())
        received()

    def _kept(self, connection: Connection, rows: Sequence[Received], *, now: datetime) -> None:
        """Keep what came; a class needs no proposals, and thirty who write at once don't wait for the analyst."""
        chats = of_classes(connection, self.keys, self.bot, {row.chat for row in rows if row.has_text})
        quick = [replace(row, has_text=row.has_text and row.chat not in chats) for row in rows]
        inbox.receive(connection, quick, now=now, patience=self.settings.patience)

    def _received(self, raw: Any) -> Received:
        words = text_of(raw) or ""
        # A command has nothing to tag, and nobody should wait for it.
        has_text = self.settings.nlp.enabled and bool(words) and not words.startswith("/")
        return Received(TELEGRAM, self.bot, external_id(raw), chat_of(raw) or "", json.dumps(raw), has_text)

    def _post(self) -> Post:
        telegram = self.settings.telegram
        limiter = Limiter(
            telegram.messages_per_second, telegram.per_chat_per_second, BURST, telegram.per_group_per_minute
        )
        return Post(self.store, self.api, TELEGRAM, self.bot, limiter, self.clock, telegram.sends_in_flight, self.bell)

    async def _watch(self, poller: Poller) -> None:
        while poller.silent_seconds < self.settings.telegram.silent_seconds_allowed:  # noqa: ASYNC110  (time itself is watched)
            await asyncio.sleep(WATCH_EVERY)
        raise Silent(f"no answer from Telegram for {poller.silent_seconds:.0f} seconds; start again")

    async def introduce(self, book: Book) -> None:
        """Tell Telegram the bot's commands and descriptions, and where to deliver."""
        await introduce(self.api, book)
        telegram = self.settings.telegram
        if telegram.webhook_path:
            address = f"{self.settings.web.public_url}/telegram/{telegram.webhook_path}"
            await set_webhook(self.api, address, telegram.webhook_secret.get_secret_value())


@asynccontextmanager
async def open_line(settings: Settings, store: Store, clock: Clock, keys: Keys) -> AsyncIterator[Line]:
    """Open the line of the configured token for as long as the block runs.

    Raises `WrongToken` when Telegram does not know the bot.
    """
    telegram = settings.telegram
    token = telegram.token.get_secret_value()
    opened = open_session(proxy=telegram.proxy, ca_file=telegram.ca_file, sends_in_flight=telegram.sends_in_flight)
    async with opened as session:
        pace = Pace(time.monotonic, asyncio.sleep, random.random)
        api = Api(session, base_url=telegram.api_base_url, token=token, pace=pace)
        name = await _own_name(api)
        await store.write(write_setting, BOT_NAME, name)
        channel = Channel(TELEGRAM, partial(read, bot_name=name, district_at=district_at), render_turn)
        # The number before the colon is the bot's own id, no citizen's.
        yield Line(channel, settings, api, store, clock, Bell(), token.partition(":")[0], name, keys)


async def _own_name(api: Api) -> str:
    answer = await api.ask("getMe")
    if answer.doubts_token:
        await api.confirm_token()
    return str(answer.result.get("username", "")) if isinstance(answer.result, Mapping) else ""


def render_turn(update: Update, before: State, turn: Turn) -> list[tuple[str, dict[str, Any], bool]]:
    """Return the requests of a turn: first the answer to a tap, which is not paced, then the messages."""
    raw = json.loads(update.raw)
    tap = tap_of(raw)
    answers = [(*answer_tap(tap, turn.toast), False)] if tap else []
    thread = thread_of(raw)
    messages = [(*request, True) for reply in turn.replies for request in render(reply, update.chat, thread=thread)]
    return [*answers, *messages]
