"""What a citizen allows beyond sending: asked once, after it, nothing given beforehand, taken back as easily."""

from __future__ import annotations

import pytest

from bot.dialogue.facts import ConsentGiven, ConsentWithdrawn, ContributionSent, Fact, ObjectionRaised, YouthTold
from bot.dialogue.state import Age, State, Waiting
from tests.dialogue.talk import BENCH, NUMBER, TREES, Talk


def sent(field: str = "Mobilität") -> Talk:
    """Return a conversation whose citizen has just sent their first contribution."""
    talk = Talk()
    talk.command("start")
    if field == "Lernen":
        talk.press("Smart4School")
    talk.press(field)
    talk.say(BENCH)
    talk.press("Abschicken")
    return talk


def consents(talk: Talk) -> list[Fact]:
    return [fact for fact in talk.facts if isinstance(fact, ConsentGiven | ConsentWithdrawn | YouthTold)]


def test_all_three_are_asked_after_sending_and_none_is_given() -> None:
    talk = sent()
    assert NUMBER in talk.reply.text
    assert [label for label in talk.labels if label.startswith("☐")] == [
        "☐ Nachrichten: nein",
        "☐ Text zeigen: nein",
        "☐ Offene Daten: nein",
    ]
    assert consents(talk) == []


def test_they_are_asked_once() -> None:
    talk = sent()
    talk.press("Fertig")
    talk.say(TREES)
    talk.press("Mobilität")
    talk.press("Abschicken")
    assert len(talk.sent) == 2
    assert talk.at == "nothing"


def test_a_new_version_of_the_words_is_asked_again() -> None:
    talk = Talk(state=State(language="de", notice="1", asked="0"))
    talk.say(BENCH)
    talk.press("Mobilität")
    talk.press("Abschicken")
    assert talk.at == "consents"


def test_a_tap_gives_another_takes_back_and_the_words_do_the_same() -> None:
    talk = sent()
    talk.press("Text zeigen")
    assert talk.said("consents.publish_given")
    assert talk.button("☑ Text zeigen: ja")
    talk.say("text zeigen")
    assert talk.said("consents.publish_withdrawn")
    assert consents(talk) == [ConsentGiven("publish", "1"), ConsentWithdrawn("publish")]


def test_the_same_tap_twice_gives_once() -> None:
    talk = sent()
    tap = talk.button("Text zeigen").tap
    talk.tap(tap)
    talk.tap(tap)
    assert consents(talk) == [ConsentGiven("publish", "1")]


def test_reuse_names_its_licence_and_says_that_it_waits_for_showing() -> None:
    talk = sent()
    talk.press("Offene Daten")
    talk.say("ja")
    assert consents(talk) == [ConsentGiven("reuse", "1", "CC BY 4.0")]
    assert talk.said("consents.reuse_waits")


@pytest.mark.parametrize("word", ["ja", "16 oder älter"])
def test_messages_are_given_after_the_age(word: str) -> None:
    talk = sent()
    talk.press("Nachrichten")
    assert talk.at == "age"
    talk.say(talk.button(word).label if word != "ja" else word)
    assert consents(talk) == [ConsentGiven("contact", "1")]
    talk.press("Offene Daten")
    assert talk.state.agreed == ("contact", "reuse")


def test_under_sixteen_only_showing_is_offered_and_no_way_back_is_kept() -> None:
    talk = sent()
    talk.press("Text zeigen")
    talk.press("Nachrichten")
    talk.say("nein")
    assert consents(talk) == [ConsentGiven("publish", "1"), YouthTold()]
    assert [label for label in talk.labels if label[0] in "☐☑"] == ["☑ Text zeigen: ja"]
    talk.tap("agree:contact:1")
    assert talk.state.agreed == ("publish",)


def test_students_are_asked_for_their_age_before_anything_else() -> None:
    talk = sent("Lernen")
    assert talk.at == "age"
    assert consents(talk) == []
    talk.press("Nein, jünger")
    assert "Nachrichten" not in str(talk.labels)


def test_whoever_simply_writes_on_begins_another_contribution() -> None:
    talk = sent()
    talk.say(TREES)
    assert talk.state.draft is not None
    assert talk.state.draft.words() == TREES
    assert consents(talk) == []


@pytest.mark.parametrize("command", ["einwilligungen", "widerruf"])
def test_everything_is_withdrawn_by_one_tap_and_the_draft_waits(command: str) -> None:
    talk = sent()
    talk.press("Text zeigen")
    talk.say(TREES)
    draft = talk.state.draft
    talk.facts.clear()
    talk.command(command)
    talk.press("Alles widerrufen")
    assert consents(talk) == [ConsentWithdrawn("publish")]
    talk.press("Fertig")
    assert talk.state.draft == draft
    assert talk.state.waiting is Waiting.FIELD


def test_a_stranger_can_withdraw_and_give_nothing() -> None:
    stood = State(language="de", notice="an older one", agreed=("publish",))
    talk = Talk(state=stood)
    talk.tap("agree:publish:0")
    assert consents(talk) == [ConsentWithdrawn("publish")]
    talk.tap("agree:publish:1")
    assert len(consents(talk)) == 1
    assert "Computerprogramm" in talk.reply.text


def test_an_objection_gets_a_number_and_takes_a_reason() -> None:
    talk = sent()
    talk.command("widerspruch")
    assert "Art. 21 DSGVO" in talk.reply.text
    talk.say("Mein Haus ist auf dem Text zu erkennen")
    assert talk.facts[-1] == ObjectionRaised(NUMBER, "Mein Haus ist auf dem Text zu erkennen")
    assert talk.said("rights.objected", number=NUMBER)
    assert not [fact for fact in talk.facts[-1:] if isinstance(fact, ContributionSent)]


@pytest.mark.parametrize(("answer", "raised"), [("Ohne Begründung", 1), ("Nicht widersprechen", 0)])
def test_an_objection_needs_no_reason_and_can_be_left(answer: str, raised: int) -> None:
    talk = Talk()
    talk.command("widerspruch")
    talk.press(answer)
    assert len([fact for fact in talk.facts if isinstance(fact, ObjectionRaised)]) == raised


def test_a_grown_person_who_pressed_the_wrong_button_can_say_so() -> None:
    talk = sent()
    talk.press("Nachrichten")
    talk.press("Nein, jünger")
    talk.press("Ja, 16")
    assert talk.state.age is Age.GROWN
    talk.press("Nachrichten")
    assert talk.state.agreed == ("contact",)
