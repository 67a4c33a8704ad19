"""What a class stores, on SQLite and on PostgreSQL."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import Engine, func, select

from storage import group_sessions, session_ends, session_ideas, session_signals, session_votes
from storage.audits import Actor
from storage.group_sessions import NewSession, OpenSession
from storage.models import Contribution, GroupSession, Participant, SessionVote
from storage.numbers import public_number
from storage.session_ideas import Checked, Keeping, NewIdea

TEACHER = Actor("teacher", "teacher")
ROUNDS = (("collect", 600), ("vote", 300), ("result", 300))


@pytest.fixture
def lesson(engine: Engine, now: datetime) -> OpenSession:
    new = NewSession("K7MP2R", "t" * 64, "r" * 64, ["learning"], ROUNDS, votes_each=2)
    with engine.begin() as connection:
        opened = group_sessions.open_session(connection, new, actor=TEACHER, now=now)
    assert opened is not None
    return opened


def _write(engine: Engine, lesson: OpenSession, now: datetime, *texts: str, by: str = "someone") -> list[int]:
    with engine.begin() as connection:
        who = group_sessions.join(connection, lesson.id, by)
        for text in texts:
            new = NewIdea(f"{by}:{text}", who, "learning", text)
            session_ideas.add_idea(connection, lesson.id, new, now=now)
        waiting = session_ideas.unchecked(connection)
        checks = [Checked(each.id, each.session, each.is_note, None) for each in waiting]
        session_ideas.note_checks(connection, checks, now=now)
        return [each.id for each in waiting]


def test_a_code_is_given_once(engine: Engine, lesson: OpenSession, now: datetime) -> None:
    again = NewSession(lesson.code, "x" * 64, "y" * 64, ["climate"], ROUNDS)
    with engine.begin() as connection:
        assert group_sessions.open_session(connection, again, actor=TEACHER, now=now) is None
        found = group_sessions.by_code(connection, lesson.code)
    assert found == lesson


def test_a_form_sent_twice_is_one_idea_and_is_not_shown_before_its_check(
    engine: Engine, lesson: OpenSession, now: datetime
) -> None:
    with engine.begin() as connection:
        who = group_sessions.join(connection, lesson.id, "a")
        idea = NewIdea("page-1", who, "learning", "Mehr Steckdosen im Klassenraum")
        assert session_ideas.add_idea(connection, lesson.id, idea, now=now) is Keeping.KEPT
        assert session_ideas.add_idea(connection, lesson.id, idea, now=now) is Keeping.KNOWN
        assert session_ideas.ideas_of(connection, lesson.id) == []
        assert [each.state for each in session_ideas.ideas_of(connection, lesson.id, participant=who)] == ["waiting"]


def test_a_word_of_need_reaches_the_cockpit_without_words_and_never_the_board(
    engine: Engine, lesson: OpenSession, now: datetime
) -> None:
    with engine.begin() as connection:
        who = group_sessions.join(connection, lesson.id, "a")
        session_ideas.add_idea(connection, lesson.id, NewIdea("p", who, "learning", "…"), now=now)
        waiting = session_ideas.unchecked(connection)[0]
        check = Checked(waiting.id, lesson.id, False, "care", care="despair")
        session_ideas.note_checks(connection, [check], now=now)
        assert session_ideas.ideas_of(connection, lesson.id) == []
        assert [each[1] for each in session_signals.signals_of(connection, lesson.id)] == ["despair"]
        session_signals.confirm_signals(connection, lesson.id, now=now)
        assert session_signals.signals_of(connection, lesson.id) == []


def test_dots_are_limited_and_count_once_on_an_idea(engine: Engine, lesson: OpenSession, now: datetime) -> None:
    first, second, third = _write(engine, lesson, now, "eins", "zwei", "drei")
    with engine.begin() as connection:
        voter = group_sessions.join(connection, lesson.id, "voter")

        def give(idea: int) -> bool:
            return session_votes.give_dot(connection, lesson.id, voter, idea, votes_each=lesson.votes_each)

        assert [give(first), give(first), give(second), give(third)] == [True, False, True, False]
        assert session_votes.take_dot(connection, lesson.id, voter, first)
        assert give(third)
        session_votes.count_votes(connection, lesson.id)
        session_votes.count_votes(connection, lesson.id)
        votes = {each.id: each.votes for each in session_ideas.ideas_of(connection, lesson.id)}
    assert votes == {first: 0, second: 1, third: 1}


def test_piles_are_laid_together_and_pulled_apart(engine: Engine, lesson: OpenSession, now: datetime) -> None:
    first, second, third = _write(engine, lesson, now, "eins", "zwei", "drei")
    with engine.begin() as connection:
        session_ideas.lay_on(connection, lesson.id, [third], second)
        session_ideas.lay_on(connection, lesson.id, [second], first)
        piles = {each.id: each.pile for each in session_ideas.ideas_of(connection, lesson.id)}
        assert piles == {first: None, second: first, third: first}
        session_ideas.pull_apart(connection, lesson.id, third)
        piles = {each.id: each.pile for each in session_ideas.ideas_of(connection, lesson.id)}
        assert piles == {first: None, second: first, third: None}


def test_an_ended_class_has_contributions_without_author_and_no_participants(
    engine: Engine, lesson: OpenSession, now: datetime
) -> None:
    _write(engine, lesson, now, "Mehr Steckdosen", "Ein ruhiger Raum")
    with engine.begin() as connection:
        session_ends.close(connection, lesson, number_of=_number, now=now)
        ended = group_sessions.by_code(connection, lesson.code)
        assert ended is not None
        session_ends.close(connection, ended, number_of=_number, now=now)
        rows = connection.execute(select(Contribution.text, Contribution.field, Contribution.citizen_id)).all()
        assert sorted(map(tuple, rows)) == [
            ("Ein ruhiger Raum", "learning", None),
            ("Mehr Steckdosen", "learning", None),
        ]
        assert connection.scalar(select(func.count()).select_from(Participant)) == 0
        assert ended.salt is None
        outcomes = session_ends.outcomes(connection, lesson.id)
    assert {each.status for each in outcomes} == {"received"}


def test_a_deleted_class_leaves_nothing(engine: Engine, lesson: OpenSession, now: datetime) -> None:
    first, *_ = _write(engine, lesson, now, "Mehr Steckdosen")
    with engine.begin() as connection:
        voter = group_sessions.join(connection, lesson.id, "voter")
        session_votes.give_dot(connection, lesson.id, voter, first, votes_each=2)
        session_ends.close(connection, lesson, number_of=_number, now=now)
        session_ends.delete_class(connection, lesson, actor=TEACHER, now=now)
        for table in (GroupSession, Participant, SessionVote, Contribution):
            assert connection.scalar(select(func.count()).select_from(table)) == 0


def _number(idea: int) -> str:
    return public_number(idea, prefix="S")
