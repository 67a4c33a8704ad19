"""Every dialogue in every language: played to its end in three lengths, and on the shortest path."""

from __future__ import annotations

from functools import cache

import pytest

from bot.book import load_book
from bot.dialogue.engine import advance
from bot.dialogue.events import Commanded, Event, Pressed, Said, Sent
from bot.dialogue.facts import ContributionSent
from bot.dialogue.model import Ask, Attach, Book, Choose, Confirm, Group, Length, Locate
from bot.dialogue.state import Mode, State
from bot.dialogue.turn import Turn

NUMBER = "T-482-913-756"
IDEA = "Bitte stellt dort eine Bank mit Schatten auf"
# What a stranger may be asked for at most, language and notice included.
TAPS, MESSAGES = 4, 1


@cache
def book() -> Book:
    """Return the book that comes with the program."""
    return load_book()


KEYS = list(book().dialogues)
CODES = [language.code for language in book().offered()]


def labels(turn: Turn) -> list[str]:
    """Return the labels of the buttons a citizen sees."""
    return [button.label for row in turn.replies[0].rows for button in row]


def taps(turn: Turn) -> list[str]:
    """Return what the buttons a citizen sees carry."""
    return [button.tap for row in turn.replies[0].rows for button in row]


def answer_to(state: State, turn: Turn, seq: int) -> Event:
    """Answer what is asked as a citizen with one idea would, typing the labels of buttons."""
    draft = state.draft
    assert draft is not None
    assert draft.dialogue is not None
    match book().dialogues[draft.dialogue].step(draft.at or ""):
        case Ask():
            return Said(seq, IDEA)
        case Choose():
            return Said(seq, labels(turn)[0])
        case Locate() if draft.mode is Mode.FOLLOW_UP:
            return Said(seq, "Ronsdorf")
        case Locate():
            return Said(seq, "an der alten Eiche")
        case Attach():
            return Sent(seq, "photo", "file")
        case _:
            return Said(seq, labels(turn)[0], receipt=NUMBER)


def sent(turn: Turn) -> list[ContributionSent]:
    """Return the contributions a turn sent."""
    return [fact for fact in turn.facts if isinstance(fact, ContributionSent)]


@pytest.mark.parametrize("length", list(Length))
@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("code", CODES)
def test_a_citizen_plays_a_dialogue_to_its_end(code: str, key: str, length: Length) -> None:
    turn = advance(book(), State(), Commanded(1, "start"))
    turn = advance(book(), turn.state, Pressed(2, f"lang:{code}"))
    turn = advance(book(), turn.state, Pressed(3, f"field:{key}"))
    if length is not Length.ONE:
        turn = advance(book(), turn.state, Said(4, book().texts.plain(turn.replies[0].language, f"button.{length}")))
    seen = []
    for seq in range(5, 25):
        assert turn.state.draft is not None
        seen.append(turn.state.draft.at)
        turn = advance(book(), turn.state, answer_to(turn.state, turn, seq))
        if turn.state.draft is None:
            break
    assert [(fact.dialogue, fact.number) for fact in sent(turn)] == [(key, NUMBER)]
    plan = book().dialogues[key].plan(length)
    assert list(dict.fromkeys(seen)) == [step.id for step in plan]
    asked = {step.id for step in plan if not isinstance(step, Confirm | Attach)}
    assert {answer.step for answer in sent(turn)[0].answers} == asked


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("code", CODES)
def test_a_stranger_who_starts_needs_four_taps_and_one_message_at_most(code: str, key: str) -> None:
    turn = advance(book(), State(), Commanded(1, "start"))
    pressed = [f"lang:{code}"]
    if book().dialogues[key].group is Group.SCHOOL:
        pressed.append("go:school")
    pressed.append(f"field:{key}")
    for seq, tap in enumerate(pressed, 2):
        assert tap in taps(turn)
        turn = advance(book(), turn.state, Pressed(seq, tap))
    turn = advance(book(), turn.state, Said(20, IDEA))
    turn = advance(book(), turn.state, Pressed(21, taps(turn)[0], receipt=NUMBER))
    assert [fact.dialogue for fact in sent(turn)] == [key]
    assert len(pressed) + 1 <= TAPS


@pytest.mark.parametrize("code", CODES)
def test_a_stranger_whose_first_words_are_the_idea_needs_three_taps(code: str) -> None:
    turn = advance(book(), State(), Said(1, IDEA))
    for seq, tap in enumerate((f"lang:{code}", "move:mobility@1"), 2):
        assert tap in taps(turn)
        turn = advance(book(), turn.state, Pressed(seq, tap))
    turn = advance(book(), turn.state, Pressed(9, taps(turn)[0], receipt=NUMBER))
    assert [fact.number for fact in sent(turn)] == [NUMBER]


@pytest.mark.parametrize("key", KEYS)
def test_who_comes_back_needs_one_message_and_two_taps(key: str) -> None:
    known = State(language="de", notice=book().notice_version)
    turn = advance(book(), known, Said(1, IDEA))
    turn = advance(book(), turn.state, Pressed(2, f"move:{key}@1"))
    turn = advance(book(), turn.state, Pressed(3, taps(turn)[0], receipt=NUMBER))
    assert [fact.dialogue for fact in sent(turn)] == [key]


@pytest.mark.parametrize("code", CODES)
def test_a_translation_nobody_has_reviewed_says_so_once(code: str) -> None:
    turn = advance(book(), State(), Commanded(1, "start"))
    turn = advance(book(), turn.state, Pressed(2, f"lang:{code}"))
    said = book().texts.plain(code, "language.unreviewed")
    reviewed = next(each.reviewed for each in book().languages if each.code == code)
    assert (said in turn.replies[0].text) == (reviewed is None and not code.startswith("de"))
    again = advance(book(), turn.state, Commanded(3, "start"))
    assert said not in again.replies[0].text
