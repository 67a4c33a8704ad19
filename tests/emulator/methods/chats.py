"""What the bot asks about chats and does in groups."""

from __future__ import annotations

from typing import Any, Final

from tests.emulator.errors import Json, bad_request
from tests.emulator.methods.registry import Call, answers
from tests.emulator.world import Chat, World, add_message, chat_of, writable

_RIGHTS: Final = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_pin_messages",
    "can_manage_topics",
    "can_send_welcome_messages",
)
_GIFTS: Final = (
    "unlimited_gifts",
    "limited_gifts",
    "unique_gifts",
    "premium_subscription",
    "gifts_from_channels",
)


def member(user: Json, status: str) -> Json:
    """The Bot API's ChatMember of this status."""
    match status:
        case "kicked":
            return {"status": status, "user": user, "until_date": 0}
        case "administrator":
            rights = dict.fromkeys(_RIGHTS, True)
            flags = {"can_be_edited": False, "is_anonymous": False}
            return {"status": status, "user": user, **rights, **flags}
        case _:
            return {"status": status, "user": user}


@answers("getChat")
def get_chat(world: World, call: Call) -> Json:
    """Everything about a chat."""
    chat = chat_of(world, call.fields["chat_id"])
    return {
        **chat.described(),
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(_GIFTS, False),
    }


@answers("getChatMember")
def get_chat_member(world: World, call: Call) -> Json:
    """How a person stands in a chat."""
    chat, user_id = chat_of(world, call.fields["chat_id"]), call.fields["user_id"]
    if user_id == world.me["id"]:
        return member(world.me, chat.bot_status)
    if chat.person and user_id == chat.id:
        return member(chat.person, "member")
    if user_id not in chat.members:
        raise bad_request("Bad Request: PARTICIPANT_ID_INVALID")
    return member(chat.members[user_id], _status(chat, user_id))


@answers("getChatAdministrators")
def get_chat_administrators(world: World, call: Call) -> list[Json]:
    """The administrators of a group, the bot among them if it is one."""
    chat = chat_of(world, call.fields["chat_id"])
    if chat.kind == "private":
        raise bad_request("Bad Request: there are no administrators in the private chat")
    admins = [member(chat.members[user_id], "administrator") for user_id in sorted(chat.admins)]
    own = [member(world.me, "administrator")] if chat.bot_status == "administrator" else []
    return admins + own


@answers("getChatMemberCount")
def get_chat_member_count(world: World, call: Call) -> int:
    """How many are in a chat, the bot included."""
    chat = chat_of(world, call.fields["chat_id"])
    return 2 if chat.kind == "private" else len(chat.members) + (chat.bot_status != "left")


@answers("leaveChat")
def leave_chat(world: World, call: Call) -> bool:
    """The bot goes."""
    chat = writable(world, call.fields["chat_id"])
    chat.bot_status = "left"
    world.tell("left", chat.id)
    return True


@answers("createForumTopic")
def create_forum_topic(world: World, call: Call) -> Any:
    """A new topic, if the bot is administrator of a forum."""
    chat = writable(world, call.fields["chat_id"])
    if not chat.is_forum:
        raise bad_request("Bad Request: the chat is not a forum")
    if chat.bot_status != "administrator":
        raise bad_request("Bad Request: not enough rights to create a topic")
    return open_topic(world, chat, world.me, call.fields["name"])


def open_topic(world: World, chat: Chat, opener: Json, name: str) -> Json:
    """A new topic; its id is the id of the service message that tells of it."""
    icon = {"name": name, "icon_color": 7322096}
    created = add_message(world, chat, opener, {"forum_topic_created": icon})
    chat.topics[created["message_id"]] = name
    return {"message_thread_id": created["message_id"], **icon}


def _status(chat: Chat, user_id: int) -> str:
    return "administrator" if user_id in chat.admins else "member"
