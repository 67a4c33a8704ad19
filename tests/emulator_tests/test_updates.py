"""Updates: offsets, long polls, expiry, two pollers, webhooks, malformed ones."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import ClientSession, web
from telegram import Bot
from telegram.error import Conflict

from tests.emulator import BotApi
from tests.emulator_tests.conftest import client


async def _texts(bot: Bot, **how: Any) -> list[str | None]:
    return [update.effective_message.text for update in await bot.get_updates(**how) if update.effective_message]


async def test_an_update_comes_again_until_a_higher_offset_confirms_it(bot_api: BotApi, bot: Bot) -> None:
    citizen = bot_api.citizen()
    for text in ("eins", "zwei", "drei"):
        await citizen.say(text)
    first, second, _ = await bot.get_updates()
    assert await _texts(bot, limit=2) == ["eins", "zwei"]
    assert await _texts(bot, offset=second.update_id) == ["zwei", "drei"]
    assert await _texts(bot) == ["zwei", "drei"]
    assert await _texts(bot, offset=-1) == ["drei"]
    assert await _texts(bot, offset=first.update_id + 10_000) == ["drei"]  # far ahead: counts as none
    lines = await bot_api.journal()
    assert [len(line.handed_out) for line in lines] == [2, 4, 5]
    assert [line.confirmed_at is not None for line in lines] == [True, True, False]


async def test_a_long_poll_ends_with_the_first_update(bot_api: BotApi, bot: Bot) -> None:
    citizen = bot_api.citizen()
    poll = asyncio.create_task(bot.get_updates(timeout=50, read_timeout=60))
    await bot_api.requested("getUpdates")
    await citizen.say("da bin ich")
    assert len(await poll) == 1


async def test_a_long_poll_ends_empty_when_its_time_has_passed(bot_api: BotApi, bot: Bot) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=90, read_timeout=60))
    await bot_api.requested("getUpdates")
    await bot_api.advance(50)  # longer polls are cut to 50 s
    assert await poll == ()


async def test_the_newer_poller_ends_the_older(bot_api: BotApi, bot: Bot) -> None:
    older = asyncio.create_task(bot.get_updates(timeout=50, read_timeout=60))
    await bot_api.requested("getUpdates")
    async with client(bot_api) as other:
        newer = asyncio.create_task(other.get_updates(timeout=50, read_timeout=60))
        with pytest.raises(Conflict, match="terminated by other getUpdates request"):
            await older
        await bot_api.citizen().say("für den neuen")
        assert len(await newer) == 1


async def test_taps_expire_long_before_messages(bot_api: BotApi, bot: Bot) -> None:
    citizen = bot_api.citizen()
    await citizen.start()
    keyboard = {"inline_keyboard": [[{"text": "a", "callback_data": "b"}]]}
    await bot.send_message(citizen.id, "x", reply_markup=keyboard)  # type: ignore[arg-type]
    await citizen.press("a")
    await bot_api.advance(151)
    (left,) = await bot.get_updates()
    assert left.message
    lost = [line.kind for line in await bot_api.journal() if line.expired_at]
    assert lost == ["callback_query"]
    await bot_api.advance(86_400)
    assert await bot.get_updates() == ()


async def test_allowed_kinds_stay_until_they_are_changed(bot_api: BotApi, bot: Bot) -> None:
    citizen = bot_api.citizen()
    said = await citizen.say("x")
    await citizen.react(said)  # left out by default
    assert len(await bot.get_updates(allowed_updates=["message_reaction"])) == 1
    await citizen.say("wird nicht gebracht")
    await citizen.react(said)
    assert [bool(update.message_reaction) for update in await bot.get_updates()] == [False, True]
    await bot.get_updates(allowed_updates=[])
    await citizen.say("wieder")
    assert len(await bot.get_updates()) == 3


async def test_malformed_updates_are_handed_out_as_given(bot_api: BotApi) -> None:
    malformed: list[Any] = [{"message": {"message_id": 1}}, [], {"update_id": "x"}]
    for update in malformed:
        await bot_api.hand_out(update)
    address = f"{bot_api.base_url}{bot_api.token}/getUpdates"
    async with ClientSession() as client, client.get(address) as response:
        first, second, third = (await response.json())["result"]
    assert (first["message"], second, third) == ({"message_id": 1}, [], {"update_id": "x"})
    assert isinstance(first["update_id"], int)


@asynccontextmanager
async def _hook(codes: list[int]) -> AsyncIterator[tuple[str, asyncio.Queue[tuple[str, str | None]]]]:
    """A web server that answers with these codes and notes text and secret of what it got."""
    got: asyncio.Queue[tuple[str, str | None]] = asyncio.Queue()
    left = iter(codes)

    async def take(request: web.Request) -> web.Response:
        text = (await request.json())["message"]["text"]
        got.put_nowait((text, request.headers.get("X-Telegram-Bot-Api-Secret-Token")))
        return web.Response(status=next(left))

    app = web.Application()
    app.router.add_post("/hook", take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/hook", got
    await runner.cleanup()


async def test_a_webhook_gets_updates_in_order_until_it_takes_them(bot_api: BotApi, bot: Bot) -> None:
    citizen = bot_api.citizen()
    await citizen.say("vorher")
    async with _hook([503, 500, 200, 200]) as (address, got):
        await bot.set_webhook(address, secret_token="s3cret")
        await citizen.say("nachher")
        first = [await got.get() for _ in range(2)]  # the second try comes at once
        with pytest.raises(Conflict, match="webhook is active"):
            await bot.get_updates()
        while got.empty():  # the third comes after a pause on the emulator's clock
            await bot_api.advance(2)
            await asyncio.sleep(0)
        later = [await got.get() for _ in range(2)]
        assert (await bot.get_webhook_info()).last_error_message
        await bot.delete_webhook()
    assert [text for text, _ in first + later] == ["vorher", "vorher", "vorher", "nachher"]
    assert {secret for _, secret in first + later} == {"s3cret"}
    assert (await bot.get_webhook_info()).url == ""
