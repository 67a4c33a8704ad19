"""The emulator from another process, with crowds, and beside an emulator that nobody here wrote."""

from __future__ import annotations

import importlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import ClientSession, web
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, Message
from telegram.error import BadRequest

from tests.emulator import BotApi, Impossible, emulator, emulator_process
from tests.emulator_tests.conftest import client

KEYBOARD = InlineKeyboardMarkup([[InlineKeyboardButton("Ja", callback_data="yes")]])
TOKEN = "7018442193:AAH-emulated-token-of-a-test-bot-0000"


async def test_another_process_is_steered_like_this_one() -> None:
    async with emulator_process("--speed", "0") as bot_api, client(bot_api) as bot:
        citizen, stranger = bot_api.citizens(2)
        group = await bot_api.group("Klasse", [citizen], topics=["Eins"])
        await citizen.start()
        await bot.send_message(citizen.id, "Senden?", reply_markup=KEYBOARD)
        assert (await citizen.hears("Send")).labels == ("Ja",)
        await citizen.press("Ja")
        *_, tap = await bot.get_updates()
        assert tap.callback_query
        await tap.callback_query.answer("Danke", show_alert=True)
        assert (await citizen.answered()).is_alert
        await tap.callback_query.edit_message_text("Gesendet")
        assert (await citizen.hears()).is_edited
        await citizen.photo(where=group, caption="hier")
        with pytest.raises(BadRequest):
            await bot.send_message(citizen.id, "<b>", parse_mode="HTML")
        await bot_api.catch_up()
        assert [violation.method for violation in bot_api.violations] == ["sendMessage"]
        with pytest.raises(Impossible):
            await stranger.say("darf ich?", where=group)
        assert len(await bot_api.journal()) == 4
        assert await bot_api.unanswered() != []
        assert await bot_api.advance(10) > 0


async def test_the_same_seed_gives_the_same_ids() -> None:
    async def ids() -> list[Any]:
        async with emulator(speed=0, start=0, seed=7) as bot_api:
            citizen = bot_api.citizen()
            await citizen.photo()
            return [citizen.id, await bot_api.journal(), citizen.messages]

    assert await ids() == await ids()


async def test_a_thousand_citizens_are_answered_each_in_order(bot_api: BotApi, bot: Bot) -> None:
    citizens = bot_api.citizens(1_000)
    for citizen in citizens:
        await citizen.say("eins")
    for citizen in citizens[:50]:
        await citizen.say("zwei")
    offset = 0
    root = f"{bot_api.base_url}{bot_api.token}"
    async with ClientSession() as session:
        while updates := await _result(session, f"{root}/getUpdates", offset=offset):
            offset = updates[-1]["update_id"] + 1
            for update in updates:
                said = update["message"]
                reply = {"chat_id": said["chat"]["id"], "text": said["text"]}
                await _result(session, f"{root}/sendMessage", **reply)
    assert all([seen.text for seen in citizen.heard] == ["eins"] for citizen in citizens[50:])
    assert all([seen.text for seen in citizen.heard] == ["eins", "zwei"] for citizen in citizens[:50])
    assert len({citizen.id for citizen in citizens}) == 1_000
    assert await bot_api.unanswered() == []


async def test_updates_without_an_answer_are_found(bot_api: BotApi, bot: Bot) -> None:
    answered, ignored, unfetched = bot_api.citizens(3)
    await answered.say("x")
    await ignored.say("x")
    await bot.get_updates()
    await unfetched.say("x")
    await bot_api.advance(1)
    await bot.send_message(answered.id, "y")
    assert [entry.chat_id for entry in await bot_api.unanswered()] == [ignored.id]


async def _result(session: ClientSession, address: str, **fields: Any) -> Any:
    async with session.post(address, json=fields) as response:
        answer = await response.json()
        assert answer["ok"]
        return answer["result"]


async def _exchange(bot: Bot, chat_id: int, say: Any, tap: Any) -> list[Any]:
    """A short dialogue as a bot sees it; the same on every Bot API."""
    seen: list[Any] = []
    await say("Guten Tag")
    (update,) = await bot.get_updates()
    assert update.message
    seen.append((update.message.text, update.message.chat.id == chat_id))
    sent = await bot.send_message(chat_id, "Senden?", reply_markup=KEYBOARD)
    seen.append((sent.text, sent.reply_markup))
    await tap(sent)
    (update,) = await bot.get_updates(offset=update.update_id + 1)
    query = update.callback_query
    assert query
    assert query.message
    seen.append((query.data, query.message.message_id == sent.message_id))
    seen.append(await query.answer("Danke"))
    edited = await query.edit_message_text("Gesendet")
    assert isinstance(edited, Message)
    seen.append((edited.text, edited.reply_markup))
    seen.append(await bot.get_updates(offset=update.update_id + 1))
    for text, markup in (("", None), ("x" * 4097, None), ("x", _too_long())):
        with pytest.raises(BadRequest):
            await bot.send_message(chat_id, text, reply_markup=markup)
    return seen


def _too_long() -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton("я", callback_data="я" * 33)]])


@asynccontextmanager
async def _foreign() -> AsyncIterator[tuple[Any, str]]:
    api = importlib.import_module("lo_bot_api_emulator").LoBotApiEmulator()
    runner = web.AppRunner(api.app(), access_log=None, shutdown_timeout=0.05)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield api, f"http://127.0.0.1:{runner.addresses[0][1]}/bot"
    await runner.cleanup()


async def test_an_emulator_nobody_here_wrote_shows_the_same(bot_api: BotApi, bot: Bot) -> None:
    citizen = bot_api.citizen()
    ours = await _exchange(bot, citizen.id, citizen.say, lambda sent: citizen.press("Ja"))
    chat = {"id": citizen.id, "type": "private", "first_name": "Person"}
    async with _foreign() as (api, base_url):

        async def say(text: str) -> None:
            message = {"message_id": 1, "date": 1, "chat": chat, "from": citizen.user, "text": text}
            await api.enqueue_update({"message": message}, token=TOKEN)

        async def tap(sent: Message) -> None:
            query = {"id": "1", "from": citizen.user, "chat_instance": "1", "data": "yes"}
            query["message"] = {"message_id": sent.message_id, "date": 1, "chat": chat}
            await api.enqueue_update({"callback_query": query}, token=TOKEN)

        async with Bot(TOKEN, base_url=base_url) as other:
            theirs = await _exchange(other, citizen.id, say, tap)
    assert ours == theirs
