"""What comes late, twice, by mistake or from somewhere else: buttons, edits, files, split messages, changed books."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.dialogue.events import Blocked, Moved, Returned, Understanding
from bot.dialogue.facts import CareGiven, ReachabilityChanged
from bot.dialogue.model import Length
from bot.dialogue.state import State, Waiting
from tests.dialogue.talk import BENCH, NUMBER, TREES, Talk, book, changed, two_languages, without

MOBILITY = Understanding(fields=("mobility",))


def at_card(text: str = BENCH, understanding: Understanding = MOBILITY) -> Talk:
    """Return a conversation whose citizen has written one message for mobility and sees the card."""
    talk = Talk()
    talk.say(text, understanding)
    talk.press("Mobilität")
    return talk


def in_full() -> Talk:
    """Return a conversation at the first of all the questions of mobility."""
    talk = Talk()
    talk.command("start")
    talk.press("Mobilität")
    talk.press("alle Fragen")
    return talk


def test_send_pressed_twice_sends_once() -> None:
    talk = at_card()
    send = talk.button("Abschicken").tap
    talk.tap(send)
    talk.tap(send)
    assert talk.said("stale.sent")
    assert len(talk.sent) == 1


def test_an_option_pressed_twice_or_later_answers_its_own_question() -> None:
    talk = in_full()
    first, second = (talk.button(label).tap for label in ("Rad & Trassen", "Zu Fuß"))
    talk.tap(first)
    assert talk.at == "problem"
    talk.tap(first)
    assert talk.last.toast == talk.text("toast.noted")
    talk.tap(second)
    assert talk.said("step.changed", value="Zu Fuß & Treppen")
    assert talk.at == "problem"


def test_a_late_option_does_not_replace_own_words() -> None:
    talk = in_full()
    option = talk.button("Rad & Trassen").tap
    talk.say("mit der Fähre")
    talk.tap(option)
    assert talk.said("stale.button")
    assert talk.state.draft is not None
    assert talk.state.draft.words() == "mit der Fähre"


def test_back_pressed_twice_goes_back_once() -> None:
    talk = in_full()
    talk.say("1")
    back = talk.button("Zurück").tap
    talk.tap(back)
    talk.tap(back)
    assert talk.at == "topic"
    talk.say("hilfe")
    back = talk.button("Zurück").tap
    talk.tap(back)
    talk.tap(back)
    assert talk.at == "menu"


def test_a_tap_on_a_dropped_draft_says_so_and_offers_it() -> None:
    talk = at_card()
    send = talk.button("Abschicken").tap
    talk.press("Verwerfen")
    talk.tap(send)
    assert talk.said("stale.dropped")
    assert talk.button("zurückholen")
    assert not talk.sent


def test_a_tap_on_a_shelved_draft_opens_it_or_says_where_it_is() -> None:
    talk = at_card()
    send = talk.button("Abschicken").tap
    talk.say("menü")
    talk.press("Umwelt")
    talk.tap(send)
    assert talk.said("stale.shelved")
    talk.say("menü")
    talk.tap(send)
    assert talk.said("shelf.opened")
    assert not talk.sent
    talk.press("Abschicken")
    assert len(talk.sent) == 1


@pytest.mark.parametrize(
    "tap", ["", "@", "go:send@1", "opt:topic:none@1", "edit:confirm@1", "x" * 64, "guess:topic:0@1"]
)
def test_a_made_up_tap_changes_nothing(tap: str) -> None:
    talk = in_full()
    before = talk.state
    talk.tap(tap)
    assert talk.said("stale.button")
    assert talk.state == before


def test_a_stranger_with_an_old_button_sees_the_notice() -> None:
    talk = Talk()
    talk.tap("go:send@12")
    assert talk.said("notice.telegram")
    assert not talk.sent


@pytest.mark.parametrize("typed", ["Abschicken", "abschiken", "ABSCHICKEN!", "✅ Abschicken", "1", "ja", "ok"])
def test_sending_can_be_typed(typed: str) -> None:
    talk = at_card()
    talk.say(typed)
    assert len(talk.sent) == 1


@pytest.mark.parametrize("typed", ["3", "zu fuss & treppen", "Zu Fuss und Treppen"])
def test_an_option_can_be_typed(typed: str) -> None:
    talk = in_full()
    talk.say(typed)
    assert talk.state.draft is not None
    assert talk.state.draft.answers[0].option == "walking_stairs"


def test_own_words_answer_a_choice() -> None:
    talk = in_full()
    talk.say("mit der Fähre")
    assert talk.at == "problem"
    talk.say(BENCH)
    assert talk.state.draft is not None
    assert [(answer.text, answer.option) for answer in talk.state.draft.answers] == [
        ("mit der Fähre", None),
        (BENCH, None),
    ]


def test_a_number_of_any_length_is_no_trouble() -> None:
    talk = at_card()
    talk.say("9" * 5000)
    assert talk.at == "pending"


def test_no_at_the_card_asks_what_to_change() -> None:
    talk = at_card()
    talk.say("nein")
    assert talk.said("card.change")
    assert talk.at == "confirm"


def test_no_at_the_photo_goes_on() -> None:
    talk = in_full()
    for words in ("1", BENCH, "1", TREES, "überspringen", "Alle", "1"):
        talk.say(words)
    assert talk.at == "photo"
    talk.say("nein")
    assert talk.at == "confirm"


def test_yes_and_no_are_no_contributions() -> None:
    talk = at_card()
    talk.say("ja")
    talk.say("ja")
    assert talk.at == "consents"
    talk.say("nein")
    assert talk.at == "nothing"
    talk.say("nein")
    assert talk.said("pause.nothing")
    talk.say("ja")
    assert talk.at == "menu"
    talk.say("ok")
    assert talk.at == "menu"
    assert talk.state.draft is None


def test_a_second_message_is_asked_about_and_joined() -> None:
    talk = at_card()
    talk.say(TREES)
    assert TREES in talk.reply.text
    talk.press("Ja, gehört dazu")
    talk.press("Abschicken")
    assert talk.sent[0].answers[0].text == f"{BENCH}\n{TREES}"


def test_words_beside_the_draft_survive_whatever_is_done_instead_of_an_answer() -> None:
    talk = at_card()
    send = talk.button("Abschicken").tap
    for away in ("hilfe", "pause", "menü", "sprache"):
        talk.say(f"{TREES} {away}")
        talk.say(away)
        talk.tap(send)
        assert not talk.sent
        for _ in range(4):
            if talk.at != "confirm":
                talk.say("weiter")
    assert talk.state.draft is not None
    assert talk.state.draft.words().count(TREES) == 4


def test_what_is_understood_of_another_idea_stays_with_it() -> None:
    talk = at_card()
    talk.say(TREES, Understanding(fields=("environment",), kind="defect"))
    talk.press("Nein")
    assert talk.button("Umwelt")
    assert talk.state.shelf[0].guess.kind is None


def test_a_message_that_telegram_split_is_put_together() -> None:
    talk = in_full()
    talk.say("1")
    long = "Sehr lang. " * 371
    for part in (f"{long}eins", f"{long}zwei", "drei"):
        talk.say(part)
    assert talk.at == "pending"
    talk.press("Ja, gehört dazu")
    draft = talk.state.draft
    assert draft is not None
    answer = draft.answer("problem")
    assert answer is not None
    assert answer.text == f"{long}eins\n{long}zwei\ndrei"
    assert talk.at == "when"


def test_after_a_long_answer_the_next_one_is_still_an_answer() -> None:
    talk = in_full()
    talk.say("1")
    talk.say("Sehr lang. " * 371)
    talk.press("Überspringen")
    talk.say(TREES)
    talk.press("Nein")
    assert talk.state.draft is not None
    assert (answer := talk.state.draft.answer("idea"))
    assert answer.text == TREES


def test_the_same_message_twice_is_noted_once_and_counts_the_third_time() -> None:
    talk = Talk()
    talk.command("start")
    talk.press("Mobilität")
    talk.press("3 Fragen")
    talk.say(BENCH)
    talk.say(BENCH)
    assert talk.said("toast.noted")
    assert talk.at == "idea"
    talk.say(BENCH)
    assert talk.at == "place"


def test_an_edit_changes_its_own_part_of_a_joined_answer() -> None:
    talk = Talk()
    talk.say("Zu heiß", message="a")
    talk.press("Mobilität")
    talk.say("an der Haltestelle", message="b")
    talk.edit("a", "Viel zu heiß")
    assert talk.said("edited.taken")
    talk.edit("b", "am Döppersberg")
    talk.press("Abschicken")
    assert talk.sent[0].answers[0].text == "Viel zu heiß\nam Döppersberg"


def test_an_edit_of_words_that_lie_beside_the_draft_is_taken() -> None:
    talk = at_card()
    talk.say("Und noch was", message="x")
    talk.edit("x", TREES)
    assert TREES in talk.reply.text
    assert talk.at == "pending"


def test_an_edit_that_comes_too_late_says_so_and_care_is_still_given() -> None:
    talk = at_card()
    talk.press("Abschicken")
    talk.edit("m1", "Ich kann nicht mehr", Understanding(care="despair"))
    assert talk.said("edited.late")
    assert talk.said("care.despair")
    assert talk.state.draft is None


def test_a_forwarded_message_is_never_a_command() -> None:
    talk = at_card()
    talk.say("Abbrechen", forwarded=True)
    assert talk.at == "pending"
    assert talk.state.draft is not None


@pytest.mark.parametrize("media", ["sticker", "contact", "document", "video", "other", "hologram"])
def test_what_cannot_be_taken_is_refused_with_a_word_and_its_caption_kept(media: str) -> None:
    talk = Talk()
    talk.send(media)
    assert talk.said(f"media.{media}" if media != "hologram" else "media.other")
    assert talk.state.draft is None
    talk.send(media, BENCH)
    assert BENCH in talk.reply.text
    assert talk.state.draft is not None
    assert not talk.state.draft.files


@pytest.mark.parametrize("media", ["photo", "voice"])
def test_a_file_at_any_time_is_kept_with_its_caption(media: str) -> None:
    talk = Talk()
    talk.send(media, BENCH)
    talk.press("Mobilität")
    talk.send(media, file="same")
    talk.send(media, file="same")
    assert talk.said("toast.noted")
    talk.say("abschicken")
    assert [kept.media for kept in talk.sent[0].files] == [media, media]
    assert talk.sent[0].answers[0].text == BENCH


def test_a_caption_at_the_photo_step_belongs_to_the_photo() -> None:
    talk = in_full()
    for words in ("1", BENCH, "1", TREES, "überspringen", "Alle", "1"):
        talk.say(words)
    talk.send("photo", "Die kaputte Bank")
    assert talk.at == "confirm"
    assert "Die kaputte Bank" in talk.reply.text


def test_too_many_files_are_refused_and_the_caption_is_kept() -> None:
    talk = at_card()
    for number in range(6):
        talk.send("photo", file=f"f{number}")
    assert talk.said("media.too_many", count=5)
    talk.send("photo", TREES)
    assert TREES in talk.reply.text


def test_leaving_and_coming_back_says_nothing_and_loses_nothing() -> None:
    talk = at_card()
    before = talk.state
    for event in (Blocked(90), Returned(91), Moved(92)):
        assert talk.happen(event).replies == ()
    assert talk.state == before
    assert [fact.reachable for fact in talk.facts if isinstance(fact, ReachabilityChanged)] == [False, True]


@pytest.mark.parametrize("care", ["emergency", "despair", "violence"])
def test_words_of_need_are_met_at_once_and_the_text_is_kept(care: str) -> None:
    talk = Talk()
    talk.say(BENCH, Understanding(care=care))
    assert talk.said(f"care.{care}")
    assert talk.said("notice.telegram")
    assert CareGiven(care) in talk.facts
    talk.press("Mobilität")
    talk.press("alle Fragen")
    talk.say(TREES, Understanding(care=care))
    assert talk.said(f"care.{care}")
    assert talk.state.draft is not None
    assert TREES in talk.state.draft.words()


def test_personal_data_is_shown_and_taken_out_by_one_tap() -> None:
    talk = at_card("Ich bin Erika, die Bank ist kaputt", Understanding(redacted="Ich bin [Name], die Bank ist kaputt"))
    assert talk.said("card.personal")
    redact = talk.button("Ohne persönliche Angaben").tap
    talk.tap(redact)
    assert "[Name]" in talk.reply.text
    assert not talk.said("card.personal")
    talk.tap(redact)
    assert talk.last.toast
    talk.say("abschicken")
    assert talk.sent[0].answers[0].text == "Ich bin [Name], die Bank ist kaputt"


def test_an_insult_gets_a_friendly_word_and_is_never_blocked() -> None:
    talk = at_card(understanding=Understanding(fields=("mobility",), insult=True))
    assert talk.said("card.rude")
    talk.press("✏️ Text")
    talk.say(TREES)
    assert not talk.said("card.rude")
    talk = at_card(understanding=Understanding(fields=("mobility",), insult=True))
    talk.press("Abschicken")
    assert len(talk.sent) == 1


def test_a_defect_hears_of_the_way_to_repair_before_and_after_sending() -> None:
    talk = at_card(understanding=Understanding(fields=("mobility",), kind="defect"))
    assert talk.said("card.defect")
    talk.press("Abschicken")
    assert talk.said("sent.defect")


def test_a_state_survives_a_step_that_is_gone() -> None:
    talk = in_full()
    talk.say("1")
    talk.say(BENCH)
    assert talk.at == "when"
    talk.book = changed(book(), "mobility", without="when")
    talk.say("hilfe")
    assert talk.at == "idea"
    talk.book = changed(book(), "mobility", without="problem")
    talk.say(TREES)
    assert talk.state.draft is not None
    assert {BENCH, TREES} <= {answer.text for answer in talk.state.draft.answers}


def test_a_state_survives_a_renamed_option_and_a_length_that_is_gone() -> None:
    talk = in_full()
    late = talk.button("Rad & Trassen").tap
    talk.press("Rad & Trassen")
    talk.book = changed(book(), "mobility", renamed="cycling", lengths=(Length.ONE,))
    talk.tap(late)
    assert talk.said("stale.button")
    talk.say(BENCH)
    while not talk.sent:
        talk.say("ja" if talk.at == "confirm" else "überspringen")
    assert talk.sent[0].length is Length.ONE
    assert {"Rad & Trassen", BENCH} <= {answer.text for answer in talk.sent[0].answers}


def test_a_state_survives_a_dialogue_that_is_gone() -> None:
    talk = at_card()
    send = talk.button("Abschicken").tap
    talk.book = without(book(), "mobility")
    talk.tap(send)
    assert not talk.sent
    talk.press("Umwelt")
    talk.press("Abschicken")
    assert talk.sent[0].answers[0].text == BENCH


def test_a_new_notice_is_shown_before_anything_is_sent() -> None:
    talk = at_card()
    send = talk.button("Abschicken").tap
    talk.book = replace(book(), notice_version="another")
    talk.tap(send)
    assert talk.said("notice.telegram")
    assert not talk.sent
    talk.tap(send)
    assert len(talk.sent) == 1


def test_a_state_of_a_newer_or_older_version_is_read() -> None:
    state = State.from_dict(
        {"waiting": "dreaming", "language": "de", "unheard_of": 1, "draft": {"id": "1", "mode": "x"}}
    )
    assert state.waiting is Waiting.NOTHING
    assert state.draft is not None
    talk = Talk(state=state)
    talk.say(BENCH)
    assert BENCH in talk.reply.text


def test_a_language_that_is_gone_is_no_trouble() -> None:
    talk = Talk(two_languages())
    talk.say(BENCH)
    talk.press("English")
    talk.book = book()
    talk.press("Mobilität")
    talk.press("Abschicken")
    assert [fact.number for fact in talk.sent] == [NUMBER]
