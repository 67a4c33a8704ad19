"""Who leads a class from a Telegram group: brings it there, opens one, stops the clock, ends it.

Law of this file: only who is on the list gets here; a word that comes twice does no more than once; the secrets of a
class go to who opened it, in private.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from bot.dialogue.model import Book
from bot.dialogue.parse import fold
from bot.dialogue.replies import Reply
from bot.dialogue.texts import FALLBACK
from bot.school import classroom, screens
from bot.school.links import links_of
from bot.school.script import LESSON
from bot.school.visits import Visit, answers, is_word, outgoing
from bot.telegram.raw import sender_of, thread_of
from bot.telegram.render import render
from storage import group_sessions, session_places
from storage.audits import Actor
from storage.group_sessions import OpenSession
from storage.outbox import Outgoing

GROUP = "school"
LEADER = Actor("telegram", "operator")
# So many dots each has in a class that was opened in a group.
VOTES = 3


def thread(here: Visit) -> str | None:
    """Return the topic of the group in which an update happened."""
    found = thread_of(here.raw)
    return None if found is None else str(found)


def lead(here: Visit, payload: str) -> list[Outgoing]:
    """Do what who leads has asked for."""
    word, *more = payload.split() or [""]
    code = classroom.read_class_code(word)
    found = group_sessions.by_code(here.connection, code) if code else None
    if found is not None:
        return _linked(here, found)
    if is_word(here.book, "word_new", word):
        return _opened(here, more)
    session = _session(here)
    if session is not None and session.closed_at is None and _told(here, session, word):
        return []
    voice = classroom.voice_of(here.book, session) if session else FALLBACK
    return answers(here, 0, Reply(here.book.texts.spans(voice, "class_chat.usage"), language=voice))


def _session(here: Visit) -> OpenSession | None:
    place = session_places.of_group(here.connection, here.update.bot, here.update.chat, thread(here))
    return group_sessions.by_id(here.connection, place.session) if place else None


def _told(here: Visit, session: OpenSession, word: str) -> bool:
    """Do what a word asks for, and say whether it was one of ours."""
    does = {"pause": classroom.press_pause, "resume": classroom.press_resume, "end": _end}
    key = next((key for key in does if is_word(here.book, f"word_{key}", word)), None)
    if key is not None:
        does[key](here.connection, session, now=here.now)
    return key is not None


def _end(connection: Connection, session: OpenSession, *, now: datetime) -> bool:
    classroom.end_class(connection, session, now=now)
    return True


def _linked(here: Visit, session: OpenSession) -> list[Outgoing]:
    if session.closed_at is not None:
        return answers(here, session.id, screens.over(here.book, session))
    update = here.update
    session_places.link(here.connection, session.id, bot=update.bot, chat=update.chat, thread=thread(here))
    return []


def _opened(here: Visit, words: list[str]) -> list[Outgoing]:
    """Open a class about the topics that were named, or about all."""
    book, usher = here.book, here.usher
    known = [key for key, dialogue in book.dialogues.items() if dialogue.group == GROUP]
    topics = [key for key in known if any(_names(book, key, word) for word in words)] or known
    opened = classroom.open_class(
        here.connection, usher.keys, topics=topics, minutes=LESSON, votes_each=VOTES, actor=LEADER, now=here.now
    )
    links = links_of(opened, public_url=usher.public_url, bot_name=usher.bot_name)
    secrets = {"code": opened.session.code, "cockpit": links.teacher, "results": opened.results_code}
    leader = sender_of(here.raw) or ""
    reply = Reply(book.texts.spans(FALLBACK, "class_chat.opened", **secrets), language=FALLBACK)
    told = outgoing(here, opened.session.id, [(*request, True) for request in render(reply, leader)])
    return [*_linked(here, opened.session), *(replace(each, chat=leader) for each in told)]


def _names(book: Book, topic: str, word: str) -> bool:
    """Say whether a word names a topic: its key, or a word of its name."""
    name = book.texts.plain(FALLBACK, f"{topic}.name")
    return fold(word) in (fold(topic), *map(fold, name.split()))
