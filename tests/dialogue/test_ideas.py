"""The ideas of others: beside one's own, one after another; and several ideas in one message."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.dialogue.events import NOTHING, Part, Said, Understanding
from bot.dialogue.facts import DraftDropped, Fact, Reacted, ReactionTaken
from bot.dialogue.state import SHELF_PLACES, State
from tests.dialogue.talk import BENCH, IDEAS, NUMBER, TREES, Talk, book

FIRST, SECOND, THIRD = (each.number for each in IDEAS)
LIKE_BENCH = Understanding(fields=("mobility",), similar=(FIRST, SECOND))
TWO = Understanding(
    fields=("mobility",),
    parts=(Part(BENCH, Understanding(fields=("mobility",))), Part(TREES, Understanding(fields=("environment",)))),
)


def known() -> Talk:
    """Return the conversation of somebody who has been here before, in a city with three released ideas."""
    talk = Talk(state=State(language="de", notice=book().notice_version))
    talk.ideas = IDEAS
    return talk


def carded(understanding: Understanding = LIKE_BENCH, text: str = BENCH) -> Talk:
    """Return a conversation in which the card of one message is shown."""
    talk = known()
    talk.say(text, understanding)
    talk.press("Mobilität")
    return talk


def reactions(talk: Talk) -> list[Fact]:
    """Return what was said to ideas of others, in order."""
    return [fact for fact in talk.facts if isinstance(fact, Reacted | ReactionTaken)]


# --- similar ideas beside the card ------------------------------------------------------------------------------------


def test_similar_ideas_stand_on_the_card_with_their_supports_and_cost_no_tap() -> None:
    talk = carded()
    assert all(each.text in talk.reply.text for each in IDEAS[:2])
    assert "12 Personen sind dafür" in talk.reply.text
    assert BENCH in talk.reply.text
    talk.tap(talk.reply.rows[0][0].tap)
    assert [fact.number for fact in talk.sent] == [NUMBER]


def test_ideas_that_nobody_may_read_any_more_are_not_offered() -> None:
    talk = known()
    talk.ideas = ()
    talk.say(BENCH, LIKE_BENCH)
    talk.press("Mobilität")
    assert not talk.said("similar.title")
    assert talk.button("✏️ Thema")


@pytest.mark.parametrize("words", ["B", "b: das meine ich auch", "👍 B: Das meine ich auch"])
def test_who_means_the_same_supports_and_sends_nothing(words: str) -> None:
    talk = carded()
    talk.say(words)
    assert reactions(talk) == [Reacted(SECOND, 1)]
    assert talk.said("similar.kept")
    assert (talk.sent, talk.at) == ([], "nothing")
    assert not any(isinstance(fact, DraftDropped) for fact in talk.facts)


def test_a_support_can_be_taken_back_and_the_text_is_there_again() -> None:
    talk = carded()
    talk.press("A: Das meine ich auch")
    talk.press("Stimme zurücknehmen")
    assert reactions(talk) == [Reacted(FIRST, 1), ReactionTaken(FIRST)]
    assert talk.said("similar.title")
    assert BENCH in talk.reply.text


def test_the_own_text_can_be_sent_beside_a_support() -> None:
    talk = carded()
    talk.press("A: Das meine ich auch")
    talk.press("Entwurf zurückholen")
    assert not talk.said("similar.title")
    talk.press("Abschicken")
    assert reactions(talk) == [Reacted(FIRST, 1)]
    assert [fact.answers[0].text for fact in talk.sent] == [BENCH]


def test_a_tap_of_yesterday_counts_and_disturbs_nothing() -> None:
    talk = carded()
    tap = talk.button("A: Das meine ich auch").tap
    talk.tap(tap)
    talk.tap(tap)
    assert talk.said("similar.meant", number=FIRST)
    talk.press("Entwurf zurückholen")
    talk.press("Abschicken")
    talk.say(TREES)
    before = talk.state
    talk.tap(tap)
    assert talk.state == before
    assert set(reactions(talk)) == {Reacted(FIRST, 1)}


def test_an_idea_that_is_gone_is_said_to_be_gone() -> None:
    talk = carded()
    talk.ideas = IDEAS[1:]
    talk.press("A: Das meine ich auch")
    assert talk.said("similar.gone")
    assert reactions(talk) == []
    assert talk.state.draft is not None


def test_whose_idea_is_different_sees_the_whole_card() -> None:
    talk = carded()
    talk.press("Meine ist anders")
    assert not talk.said("similar.title")
    talk.press("Abschicken")
    assert [fact.adds_to for fact in talk.sent] == [None]


def test_an_addition_names_its_idea_and_can_stand_alone_again() -> None:
    talk = carded()
    talk.press("B ergänzen")
    assert talk.said("similar.adds", text=IDEAS[1].text)
    added = Talk(state=talk.state)
    added.ideas = IDEAS
    added.say("ja")
    assert [(fact.adds_to, fact.answers[0].text) for fact in added.sent] == [(SECOND, BENCH)]
    talk.press("Doch keine Ergänzung")
    talk.press("Abschicken")
    assert [fact.adds_to for fact in talk.sent] == [None]


def test_a_name_without_a_letter_is_asked_about_where_there_are_two() -> None:
    talk = carded()
    talk.say("Das meine ich auch")
    assert talk.said("similar.which")
    assert reactions(talk) == []
    one = carded(replace(LIKE_BENCH, similar=(THIRD,)))
    one.say("Das meine ich auch")
    assert reactions(one) == [Reacted(THIRD, 1)]


def test_a_number_on_the_card_never_means_an_idea_it_does_not_name() -> None:
    talk = carded()
    talk.say("2")
    assert reactions(talk) == [Reacted(FIRST, 1)]
    assert talk.reply.text.startswith(talk.text("similar.meant", number=FIRST))


# --- one idea after another -------------------------------------------------------------------------------------------


def test_ideas_come_one_after_another_until_there_is_none() -> None:
    talk = known()
    talk.command("ideen")
    shown = [talk.reply.text]
    for word in ("dafür", "nein", "weiter"):
        talk.say(word)
        shown.append(talk.reply.text)
    assert all(idea.text in text for idea, text in zip(IDEAS, shown, strict=False))
    assert talk.said("browse.none")
    assert reactions(talk) == [Reacted(FIRST, 1), Reacted(SECOND, -1), Reacted(THIRD, 0)]


def test_what_was_said_last_is_taken_back_by_one_tap_and_asked_again() -> None:
    talk = known()
    talk.command("ideen")
    talk.press("Dagegen")
    talk.press("Stimme zurücknehmen")
    assert IDEAS[0].text in talk.reply.text
    assert reactions(talk) == [Reacted(FIRST, -1), ReactionTaken(FIRST)]


def test_the_same_tap_twice_says_the_same_twice_and_skips_nothing() -> None:
    talk = known()
    talk.command("ideen")
    tap = talk.button("Dafür").tap
    talk.tap(tap)
    talk.tap(tap)
    assert reactions(talk) == [Reacted(FIRST, 1), Reacted(FIRST, 1)]
    assert IDEAS[1].text in talk.reply.text


def test_ideas_are_chosen_by_field_district_and_topic() -> None:
    talk = known()
    talk.say("Ideen")
    talk.press("Auswählen")
    talk.press("Smartes Leben")
    assert IDEAS[1].text in talk.reply.text
    talk.press("Auswählen")
    talk.press("Nach Stichwort")
    talk.say("1")
    talk.press("Auswählen")
    talk.press("Nach Stadtbezirk")
    talk.press("Barmen")
    choice = talk.state.browse.choice if talk.state.browse else None
    assert choice is not None
    assert (choice.field, choice.district) == ("living", "Barmen")
    assert choice.topic
    talk.press("Auswählen")
    talk.press("Alle Ideen")
    assert IDEAS[0].text in talk.reply.text


def test_a_draft_waits_while_ideas_are_read() -> None:
    talk = carded(NOTHING)
    talk.command("ideen")
    assert talk.said("shelf.kept")
    talk.press("Fertig")
    talk.press("Angefangenen Beitrag öffnen")
    assert BENCH in talk.reply.text


def test_whoever_writes_while_reading_begins_an_idea() -> None:
    talk = known()
    talk.command("ideen")
    talk.say(TREES)
    assert (talk.at, talk.state.browse) == ("field", None)


@pytest.mark.parametrize(("payload", "shown"), [("ideas", IDEAS[0]), ("ideas_living", IDEAS[1])])
def test_a_link_opens_the_ideas_for_a_stranger_after_the_notice(payload: str, shown: object) -> None:
    talk = Talk()
    talk.ideas = IDEAS
    talk.command("start", payload)
    assert talk.said("notice.telegram")
    assert getattr(shown, "text") in talk.reply.text  # noqa: B009  (the parameter is any idea)


# --- several ideas in one message -------------------------------------------------------------------------------------

BOTH = f"1. {BENCH}.\n2. {TREES}."


def test_several_ideas_can_be_sent_as_one_by_the_same_tap() -> None:
    talk = carded(TWO, BOTH)
    assert talk.said("split.offer", count=2)
    assert talk.labels[0] == talk.text("split.whole")
    talk.say("Als eine Idee senden")
    assert [fact.answers[0].text for fact in talk.sent] == [BOTH]


def test_each_part_has_its_own_field_and_number() -> None:
    talk = carded(TWO, BOTH)
    talk.press("2 Ideen einzeln senden")
    assert (talk.at, BENCH in talk.reply.text) == ("confirm", True)
    talk.press("Abschicken")
    assert talk.said("split.next")
    talk.press("Umwelt")
    talk.press("Abschicken")
    assert [(fact.dialogue, fact.answers[0].text) for fact in talk.sent] == [
        ("mobility", BENCH),
        ("environment", TREES),
    ]
    assert len({fact.draft for fact in talk.sent}) == 2
    assert talk.state.shelf == ()


def test_parts_become_one_idea_again_with_one_tap() -> None:
    talk = carded(TWO, BOTH)
    whole = talk.state.draft
    talk.press("2 Ideen einzeln senden")
    talk.press("Doch als eine Idee")
    assert (talk.state.shelf, BENCH in talk.reply.text, TREES in talk.reply.text) == ((), True, True)
    talk.press("2 Ideen einzeln senden")
    talk.press("Doch als eine Idee")
    talk.press("Als eine Idee senden")
    (sent,) = talk.sent
    assert whole is not None
    assert (sent.draft, sent.dialogue) == (whole.id, "mobility")
    assert sent.answers[0].text == f"{BENCH}\n{TREES}"


def test_a_part_that_is_sent_stays_sent() -> None:
    talk = carded(TWO, BOTH)
    talk.press("2 Ideen einzeln senden")
    talk.press("Abschicken")
    assert not [label for label in talk.labels if "Doch als eine Idee" in label]


def test_the_other_part_waits_when_one_is_thrown_away() -> None:
    talk = carded(TWO, BOTH)
    talk.press("2 Ideen einzeln senden")
    talk.say("abbrechen")
    talk.press("Angefangenen Beitrag öffnen")
    assert TREES in talk.reply.text
    talk.say("rückgängig")
    assert BENCH in talk.reply.text


def test_a_photo_and_a_place_stay_with_the_parts() -> None:
    talk = carded(TWO, BOTH)
    talk.send("photo")
    talk.share("Ronsdorf")
    talk.press("2 Ideen einzeln senden")
    talk.press("Abschicken")
    talk.press("Umwelt")
    talk.press("Abschicken")
    first, second = talk.sent
    assert (len(first.files), len(second.files)) == (1, 0)
    assert [answer.district for fact in (first, second) for answer in fact.answers if answer.role == "place"] == [
        "Ronsdorf",
        "Ronsdorf",
    ]


def test_parts_that_leave_words_out_or_find_no_room_are_not_offered() -> None:
    assert not carded(TWO, f"{BOTH} Und das Wichtigste zum Schluss").said("split.offer", count=2)
    full = known()
    for at in range(SHELF_PLACES):
        full.say(f"Angefangene Idee {at} über Bänke in der Stadt")
        full.command("menu")
    full.say(BOTH, TWO)
    full.press("Mobilität")
    assert not full.said("split.offer", count=2)


# --- edits of what lies aside -----------------------------------------------------------------------------------------


def test_an_edit_finds_its_words_on_the_shelf_and_in_the_bin() -> None:
    talk = known()
    talk.happen(Said(talk.next(), BENCH, NUMBER, "first"))
    talk.command("menu")
    talk.edit("first", TREES)
    assert talk.said("edited.taken")
    talk.press("Angefangenen Beitrag öffnen")
    assert TREES in talk.reply.text
    talk.say("abbrechen")
    talk.edit("first", BENCH)
    talk.press("Entwurf zurückholen")
    assert BENCH in talk.reply.text


def test_an_edit_of_what_was_sent_is_too_late() -> None:
    talk = known()
    talk.happen(Said(talk.next(), BENCH, NUMBER, "first"))
    talk.press("Mobilität")
    talk.press("Abschicken")
    talk.edit("first", TREES)
    assert talk.said("edited.late")
