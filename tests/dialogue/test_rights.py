"""A citizen's rights by a word: forgotten at the second tap from anywhere, shown what is stored, told how to object."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.dialogue.events import Commanded
from bot.dialogue.facts import DataAsked, ErasureAsked
from bot.dialogue.rights import Account, Sent, tell
from bot.dialogue.state import State, Waiting
from tests.dialogue.talk import BENCH, Talk
from tests.dialogue.test_grid import STATES

ACCOUNT = Account("4711", "01.09.2026", "14.09.2026", "de", "1", 2, (Sent("T-1", "02.09.2026", "**Mehr** {Bänke}"),))


def erasures(talk: Talk) -> list[ErasureAsked]:
    return [fact for fact in talk.facts if isinstance(fact, ErasureAsked)]


@pytest.mark.parametrize("begin", STATES.values(), ids=STATES)
def test_two_taps_erase_from_every_state(begin: Callable[[], Talk]) -> None:
    talk = begin()
    talk.facts.clear()
    talk.command("loeschen")
    talk.tap("erase:all")
    assert not erasures(talk)
    talk.tap("erase:all:yes")
    assert erasures(talk) == [ErasureAsked(with_contributions=True)]
    assert talk.state == State(language=talk.state.language, waiting=Waiting.ERASED)


@pytest.mark.parametrize(("label", "everything"), [("auch löschen", True), ("ohne Namen", False)])
def test_typed_words_choose_and_confirm(label: str, everything: bool) -> None:
    talk = Talk()
    talk.command("start")
    talk.say("löschen")
    talk.say(talk.button(label).label)
    talk.say("ja")
    assert erasures(talk) == [ErasureAsked(with_contributions=everything)]


@pytest.mark.parametrize("before", ["erase:link", "erase:all"])
def test_whoever_thinks_better_of_it_goes_on_with_the_draft(before: str) -> None:
    talk = Talk()
    talk.command("start")
    talk.press("Mobilität")
    talk.say(BENCH)
    draft = talk.state.draft
    talk.command("loeschen")
    talk.tap(before)
    talk.say("nein")
    assert talk.state.draft == draft
    assert talk.state.waiting is Waiting.STEP
    assert not erasures(talk)


@pytest.mark.parametrize("tap", ["erase:all:yes", "erase:link:yes", "erase:no"])
def test_a_late_tap_on_an_old_question_erases_nothing(tap: str) -> None:
    talk = Talk()
    talk.command("start")
    talk.tap(tap)
    assert not erasures(talk)
    assert talk.said("stale.button")


def test_the_other_choice_has_to_be_confirmed_by_itself() -> None:
    talk = Talk()
    talk.command("loeschen")
    talk.tap("erase:link")
    talk.tap("erase:all:yes")
    assert not erasures(talk)


def test_the_second_tap_twice_asks_once() -> None:
    talk = Talk()
    talk.command("loeschen")
    talk.tap("erase:all")
    talk.tap("erase:all:yes")
    talk.tap("erase:all:yes")
    assert len(erasures(talk)) == 1


def test_the_answer_names_exports_backups_and_their_days() -> None:
    talk = Talk()
    talk.command("loeschen")
    assert f"nach {talk.book.names['backup_days']} Tagen" in talk.reply.text
    assert "schon weitergegeben" in talk.reply.text


def test_whoever_writes_again_is_told_the_notice() -> None:
    talk = Talk()
    talk.command("loeschen")
    talk.tap("erase:all")
    talk.tap("erase:all:yes")
    talk.say(BENCH)
    assert "Computerprogramm" in talk.reply.text


def test_the_account_is_told_before_the_question_in_the_citizens_own_words() -> None:
    talk = Talk()
    talk.command("start")
    turn = talk.happen(Commanded(talk.next(), "meinedaten"))
    assert DataAsked() in turn.facts
    told = tell(talk.book, turn, ACCOUNT).replies[0]
    assert all(part in told.text for part in ("4711", "01.09.2026", "14.09.2026", "Deutsch", "T-1", "**Mehr** {Bänke}"))
    assert told.text.endswith(turn.replies[0].text)
    assert told.rows == turn.replies[0].rows


@pytest.mark.parametrize(("command", "words"), [("widerruf", "jederzeit ohne Grund"), ("widerspruch", "Art. 21 DSGVO")])
def test_consents_and_objections_have_their_page(command: str, words: str) -> None:
    talk = Talk()
    talk.command("start")
    talk.command(command)
    assert words in talk.reply.text
