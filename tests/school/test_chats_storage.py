"""What is stored of a class in Telegram, on SQLite and on PostgreSQL."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from storage import group_sessions, inbox, outbox, session_chats, session_ends, session_ideas, session_places
from storage.audits import Actor
from storage.group_sessions import NewSession, OpenSession
from storage.inbox import Received
from storage.outbox import Outgoing, class_cause
from storage.session_ideas import Checked, NewIdea

TEACHER = Actor("teacher", "teacher")
BOT, GROUP, MOVED, CHAT = "77", "-100", "-1000100", "4711"


def _opened(engine: Engine, code: str, now: datetime) -> OpenSession:
    new = NewSession(code, f"t{code}", f"r{code}", ["learning"], (("collect", 600), ("vote", 300)))
    with engine.begin() as connection:
        session = group_sessions.open_session(connection, new, actor=TEACHER, now=now)
    assert session is not None
    return session


@pytest.fixture
def lesson(engine: Engine, now: datetime) -> OpenSession:
    return _opened(engine, "K7MP2R", now)


def _to(session: OpenSession, chat: str, kind: str) -> Outgoing:
    return Outgoing(class_cause(session.id, kind), 0, "telegram", BOT, chat, "sendMessage", {"text": "…"})


def test_a_chat_takes_part_in_one_class_and_is_behind_until_told(
    engine: Engine, lesson: OpenSession, now: datetime
) -> None:
    other = _opened(engine, "C9FH3D", now)
    with engine.begin() as connection:
        for session in (other, lesson):
            session_chats.take_part(connection, session.id, "a", chat_key="hash", bot=BOT, sealed="00")
        assert session_chats.sessions_with_chats(connection) == [(lesson.id, False)]
        group_sessions.move(connection, lesson.id, seen=0, position=1, ends_at=None, left=None)
        assert session_chats.sessions_with_chats(connection) == [(lesson.id, True)]
        chat = session_chats.of_keys(connection, ["hash"])["hash"]
        session_chats.note_told(connection, [chat.id], 1)
        assert session_chats.sessions_with_chats(connection) == [(lesson.id, False)]


def test_only_what_was_held_back_and_not_told_is_to_be_told(engine: Engine, lesson: OpenSession, now: datetime) -> None:
    cause = class_cause(lesson.id, "held")
    with engine.begin() as connection:
        who = group_sessions.join(connection, lesson.id, "a")
        session_chats.take_part(connection, lesson.id, "a", chat_key="hash", bot=BOT, sealed="00")
        for text in ("eins", "zwei"):
            session_ideas.add_idea(connection, lesson.id, NewIdea(text, who, "learning", text), now=now)
        first, second = session_ideas.unchecked(connection)
        checks = [Checked(first.id, lesson.id, False, "insult"), Checked(second.id, lesson.id, False, None)]
        session_ideas.note_checks(connection, checks, now=now)
        assert [each.text for each in session_chats.held_of(connection, lesson.id, cause=cause)] == ["eins"]
        told = Outgoing(cause, first.id, "telegram", BOT, CHAT, "sendMessage", {})
        outbox.enqueue(connection, [told], now=now)
        assert session_chats.held_of(connection, lesson.id, cause=cause) == []


def test_a_group_that_moves_gets_a_new_message(engine: Engine, lesson: OpenSession, now: datetime) -> None:
    with engine.begin() as connection:
        session_places.link(connection, lesson.id, bot=BOT, chat=GROUP, thread=None)
        session_places.note_shown(connection, lesson.id, message="5", shown="x", now=now)
        assert session_places.of_group(connection, BOT, GROUP, "7") is None
        session_places.move(connection, BOT, GROUP, MOVED)
        found = session_places.of_group(connection, BOT, MOVED, None)
        assert found is not None
        assert (found.session, found.message) == (lesson.id, None)
        assert session_places.of_group(connection, BOT, GROUP, None) is None


def test_chats_of_an_ended_class_are_forgotten_when_nobody_told_them(
    engine: Engine, lesson: OpenSession, now: datetime
) -> None:
    with engine.begin() as connection:
        session_chats.take_part(connection, lesson.id, "a", chat_key="hash", bot=BOT, sealed="00")
        session_places.link(connection, lesson.id, bot=BOT, chat=GROUP, thread=None)
        session_ends.close(connection, lesson, number_of=str, now=now)
        session_ends.forget_chats(connection, before=now)
        assert session_chats.chats_of(connection, lesson.id) != []
        session_ends.forget_chats(connection, before=now + timedelta(seconds=1))
        assert session_chats.chats_of(connection, lesson.id) == []
        assert session_places.places(connection, BOT) == []


def test_deleting_takes_the_queues_of_this_class_alone(engine: Engine, lesson: OpenSession, now: datetime) -> None:
    others = [_opened(engine, f"C9FH3{sign}", now) for sign in "DGHJKMNPQ"]
    longer = others[-1]
    with engine.begin() as connection:
        outbox.enqueue(connection, [_to(lesson, CHAT, "a"), _to(longer, "4712", "a")], now=now)
        read = [Received("telegram", BOT, chat, chat, "{}") for chat in (CHAT, "4712")]
        inbox.receive(connection, read, now=now)
        inbox.finish(connection, [each.seq for each in inbox.take_due(connection, now=now)], now=now)
        session_ends.delete_class(connection, lesson, actor=TEACHER, now=now)
        assert [each.chat for each in outbox.take_waiting(connection, now=now, limit=9)] == ["4712"]
        inbox.receive(connection, read, now=now)
        assert [each.chat for each in inbox.take_due(connection, now=now)] == [CHAT]
