"""What a citizen does reaches the bot, and what the bot does shows on the citizen's screen."""

from __future__ import annotations

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, ReplyKeyboardMarkup

from tests.emulator import BotApi, Impossible
from tests.emulator.files import sample_picture

KEYBOARD = InlineKeyboardMarkup([[InlineKeyboardButton("Ja", callback_data="yes")]])


async def test_text_tap_edit_and_answer(bot_api: BotApi, bot: Bot) -> None:
    citizen = bot_api.citizen(language_code="de")
    await citizen.start("plakat7")
    (update,) = await bot.get_updates()
    assert update.message
    assert update.message.text == "/start plakat7"
    assert update.message.parse_entities() == {update.message.entities[0]: "/start"}
    assert update.effective_user
    assert update.effective_user.language_code == "de"
    await bot.send_message(citizen.id, "Senden?", reply_markup=KEYBOARD)
    heard = await citizen.hears()
    assert (heard.text, citizen.buttons) == ("Senden?", ("Ja",))
    await citizen.press("Ja")
    (tap,) = await bot.get_updates(offset=update.update_id + 1)
    assert tap.callback_query
    assert tap.callback_query.data == "yes"
    await tap.callback_query.answer("Danke")
    assert (await citizen.answered()).text == "Danke"
    await tap.callback_query.edit_message_text("Gesendet")
    assert (await citizen.hears()).text == "Gesendet"
    assert citizen.buttons == ()
    assert [seen.text for seen in citizen.messages] == ["/start plakat7", "Gesendet"]
    assert bot_api.violations == []


async def test_reply_keyboard_key_says_its_label(bot_api: BotApi, bot: Bot) -> None:
    citizen = bot_api.citizen()
    await citizen.start()
    await bot.send_message(citizen.id, "?", reply_markup=ReplyKeyboardMarkup([["Nein"]]))
    assert citizen.buttons == ("Nein",)
    assert await citizen.press("Nein") is None
    assert (await bot.get_updates())[-1].effective_message.text == "Nein"  # type: ignore[union-attr]


async def test_a_button_that_is_not_shown_cannot_be_pressed(bot_api: BotApi, bot: Bot) -> None:
    citizen = bot_api.citizen()
    await citizen.start()
    with pytest.raises(Impossible):
        await citizen.press("Ja")
    sent = await bot.send_message(citizen.id, "?", reply_markup=KEYBOARD)
    old = await citizen.hears()
    await bot.edit_message_reply_markup(citizen.id, sent.message_id)
    with pytest.raises(Impossible):
        await citizen.press("Ja")
    assert await citizen.press("Ja", on=old)  # a finger is faster than an edit
    await bot.delete_message(citizen.id, sent.message_id)
    with pytest.raises(Impossible):
        await citizen.press("Ja", on=old)


async def test_everything_a_citizen_can_send_is_read_by_the_client(bot_api: BotApi, bot: Bot) -> None:
    citizen = bot_api.citizen(username="person_one")
    said = await citizen.say("Mehr Bänke #trasse https://example.org")
    await citizen.edit(said, "Mehr Bänke")
    await citizen.share_place(51.25, 7.15)
    await citizen.photo(caption="hier")
    await citizen.voice()
    await citizen.sticker()
    await citizen.document(b"%PDF", "plan.pdf", mime="application/pdf")
    await citizen.contact("+4920200000000")
    await citizen.forward("Weitergeleitet")
    await citizen.react(said)  # not asked for: stays away
    updates = await bot.get_updates()
    kinds = ["text", "text", "location", "photo", "voice", "sticker", "document", "contact", "text"]
    messages = [update.effective_message for update in updates]
    assert [kind for kind, message in zip(kinds, messages, strict=True) if message[kind]] == kinds  # type: ignore[index]
    assert updates[1].edited_message
    assert updates[-1].message
    assert updates[-1].message.forward_origin


async def test_long_text_arrives_in_parts_and_whole(bot_api: BotApi, bot: Bot) -> None:
    citizen = bot_api.citizen()
    text = "Wörter und 🚲 " * 700
    await citizen.say(text)
    parts = [update.message.text for update in await bot.get_updates() if update.message]
    assert "".join(str(part) for part in parts) == text.strip()
    assert len(parts) == 3


async def test_files_go_both_ways(bot_api: BotApi, bot: Bot) -> None:
    citizen, picture = bot_api.citizen(), sample_picture()
    await citizen.photo(picture)
    (update,) = await bot.get_updates()
    assert update.message
    largest = update.message.photo[-1]
    assert (largest.width, largest.height) == (320, 240)
    assert await (await largest.get_file()).download_as_bytearray() == picture
    sent = await bot.send_photo(citizen.id, picture, caption="<b>Danke</b>", parse_mode="HTML")
    again = await bot.send_photo(citizen.id, largest.file_id)
    assert sent.photo[-1].file_unique_id == again.photo[-1].file_unique_id
    await bot.send_document(citizen.id, b"BEGIN:VCALENDAR", filename="termin.ics")
    assert [seen.text for seen in citizen.heard] == ["Danke", "", ""]
