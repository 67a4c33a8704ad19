"""What the bot does with messages that are already there, and with taps on their buttons."""

from __future__ import annotations

from typing import Final

from telegram.constants import ReactionEmoji

from tests.emulator import limits
from tests.emulator.errors import (
    DELETE_FORBIDDEN,
    DELETE_NOT_FOUND,
    DELETE_TOO_OLD,
    EDIT_FORBIDDEN,
    EDIT_NOT_FOUND,
    NO_CAPTION,
    NO_TEXT,
    NOT_MODIFIED,
    QUERY_TOO_OLD,
    Json,
    bad_request,
    broken_rule,
)
from tests.emulator.methods.registry import Call, answers
from tests.emulator.methods.sending import as_caption, as_text, inline
from tests.emulator.world import ANSWER_WITHIN, Chat, World, writable

_DELETABLE_FOR: Final = 48 * 3600  # seconds
_SHOWN: Final = ("text", "entities", "caption", "caption_entities", "reply_markup")
_MEDIA: Final = {"photo", "document", "voice"}


def _own_message(world: World, call: Call) -> tuple[Chat, Json]:
    if "chat_id" not in call.fields or "message_id" not in call.fields:
        raise broken_rule("Message identifier is not specified")
    chat = writable(world, call.fields["chat_id"])
    message = chat.messages.get(call.fields["message_id"])
    if message is None:
        raise bad_request(EDIT_NOT_FOUND)
    if message["from"]["id"] != world.me["id"]:
        raise bad_request(EDIT_FORBIDDEN)
    return chat, message


def _replace(world: World, chat: Chat, old: Json, content: Json) -> Json:
    kept = {name: value for name, value in old.items() if name not in _SHOWN}
    new = {**kept, **content}
    if all(new.get(name) == old.get(name) for name in _SHOWN):
        raise bad_request(NOT_MODIFIED)
    if world.flood:
        world.flood.admit(chat.id)
    new["edit_date"] = int(world.clock.now())
    chat.messages[new["message_id"]] = new
    world.tell("edited", chat.id, message=new)
    return new


@answers("editMessageText")
def edit_text(world: World, call: Call) -> Json:
    """Another text; without a keyboard in the request the old one goes."""
    content = as_text(call.fields)
    markup = call.fields.get("reply_markup")
    chat, message = _own_message(world, call)
    limits.check_markup(markup, chat_kind=chat.kind)
    if "text" not in message:
        raise bad_request(NO_TEXT)
    return _replace(world, chat, message, {**content, **inline(markup)})


@answers("editMessageCaption")
def edit_caption(world: World, call: Call) -> Json:
    """Another caption under a file."""
    content = as_caption(call.fields)
    markup = call.fields.get("reply_markup")
    chat, message = _own_message(world, call)
    limits.check_markup(markup, chat_kind=chat.kind)
    if not _MEDIA & set(message):
        raise bad_request(NO_CAPTION)
    return _replace(world, chat, message, {**content, **inline(markup)})


@answers("editMessageReplyMarkup")
def edit_markup(world: World, call: Call) -> Json:
    """Another inline keyboard, or none."""
    markup = call.fields.get("reply_markup")
    chat, message = _own_message(world, call)
    limits.check_markup(markup, chat_kind=chat.kind)
    kept: Json = {n: message[n] for n in _SHOWN if n in message and n != "reply_markup"}
    return _replace(world, chat, message, {**kept, **inline(markup)})


@answers("deleteMessage")
def delete_message(world: World, call: Call) -> bool:
    """Take back a message of the last 48 hours."""
    chat = writable(world, call.fields["chat_id"])
    message = chat.messages.get(call.fields["message_id"])
    if message is None:
        raise bad_request(DELETE_NOT_FOUND)
    is_own = message["from"]["id"] == world.me["id"]
    if not is_own and chat.kind != "private" and chat.bot_status != "administrator":
        raise bad_request(DELETE_FORBIDDEN)
    if world.clock.now() - message["date"] > _DELETABLE_FOR:
        raise bad_request(DELETE_TOO_OLD)
    del chat.messages[message["message_id"]]
    world.tell("deleted", chat.id, message_id=message["message_id"])
    return True


@answers("deleteMessages")
def delete_messages(world: World, call: Call) -> bool:
    """Take back several; those that are not there are skipped."""
    chat = writable(world, call.fields["chat_id"])
    for message_id in call.fields["message_ids"]:
        if message_id in chat.messages:
            one = {"chat_id": chat.id, "message_id": message_id}
            delete_message(world, Call("deleteMessage", one, {}))
    return True


@answers("answerCallbackQuery")
def answer_tap(world: World, call: Call) -> bool:
    """End the spinner on a button: once, and within seconds."""
    limits.check_answer(call.fields)
    query = world.queries.get(call.fields["callback_query_id"])
    if query is None or query.is_answered:
        raise bad_request(QUERY_TOO_OLD)
    if world.clock.now() - query.pressed_at > ANSWER_WITHIN:
        raise bad_request(QUERY_TOO_OLD)
    query.is_answered = True
    told = {name: call.fields.get(name) for name in ("text", "show_alert", "url")}
    world.tell("answer", query.chat_id, query_id=call.fields["callback_query_id"], **told)
    return True


@answers("setMessageReaction")
def react(world: World, call: Call) -> bool:
    """At most one emoji that Telegram offers, or none."""
    wanted = call.fields.get("reaction") or []
    emoji = [reaction.get("emoji") for reaction in wanted]
    if len(emoji) > 1:
        raise broken_rule("REACTIONS_TOO_MANY")
    if not set(emoji) <= {str(known.value) for known in ReactionEmoji}:
        raise broken_rule("REACTION_INVALID")
    chat = writable(world, call.fields["chat_id"])
    if call.fields["message_id"] not in chat.messages:
        raise bad_request("Bad Request: message to react not found")
    world.tell("reaction", chat.id, message_id=call.fields["message_id"], emoji=emoji)
    return True


@answers("pinChatMessage", "unpinChatMessage")
def pin(world: World, call: Call) -> bool:
    """Pin a message, or take the pin away; in groups only as administrator."""
    chat = writable(world, call.fields["chat_id"])
    if chat.kind != "private" and chat.bot_status != "administrator":
        raise bad_request("Bad Request: not enough rights to manage pinned messages in the chat")
    if call.fields.get("message_id", 0) not in (0, *chat.messages):
        raise bad_request("Bad Request: message to pin not found")
    world.tell("pinned", chat.id, message_id=call.fields.get("message_id"))
    return True
