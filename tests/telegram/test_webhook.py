"""Telegram brings updates: kept before the 200, and only from who knows both secrets."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import ClientSession
from starlette.applications import Starlette

from bot.config import BrokenConfig
from bot.telegram.answers import WrongToken
from bot.telegram.raw import text_of
from bot.telegram.transport import Api
from bot.telegram.webhook import HEADER, LARGEST_BODY, set_webhook, webhook_route
from bot.web.server import open_port, serve
from tests.emulator import BotApi
from tests.emulator.clock import Signal
from tests.telegram.conftest import Watch

PATH, SECRET = "way-7", "word_8"
PATIENCE = 10.0  # seconds of real time; only a broken webhook needs them


@dataclass
class Door:
    """A web server with the webhook; `failures` are raised first."""

    address: str = ""
    kept: list[Any] = field(default_factory=list)
    failures: list[Exception] = field(default_factory=list)
    changed: Signal = field(default_factory=Signal)

    async def persist(self, batch: list[Any]) -> None:
        self.changed.fire()
        if self.failures:
            raise self.failures.pop(0)
        self.kept += batch

    async def holds(self, number: int) -> None:
        await self.changed.until(lambda: len(self.kept) >= number or None, PATIENCE)


@pytest_asyncio.fixture
async def door(bot_api: BotApi) -> AsyncIterator[Door]:
    del bot_api  # it must end after the door: it holds connections to it
    opened, door = open_port("127.0.0.1", 0), Door()
    opened.listen()
    door.address = f"http://127.0.0.1:{opened.getsockname()[1]}/telegram/{PATH}"
    app = Starlette(routes=[webhook_route(PATH, SECRET, door.persist)])
    task = asyncio.create_task(serve(app, opened))
    yield door
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_telegram_brings_what_citizens_say_in_their_order(api: Api, bot_api: BotApi, door: Door) -> None:
    citizen = bot_api.citizen()
    await citizen.say("vorher")
    await set_webhook(api, door.address, SECRET)
    await citizen.say("danach")
    await door.holds(2)
    assert [text_of(update) for update in door.kept] == ["vorher", "danach"]
    await api.ask("deleteWebhook")


async def test_what_cannot_be_kept_is_brought_again(api: Api, bot_api: BotApi, door: Door) -> None:
    door.failures = [OSError(28, "No space left on device"), RuntimeError("geheim")]
    await bot_api.citizen().say("eins")
    await set_webhook(api, door.address, SECRET)
    while door.failures:
        await door.changed.wait(0.02)
        await bot_api.advance(120)
    while not door.kept:
        await door.changed.wait(0.02)
        await bot_api.advance(120)
    assert [text_of(update) for update in door.kept] == ["eins"]
    await api.ask("deleteWebhook")


@pytest.mark.parametrize(
    ("path", "secret", "status"),
    [
        (PATH, SECRET, 200),
        (PATH, "word_9", 403),
        (PATH, None, 403),
        ("way-8", SECRET, 404),
        ("wäy", "wörd", 404),
        (PATH, "wörd", 403),
    ],
)
async def test_only_who_knows_both_secrets_comes_in(
    session: ClientSession, door: Door, path: str, secret: str | None, status: int
) -> None:
    address = door.address.removesuffix(PATH) + path
    headers = {} if secret is None else {HEADER: secret}
    async with session.post(address, json={"update_id": 1}, headers=headers) as answer:
        assert answer.status == status
    assert len(door.kept) == (status == 200)


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"{", 400), (b"[" * 100_000, 400), (b" " * (LARGEST_BODY + 1), 413), (b'"x"' + b" " * 1000, 200)],
)
async def test_what_is_no_update_is_refused_and_what_is_too_large_too(
    session: ClientSession, door: Door, body: bytes, status: int
) -> None:
    async with session.post(door.address, data=io.BytesIO(body), headers={HEADER: SECRET}) as answer:
        assert answer.status == status


@pytest.mark.parametrize(("path", "secret"), [("", SECRET), (PATH, ""), (PATH, "with space"), ("a/b", SECRET)])
def test_a_webhook_without_good_secrets_is_a_mistake_in_the_configuration(path: str, secret: str) -> None:
    async def persist(batch: list[Any]) -> None:
        del batch

    with pytest.raises(BrokenConfig, match=r"telegram\.webhook_"):
        webhook_route(path, secret, persist)


async def test_the_webhook_is_set_as_soon_as_telegram_can_be_reached(
    api: Api, bot_api: BotApi, watch: Watch, door: Door
) -> None:
    await bot_api.fail("setWebhook", times=1, code=429, retry_after=9)
    await bot_api.fail("setWebhook", times=1, code=404)
    await bot_api.fail("setWebhook", times=2)
    await set_webhook(api, door.address, SECRET)
    assert watch.naps == [9, 1, 2, 4]
    info = (await api.ask("getWebhookInfo")).result
    assert info["url"] == door.address
    await api.ask("deleteWebhook")


async def test_an_address_that_telegram_refuses_is_a_mistake_in_the_configuration(api: Api, bot_api: BotApi) -> None:
    with pytest.raises(BrokenConfig, match=r"web\.public_url.*https"):
        await set_webhook(api, "http://talstimme.example/telegram/x", SECRET)
    bot_api.violations.clear()  # the plain http above


async def test_a_wrong_token_is_told(api: Api, bot_api: BotApi, door: Door) -> None:
    await bot_api.fail(times=9, code=401)
    with pytest.raises(WrongToken):
        await set_webhook(api, door.address, SECRET)
