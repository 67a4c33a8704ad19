"""A student in a private chat: comes by a deep link, takes part, leaves.

Law of this file: the class knows a participant by a hash and the chat by a sealed address; a text is kept before it is
answered; leaving gives the chat back to the ordinary dialogue.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.dialogue.events import Blocked, Commanded, Edited, Event, Located, Moved, Pressed, Returned, Said, Sent
from bot.dialogue.parse import Verb, command, tap
from bot.dialogue.replies import Reply
from bot.dialogue.texts import FALLBACK
from bot.school import classroom, deeds, screens
from bot.school.deeds import Place, Text
from bot.school.links import PAYLOAD
from bot.school.room import WARMUP, Room, room_of
from bot.school.script import Kind
from bot.school.sheets import PARTS
from bot.school.visits import Press, Visit, answers, is_word, pressed
from storage import group_sessions, session_chats
from storage.group_sessions import OpenSession
from storage.outbox import Outgoing
from storage.session_chats import Chat
from storage.session_ideas import Idea

# A hint that everybody gets who spams goes to one chat so often at most (seconds).
HINT_EVERY = 20
_HINTS = frozenset({"enough", "too_long", "only_text", "not_now", "round_over", "empty"})
# Of a participant's hash, so that no two chats of one class share a hint.
_SHORT = 16


@dataclass(frozen=True, slots=True)
class Seat:
    """Who takes part from here: the chat, where its participant stands, and what they write about."""

    chat: Chat
    place: Place
    at: str


def token_of(sender: str) -> str:
    """Return what somebody's hash is made of, the same in a group and in private."""
    return f"telegram:{sender}"


def answer(here: Visit, chat: Chat | None) -> list[Outgoing] | None:
    """Return what an update of a private chat comes to; None when it is none of a class's."""
    event = here.event()
    if isinstance(event, Pressed) and (press := pressed(event.tap)):
        return _pressed(here, chat, press)
    if isinstance(event, Commanded) and event.name == Verb.START and event.payload.startswith(PAYLOAD):
        return _knocked(here, chat, event.payload.removeprefix(PAYLOAD))
    if isinstance(event, Commanded) and is_word(here.book, "command", event.name):
        # Whoever is to lead a class in a group tells the operator this number.
        number = here.book.texts.spans(FALLBACK, "class_chat.number", number=here.update.chat)
        return answers(here, 0, Reply(number, language=FALLBACK))
    return None if chat is None else _seated(here, chat, event)


def _seated(here: Visit, chat: Chat, event: Event | None) -> list[Outgoing] | None:
    session = group_sessions.by_id(here.connection, chat.session)
    if session is None or session.salt is None:
        # The class has ended, and its end is not told yet; what comes now is not for it.
        session_chats.leave(here.connection, chat.chat_key)
        return None if session is None else _over(here, session)
    match event:
        case Blocked():
            session_chats.leave(here.connection, chat.chat_key)
            return []
        case Said():
            return _said(here, session, chat, event)
        case Commanded(name=name):
            wants_out = command(here.book.texts, name) in (Verb.CANCEL, Verb.ERASE, Verb.MENU)
            return _left(here, session, chat) if wants_out else _now(here, session, chat)
        case Sent() | Located():
            return _hinted(here, session, chat, "only_text")
        case Returned() | Moved() | Edited() | Pressed() | None:
            return []


def _knocked(here: Visit, chat: Chat | None, code: str) -> list[Outgoing]:
    found = classroom.read_class_code(code)
    session = group_sessions.by_code(here.connection, found) if found else None
    if session is None:
        return answers(here, 0, Reply(here.book.texts.spans("de-du", "class.unknown"), language="de-du"))
    if session.salt is None:
        return _over(here, session)
    if chat is not None and chat.session == session.id:
        return _now(here, session, chat)
    return answers(here, session.id, screens.notice(here.book, session))


def _pressed(here: Visit, chat: Chat | None, press: Press) -> list[Outgoing]:
    session = group_sessions.by_code(here.connection, press.code)
    if session is None or session.salt is None:
        voice = classroom.voice_of(here.book, session) if session else "de-du"
        toast = here.book.texts.plain(voice, "class_chat.over")
        return answers(here, session.id if session else 0, toast=toast, stays=True)
    if press.deed == "join":
        chat = _joined(here, session)
    if chat is None or chat.session != session.id:
        return answers(here, session.id, screens.notice(here.book, session))
    if press.deed == "leave":
        return _left(here, session, chat)
    seat = _seat(here, session, chat)
    return _over(here, session) if seat is None else _done(here, seat, press)


def _joined(here: Visit, session: OpenSession) -> Chat | None:
    update, keys = here.update, here.usher.keys
    key = classroom.participant_key(session, token_of(update.chat))
    chat_key = keys.chat(update.bot, update.chat)
    if key is None:
        return None
    session_chats.take_part(
        here.connection, session.id, key, chat_key=chat_key, bot=update.bot, sealed=keys.seal(update.chat)
    )
    return session_chats.of_keys(here.connection, [chat_key]).get(chat_key)


def _seat(here: Visit, session: OpenSession, chat: Chat) -> Seat | None:
    place = deeds.enter(here.connection, session, chat.key, now=here.now)
    return None if place is None else Seat(chat, place, group_sessions.at_of(here.connection, place.participant))


