"""What citizens do without words: press buttons, react, block the bot and let it in again."""

from __future__ import annotations

from tests.emulator.deeds.registry import Impossible, deed
from tests.emulator.deeds.speaking import scene
from tests.emulator.errors import Json
from tests.emulator.methods.chats import member
from tests.emulator.updates import TAP_LIFETIME
from tests.emulator.world import Query, World, private_chat


@deed("press")
def press(world: World, order: Json) -> str:
    """Tap an inline button; gives the query id. A stale button of a deleted message can't be tapped."""
    chat, person = scene(world, order)
    message = chat.messages.get(order["message_id"])
    if message is None:
        raise Impossible("the message with this button is gone")
    query_id = str(world.dice.randrange(10**17, 10**18))
    world.queries[query_id] = Query(chat.id, world.clock.now())
    query = {
        "id": query_id,
        "from": person,
        "message": message,
        "chat_instance": str(chat.id * 7919),  # stable per chat; bots must not read anything in it
        "data": order["data"],
    }
    world.updates.push("callback_query", query, chat_id=chat.id, lifetime=TAP_LIFETIME)
    return query_id


@deed("react")
def react(world: World, order: Json) -> bool:
    """Put an emoji on a message; the bot hears of it in private, or as administrator."""
    chat, person = scene(world, order)
    change = {
        "chat": chat.described(),
        "message_id": order["message_id"],
        "user": person,
        "date": int(world.clock.now()),
        "old_reaction": [],
        "new_reaction": [{"type": "emoji", "emoji": order["emoji"]}],
    }
    if chat.kind == "private" or chat.bot_status == "administrator":
        world.updates.push("message_reaction", change, chat_id=chat.id)
    return True


@deed("block")
def block(world: World, order: Json) -> bool:
    """Block the bot in the private chat."""
    return _change(world, order["citizen"], "kicked")


@deed("unblock")
def unblock(world: World, order: Json) -> bool:
    """Let the bot in again."""
    return _change(world, order["citizen"], "member")


def _change(world: World, person: Json, status: str) -> bool:
    chat = private_chat(world, person)
    old, chat.bot_status = chat.bot_status, status
    if old == status:
        return False
    change = {
        "chat": chat.described(),
        "from": person,
        "date": int(world.clock.now()),
        "old_chat_member": member(world.me, old),
        "new_chat_member": member(world.me, status),
    }
    world.updates.push("my_chat_member", change, chat_id=chat.id)
    return True


@deed("deactivate")
def deactivate(world: World, order: Json) -> bool:
    """Delete the account; the bot is not told, it learns it from a 403."""
    private_chat(world, order["citizen"]).is_deactivated = True
    return True


@deed("meet")
def meet(world: World, order: Json) -> int:
    """Open many private chats at once, as if these people had started the bot long ago."""
    for person in order["citizens"]:
        private_chat(world, person)
    return len(order["citizens"])
