"""A class in a Telegram group: all who are there answer the bot and press buttons; who is on the list leads.

Law of this file: what happens in a group is acknowledged by the answer to a tap; nothing is sent here but a hint now
and then. The one message of the class is kept up to date by the crier.
"""

from __future__ import annotations

import json

from bot.dialogue.events import Blocked, Commanded, Pressed, Said
from bot.dialogue.replies import Reply
from bot.school import classroom, deeds, leading, screens
from bot.school.deeds import Place
from bot.school.leading import thread
from bot.school.private import HINT_EVERY, following, text_for, token_of
from bot.school.room import Room, room_of
from bot.school.scenes import scene_of
from bot.school.script import Kind
from bot.school.sheets import PARTS
from bot.school.visits import Press, Usher, Visit, answers, is_word, pressed
from bot.telegram.raw import sender_of
from bot.telegram.render import TOAST_LENGTH
from storage import group_sessions, session_places, session_votes
from storage.group_sessions import OpenSession
from storage.models.school import HELD
from storage.outbox import Outgoing


def may_lead(usher: Usher, raw: str) -> bool:
    """Say whether an update of a group that has no class was sent by somebody who may bring one there."""
    return "/" in raw and sender_of(json.loads(raw)) in usher.leaders


def answer(here: Visit) -> list[Outgoing] | None:
    """Return what an update of a group comes to; None when it is none of a class's."""
    event, sender = here.event(), sender_of(here.raw) or ""
    if isinstance(event, Commanded) and is_word(here.book, "command", event.name):
        return leading.lead(here, event.payload) if sender in here.usher.leaders else []
    if isinstance(event, Pressed) and (press := pressed(event.tap)):
        return _pressed(here, press, sender)
    place = session_places.of_group(here.connection, here.update.bot, here.update.chat, thread(here))
    session = group_sessions.by_id(here.connection, place.session) if place else None
    if place is None or session is None:
        return None
    match event:
        case Said(text=words):
            return _written(here, session, sender, words)
        case Commanded(name=name, payload=words) if words and is_word(here.book, "idea_command", name):
            return _written(here, session, sender, words)
        case Blocked():
            session_places.leave(here.connection, here.update.bot, here.update.chat)
            return []
        case _:
            return []


def _pressed(here: Visit, press: Press, sender: str) -> list[Outgoing]:
    session = group_sessions.by_code(here.connection, press.code)
    key = classroom.participant_key(session, token_of(sender)) if session else None
    if session is None or key is None:
        toast = here.book.texts.plain(classroom.voice_of(here.book, session) if session else "de-du", "class_chat.over")
        return answers(here, session.id if session else 0, toast=toast, stays=True)
    if press.deed == "next":
        return _moved_on(here, session, press.number, sender)
    place = deeds.enter(here.connection, session, key, now=here.now)
    toast = _done(here, place, press, key) if place else ""
    return answers(here, session.id, toast=toast, stays=press.deed in ("mine", "team"))


def _moved_on(here: Visit, session: OpenSession, seen: int, sender: str) -> list[Outgoing]:
    """Begin the next round for who leads; the end is a step of its own."""
    if sender not in here.usher.leaders:
        voice = classroom.voice_of(here.book, session)
        return answers(here, session.id, toast=here.book.texts.plain(voice, "class_chat.not_yours"))
    if classroom.has_next(session):
        classroom.press_next(here.connection, session, seen=seen, now=here.now)
    return answers(here, session.id)


def _done(here: Visit, place: Place, press: Press, key: str) -> str:
    """Do what was pressed and return what the tap is answered by."""
    texts, voice = here.book.texts, classroom.voice_of(here.book, place.session)
    match press.deed:
        case "dot":
            told = deeds.give_dot(here.connection, place, press.number)
            return _sentence(here, voice, told) if told else _dots(here, place, voice, "dot_given")
        case "clear":
            for idea in session_votes.dots_of(here.connection, place.participant):
                deeds.take_dot(here.connection, place, idea)
            return _dots(here, place, voice, "cleared")
        case "topic" if press.what in place.session.topics:
            group_sessions.note_at(here.connection, place.participant, press.what)
            return texts.plain(voice, f"{press.what}.name")
        case "team":
            group_sessions.note_at(here.connection, place.participant, f"{press.number}:{PARTS[0]}")
            return "\n".join(texts.plain(voice, key) for key in (f"class.{PARTS[0]}", "class_chat.reply_here"))
        case "mine":
            return _mine(here, voice, room_of(here.connection, place.session, key=key, now=here.now))
        case _:
            return ""


def _dots(here: Visit, place: Place, voice: str, key: str) -> str:
    left = place.session.votes_each - len(session_votes.dots_of(here.connection, place.participant))
    return here.book.texts.plain(voice, f"class_chat.{key}", left=left)


def _mine(here: Visit, voice: str, room: Room) -> str:
    """Say what became of somebody's own texts; what was held back comes first, with who helps."""
    own = screens.own_texts(room)
    held = [each for each in own if each.state == HELD]
    if not own:
        return here.book.texts.plain(voice, "class.nothing")
    shown = (held or own)[-1]
    words = "".join(span.text for span in screens.status(here.book, voice, shown))
    if shown.reason != "care":
        return f"{len(own)}: {screens.shortened(shown.text, 60)}\n{words}"
    despair = here.book.texts.plain(voice, "care.despair").split("\n")
    lines = [line for line in despair if any(sign.isdecimal() for sign in line)]
    # Whom to call matters more than why: as many lines as the answer to a tap takes.
    while lines and len("\n".join(lines)) > TOAST_LENGTH:
        lines.pop()
    return "\n".join(lines)


def _written(here: Visit, session: OpenSession, sender: str, words: str) -> list[Outgoing]:
    """Keep what somebody wrote to the class; the live message shows it when it was checked."""
    key = classroom.participant_key(session, token_of(sender))
    place = deeds.enter(here.connection, session, key, now=here.now) if key else None
    if place is None:
        return []
    at = group_sessions.at_of(here.connection, place.participant)
    top = scene_of(here.connection, place.session).top if place.kind == Kind.ELABORATE else ()
    text = text_for(place.kind, top, at, words, f"chat{here.update.seq}")
    told = deeds.write(here.connection, place, text, now=here.now)
    if told:
        return _hinted(here, session, told)
    if text.idea:
        group_sessions.note_at(here.connection, place.participant, f"{text.idea}:{following(text.part)}")
    return []


def _hinted(here: Visit, session: OpenSession, told: str) -> list[Outgoing]:
    """Say in the group what can't be taken, to nobody in particular and seldom: it has room for few messages."""
    voice = classroom.voice_of(here.book, session)
    moment = int(here.now.timestamp()) // HINT_EVERY
    reply = Reply(screens.said(here.book, voice, told), language=voice)
    return answers(here, session.id, reply, once=f"hint:{told}:{moment}")


def _sentence(here: Visit, voice: str, told: str) -> str:
    return "".join(span.text for span in screens.said(here.book, voice, told))
