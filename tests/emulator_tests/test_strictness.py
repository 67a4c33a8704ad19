"""What Telegram refuses is refused, in its own words, and noted as a violation when the request is to blame."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp import ClientSession
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, InputMediaPhoto
from telegram.error import BadRequest, Forbidden

from tests.emulator import BotApi
from tests.emulator.contract import mistakes_in
from tests.emulator.entities import parse, utf16_length
from tests.emulator.errors import Refused
from tests.emulator.files import sample_picture

TOO_LONG_FOR_BYTES = "я" * 33  # 33 letters, 66 bytes


def _keyboard(*buttons: dict[str, Any]) -> dict[str, Any]:
    return {"inline_keyboard": [list(buttons)]}


BAD_REQUESTS: list[tuple[str, str, dict[str, Any], str]] = [
    ("unknown field", "sendMessage", {"text": "x", "colour": "red"}, "colour: unknown field"),
    ("unknown nested field", "sendMessage",
     {"text": "x", "reply_markup": _keyboard({"text": "a", "callback_data": "b", "big": True})},
     "reply_markup.inline_keyboard.0.0.big: unknown field"),
    ("missing text", "sendMessage", {}, "text: Field required"),
    ("wrong type", "sendMessage", {"text": 5}, "text: Input should be a valid string"),
    ("blank text", "sendMessage", {"text": " \n "}, "message text is empty"),
    ("too long", "sendMessage", {"text": "x" * 4097}, "message is too long"),
    ("too long in UTF-16", "sendMessage", {"text": "🚲" * 2049}, "message is too long"),
    ("unclosed tag", "sendMessage", {"text": "<b>x", "parse_mode": "HTML"},
     "can't parse entities: Can't find end tag corresponding to start tag \"b\""),
    ("bare bracket", "sendMessage", {"text": "a < b", "parse_mode": "HTML"},
     "can't parse entities: Unsupported start tag \"\" at byte offset 2"),
    ("unknown mode", "sendMessage", {"text": "x", "parse_mode": "HTLM"}, "unsupported parse_mode"),
    ("callback data in bytes", "sendMessage",
     {"text": "x", "reply_markup": _keyboard({"text": "a", "callback_data": TOO_LONG_FOR_BYTES})},
     "BUTTON_DATA_INVALID"),
    ("no action", "sendMessage", {"text": "x", "reply_markup": _keyboard({"text": "a"})},
     "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"),
    ("two actions", "sendMessage",
     {"text": "x", "reply_markup": _keyboard({"text": "a", "callback_data": "b", "url": "https://a.example"})},
     "can't parse inline keyboard button: exactly one action is allowed"),
    ("wide row", "sendMessage",
     {"text": "x", "reply_markup": _keyboard(*[{"text": "a", "callback_data": "b"}] * 9)},
     "reply markup is too long"),
    ("caption", "sendPhoto", {"photo": "x", "caption": "x" * 1025}, "message caption is too long"),
    ("no such action", "sendChatAction", {"action": "sleeping"}, "wrong parameter action in request"),
    ("off the globe", "sendLocation", {"latitude": 91, "longitude": 7},
     "wrong latitude or longitude specified"),
    ("command name", "setMyCommands", {"commands": [{"command": "Hilfe", "description": "x"}]},
     "BOT_COMMAND_INVALID"),
    ("description", "setMyShortDescription", {"short_description": "x" * 121},
     "short description is too long"),
    ("album of one", "sendMediaGroup", {"media": [{"type": "photo", "media": "x"}]},
     "Invalid number of media in the album".replace("I", "i", 1)),
    ("toast", "answerCallbackQuery", {"callback_query_id": "1", "text": "x" * 201}, "MESSAGE_TOO_LONG"),
    ("secret", "setWebhook", {"url": "https://a.example", "secret_token": "ä"},
     "secret token is not allowed"),
    ("plain http", "setWebhook", {"url": "http://a.example"},
     "bad webhook: an HTTPS URL must be provided for webhook"),
    ("update kind", "getUpdates", {"allowed_updates": ["gossip"]},
     "allowed_updates: unknown kinds ['gossip']"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("method", "fields", "rule"), [case[1:] for case in BAD_REQUESTS], ids=[c[0] for c in BAD_REQUESTS]
)
async def test_bad_request(bot_api: BotApi, method: str, fields: dict[str, Any], rule: str) -> None:
    citizen = bot_api.citizen()
    await citizen.start()
    if method.startswith("send"):
        fields = {"chat_id": citizen.id, **fields}
    address = f"{bot_api.base_url}{bot_api.token}/{method}"
    async with ClientSession() as client, client.post(address, json=fields) as response:
        answer = await response.json()
    assert (response.status, answer["description"]) == (400, f"Bad Request: {rule}")
    (violation,) = bot_api.violations
    assert (violation.method, violation.rule) == (method, f"Bad Request: {rule}")
    assert citizen.heard == ()


async def test_state_refuses_without_blaming_the_bot(bot_api: BotApi, bot: Bot) -> None:
    citizen, stranger = bot_api.citizens(2)
    await citizen.start()
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(stranger.id, "x")
    sent = await bot.send_message(citizen.id, "x")
    with pytest.raises(BadRequest, match="Message is not modified"):
        await sent.edit_text("<b></b>x", parse_mode="HTML")
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await bot.edit_message_text("y", citizen.id, sent.message_id + 99)
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await bot.edit_message_text("y", citizen.id, citizen.messages[0].message_id)
    with pytest.raises(BadRequest, match="Message to be replied not found"):
        await bot.send_message(citizen.id, "x", reply_to_message_id=999)
    with pytest.raises(BadRequest, match="Message thread not found"):
        await bot.send_message(citizen.id, "x", message_thread_id=7)
    with pytest.raises(BadRequest, match="Wrong file identifier"):
        await bot.send_photo(citizen.id, "AgACnothing")
    assert bot_api.violations == []


async def test_blocked_and_deactivated_people_cannot_be_reached(bot_api: BotApi, bot: Bot) -> None:
    citizen, gone = bot_api.citizens(2)
    await bot_api.meet([citizen, gone])
    await citizen.block()
    await gone.deactivate()
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(citizen.id, "x")
    with pytest.raises(Forbidden, match="user is deactivated"):
        await bot.send_message(gone.id, "x")
    await citizen.unblock()
    await bot.send_message(citizen.id, "wieder da")
    changes = [update.my_chat_member for update in await bot.get_updates()]
    assert [change.new_chat_member.status for change in changes if change] == ["kicked", "member"]


async def test_a_tap_can_be_answered_once_and_soon(bot_api: BotApi, bot: Bot) -> None:
    citizen = bot_api.citizen()
    await citizen.start()
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("a", callback_data="b")]])
    await bot.send_message(citizen.id, "x", reply_markup=keyboard)
    first = await citizen.press("a")
    await bot.answer_callback_query(str(first))
    late = await citizen.press("a")
    await bot_api.advance(20)
    for query_id in (str(first), str(late), "12345"):
        with pytest.raises(BadRequest, match="Query is too old"):
            await bot.answer_callback_query(query_id)


async def test_wrong_tokens_and_methods(bot_api: BotApi) -> None:
    async with ClientSession() as client:
        for path, code in ((f"{bot_api.token}x/getMe", 401), ("x/getMe", 404), (f"{bot_api.token}/getYou", 404)):
            async with client.get(bot_api.base_url + path) as response:
                assert response.status == code


async def test_forms_multipart_and_json_say_the_same(bot_api: BotApi, bot: Bot) -> None:
    citizen = bot_api.citizen()
    await citizen.start()
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("a", callback_data="b")]])
    await bot.send_message(citizen.id, "12", reply_markup=markup)  # a form
    album = [InputMediaPhoto(sample_picture()), InputMediaPhoto(sample_picture(), caption="zwei")]
    await bot.send_media_group(citizen.id, album)  # multipart
    body = {"chat_id": citizen.id, "text": "12", "reply_markup": markup.to_dict()}
    async with ClientSession() as client:
        await client.post(f"{bot_api.base_url}{bot_api.token}/sendMessage", json=body)
    texts = [seen.text for seen in citizen.heard]
    assert texts == ["12", "", "zwei", "12"]
    assert citizen.heard[0].buttons == citizen.heard[3].buttons
    assert bot_api.violations == []


async def test_what_the_emulator_hands_out_is_well_formed(bot_api: BotApi, bot: Bot) -> None:
    citizen = bot_api.citizen()
    await citizen.start()
    group = await bot_api.group("Klasse", [citizen], topics=["Eins"], is_admin=True)
    await citizen.photo(where=group)
    await citizen.share_place(51.2, 7.1, live_period=900)
    await citizen.block()
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("a", callback_data="b")]])
    await bot.send_message(group.id, "x", reply_markup=keyboard)
    await citizen.press("a", where=group)
    address = f"{bot_api.base_url}{bot_api.token}/getUpdates"
    async with ClientSession() as client, client.get(address) as response:
        updates = (await response.json())["result"]
    assert len(updates) == 7
    assert [problem for update in updates for problem in mistakes_in("Update", update)] == []


@given(text=st.text(max_size=60), parse_mode=st.sampled_from([None, "HTML", "MarkdownV2"]))
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_entities_always_lie_inside_the_text(text: str, parse_mode: str | None) -> None:
    try:
        plain, entities = parse(text, parse_mode)
    except Refused as refusal:
        event("refused")
        assume("can't parse entities" not in refusal.description)
        raise
    assert plain == plain.strip()
    for entity in entities:
        assert 0 <= entity["offset"] < entity["offset"] + entity["length"] <= utf16_length(plain)
