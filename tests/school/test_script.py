"""The script of a class, with the clock as an argument."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.school.script import (
    LESSON,
    LONGEST,
    SHORTEST,
    Kind,
    Standing,
    catch_up,
    extend,
    is_over,
    left,
    pause,
    resume,
    round_at,
    rounds_for,
    step,
)

NOON = datetime(2026, 9, 14, 10, 0, tzinfo=UTC)
ROUNDS = rounds_for(LESSON)


def test_a_lesson_is_filled_to_the_minute() -> None:
    assert [each.kind for each in ROUNDS] == list(Kind)
    assert sum(each.seconds for each in ROUNDS) == LESSON * 60


@pytest.mark.parametrize("minutes", [SHORTEST - 1, LONGEST + 1, 0, -5])
def test_a_session_nobody_can_hold_is_refused_with_what_to_change(minutes: int) -> None:
    with pytest.raises(ValueError, match="--minutes"):
        rounds_for(minutes)


def test_two_teachers_who_press_next_move_the_class_once() -> None:
    lobby = Standing()
    first = step(ROUNDS, lobby, seen=0, now=NOON)
    second = step(ROUNDS, first, seen=0, now=NOON)
    assert first == second
    assert first.position == 1


def test_rounds_that_ended_while_nobody_looked_begin_when_they_should_have() -> None:
    started = step(ROUNDS, Standing(), seen=0, now=NOON)
    at_vote = catch_up(ROUNDS, started, now=NOON + timedelta(minutes=23))
    assert round_at(ROUNDS, at_vote) == ROUNDS[3]
    assert at_vote.ends_at == NOON + timedelta(minutes=4 + 12 + 6 + 5)


def test_the_result_stays_until_somebody_ends_it() -> None:
    started = step(ROUNDS, Standing(), seen=0, now=NOON)
    late = catch_up(ROUNDS, started, now=NOON + timedelta(days=1))
    assert round_at(ROUNDS, late) == ROUNDS[-1]
    assert is_over(ROUNDS, step(ROUNDS, late, seen=late.position, now=NOON + timedelta(days=1)))


def test_a_fire_drill_costs_the_class_no_second() -> None:
    started = step(ROUNDS, Standing(), seen=0, now=NOON)
    halted = pause(started, now=NOON + timedelta(seconds=100))
    assert halted.is_paused
    assert catch_up(ROUNDS, halted, now=NOON + timedelta(hours=1)) == halted
    again = resume(halted, now=NOON + timedelta(hours=1))
    assert left(again, now=NOON + timedelta(hours=1)) == ROUNDS[0].seconds - 100


def test_more_time_can_be_given_in_a_pause_and_just_after_the_bell() -> None:
    started = step(ROUNDS, Standing(), seen=0, now=NOON)
    halted = extend(pause(started, now=NOON), seconds=60, now=NOON)
    assert left(halted, now=NOON) == ROUNDS[0].seconds + 60
    over = NOON + timedelta(seconds=ROUNDS[0].seconds + 1)
    assert left(extend(started, seconds=60, now=over), now=over) == 60


@given(st.lists(st.sampled_from(["next", "stale", "pause", "resume", "more", "wait"]), max_size=40))
def test_whatever_is_pressed_the_class_never_goes_back_and_always_gets_on(presses: list[str]) -> None:
    standing, now = Standing(), NOON
    for press in presses:
        before = standing.position
        match press:
            case "next":
                standing = step(ROUNDS, standing, seen=standing.position, now=now)
            case "stale":
                standing = step(ROUNDS, standing, seen=standing.position - 1, now=now)
            case "pause":
                standing = pause(standing, now=now)
            case "resume":
                standing = resume(standing, now=now)
            case "more":
                standing = extend(standing, seconds=30, now=now)
            case _:
                now += timedelta(minutes=3)
                standing = catch_up(ROUNDS, standing, now=now)
        assert before <= standing.position <= len(ROUNDS) + 1
        assert standing.ends_at is None or not standing.is_paused
    while not is_over(ROUNDS, standing):
        further = step(ROUNDS, standing, seen=standing.position, now=now)
        assert further.position == standing.position + 1
        standing = further
