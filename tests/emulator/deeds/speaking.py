"""What citizens send: texts, places, files, contacts; new, edited, forwarded.

Law: a message reaches the bot only where Telegram would show it (privacy mode in groups).
"""

from __future__ import annotations

import base64
from typing import Final

from telegram.constants import MessageLimit

from tests.emulator.deeds.registry import Impossible, deed
from tests.emulator.entities import found_in, utf16_length
from tests.emulator.errors import Json
from tests.emulator.files import UNREADABLE_SIZE, image_size
from tests.emulator.world import Chat, World, add_message, private_chat, replied_to

_STICKER_SIZE: Final = 512  # pixels


def scene(world: World, order: Json) -> tuple[Chat, Json]:
    """The chat and the person of an order; a private chat is opened when it is the first time."""
    person: Json = order["citizen"]
    if order.get("chat") is None:
        chat = private_chat(world, person)
        if chat.bot_status == "kicked":
            raise Impossible("the citizen has blocked the bot")
        return chat, person
    chat = world.chats[order["chat"]]
    if chat.migrated_to:
        chat = world.chats[chat.migrated_to]
    if person["id"] not in chat.members:
        raise Impossible("the citizen is not in this group")
    return chat, person


def post(world: World, order: Json, content: Json) -> Json:
    """Put a citizen's message into the chat, and hand it to the bot if the bot may see it."""
    chat, person = scene(world, order)
    reply_to = order.get("reply_to")
    answered = replied_to(chat, reply_to) if reply_to else None
    reply = {"reply_to_message": answered} if answered else {}
    seen = _reaches_bot(world, chat, content, answered)
    message = add_message(world, chat, person, {**content, **reply}, thread=order.get("thread"))
    world.tell("message", chat.id, message=message)
    if seen:
        world.updates.push("message", message, chat_id=chat.id)
    return message


def _reaches_bot(world: World, chat: Chat, content: Json, answered: Json | None) -> bool:
    if chat.bot_status in ("kicked", "left"):
        return False
    if chat.kind == "private" or not world.has_privacy or chat.bot_status == "administrator":
        return True
    if answered and answered["from"]["id"] == world.me["id"]:
        return True
    text = content.get("text", "")
    if not text.startswith("/"):
        return False
    _, at, name = text.split()[0].partition("@")
    return name.lower() == world.me["username"].lower() if at else chat.is_bot_last


def as_typed(text: str) -> Json:
    """A text with the entities that Telegram finds in it."""
    marks = found_in(text)
    return {"text": text, **({"entities": marks} if marks else {})}


@deed("say")
def say(world: World, order: Json) -> Json:
    """Type a text; what is too long goes out in several messages, as the app does it."""
    parts = _split(order["text"].strip())
    if not parts:
        raise Impossible("the app doesn't send an empty message")
    return [post(world, order, as_typed(part)) for part in parts][-1]


def _split(text: str) -> list[str]:
    parts, part, size = [], "", 0
    for character in text:
        width = utf16_length(character)
        if size + width > MessageLimit.MAX_TEXT_LENGTH:
            parts.append(part)
            part, size = "", 0
        part, size = part + character, size + width
    return [*parts, part] if part else parts


@deed("place")
def share_place(world: World, order: Json) -> Json:
    """Share a place, once or for a while."""
    return post(world, order, {"location": order["location"]})


@deed("contact")
def share_contact(world: World, order: Json) -> Json:
    """Send a contact card."""
    return post(world, order, {"contact": order["contact"]})


@deed("file")
def send_file(world: World, order: Json) -> Json:
    """Send a photo, voice message, sticker or document; `content` is base64."""
    content = base64.b64decode(order["content"])
    file = world.files.keep(content, order["kind"], order["name"], order.get("mime"))
    match order["kind"]:
        case "photos":
            width, height = image_size(content) or UNREADABLE_SIZE
            sizes = [{**file.described(), "width": width, "height": height}]
            body: Json = {"photo": sizes}
        case "voice":
            voice = {**file.described(), "duration": order["duration"], "mime_type": "audio/ogg"}
            body = {"voice": voice}
        case "stickers":
            look = {"type": "regular", "is_animated": False, "is_video": False}
            size = {"width": _STICKER_SIZE, "height": _STICKER_SIZE}
            body = {"sticker": {**file.described(), **look, **size, "emoji": order["emoji"]}}
        case _:
            about = {"file_name": file.name, "mime_type": file.mime}
            body = {"document": {**file.described(), **about}}
    return post(world, order, {**body, **_captioned(order)})


def _captioned(order: Json) -> Json:
    caption, album = order.get("caption"), order.get("album")
    marks = found_in(caption) if caption else []
    return {
        **({"caption": caption} if caption else {}),
        **({"caption_entities": marks} if marks else {}),
        **({"media_group_id": album} if album else {}),
    }


@deed("forward")
def forward(world: World, order: Json) -> Json:
    """Send on what somebody else wrote, whose name stays hidden."""
    origin = {
        "type": "hidden_user",
        "sender_user_name": order["origin"],
        "date": int(world.clock.now()),
    }
    return post(world, order, {**as_typed(order["text"]), "forward_origin": origin})


@deed("edit")
def edit(world: World, order: Json) -> Json:
    """Change one's own message; the bot hears of it if it has seen the message's chat."""
    chat, person = scene(world, order)
    old = chat.messages.get(order["message_id"])
    if old is None or old["from"]["id"] != person["id"]:
        raise Impossible("there is no such message of this citizen")
    shown = {"text", "entities"} if "text" in old else {"caption", "caption_entities"}
    kept = {name: value for name, value in old.items() if name not in shown}
    changed = as_typed(order["text"]) if "text" in old else _captioned({"caption": order["text"]})
    new = {**kept, **changed, "edit_date": int(world.clock.now())}
    chat.messages[new["message_id"]] = new
    world.tell("edited", chat.id, message=new)
    if _reaches_bot(world, chat, changed, old.get("reply_to_message")):
        world.updates.push("edited_message", new, chat_id=chat.id)
    return new


@deed("move")
def move(world: World, order: Json) -> Json:
    """Move a live location."""
    chat, _ = scene(world, order)
    old = chat.messages[order["message_id"]]
    new = {**old, "location": {**old["location"], **order["location"]}}
    new["edit_date"] = int(world.clock.now())
    chat.messages[new["message_id"]] = new
    world.tell("edited", chat.id, message=new)
    world.updates.push("edited_message", new, chat_id=chat.id)
    return new
