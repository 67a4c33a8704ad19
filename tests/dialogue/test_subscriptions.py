"""A citizen turns announcements on and off, by tap and by word, in every language."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.dialogue.events import Commanded, Pressed, Said
from bot.dialogue.facts import SubscriptionChosen
from bot.dialogue.state import State
from bot.dialogue.subscriptions import CATEGORIES, Notification, asks_for_subscriptions, notification
from tests.books import whole_book
from tests.dialogue.talk import NUMBER, Talk

# A button on a narrow phone shows about so many characters.
LABEL = 40
CODES = [language.code for language in whole_book().offered()]


def begun() -> Talk:
    talk = Talk()
    talk.command("start")
    return talk


def test_the_list_says_what_is_on_and_a_tap_turns_it() -> None:
    talk = begun()
    talk.happen(Commanded(talk.next(), "abo", subscribed=("process",)))
    assert "Wichtiges: an" in talk.reply.text
    assert "Termine: aus" in talk.reply.text
    talk.happen(Pressed(talk.next(), talk.button("Termine einschalten").tap, NUMBER, subscribed=("process",)))
    assert talk.facts[-1] == SubscriptionChosen("workshops", wanted=True)
    assert "Termine: an" in talk.reply.text
    assert "🔕 Termine ausschalten" in talk.labels


@pytest.mark.parametrize("words", ["abo", "Ankündigungen", "abbestellen"])
def test_it_can_be_asked_for_in_words(words: str) -> None:
    talk = begun()
    event = Said(talk.next(), words)
    assert asks_for_subscriptions(talk.book, talk.state, event)
    talk.happen(event)
    assert talk.said("subscriptions.title")


def test_the_button_below_an_announcement_can_be_typed() -> None:
    talk = begun()
    event = Said(talk.next(), "wichtiges ausschalten", subscribed=("process", "digest"))
    assert asks_for_subscriptions(talk.book, talk.state, event)
    talk.happen(event)
    assert talk.facts[-1] == SubscriptionChosen("process", wanted=False)
    assert "Wochenüberblick: an" in talk.reply.text


def test_a_stranger_and_somebody_in_the_middle_of_a_draft_can_say_no() -> None:
    talk = Talk()
    talk.tap("abo:off:process")
    assert SubscriptionChosen("process", wanted=False) in talk.facts
    talk = begun()
    talk.press("Mobilität")
    talk.say("Mehr Bänke an der Trasse")
    before = talk.state
    talk.tap("abo:off:process")
    assert talk.state == before


@pytest.mark.parametrize("tap", ["abo:off:everything", "abo:perhaps:process", "abo:", "abo:on"])
def test_a_made_up_tap_changes_nothing(tap: str) -> None:
    talk = begun()
    talk.facts.clear()
    talk.tap(tap)
    assert talk.facts == []


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("category", CATEGORIES)
def test_an_announcement_says_in_every_language_how_to_end_it(code: str, category: str) -> None:
    german = Notification({"de": {"title": "Auftakt", "text": "Am **Montag** in {city}."}}, category)
    reply = notification(whole_book(), code, german)
    [[button]] = reply.rows
    assert len(button.label) <= LABEL
    assert button.tap == f"abo:off:{category}"
    assert reply.text.startswith("Auftakt\n\nAm Montag in Wuppertal.")
    assert (reply.text == "Auftakt\n\nAm Montag in Wuppertal.") == (code in ("de", "de-du"))
    own = replace(german, texts={**german.texts, code: {"text": "Kurz."}})
    assert notification(whole_book(), code, own).text == "Kurz."


@pytest.mark.parametrize("code", CODES)
def test_labels_of_all_turns_differ_within_a_language(code: str) -> None:
    talk = Talk(whole_book(), State(language=code, notice=whole_book().notice_version))
    talk.happen(Commanded(1, "abo"))
    on = talk.labels[: len(CATEGORIES)]
    talk.happen(Commanded(2, "abo", subscribed=CATEGORIES))
    off = talk.labels[: len(CATEGORIES)]
    assert len({*on, *off}) == 2 * len(CATEGORIES)
    assert max(map(len, (*on, *off))) <= LABEL
