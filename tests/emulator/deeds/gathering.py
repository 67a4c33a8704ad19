"""Groups: founded, joined, left, with topics, turned into supergroups."""

from __future__ import annotations

from typing import Final

from tests.emulator.deeds.registry import deed
from tests.emulator.errors import Json
from tests.emulator.methods.chats import member, open_topic
from tests.emulator.world import Chat, World, add_message

_SUPERGROUP: Final = 10**12  # supergroup ids are -100 followed by ten digits


@deed("found")
def found_group(world: World, order: Json) -> Json:
    """A new group with the bot in it; gives its id and the ids of its topics."""
    number = world.dice.randrange(10**9, 4 * 10**9)
    is_super = order["is_supergroup"] or bool(order["topics"])
    chat = Chat(
        -(_SUPERGROUP + number) if is_super else -number,
        "supergroup" if is_super else "group",
        title=order["title"],
        is_forum=bool(order["topics"]),
        bot_status="left",
        members={person["id"]: person for person in order["members"]},
    )
    world.chats[chat.id] = chat
    founder = order["members"][0]
    chat.admins.add(founder["id"])
    topics = {name: open_topic(world, chat, founder, name) for name in order["topics"]}
    _set_bot(world, chat, founder, "administrator" if order["is_admin"] else "member")
    _service(world, chat, founder, {"new_chat_members": [world.me]})
    return {
        "id": chat.id,
        "topics": {name: topic["message_thread_id"] for name, topic in topics.items()},
    }


@deed("join")
def join(world: World, order: Json) -> bool:
    """A person joins the group."""
    chat, person = world.chats[order["chat"]], order["citizen"]
    _service(world, chat, person, {"new_chat_members": [person]})
    chat.members[person["id"]] = person
    return True


@deed("leave")
def leave(world: World, order: Json) -> bool:
    """A person leaves the group."""
    chat, person = world.chats[order["chat"]], order["citizen"]
    chat.members.pop(person["id"])
    chat.admins.discard(person["id"])
    _service(world, chat, person, {"left_chat_member": person})
    return True


@deed("set bot")
def set_bot(world: World, order: Json) -> bool:
    """The bot is made administrator, set back to member, or thrown out (`kicked`)."""
    chat = world.chats[order["chat"]]
    _set_bot(world, chat, next(iter(chat.members.values())), order["status"])
    return True


@deed("topic")
def topic(world: World, order: Json) -> int:
    """A person opens a topic in a forum; gives its thread id."""
    chat = world.chats[order["chat"]]
    opened = open_topic(world, chat, order["citizen"], order["name"])
    thread: int = opened["message_thread_id"]
    world.updates.push("message", chat.messages[thread], chat_id=chat.id)
    return thread


@deed("migrate")
def migrate(world: World, order: Json) -> int:
    """The group turns into a supergroup with a new id; the old one answers with where it went."""
    old = world.chats[order["chat"]]
    founder = next(iter(old.members.values()))
    new_id = -(_SUPERGROUP + world.dice.randrange(10**9, 4 * 10**9))
    _service(world, old, founder, {"migrate_to_chat_id": new_id})
    new = Chat(new_id, "supergroup", title=old.title, bot_status=old.bot_status)
    new.members, new.admins = dict(old.members), set(old.admins)
    world.chats[new_id], old.migrated_to = new, new_id
    _service(world, new, founder, {"migrate_from_chat_id": old.id})
    return new_id


def _service(world: World, chat: Chat, person: Json, content: Json) -> None:
    """Service messages reach the bot in privacy mode too."""
    message = add_message(world, chat, person, content)
    world.tell("message", chat.id, message=message)
    if chat.bot_status not in ("kicked", "left"):
        world.updates.push("message", message, chat_id=chat.id)


def _set_bot(world: World, chat: Chat, by: Json, status: str) -> None:
    old, chat.bot_status = chat.bot_status, status
    change = {
        "chat": chat.described(),
        "from": by,
        "date": int(world.clock.now()),
        "old_chat_member": member(world.me, old),
        "new_chat_member": member(world.me, status),
    }
    world.updates.push("my_chat_member", change, chat_id=chat.id)
