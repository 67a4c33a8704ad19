"""Workshops as a citizen meets them: listed, narrowed down, opened, asked for, typed instead of tapped."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.dialogue.attended import Attended, answered
from bot.dialogue.events import Workshop
from bot.dialogue.facts import (
    CalendarAsked,
    CancellationAsked,
    CheckInAsked,
    ContributionSent,
    NeedTold,
    RegistrationAsked,
    SourceNoted,
)
from bot.dialogue.replies import Enclosed
from tests.dialogue.talk import Talk, two_languages

MOBILITY = Workshop(
    "abc",
    "Smarte Mobilität",
    "Montag, 16. November 2026",
    "17:00",
    "20:00",
    short="16. Nov.",
    month="2026-11",
    month_name="November 2026",
    field="mobility",
    district="Elberfeld",
    place="codeks, Moritzstr. 14",
    free=4,
    online="https://example.org/stream",
)
ENERGY = replace(
    MOBILITY, code="def", title="Energie", field="environment", district="Barmen", month="2026-12", short="1. Dez."
)
MANY = (MOBILITY, ENERGY, *(replace(ENERGY, code=f"g{each}", title=f"Termin {each}") for each in range(9)))


def talk_of(*workshops: Workshop) -> Talk:
    """Return a citizen who knows the bot, in an instance with these workshops."""
    talk = Talk()
    talk.command("start")
    talk.workshops = workshops
    return talk


def mine(status: str, **changes: object) -> Workshop:
    """Return the workshop as somebody with a registration sees it."""
    return replace(MOBILITY, mine=status, **changes)  # type: ignore[arg-type]  # values by name


@pytest.mark.parametrize("word", ["/termine", "Termine", "workshops"])
def test_the_list_tells_day_place_and_whether_there_is_a_place(word: str) -> None:
    talk = talk_of(MOBILITY, ENERGY)
    talk.command("termine") if word.startswith("/") else talk.say(word)
    assert "Montag, 16. November 2026, 17:00 bis 20:00 Uhr" in talk.reply.text
    assert "codeks, Moritzstr. 14" in talk.reply.text
    assert "Noch 4 Plätze frei" in talk.reply.text
    assert talk.labels[:2] == ["16. Nov. · Smarte Mobilität", "1. Dez. · Energie"]


def test_no_workshop_is_told_so() -> None:
    talk = talk_of(replace(MOBILITY, is_past=True))
    talk.say("termine")
    assert talk.said("workshop.none")


@pytest.mark.parametrize(
    ("filtering", "choice"), [("Nach Thema", "Smarte Umwelt"), ("Nach Bezirk", "Barmen"), ("Nach Monat", "November")]
)
@pytest.mark.parametrize("typing", [True, False])
def test_the_list_is_narrowed_down(filtering: str, choice: str, typing: bool) -> None:
    talk = talk_of(MOBILITY, replace(ENERGY, month_name="Dezember 2026"))
    talk.say("termine")
    for label in (filtering, choice):
        talk.say(talk.button(label).label) if typing else talk.press(label)
    shown = [label for label in talk.labels if "·" in label]
    assert shown == (["16. Nov. · Smarte Mobilität"] if choice == "November" else ["1. Dez. · Energie"])
    talk.press("Alle Termine")
    assert len([label for label in talk.labels if "·" in label]) == 2


def test_many_workshops_are_turned_page_by_page() -> None:
    talk = talk_of(*MANY)
    talk.say("termine")
    assert talk.said("workshop.page", page="1", pages="3")
    talk.say("spätere")
    talk.press("Spätere")
    assert talk.said("workshop.page", page="3", pages="3")
    assert not any("Spätere" in label for label in talk.labels)
    talk.press("Frühere")
    assert talk.said("workshop.page", page="2", pages="3")


@pytest.mark.parametrize("word", ["2", "Energie", "1. Dez. · Energie"])
def test_a_workshop_is_opened_by_number_title_or_label(word: str) -> None:
    talk = talk_of(MOBILITY, ENERGY)
    talk.say("termine")
    talk.say(word)
    assert talk.reply.text.startswith("Energie")


@pytest.mark.parametrize(
    ("seen", "labels"),
    [
        (MOBILITY, ["✅ Anmelden", "📅 In den Kalender"]),
        (replace(MOBILITY, free=0, status="full"), ["⏳ Auf die Warteliste", "📅 In den Kalender"]),
        (replace(MOBILITY, status="planned"), ["📅 In den Kalender"]),
        (replace(MOBILITY, status="cancelled"), []),
        (mine("registered"), ["📅 In den Kalender", "♿ Bedarf mitteilen", "Abmelden"]),
        (mine("waiting", position=3), ["📅 In den Kalender", "Abmelden"]),
        (mine("offered", until="morgen"), ["✅ Platz annehmen", "Abmelden"]),
        (mine("checked_in"), []),
    ],
)
def test_a_workshop_offers_what_can_be_done_now(seen: Workshop, labels: list[str]) -> None:
    talk = talk_of(seen)
    talk.command("start", "w-abc")
    assert talk.labels[: talk.labels.index("💡 Idee dazu abgeben")] == labels


def test_the_link_to_take_part_is_for_those_with_a_place() -> None:
    for seen, is_shown in ((MOBILITY, False), (mine("registered"), True), (replace(MOBILITY, free=None), True)):
        talk = talk_of(seen)
        talk.command("start", "w-abc")
        assert ("https://example.org/stream" in talk.reply.text) is is_shown


@pytest.mark.parametrize("typing", [True, False])
def test_one_tap_asks_for_a_place(typing: bool) -> None:
    talk = talk_of(MOBILITY)
    talk.command("start", "w-abc")
    assert SourceNoted("w-abc") in talk.facts
    talk.say("Anmelden") if typing else talk.press("Anmelden")
    assert talk.facts[-1] == RegistrationAsked("abc")


@pytest.mark.parametrize("words", [("Ja, abmelden",), ("ja",)])
def test_cancelling_is_asked_once_more(words: tuple[str, ...]) -> None:
    talk = talk_of(mine("registered"))
    talk.command("start", "w-abc")
    talk.say("abmelden")
    assert talk.said("workshop.sure", title="Smarte Mobilität")
    assert CancellationAsked("abc") not in talk.facts
    for word in words:
        talk.say(word)
    assert talk.facts[-1] == CancellationAsked("abc")


def test_no_keeps_the_registration() -> None:
    talk = talk_of(mine("registered"))
    talk.command("start", "w-abc")
    talk.say("abmelden")
    talk.say("nein")
    assert talk.said("workshop.mine_registered")
    assert CancellationAsked("abc") not in talk.facts


def test_what_is_needed_is_told_in_own_words_and_is_no_contribution() -> None:
    talk = talk_of(mine("registered"))
    talk.command("start", "w-abc")
    talk.press("Bedarf")
    assert talk.said("workshop.need_question")
    talk.say("Ich komme mit dem Rollstuhl")
    assert talk.facts[-1] == NeedTold("abc", "Ich komme mit dem Rollstuhl")
    assert talk.state.draft is None
    assert "Rollstuhl" not in str(talk.state)


@pytest.mark.parametrize("word", ["Doch keine Angabe", "nein"])
def test_nothing_needs_to_be_told(word: str) -> None:
    talk = talk_of(mine("registered"))
    talk.command("start", "w-abc")
    talk.press("Bedarf")
    talk.say(word)
    assert not any(isinstance(fact, NeedTold) for fact in talk.facts)
    assert talk.said("workshop.mine_registered")


def test_an_idea_told_at_a_workshop_is_bound_to_it() -> None:
    talk = talk_of(MOBILITY)
    talk.command("start", "w-abc")
    talk.press("Idee dazu")
    assert talk.said("workshop.idea_begun", title="Smarte Mobilität")
    talk.say("Mehr Radwege an der Trasse mit Licht")
    while not any("Abschicken" in label for label in talk.labels):
        talk.say("überspringen")
    talk.press("Abschicken")
    sent = talk.facts[-1]
    assert isinstance(sent, ContributionSent)
    assert (sent.workshop, sent.dialogue) == ("abc", "mobility")


def test_a_stranger_finds_what_the_link_named_once_they_are_met() -> None:
    talk = Talk(two_languages())
    talk.workshops = (MOBILITY,)
    talk.command("start", "w-abc")
    assert talk.labels == ["Deutsch", "English"]
    talk.press("Deutsch")
    assert "Smarte Mobilität" in talk.reply.text
    assert "✅ Anmelden" in talk.labels


@pytest.mark.parametrize("payload", ["c-k7mp2rtx9w", "C-K7MP2RTX9W"])
def test_the_door_checks_in_by_link_or_typed_and_its_code_is_counted_nowhere(payload: str) -> None:
    talk = talk_of(MOBILITY)
    talk.command("start", payload.lower())
    assert talk.facts[-1] == CheckInAsked("k7mp2rtx9w")
    talk.say(payload)
    assert talk.facts[-1] == CheckInAsked("k7mp2rtx9w")
    assert not any(isinstance(fact, SourceNoted) and "k7mp" in fact.payload for fact in talk.facts)


def test_a_link_in_the_middle_of_a_draft_loses_nothing() -> None:
    talk = talk_of(MOBILITY)
    talk.press("Mobilität")
    talk.say("Mehr Radwege")
    before = talk.state.draft
    talk.command("start", "w-abc")
    assert "✅ Anmelden" in talk.labels
    talk.say("termine")
    assert talk.state.draft == before


def test_whoever_goes_on_has_left_the_workshops() -> None:
    talk = talk_of(MOBILITY, ENERGY)
    talk.say("termine")
    talk.say("hilfe")
    talk.say("Energie ist mir wichtig, mehr Solar auf Dächern")
    assert talk.state.draft is not None


@pytest.mark.parametrize(
    "tap", ["ws:one:zzz", "ws:go:", "ws:go:ABC", "ws:by:x", "ws:list:field:x:99999", "ws::", "ws:x:abc"]
)
def test_taps_that_nobody_was_offered_do_no_harm(tap: str) -> None:
    talk = talk_of(MOBILITY)
    talk.tap(tap)
    assert talk.reply.text
    assert talk.facts[-1:] == [] or not isinstance(talk.facts[-1], RegistrationAsked)


@pytest.mark.parametrize(
    ("outcome", "seen", "words"),
    [
        ("registered", mine("registered"), "Die Anmeldung steht"),
        ("waiting", mine("waiting", position=7), "Platz 7"),
        ("cancelled", mine("cancelled"), "Abgemeldet"),
        ("checked_in", mine("checked_in"), "Eingecheckt"),
        ("over", replace(MOBILITY, is_past=True), "schon vorbei"),
        ("unknown", None, "gibt es nicht"),
    ],
)
def test_what_came_of_a_wish_is_told_with_what_can_be_done_next(
    outcome: str, seen: Workshop | None, words: str
) -> None:
    talk = talk_of(MOBILITY)
    talk.command("start", "w-abc")
    turn = talk.press("Anmelden")
    told = answered(talk.book, turn, Attended(outcome, seen))
    (reply,) = told.replies
    assert words in reply.text
    # What is on the screen now can be typed: the next word is understood from the state alone.
    talk.state, talk.workshops = told.state, (seen,) if seen else ()
    if seen and seen.mine == "registered":
        talk.say("in den kalender")
        assert talk.facts[-1] == CalendarAsked("abc")


def test_the_calendar_goes_with_the_message_or_is_linked() -> None:
    talk = talk_of(replace(MOBILITY, calendar="/termine/abc.ics"))
    talk.command("start", "w-abc")
    turn = talk.press("Kalender")
    enclosed = Enclosed("abc.ics", "text/calendar", "BEGIN:VCALENDAR")
    (reply,) = answered(talk.book, turn, Attended("calendar", talk.workshops[0], enclosed)).replies
    assert reply.enclosed == enclosed
    (reply,) = answered(talk.book, turn, Attended("calendar", talk.workshops[0])).replies
    assert [span.href for span in reply.spans if span.href] == ["/termine/abc.ics"]
