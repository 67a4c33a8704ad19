"""Messages that the bot sends."""

from __future__ import annotations

from typing import Any

from tests.emulator import entities, limits
from tests.emulator.errors import REPLY_NOT_FOUND, Json, bad_request
from tests.emulator.methods.registry import Call, answers
from tests.emulator.world import Chat, World, add_message, replied_to, writable


def formatted(fields: Json, name: str) -> tuple[str, list[Json]]:
    """Plain text and entities of the field `text` or `caption`."""
    text = fields.get(name) or ""
    given = fields.get("entities" if name == "text" else "caption_entities")
    if given:
        return entities.checked(text, given)
    return entities.parse(text, fields.get("parse_mode"))


def as_text(fields: Json) -> Json:
    """The `text` and `entities` of a message, checked."""
    text, marks = formatted(fields, "text")
    limits.check_text(text)
    return {"text": text, **({"entities": marks} if marks else {})}


def as_caption(fields: Json) -> Json:
    """The `caption` and its entities, checked; empty when there is none."""
    caption, marks = formatted(fields, "caption")
    limits.check_caption(caption)
    named = {"caption": caption} if caption else {}
    return named | ({"caption_entities": marks} if marks else {})


def inline(markup: Any) -> Json:
    """What of a markup stays in the message: the inline keyboard, when it has buttons."""
    shown = isinstance(markup, dict) and markup.get("inline_keyboard")
    return {"reply_markup": markup} if shown else {}


def send(world: World, call: Call, content: Json) -> Json:
    """Deliver a message of the bot, if chat, topic, keyboard and pace allow it."""
    fields, markup = call.fields, call.fields.get("reply_markup")
    known = world.chats.get(call.chat_id or 0)
    limits.check_markup(markup, chat_kind=known.kind if known else "private")
    thread = fields.get("message_thread_id")
    chat = writable(world, fields["chat_id"], thread)
    reply = _reply(chat, fields)
    if world.flood:
        world.flood.admit(chat.id)
    sent = add_message(world, chat, world.me, {**content, **reply, **inline(markup)}, thread=thread)
    world.tell("message", chat.id, message=sent, markup=markup)
    return sent


def _reply(chat: Chat, fields: Json) -> Json:
    wanted = fields.get("reply_parameters") or {"message_id": fields.get("reply_to_message_id")}
    if wanted["message_id"] is None:
        return {}
    if found := replied_to(chat, wanted["message_id"]):
        return {"reply_to_message": found}
    if wanted.get("allow_sending_without_reply") or fields.get("allow_sending_without_reply"):
        return {}
    raise bad_request(REPLY_NOT_FOUND)


@answers("sendMessage")
def send_message(world: World, call: Call) -> Json:
    """A text."""
    return send(world, call, as_text(call.fields))


@answers("sendLocation")
def send_location(world: World, call: Call) -> Json:
    """A place."""
    limits.check_place(call.fields)
    names = ("latitude", "longitude", "horizontal_accuracy", "live_period")
    return send(world, call, {"location": {n: call.fields[n] for n in names if call.fields.get(n)}})


@answers("sendChatAction")
def send_chat_action(world: World, call: Call) -> bool:
    """The note that the bot is writing."""
    limits.check_action(call.fields["action"])
    chat = writable(world, call.fields["chat_id"], call.fields.get("message_thread_id"))
    world.tell("action", chat.id, action=call.fields["action"])
    return True


@answers("forwardMessage", "copyMessage")
def forward_message(world: World, call: Call) -> Json:
    """An existing message, once more; a copy doesn't say where it came from."""
    source = writable(world, call.fields["from_chat_id"])
    found = source.messages.get(call.fields["message_id"])
    if found is None:
        raise bad_request(f"Bad Request: message to {call.method.removesuffix('Message')} not found")
    left_behind = {"message_id", "from", "chat", "date", "reply_markup", "reply_to_message"}
    content = {k: v for k, v in found.items() if k not in left_behind}
    if call.method == "copyMessage":
        return {"message_id": send(world, call, content)["message_id"]}
    origin = {"type": "user", "sender_user": found["from"], "date": found["date"]}
    return send(world, call, {**content, "forward_origin": origin})
