"""Updates as Telegram hands them out become events, or none, or are refused by name."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from bot.dialogue.events import (
    Blocked,
    Commanded,
    Edited,
    Located,
    Moved,
    Pressed,
    Returned,
    Said,
    Sent,
    Understanding,
)
from bot.telegram import raw as of
from bot.telegram.read import Unreadable, read
from bot.telegram.transport import Api
from tests.emulator import BotApi, Citizen
from tests.telegram.conftest import Fetch

NAME = "talstimme_test_bot"


async def _one(fetch: Fetch) -> Any:
    (update,) = await fetch()
    return update


async def test_a_text_is_said_with_what_was_understood_and_its_message(citizen: Citizen, fetch: Fetch) -> None:
    said = await citizen.say("Mehr Bänke an der Trasse")
    understanding = Understanding(language="de")
    event = read(await _one(fetch), seq=9, receipt="T-1", understanding=understanding)
    assert event == Said(9, "Mehr Bänke an der Trasse", "T-1", str(said.message_id), understanding)


async def test_a_forwarded_text_is_said_as_forwarded_even_when_it_looks_like_a_command(
    citizen: Citizen, fetch: Fetch
) -> None:
    await citizen.forward("/start")
    event = read(await _one(fetch), seq=1)
    assert isinstance(event, Said)
    assert (event.text, event.forwarded) == ("/start", True)


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("/start", Commanded(1, "start")),
        ("/start plakat_Oberbarmen-7", Commanded(1, "start", "plakat_Oberbarmen-7")),
        (f"/Hilfe@{NAME}", Commanded(1, "hilfe")),
        (f"/hilfe@{NAME.upper()}  jetzt", Commanded(1, "hilfe", "jetzt")),
        ("/zurück", Commanded(1, "zurück")),
        ("/ zurück", None),
        ("/hilfe@another_bot", None),
        ("Busse/Bahnen", None),
    ],
)
async def test_a_command_is_a_slash_and_a_name_for_this_bot(
    citizen: Citizen, fetch: Fetch, text: str, event: Commanded | None
) -> None:
    await citizen.say(text)
    found = read(await _one(fetch), seq=1, bot_name=NAME)
    assert found == event if event else isinstance(found, Said)


async def test_a_shared_place_is_rounded_before_anybody_sees_it(citizen: Citizen, fetch: Fetch) -> None:
    asked: list[tuple[float, float]] = []

    def district_at(latitude: float, longitude: float) -> str:
        asked.append((latitude, longitude))
        return "Barmen"

    await citizen.share_place(51.2716049, 7.2023951)
    event = read(await _one(fetch), seq=1, district_at=district_at)
    assert event == Located(1, 51.272, 7.202, "Barmen")
    assert asked == [(51.272, 7.202)]


async def test_a_live_place_is_taken_once_and_not_at_every_move(citizen: Citizen, fetch: Fetch) -> None:
    place = await citizen.share_place(51.25, 7.15, live_period=900)
    await citizen.move(place, 51.26, 7.16)
    first, moved = await fetch()
    assert isinstance(read(first, seq=1), Located)
    assert read(moved, seq=2) is None


async def test_a_venue_is_a_place(citizen: Citizen, fetch: Fetch) -> None:
    await citizen.share_place(51.25, 7.15)
    update = await _one(fetch)
    place = update["message"].pop("location")
    update["message"]["venue"] = {"location": place, "title": "Opernhaus", "address": "Kurt-Drees-Straße 4"}
    assert read(update, seq=1) == Located(1, 51.25, 7.15)


async def test_files_are_told_by_kind_with_caption_and_only_what_will_be_fetched_has_a_reference(
    citizen: Citizen, fetch: Fetch
) -> None:
    await citizen.photo(caption="Diese Ecke")
    await citizen.voice()
    await citizen.sticker()
    await citizen.contact("+49 202 000000")
    await citizen.document(b"%PDF", "plan.pdf", mime="application/pdf")
    await citizen.document(b"\xff\xd8", "foto.jpg", mime="image/jpeg")
    events = [read(update, seq=1) for update in await fetch()]
    sent = [event for event in events if isinstance(event, Sent)]
    assert [event.media for event in sent] == ["photo", "voice", "sticker", "contact", "document", "photo"]
    assert [bool(event.file) for event in sent] == [True, True, False, False, True, True]
    assert sent[0].caption == "Diese Ecke"
    assert sent[0].size > 0


@pytest.mark.parametrize(
    "content",
    [
        {"video": {"file_id": "v", "file_unique_id": "v", "width": 1, "height": 1, "duration": 1}},
        {"animation": {"file_id": "v", "file_unique_id": "v", "width": 1, "height": 1, "duration": 1},
         "document": {"file_id": "v", "file_unique_id": "v"}},
        {"dice": {"emoji": "🎲", "value": 3}},
    ],
)  # fmt: skip
async def test_what_has_no_word_of_its_own_is_other(citizen: Citizen, fetch: Fetch, content: dict[str, Any]) -> None:
    await citizen.say("x")
    update = await _one(fetch)
    del update["message"]["text"]
    event = read({**update, "message": {**update["message"], **content}}, seq=1)
    assert event == Sent(1, "other", message=str(update["message"]["message_id"]))


async def test_the_best_size_of_a_photo_that_may_be_downloaded_is_taken(citizen: Citizen, fetch: Fetch) -> None:
    await citizen.photo()
    update = await _one(fetch)
    sizes = [("small", 90, 2_000), ("large", 2560, 900_000), ("huge", 9000, 30 * 2**20), ("middle", 800, 90_000)]
    update["message"]["photo"] = [
        {"file_id": name, "file_unique_id": name, "width": width, "height": width, "file_size": size}
        for name, width, size in sizes
    ]
    assert read(update, seq=1) == Sent(1, "photo", "large", 900_000, message=str(update["message"]["message_id"]))


async def test_an_edit_names_the_message_it_changes(citizen: Citizen, fetch: Fetch) -> None:
    said = await citizen.say("Ampel")
    photo = await citizen.photo(caption="hier")
    await citizen.edit(said, "Ampel am Wall")
    await citizen.edit(photo, "dort")
    *_, words, caption = await fetch()
    assert read(words, seq=2) == Edited(2, "Ampel am Wall", str(said.message_id))
    assert read(caption, seq=3) == Edited(3, "dort", str(photo.message_id))


async def test_a_tap_carries_what_the_button_did_and_knows_how_to_be_answered(
    citizen: Citizen, fetch: Fetch, api: Api
) -> None:
    await citizen.start()
    keyboard = {"inline_keyboard": [[{"text": "Ja", "callback_data": "yes@7"}]]}
    await api.post("sendMessage", {"chat_id": citizen.id, "text": "?", "reply_markup": keyboard})
    query = await citizen.press("Ja")
    *_, update = await fetch()
    assert read(update, seq=4, receipt="T-4") == Pressed(4, "yes@7", "T-4")
    assert (of.tap_of(update), of.chat_of(update)) == (query, str(citizen.id))


async def test_who_blocks_the_bot_and_lets_it_in_again(citizen: Citizen, fetch: Fetch) -> None:
    await citizen.block()
    await citizen.unblock()
    assert [read(update, seq=1) for update in await fetch()] == [Blocked(1), Returned(1)]


async def test_in_a_group_only_commands_and_answers_to_the_bot_count(
    bot_api: BotApi, citizen: Citizen, fetch: Fetch, api: Api
) -> None:
    group = await bot_api.group("Klasse 7b", [citizen], is_admin=True)
    await api.post("sendMessage", {"chat_id": group.id, "text": "Worum geht es?"})
    question = await group.hears()
    mate = await citizen.say("Kommst du?", where=group)
    await citizen.say("ja", where=group, reply_to=mate)
    await citizen.share_place(51.2, 7.1, where=group)
    await citizen.say("Mehr WLAN", where=group, reply_to=question)
    await citizen.say("/menu@another_bot", where=group)
    await citizen.command("menu", where=group)
    events = [read(update, seq=1, bot_name=NAME) for update in await fetch()]
    told = [event for event in events if event is not None]
    assert [type(event) for event in told] == [Returned, Said, Commanded]


async def test_in_a_topic_only_a_real_answer_is_one(bot_api: BotApi, citizen: Citizen, fetch: Fetch, api: Api) -> None:
    group = await bot_api.group("Klasse 7b", [citizen], topics=["Lernen"], is_admin=True)
    await citizen.say("Guten Morgen", where=group, topic="Lernen")
    *_, update = await fetch()
    opening = {"forum_topic_created": {"name": "Lernen", "icon_color": 1}, "text": None}
    bot = {"id": 1, "is_bot": True, "first_name": "Talstimme", "username": NAME}
    update["message"]["reply_to_message"] = {**update["message"], **opening, "from": bot}
    assert read(update, seq=1, bot_name=NAME) is None
    assert of.thread_of(update) == group.topics["Lernen"]


async def test_a_group_that_moves_says_from_where_to_where(bot_api: BotApi, citizen: Citizen, fetch: Fetch) -> None:
    group = await bot_api.group("Klasse 7b", [citizen])
    old = group.id
    new = await group.migrate()
    updates = [update for update in await fetch() if of.migration_of(update)]
    assert [read(update, seq=1) for update in updates] == [Moved(1), Moved(1)]
    assert {of.migration_of(update) for update in updates} == {of.Migration(str(old), str(new))}


async def test_comings_and_goings_reactions_and_channels_are_no_events(
    bot_api: BotApi, citizen: Citizen, fetch: Fetch
) -> None:
    group = await bot_api.group("Klasse 7b", [citizen])
    await group.join(bot_api.citizen())
    said = await citizen.say("Guten Tag")
    await citizen.react(said)
    updates = await fetch()
    content = copy.deepcopy(next(update for update in updates if of.text_of(update)))["message"]
    channel = {**content, "chat": {"id": -100123, "type": "channel", "title": "Stadt"}}
    events = [read(update, seq=1) for update in [*updates, {"update_id": 1, "channel_post": channel}]]
    assert [type(event) for event in events if event is not None] == [Returned, Said]


async def test_kinds_and_fields_that_nobody_knows_yet_do_no_harm(citizen: Citizen, fetch: Fetch) -> None:
    assert read({"update_id": 5, "hologram": {"chat": {"id": 7}}}, seq=1) is None
    await citizen.say("Guten Tag")
    update = await _one(fetch)
    update["message"]["mood"] = {"glad": True}
    assert isinstance(read(update, seq=1), Said)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda message: message.pop("date"),
        lambda message: message.update(date=10**20),
        lambda message: message["from"].pop("is_bot"),
        lambda message: message.update(text=["geheim"]),
        lambda message: message.update(chat=7),
        lambda message: message.update(location={"latitude": "geheim", "longitude": 7}),
        lambda message: message.update(location={"latitude": 99, "longitude": 7}),
        lambda message: message.update(photo=[{"geheim": 1}]),
    ],
)
async def test_a_malformed_update_is_refused_without_a_word_of_what_it_held(
    citizen: Citizen, fetch: Fetch, spoil: Callable[[dict[str, Any]], object]
) -> None:
    await citizen.say("geheim")
    update = await _one(fetch)
    spoil(update["message"])
    if {"location", "photo"} & set(update["message"]):
        update["message"].pop("text")
    with pytest.raises(Unreadable) as refused:
        read(update, seq=1)
    assert "geheim" not in str(refused.value)
    assert refused.value.__cause__ is None
