"""Faults and limits: what a test orders happens to the requests it names, and to no others."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from telegram import Bot
from telegram.error import BadRequest, NetworkError, RetryAfter

from tests.emulator import BotApi, Limits


@pytest.mark.parametrize(
    ("code", "when", "texts"),
    [
        (500, "before", ["zwei"]),
        (502, "before", ["zwei"]),
        (None, "before", ["zwei"]),
        (500, "after", ["eins", "zwei"]),
        (None, "after", ["eins", "zwei"]),
    ],
)
async def test_a_request_fails_before_or_after_its_effect(
    bot_api: BotApi, bot: Bot, code: int | None, when: str, texts: list[str]
) -> None:
    citizen = bot_api.citizen()
    await bot_api.meet([citizen])
    await bot_api.fail("sendMessage", code=code, when=when)  # type: ignore[arg-type]
    with pytest.raises(NetworkError):
        await bot.send_message(citizen.id, "eins")
    await bot.send_message(citizen.id, "zwei")
    assert [seen.text for seen in citizen.messages] == texts


async def test_ordered_429_names_its_pause(bot_api: BotApi, bot: Bot) -> None:
    one, two = bot_api.citizens(2)
    await bot_api.meet([one, two])
    await bot_api.fail("sendMessage", times=2, code=429, retry_after=7, chat_id=one.id)
    await bot.send_message(two.id, "x")
    for _ in range(2):
        with pytest.raises(RetryAfter) as caught:
            await bot.send_message(one.id, "x")
        assert caught.value.retry_after == timedelta(seconds=7)
    await bot.send_message(one.id, "x")
    assert [call.code for call in await bot_api.calls("sendMessage")] == [200, 429, 429, 200]


async def test_lost_answers_to_get_updates_lose_no_update(bot_api: BotApi, bot: Bot) -> None:
    await bot_api.citizen().say("x")
    await bot_api.fail("getUpdates", when="after")
    with pytest.raises(NetworkError):
        await bot.get_updates()
    assert len(await bot.get_updates()) == 1


async def test_a_paused_network_holds_requests(bot_api: BotApi, bot: Bot) -> None:
    citizen = bot_api.citizen()
    await bot_api.meet([citizen])
    await bot_api.pause()
    sending = asyncio.create_task(bot.send_message(citizen.id, "x"))
    await bot_api.requested("sendMessage")
    assert citizen.messages == ()
    await bot_api.resume()
    await sending
    assert len(citizen.messages) == 1


async def test_latency_passes_on_the_emulators_clock(bot_api: BotApi, bot: Bot) -> None:
    citizen = bot_api.citizen()
    await bot_api.meet([citizen])
    await bot_api.latency(80)
    sending = asyncio.create_task(bot.send_message(citizen.id, "x"))
    await bot_api.requested("sendMessage")
    await bot_api.advance(0.04)
    await citizen.hears()  # there after half the way
    assert not sending.done()
    await bot_api.advance(0.04)
    await sending


async def test_thirty_a_second_in_all(bot_api: BotApi, bot: Bot) -> None:
    people = bot_api.citizens(31)
    await bot_api.meet(people)
    await bot_api.limit(Limits())
    for citizen in people[:30]:
        await bot.send_message(citizen.id, "x")
    with pytest.raises(RetryAfter):
        await bot.send_message(people[30].id, "x")
    await bot_api.advance(0.5)
    with pytest.raises(RetryAfter):  # asking again does not help
        await bot.send_message(people[30].id, "x")
    await bot_api.advance(0.5)
    await bot.send_message(people[30].id, "x")


async def test_one_a_second_per_person_after_a_burst(bot_api: BotApi, bot: Bot) -> None:
    citizen = bot_api.citizen()
    await bot_api.meet([citizen])
    await bot_api.limit(Limits(burst=3))
    for _ in range(3):
        await bot.send_message(citizen.id, "x")
    with pytest.raises(RetryAfter):
        await bot.send_message(citizen.id, "x")
    for _ in range(5):
        await bot_api.advance(1)
        await bot.send_message(citizen.id, "x")
    await bot.send_chat_action(citizen.id, "typing")  # not counted
    await bot_api.limit(None)
    await bot.send_message(citizen.id, "x")


async def test_twenty_a_minute_per_group(bot_api: BotApi, bot: Bot) -> None:
    group = await bot_api.group("Klasse", bot_api.citizens(1))
    await bot_api.limit(Limits())
    for _ in range(20):
        await bot.send_message(group.id, "x")
        await bot_api.advance(1)
    with pytest.raises(RetryAfter) as caught:
        await bot.send_message(group.id, "x")
    assert caught.value.retry_after == timedelta(seconds=40)
    await bot_api.advance(40)
    await bot.send_message(group.id, "x")


async def test_refused_requests_do_not_count(bot_api: BotApi, bot: Bot) -> None:
    citizen = bot_api.citizen()
    await bot_api.meet([citizen])
    await bot_api.limit(Limits(burst=1))
    for _ in range(3):
        with pytest.raises(BadRequest):
            await bot.send_message(citizen.id, "<b>", parse_mode="HTML")
    await bot.send_message(citizen.id, "x")
