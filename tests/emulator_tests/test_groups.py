"""Groups: privacy mode, topics, being thrown out, turning into a supergroup."""

from __future__ import annotations

import pytest
from telegram import Bot
from telegram.error import BadRequest, ChatMigrated, Forbidden

from tests.emulator import BotApi, emulator
from tests.emulator_tests.conftest import client


async def _texts(bot: Bot) -> list[str]:
    updates = await bot.get_updates()
    return [str(update.message.text) for update in updates if update.message and update.message.text]


async def test_privacy_mode_hides_what_is_not_for_the_bot(bot_api: BotApi, bot: Bot) -> None:
    citizen, other = bot_api.citizens(2)
    group = await bot_api.group("Klasse 7b", [citizen, other])
    await citizen.say("unter uns", where=group)
    await citizen.say("/start", where=group)  # the bot was not the last to write
    await citizen.command("start", where=group)
    sent = await bot.send_message(group.id, "Guten Tag")
    await other.say("/hilfe", where=group)
    await other.say("/hilfe@some_other_bot", where=group)
    await other.say("eine Antwort", where=group, reply_to=await group.hears())
    assert await _texts(bot) == ["/start@talstimme_test_bot", "/hilfe", "eine Antwort"]
    await group.set_bot("administrator")
    await other.say("alles", where=group)
    assert (await _texts(bot))[-1] == "alles"
    assert sent.chat.title == "Klasse 7b"


async def test_without_privacy_mode_the_bot_reads_all() -> None:
    async with emulator(privacy=False) as bot_api, client(bot_api) as bot:
        assert (await bot.get_me()).can_read_all_group_messages
        citizen = bot_api.citizen()
        await citizen.say("unter uns", where=await bot_api.group("Klasse", [citizen]))
        assert await _texts(bot) == ["unter uns"]


async def test_topics_keep_their_messages_apart(bot_api: BotApi, bot: Bot) -> None:
    citizen = bot_api.citizen()
    group = await bot_api.group("Schule", [citizen], topics=["Lernen", "Klima"], is_admin=True)
    await citizen.say("hier", where=group, topic="Klima")
    *_, update = await bot.get_updates()
    assert update.message
    assert update.message.is_topic_message
    assert update.message.message_thread_id == group.topics["Klima"]
    await bot.send_message(group.id, "dort", message_thread_id=group.topics["Lernen"])
    with pytest.raises(BadRequest, match="Message thread not found"):
        await bot.send_message(group.id, "x", message_thread_id=4711)
    made = await bot.create_forum_topic(group.id, "Quartiere")
    await bot.send_message(group.id, "neu", message_thread_id=made.message_thread_id)
    assert [seen.text for seen in group.messages if seen.text] == ["hier", "dort", "neu"]


async def test_a_group_moves_to_a_supergroup(bot_api: BotApi, bot: Bot) -> None:
    citizen = bot_api.citizen()
    group = await bot_api.group("Klasse", [citizen])
    old_id = group.id
    await group.migrate()
    with pytest.raises(ChatMigrated) as caught:
        await bot.send_message(old_id, "x")
    assert caught.value.new_chat_id == group.id
    await bot.send_message(group.id, "angekommen")
    assert (await group.hears()).text == "angekommen"
    await citizen.command("start", where=group)
    messages = [update.message for update in await bot.get_updates() if update.message]
    assert [message.migrate_to_chat_id for message in messages][1] == group.id
    assert [message.migrate_from_chat_id for message in messages][2] == old_id
    assert messages[-1].chat.id == group.id


async def test_thrown_out(bot_api: BotApi, bot: Bot) -> None:
    group = await bot_api.group("Klasse", bot_api.citizens(1), is_supergroup=True)
    await group.set_bot("kicked")
    with pytest.raises(Forbidden, match="bot was kicked from the supergroup chat"):
        await bot.send_message(group.id, "x")
    await group.set_bot("member")
    await bot.leave_chat(group.id)
    with pytest.raises(Forbidden, match="bot is not a member of the supergroup chat"):
        await bot.send_message(group.id, "x")


async def test_who_is_in_a_group(bot_api: BotApi, bot: Bot) -> None:
    founder, second, stranger = bot_api.citizens(3)
    group = await bot_api.group("Klasse", [founder])
    await group.join(second)
    assert (await bot.get_chat_member(group.id, founder.id)).status == "administrator"
    assert (await bot.get_chat_member(group.id, second.id)).status == "member"
    with pytest.raises(BadRequest):
        await bot.get_chat_member(group.id, stranger.id)
    assert await bot.get_chat_member_count(group.id) == 3
    await group.leave(second)
    assert await bot.get_chat_member_count(group.id) == 2
    assert [admin.user.id for admin in await bot.get_chat_administrators(group.id)] == [founder.id]
    assert (await bot.get_chat(group.id)).title == "Klasse"
