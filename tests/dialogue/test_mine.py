"""My contributions in the dialogue: what is shown, what can be pressed or typed, and what follows from it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from bot.dialogue.engine import announce
from bot.dialogue.events import Commanded, Own, Pressed, Said
from bot.dialogue.facts import ContributionSent, ContributionWithdrawn, NewsStarted, NewsStopped, ReactionTaken
from bot.dialogue.mine import SHOWN, asks_for_own
from bot.dialogue.state import State
from tests.dialogue.talk import BENCH, NUMBER, Talk, book, two_languages

DAY = date(2026, 9, 14)
OPEN = Own(NUMBER, BENCH, "received", None, DAY, is_open=True)
DECIDED = Own("T-000-000-018", "Licht", "rejected", "Ist schon da", DAY, DAY, has_news=False)
CODE = "K7MP-2RTX-9WHD"


def talk() -> Talk:
    """Return a conversation of somebody who has seen the notice."""
    begun = Talk()
    begun.command("start")
    return begun


def listed(begun: Talk, *own: Own) -> Talk:
    """Let somebody ask for their contributions."""
    begun.happen(Commanded(begun.next(), "meineideen", own=own))
    return begun


def test_the_list_says_number_status_reason_and_day() -> None:
    text = listed(talk(), OPEN, DECIDED).reply.text
    for part in (NUMBER, BENCH, "wartet auf die Durchsicht", DECIDED.number, "nicht freigegeben", "14.09.2026"):
        assert part in text
    assert "Begründung: Ist schon da" in text


def test_only_what_is_open_can_be_withdrawn_and_only_after_a_second_word() -> None:
    begun = listed(talk(), OPEN, DECIDED)
    assert [label for label in begun.labels if "zurückziehen" in label] == [f"🗑 {NUMBER} zurückziehen"]
    tap = begun.button("zurückziehen").tap
    begun.happen(Pressed(begun.next(), tap, own=(OPEN,)))
    assert not begun.last.facts
    begun.happen(Pressed(begun.next(), begun.button("Ja,").tap, own=(OPEN,)))
    assert begun.last.facts == (ContributionWithdrawn(NUMBER),)


@pytest.mark.parametrize("own", [(), (replace(OPEN, is_open=False),), (DECIDED,)])
def test_a_late_or_made_up_withdrawal_changes_nothing(own: tuple[Own, ...]) -> None:
    begun = talk()
    begun.happen(Pressed(begun.next(), f"mine:gone:{NUMBER}", own=own))
    assert begun.last.facts == ()
    assert begun.said("mine.fixed", number=NUMBER)


@pytest.mark.parametrize("tap", ["mine", "mine:", "mine:gone", "mine:gone:", "mine:quiet:7", "mine:what:T-482-913-756"])
def test_a_broken_tap_is_answered(tap: str) -> None:
    begun = talk()
    begun.tap(tap)
    assert begun.last.facts == ()
    assert begun.said("stale.button")


def test_news_are_turned_off_and_on_by_a_button_or_its_words() -> None:
    begun = listed(talk(), OPEN, DECIDED)
    begun.press("Keine Nachrichten")
    listed(begun, DECIDED).press("Nachrichten zu")
    begun.say(f"keine nachrichten zu {NUMBER}")
    about = [fact for fact in begun.facts if isinstance(fact, NewsStopped | NewsStarted)]
    assert about == [NewsStopped(NUMBER), NewsStarted(DECIDED.number), NewsStopped(NUMBER)]


def test_a_draft_is_not_lost_by_looking() -> None:
    begun = talk()
    begun.press("Smarte Mobilität")
    begun.say(BENCH)
    before = begun.state
    listed(begun, OPEN)
    assert begun.state == before
    assert any("Abschicken" in label for label in begun.labels)


def test_who_has_nothing_is_told_so_and_many_are_counted() -> None:
    assert listed(talk()).said("mine.none")
    many = tuple(replace(OPEN, number=f"T-000-000-{each:03}") for each in range(SHOWN + 3))
    text = listed(talk(), *many).reply.text
    assert len(re.findall(r"T-000-000-\d{3}", text)) == SHOWN
    assert "kommen noch 3 Beiträge" in text


def test_the_receipt_tells_the_code_and_the_fact_carries_it() -> None:
    begun = talk()
    begun.press("Smarte Mobilität")
    begun.say(BENCH)
    begun.happen(Pressed(begun.next(), begun.button("Abschicken").tap, NUMBER, CODE))
    assert f"Geheimcode: {CODE}" in begun.reply.text
    (sent,) = [fact for fact in begun.last.facts if isinstance(fact, ContributionSent)]
    assert (sent.number, sent.secret) == (NUMBER, CODE)


def test_only_who_asks_for_them_needs_own_contributions() -> None:
    state = State(language="de")
    asking = (Pressed(1, "mine:gone:x"), Commanded(1, "meineideen"), Said(1, "Meine Ideen!"))
    other = (Pressed(1, "go:menu"), Commanded(1, "start"), Said(1, BENCH), Said(1, "Meine Ideen sind andere als Ihre"))
    assert all(asks_for_own(book(), state, event) for event in asking)
    assert not any(asks_for_own(book(), state, event) for event in other)


def test_a_german_reason_is_announced_in_another_language() -> None:
    reply = announce(two_languages(), State(language="en"), [DECIDED], alone=True)
    assert "Begründung schreibt das Team auf Deutsch. (en)" in reply.text
    german = announce(two_languages(), State(language="de"), [DECIDED, OPEN], alone=True)
    assert "auf Deutsch" not in german.text
    assert [row[0].tap for row in german.rows] == [f"mine:quiet:{each.number}" for each in (DECIDED, OPEN)]


@pytest.mark.parametrize(
    ("handed_on", "words"), [(None, "Nicht weitergegeben"), (date(2026, 9, 16), "Am 16.09.2026 an das Service-Center")]
)
def test_a_defects_author_is_told_whether_it_was_handed_over(handed_on: date | None, words: str) -> None:
    told = listed(talk(), replace(OPEN, kind="defect", handed_on=handed_on))
    assert words in told.reply.text


def test_a_support_is_taken_back_from_the_list_by_button_and_by_its_words() -> None:
    supported = Own("T-111-222-333", "Mehr Licht", "released", None, DAY, DAY, is_mine=False)
    begun = listed(talk(), supported, OPEN)
    assert sum("zurücknehmen" in label for label in begun.labels) == 1
    begun.press(f"Stimme für {supported.number} zurücknehmen")
    begun.say(f"stimme für {supported.number} zurücknehmen")
    taken = [fact.number for fact in begun.facts if isinstance(fact, ReactionTaken)]
    assert taken == [supported.number] * 2
