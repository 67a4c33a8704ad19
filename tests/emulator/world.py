"""The emulator's state: people, chats, messages, files, and what the bot has told about itself.

Law: a message is replaced, never changed, so that an update keeps what it showed when it was made.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Literal

from tests.emulator.clock import Clock
from tests.emulator.errors import (
    BLOCKED,
    CHAT_NOT_FOUND,
    DEACTIVATED,
    THREAD_NOT_FOUND,
    Json,
    bad_request,
    forbidden,
    upgraded,
)
from tests.emulator.faults import Network
from tests.emulator.files import Files
from tests.emulator.flood import Flood
from tests.emulator.updates import Updates

ChatKind = Literal["private", "group", "supergroup"]
BOT_ID: Final = 7_018_442_193
TOKEN: Final = f"{BOT_ID}:AAH-emulated-token-of-a-test-bot-0000"
USERNAME: Final = "talstimme_test_bot"
ANSWER_WITHIN: Final = 15.0  # seconds for answerCallbackQuery; undocumented, 20 s is too late (#1615)


@dataclass(slots=True)
class Chat:
    """One chat as the bot sees it; `bot_status` is `kicked` too when a person blocks the bot."""

    id: int
    kind: ChatKind
    title: str = ""
    person: Json | None = None
    is_forum: bool = False
    bot_status: str = "member"
    is_deactivated: bool = False
    is_bot_last: bool = False
    migrated_to: int | None = None
    last_message_id: int = 0
    members: dict[int, Json] = field(default_factory=dict)
    admins: set[int] = field(default_factory=set)
    topics: dict[int, str] = field(default_factory=dict)
    messages: dict[int, Json] = field(default_factory=dict)

    def described(self) -> Json:
        """The Bot API's Chat object."""
        if self.person:
            names: Json = {k: self.person[k] for k in ("first_name", "username") if k in self.person}
            return {"id": self.id, "type": "private", **names}
        described: Json = {"id": self.id, "type": self.kind, "title": self.title}
        return described | {"is_forum": True} if self.is_forum else described


@dataclass(slots=True)
class Query:
    """A tap that waits for answerCallbackQuery."""

    chat_id: int
    pressed_at: float
    is_answered: bool = False


@dataclass(frozen=True, slots=True)
class Violation:
    """A request that a correct bot would not have sent."""

    method: str
    rule: str


@dataclass(slots=True)
class CallRecord:
    """One request of the bot; `code` is 0 while it runs or when the connection was dropped."""

    number: int
    method: str
    chat_id: int | None
    started_at: float
    finished_at: float | None = None
    code: int = 0


class World:
    """Everything that is true inside one emulator, for one bot."""

    def __init__(self, *, clock: Clock, seed: int, token: str = TOKEN, privacy: bool = True) -> None:
        self.clock, self.token = clock, token
        self.dice = random.Random(seed)
        self.me: Json = {
            "id": int(token.partition(":")[0]),
            "is_bot": True,
            "first_name": "Talstimme",
            "username": USERNAME,
        }
        self.has_privacy = privacy
        self.updates = Updates(clock, self.dice.randrange(10**8, 9 * 10**8))
        self.files = Files(self.dice)
        self.network = Network()
        self.flood: Flood | None = None
        self.chats: dict[int, Chat] = {}
        self.queries: dict[str, Query] = {}
        self.about: Json = {}  # commands, descriptions, menu button: what the bot has set
        self.calls: list[CallRecord] = []
        self.last_message_id = 0  # private chats and basic groups share one count
        self.seq = 0
        self.listeners: list[Callable[[Json], None]] = []

    def tell(self, kind: str, chat_id: int | None = None, **what: Any) -> None:
        """Show an event to those who watch: citizens' screens, the list of violations."""
        self.seq += 1
        event = {"seq": self.seq, "kind": kind, "chat_id": chat_id, **what}
        for listener in tuple(self.listeners):
            listener(event)

    def violate(self, method: str, rule: str) -> None:
        """Note what a correct bot would not have sent."""
        self.tell("violation", violation=asdict(Violation(method, rule)))


def chat_of(world: World, chat_id: object) -> Chat:
    """The chat of this id; refuses one that the bot has never met, or a group that has moved."""
    chat = world.chats.get(chat_id) if isinstance(chat_id, int) else None
    if chat is None:
        raise bad_request(CHAT_NOT_FOUND)
    if chat.migrated_to:
        raise upgraded(chat.migrated_to)
    return chat


def writable(world: World, chat_id: object, thread: int | None = None) -> Chat:
    """The chat if the bot may write there; otherwise refuses with 403, or 400 for a bad topic."""
    chat = chat_of(world, chat_id)
    where = "supergroup" if chat.kind == "supergroup" else "group"
    match chat.kind, chat.bot_status:
        case "private", "kicked":
            raise forbidden(BLOCKED)
        case _, "kicked":
            raise forbidden(f"Forbidden: bot was kicked from the {where} chat")
        case _, "left":
            raise forbidden(f"Forbidden: bot is not a member of the {where} chat")
    if chat.is_deactivated:
        raise forbidden(DEACTIVATED)
    if thread is not None and thread not in chat.topics:
        raise bad_request(THREAD_NOT_FOUND)
    return chat


def private_chat(world: World, person: Json) -> Chat:
    """The chat with this person, opened when it is the first time."""
    chat = world.chats.setdefault(person["id"], Chat(person["id"], "private"))
    chat.person = person
    return chat


def add_message(world: World, chat: Chat, sender: Json, content: Json, *, thread: int | None = None) -> Json:
    """Put a message into a chat; it gets its id and date here."""
    topic = {"message_thread_id": thread, "is_topic_message": True} if thread else {}
    message = {
        "message_id": next_message_id(world, chat),
        "from": sender,
        "chat": chat.described(),
        "date": int(world.clock.now()),
        **topic,
        **content,
    }
    chat.messages[message["message_id"]] = message
    chat.is_bot_last = sender["id"] == world.me["id"]
    return message


def next_message_id(world: World, chat: Chat) -> int:
    """Supergroups count for themselves, all other chats of a bot together."""
    if chat.kind == "supergroup":
        chat.last_message_id += 1
        return chat.last_message_id
    world.last_message_id += 1
    return world.last_message_id


def replied_to(chat: Chat, message_id: int) -> Json | None:
    """The message a reply refers to, without the one that it refers to itself."""
    found = chat.messages.get(message_id)
    return found and {k: v for k, v in found.items() if k != "reply_to_message"}
