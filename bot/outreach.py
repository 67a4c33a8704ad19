"""What the desk speaks to the city with: how announcements read and are tried, how classes are opened and ended.

Law of this file: the desk gets functions and values; dialogue, keys and papers stay here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from bot.config import Settings
from bot.dialogue.model import Book, Group
from bot.dialogue.subscriptions import Notification, notification, spoken_in
from bot.dialogue.texts import FALLBACK, Look
from bot.keys import Keys
from bot.sample import SampleTo, put_samples
from bot.school import classroom, script
from bot.school.links import links_of
from bot.school.papers import paper
from bot.school.sheets import pack_of, poster_of
from bot.wording import flaws
from desk.parts import ClassCodes, Fault, Herald, NewClass, Reading, Run, School, Texts
from storage import session_ends
from storage.audits import Actor
from storage.erasures import ask_for_purge
from storage.group_sessions import OpenSession
from storage.settings import BOT_NAME, read_setting


def herald_of(book: Book, keys: Keys) -> Herald:
    """Return how announcements are checked, read and tried."""
    offered = sorted(book.offered(), key=lambda language: language.code != FALLBACK)
    return Herald(
        languages={language.code: language.name for language in offered},
        faults=partial(_faults, book),
        reads=partial(_reads, book),
        spoken=spoken_in,
        sample=partial(_sample, book, keys),
    )


def _faults(book: Book, texts: Texts) -> list[Fault]:
    found = [(language, flaw) for language, words in texts.items() for flaw in flaws(words.get("text", ""), book.names)]
    return [Fault(flaw.kind, language, flaw.detail) for language, flaw in found]


def _reads(book: Book, texts: Texts, category: str, language: str) -> Reading:
    reply = notification(book, language, Notification(texts, category))
    runs = [Run(span.text, span.look is Look.STRONG, span.href or "") for span in reply.spans]
    return Reading(runs, reply.rows[0][0].label)


def _sample(
    book: Book, keys: Keys, connection: Connection, chat: str, texts: Texts, category: str, now: datetime
) -> Sequence[str]:
    return put_samples(connection, book, keys, SampleTo(chat, Notification(texts, category)), now=now)


def school_of(settings: Settings, book: Book, keys: Keys) -> School:
    """Return what classes are led with."""
    is_test = settings.instance.kind == "test"
    return School(
        topics=tuple(dialogue.key for dialogue in book.group(Group.SCHOOL)),
        minutes=(script.SHORTEST, script.LESSON, script.LONGEST),
        open=partial(_open, settings.web.public_url, keys),
        end=lambda connection, session, now: classroom.end_class(connection, session, now=now),
        delete=_delete,
        round_of=_round_of,
        pack=lambda: paper("mappe", pack_of(book, is_test=is_test)),
        poster=partial(_poster, book, is_test),
    )


def _open(
    public_url: str, keys: Keys, connection: Connection, new: NewClass, actor: Actor, now: datetime
) -> ClassCodes:
    opened = classroom.open_class(
        connection,
        keys,
        topics=new.topics,
        minutes=new.minutes,
        votes_each=new.votes,
        language=new.language,
        actor=actor,
        now=now,
    )
    links = links_of(opened, public_url=public_url, bot_name=read_setting(connection, BOT_NAME) or "")
    return ClassCodes(opened.session.code, links.page, links.board, links.telegram, links.teacher, opened.results_code)


def _delete(connection: Connection, session: OpenSession, actor: Actor, now: datetime) -> None:
    session_ends.delete_class(connection, session, actor=actor, now=now)
    ask_for_purge(connection)


def _round_of(session: OpenSession) -> str:
    found = classroom.round_of(session)
    return found.kind.value if found else ""


def _poster(book: Book, is_test: bool, session: OpenSession, bot_name: str) -> bytes:
    values = poster_of(
        book,
        code=session.code,
        topics=session.topics,
        voice=classroom.voice_of(book, session),
        is_test=is_test,
        bot_name=bot_name,
    )
    return paper("aushang", values)