def _done(here: Visit, seat: Seat, press: Press) -> list[Outgoing]:
    place, texts = seat.place, here.book.texts
    voice = classroom.voice_of(here.book, place.session)
    match press.deed:
        case "dot" | "undot":
            return _dotted(here, seat, press)
        case "topic" if press.what in place.session.topics:
            toast = texts.plain(voice, f"{press.what}.name")
            return _showing(here, _about(here, seat, press.what), toast=toast)
        case "team":
            return _showing(here, _about(here, seat, f"{press.number}:{PARTS[0]}"))
        case "part":
            return _showing(here, _about(here, seat, press.what.replace(".", ":")))
        case "mine":
            return answers(here, place.session.id, screens.own(here.book, _room(here, seat)))
        case "page":
            return _showing(here, seat, page=press.number)
        case _:
            return _showing(here, seat)


def _dotted(here: Visit, seat: Seat, press: Press) -> list[Outgoing]:
    give = press.deed == "dot"
    told = (deeds.give_dot if give else deeds.take_dot)(here.connection, seat.place, press.number)
    room, voice = _room(here, seat), classroom.voice_of(here.book, seat.place.session)
    words = screens.said(here.book, voice, told) if told else None
    key = "dot_given" if give else "dot_taken"
    toast = "".join(span.text for span in words) if words else _plain(here, voice, key, left=room.dots_left)
    shown = screens.screen(here.book, room, at=seat.at, page=screens.page_of(room, press.number))
    return _answered(here, seat, shown, toast=toast)


def _plain(here: Visit, voice: str, key: str, **values: int) -> str:
    return here.book.texts.plain(voice, f"class_chat.{key}", **values)


def _about(here: Visit, seat: Seat, at: str) -> Seat:
    group_sessions.note_at(here.connection, seat.place.participant, at)
    return replace(seat, at=at)


def _said(here: Visit, session: OpenSession, chat: Chat, event: Said) -> list[Outgoing]:
    seat = _seat(here, session, chat)
    if seat is None:
        return _over(here, session)
    room = _room(here, seat)
    shown = screens.screen(here.book, room, at=seat.at)
    carried = tap(event.text, shown.rows, numbers=False)
    if carried and (press := pressed(carried)):
        return _pressed(here, chat, press)
    text = text_for(room.kind, room.top, seat.at, event.text, f"chat{event.seq}")
    told = deeds.write(here.connection, seat.place, text, now=here.now)
    if told:
        return _hinted(here, session, chat, told)
    seat = _about(here, seat, f"{text.idea}:{following(text.part)}") if text.idea else seat
    return _answered(here, seat, screens.taken(here.book, room, at=seat.at))


def text_for(kind: str, top: Sequence[Idea], at: str, words: str, action: str) -> Text:
    """Return a text for what the class does now and what its writer writes about; `top` are the ideas of teams."""
    words = words.strip()
    match kind:
        case Kind.WARMUP:
            return Text(words, action, part=WARMUP)
        case Kind.ELABORATE:
            idea, part = screens.chosen(top, at)
            return Text(words, action, part=part, idea=idea)
        case _:
            return Text(words, action, topic=at)


def following(part: str) -> str:
    """Return the question that comes after one, the last one again after itself."""
    return PARTS[min(PARTS.index(part) + 1, len(PARTS) - 1)]


def _hinted(here: Visit, session: OpenSession, chat: Chat, key: str) -> list[Outgoing]:
    """Say what can't be taken, with what to do now; whoever sends two hundred of them hears it now and then."""
    voice = classroom.voice_of(here.book, session)
    seat = _seat(here, session, chat)
    if seat is None:
        return _over(here, session)
    lead = screens.said(here.book, voice, key)
    reply = screens.screen(here.book, _room(here, seat), at=seat.at, lead=lead)
    moment = int(here.now.timestamp()) // HINT_EVERY
    once = f"hint:{key}:{chat.key[:_SHORT]}:{moment}" if key in _HINTS else ""
    return _answered(here, seat, reply, once=once)


def _now(here: Visit, session: OpenSession, chat: Chat) -> list[Outgoing]:
    seat = _seat(here, session, chat)
    return _over(here, session) if seat is None else _showing(here, seat)


def _showing(here: Visit, seat: Seat, *, page: int = 0, toast: str = "") -> list[Outgoing]:
    reply = screens.screen(here.book, _room(here, seat), at=seat.at, page=page)
    return _answered(here, seat, reply, toast=toast)


def _answered(here: Visit, seat: Seat, reply: Reply, *, toast: str = "", once: str = "") -> list[Outgoing]:
    """Answer with what the class does now; the chat need not be told of this round again."""
    position = classroom.position_at(seat.place.session, now=here.now)
    session_chats.note_told(here.connection, [seat.chat.id], position)
    return answers(here, seat.place.session.id, reply, toast=toast, once=once)


def _room(here: Visit, seat: Seat) -> Room:
    return room_of(here.connection, seat.place.session, key=seat.chat.key, now=here.now)


def _left(here: Visit, session: OpenSession, chat: Chat) -> list[Outgoing]:
    session_chats.leave(here.connection, chat.chat_key)
    return answers(here, session.id, screens.left(here.book, session))


def _over(here: Visit, session: OpenSession) -> list[Outgoing]:
    return answers(here, session.id, screens.over(here.book, session))
