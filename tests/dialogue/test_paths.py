"""The ways through a dialogue that citizens take: short ones, long ones, back, aside, and out."""

from __future__ import annotations

import pytest

from bot.dialogue.events import PlaceGuess, Understanding
from bot.dialogue.facts import LanguageChosen, NoticeShown, SourceNoted
from bot.dialogue.model import Book, Confirm, Length, Role
from tests.dialogue.talk import BENCH, NUMBER, TREES, Talk, book, two_languages

KEYS = tuple(book().dialogues)
BOOKS = {"one language": book(), "two languages": two_languages()}


def at_card(text: str = BENCH, understanding: Understanding | None = None) -> Talk:
    """Return a conversation whose citizen has written one message for mobility and sees the card."""
    talk = Talk()
    talk.say(text, understanding or Understanding(fields=("mobility",)))
    talk.press("Mobilität")
    return talk


def in_full(key: str = "mobility") -> Talk:
    """Return a conversation in which all questions of a dialogue are going to be asked."""
    talk = Talk()
    talk.command("start")
    talk.tap(f"field:{key}")
    talk.press("alle Fragen")
    return talk


@pytest.mark.parametrize("whole", BOOKS.values(), ids=list(BOOKS))
@pytest.mark.parametrize("key", KEYS)
def test_a_strangers_message_needs_at_most_four_taps(whole: Book, key: str) -> None:
    talk = Talk(whole)
    talk.say("Zu heiß!", Understanding(fields=(key,)))
    taps = 0
    while not talk.sent:
        wanted = next(
            button.tap
            for row in talk.reply.rows
            for button in row
            if button.tap.startswith(("lang:de", f"move:{key}", "go:skip", "go:send"))
        )
        talk.tap(wanted)
        taps += 1
    assert taps <= 4
    (fact,) = talk.sent
    assert (fact.dialogue, fact.number, [answer.text for answer in fact.answers]) == (key, NUMBER, ["Zu heiß!"])


@pytest.mark.parametrize("whole", BOOKS.values(), ids=list(BOOKS))
def test_from_start_it_is_one_message_and_three_taps(whole: Book) -> None:
    talk = Talk(whole)
    talk.command("start")
    if len(whole.offered()) > 1:
        talk.press("Deutsch")
    talk.press("Mobilität")
    talk.say(BENCH)
    talk.press("Abschicken")
    assert [answer.text for answer in talk.sent[0].answers] == [BENCH]


def test_a_returning_citizen_needs_one_message_and_two_taps() -> None:
    talk = at_card()
    talk.press("Abschicken")
    talk.say(TREES, Understanding(fields=("environment",)))
    talk.press("Umwelt")
    talk.press("Abschicken")
    assert [fact.dialogue for fact in talk.sent] == ["mobility", "environment"]


def test_the_notice_is_shown_once_before_anything_is_sent() -> None:
    talk = Talk()
    talk.say(BENCH)
    assert talk.said("notice.telegram")
    assert [type(fact) for fact in talk.facts] == [LanguageChosen, NoticeShown]
    talk.press("Mobilität")
    assert not talk.said("notice.telegram")


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("length", list(Length))
def test_each_length_asks_its_plan_and_can_be_skipped_but_for_own_words(key: str, length: Length) -> None:
    talk = Talk()
    talk.command("start")
    talk.tap(f"field:{key}")
    if length is not Length.ONE:
        talk.tap(f"len:{length}@{talk.state.draft.id if talk.state.draft else ''}")
    asked = []
    while not talk.sent:
        asked.append(talk.at)
        role = getattr(book().dialogues[key].step(talk.at), "role", None)
        if isinstance(book().dialogues[key].step(talk.at), Confirm):
            talk.press("Abschicken")
        elif role in (Role.MESSAGE, Role.PROBLEM):
            talk.say(BENCH)
        else:
            talk.press("Überspringen")
    assert tuple(asked) == book().dialogues[key].lengths[length]


def test_one_message_grows_into_all_questions_without_being_asked_again() -> None:
    talk = at_card(understanding=Understanding(fields=("mobility",), kind="idea"))
    talk.press("3 Fragen")
    assert talk.at == "problem"
    talk.say(TREES)
    talk.press("Ganz")
    assert talk.at == "confirm"
    talk.press("Mehr erzählen")
    assert talk.at == "topic"
    talk.say("1")
    talk.press("Überspringen")
    talk.say("Alle, die dort laufen")
    talk.press("Überspringen")
    talk.press("Überspringen")
    talk.press("Abschicken")
    told = {answer.role: answer.text for answer in talk.sent[0].answers}
    assert told["idea"] == BENCH
    assert told["problem"] == TREES
    assert told["benefit"] == "Alle, die dort laufen"


def test_back_goes_step_by_step_to_the_menu_and_keeps_the_answers() -> None:
    talk = in_full()
    talk.say("1")
    talk.say(TREES)
    assert talk.at == "when"
    talk.press("Zurück")
    assert TREES in talk.reply.text
    talk.press("Zurück")
    talk.press("Zurück")
    assert talk.at == "menu"
    talk.press("Zurück")
    assert talk.at == "topic"
    talk.press("Überspringen")
    assert talk.at == "when"


def test_back_from_the_proposal_shows_all_fields_and_keeps_the_words() -> None:
    talk = Talk()
    talk.say(BENCH, Understanding(fields=("mobility", "environment")))
    talk.say("zurück")
    talk.press("Wirtschaft")
    assert BENCH in talk.reply.text
    talk.press("Thema")
    talk.press("Smart4School")
    talk.press("Zurück")
    assert talk.at == "menu"
    talk.press("Zurück")
    assert talk.at == "confirm"


def test_a_text_at_smart4school_is_offered_its_topics() -> None:
    talk = Talk()
    talk.command("start")
    talk.press("Smart4School")
    talk.say(TREES)
    assert TREES in talk.reply.text
    talk.press("Klimaschutz")
    talk.press("Abschicken")
    assert talk.sent[0].dialogue == "climate"


def test_back_from_the_follow_up_asks_the_question_itself() -> None:
    talk = Talk()
    talk.command("start")
    talk.press("Mobilität")
    talk.say("Zu heiß")
    assert talk.said("mobility.message.follow_up")
    talk.press("Zurück")
    assert talk.said("mobility.message.question")
    assert "Zu heiß" in talk.reply.text


def test_a_short_answer_gets_one_follow_up_whose_answer_joins_it() -> None:
    talk = Talk()
    talk.command("start")
    talk.press("Mobilität")
    talk.say("Zu heiß")
    talk.say("an der Haltestelle")
    talk.press("Abschicken")
    assert talk.sent[0].answers[0].text == "Zu heiß\nan der Haltestelle"


def test_a_pause_keeps_the_step_and_words_in_it_are_asked_about() -> None:
    talk = in_full()
    talk.say("Pause")
    talk.press("Weiter")
    assert talk.at == "topic"
    talk.say("überspringen")
    talk.say(BENCH)
    talk.say("später")
    talk.say(TREES)
    assert talk.at == "pending"
    talk.press("Ja, gehört dazu")
    assert talk.at == "when"
    assert talk.state.draft is not None
    assert talk.state.draft.words() == f"{BENCH}\n{TREES}"


def test_a_late_resume_skips_nothing() -> None:
    talk = in_full()
    talk.say("pause")
    resume = talk.button("Weiter").tap
    talk.tap(resume)
    talk.tap(resume)
    assert talk.at == "topic"


@pytest.mark.parametrize("word", ["abbrechen", "/neu"])
def test_what_is_thrown_away_can_be_taken_back(word: str) -> None:
    talk = at_card()
    talk.command("neu") if word == "/neu" else talk.say(word)
    assert talk.state.draft is None
    talk.press("zurückholen")
    assert BENCH in talk.reply.text
    talk.press("Abschicken")
    assert len(talk.sent) == 1


def test_restart_without_a_draft_just_shows_the_menu() -> None:
    talk = Talk()
    talk.command("start")
    talk.command("neu")
    assert talk.at == "menu"
    assert not talk.said("cancel.nothing")


@pytest.mark.parametrize("key", KEYS)
def test_help_at_every_step_leaves_the_step_as_it_is(key: str) -> None:
    talk = in_full(key)
    for step in book().dialogues[key].lengths[Length.FULL]:
        assert talk.at == step
        before = talk.state
        talk.say("Hilfe")
        assert talk.said("help.text") or talk.book.texts.plain("de-du", "help.text", **book().names) in talk.reply.text
        assert talk.state == before
        talk.say(BENCH + step) if step in ("problem", "idea", "benefit") else talk.say("überspringen")


def test_every_part_can_be_changed_from_the_card() -> None:
    talk = in_full()
    for words in ("1", BENCH, "1", TREES, "Döppersberg", "Elberfeld", "Wer zu Fuß geht", "1"):
        talk.say(words)
    talk.send("photo")
    assert talk.at == "confirm"
    new = {"Verkehrsthema": "Zu Fuß & Treppen", "Problem": TREES, "Wann": "Am Wochenende", "Idee": BENCH}
    for label, words in {**new, "✏️ Ort": "Ronsdorf", "Wem": "Schulkinder", "Dann": "Mit dem Auto"}.items():
        talk.press(label)
        talk.say(words)
        assert talk.at == "confirm"
        assert words in talk.reply.text
    talk.press("Thema")
    talk.press("Umwelt")
    while talk.at != "confirm":
        talk.press("Überspringen")
    talk.press("Art des Beitrags")
    talk.press("Lob")
    talk.press("Fotos und Aufnahmen")
    talk.press("Abschicken")
    (fact,) = talk.sent
    assert (fact.dialogue, fact.kind, fact.files) == ("environment", "praise", ())
    texts = {answer.text for answer in fact.answers}
    assert texts >= {"Zu Fuß & Treppen", TREES, "Am Wochenende", BENCH, "Ronsdorf", "Schulkinder", "Mit dem Auto"}


def test_a_changed_field_keeps_answers_and_brings_them_home_again() -> None:
    talk = in_full()
    talk.press("Rad & Trassen")
    talk.say(BENCH)
    talk.say("menü")
    talk.press("Angefangenen")
    assert talk.at == "when"
    draft = talk.state.draft
    assert draft is not None
    talk.tap(f"move:economy@{draft.id}")
    assert talk.at == "topic"
    talk.tap(f"move:mobility@{draft.id}")
    assert talk.at == "when"
    assert talk.state.draft is not None
    assert talk.state.draft.answers == draft.answers


def test_after_sending_the_laid_aside_draft_and_another_are_offered() -> None:
    talk = at_card()
    talk.say(TREES)
    talk.press("Nein")
    talk.press("Umwelt")
    talk.press("Abschicken")
    talk.press("Fertig")
    assert talk.button("Noch ein Beitrag")
    talk.press("Angefangenen Beitrag")
    assert BENCH in talk.reply.text
    talk.press("Abschicken")
    assert [fact.answers[0].text for fact in talk.sent] == [TREES, BENCH]


def test_several_drafts_lie_aside_and_each_can_be_opened() -> None:
    talk = Talk()
    for number in range(7):
        talk.say(f"Ein ganz eigener Satz Nummer {number}", Understanding(fields=("mobility",)))
        talk.say("menü")
    # There is room for five; the sixth stays open, and the seventh lies beside it until the citizen says yes.
    assert len(talk.state.shelf) == 5
    talk.say("ja")
    talk.say("abbrechen")
    assert [label for label in talk.labels if label.startswith("📝")]
    for draft in talk.state.shelf:
        talk.tap(f"open:{draft.id}")
        assert draft.words() in talk.reply.text
    assert len(talk.state.shelf) == 4


@pytest.mark.parametrize("payload", ["field_mobility", "plakat_12", "field_nowhere"])
@pytest.mark.parametrize("whole", BOOKS.values(), ids=list(BOOKS))
def test_a_link_is_counted_and_may_open_a_dialogue(whole: Book, payload: str) -> None:
    talk = Talk(whole)
    talk.command("start", payload)
    if len(whole.offered()) > 1:
        talk.press("Deutsch")
    assert SourceNoted(payload) in talk.facts
    assert talk.said("notice.telegram")
    assert talk.at == ("message" if payload == "field_mobility" else "menu")


def test_words_behind_a_command_are_kept_and_never_counted_as_a_link() -> None:
    talk = Talk()
    talk.command("start", "Ich heiße Erika und möchte Bänke")
    assert not [fact for fact in talk.facts if isinstance(fact, SourceNoted)]
    assert "möchte Bänke" in talk.reply.text
    talk.command("idee", TREES)
    assert TREES in talk.reply.text


def test_the_language_changes_in_the_middle_and_no_answer_is_lost() -> None:
    talk = Talk(two_languages())
    talk.say(BENCH)
    talk.press("Deutsch")
    talk.press("Mobilität")
    talk.press("alle Fragen")
    at = talk.at
    talk.say("Sprache")
    talk.press("English")
    assert talk.at == at
    assert talk.reply.language == "en"
    assert "(en)" in talk.reply.text
    talk.say("zurück")
    assert talk.state.draft is not None
    assert talk.state.draft.words() == BENCH


def test_a_place_by_typing_asks_for_its_district_once() -> None:
    talk = in_full()
    talk.say("1")
    for words in (BENCH, "1", TREES):
        talk.say(words)
    talk.say("beim Kiosk")
    assert "beim Kiosk" in talk.reply.text
    talk.press("Ronsdorf")
    assert talk.at == "benefit"
    place = next(answer for answer in talk.state.draft.answers if answer.role == "place") if talk.state.draft else None
    assert place is not None
    assert (place.text, place.district) == ("beim Kiosk", "Ronsdorf")


def test_an_ambiguous_place_is_asked_and_not_guessed() -> None:
    place = PlaceGuess("Barmen", "Barmen", "Barmen", ("Barmen", "Heckinghausen"))
    talk = at_card(understanding=Understanding(fields=("mobility",), places=(place,)))
    assert talk.said("card.place_unsure", value="Barmen")
    talk.press("📍 Heckinghausen")
    talk.press("Abschicken")
    (answer,) = [answer for answer in talk.sent[0].answers if answer.role == "place"]
    assert answer.district == "Heckinghausen"


def test_a_certain_place_stands_on_the_card_is_sent_and_can_be_taken_off() -> None:
    sure = Understanding(fields=("mobility",), places=(PlaceGuess("Döppersberg", "Döppersberg", "Elberfeld"),))
    talk = at_card(understanding=sure)
    assert "Döppersberg (Elberfeld)" in talk.reply.text
    talk.press("Abschicken")
    assert [answer.district for answer in talk.sent[0].answers] == [None, "Elberfeld"]
    talk = at_card(understanding=sure)
    talk.press("✏️ Ort")
    talk.press("Kein Ort")
    assert "Döppersberg" not in talk.reply.text


def test_a_shared_location_at_any_time_joins_the_words_for_the_place() -> None:
    talk = Talk()
    talk.share("Barmen")
    assert talk.said("place.noted")
    talk.say(BENCH, Understanding(fields=("mobility",)))
    talk.press("Mobilität")
    assert "Barmen" in talk.reply.text
    talk.press("✏️ Ort")
    talk.say("unter der Brücke")
    talk.press("Überspringen")
    talk.share("Ronsdorf")
    talk.press("Abschicken")
    (place,) = [answer for answer in talk.sent[0].answers if answer.role == "place"]
    assert (place.text, place.district, place.latitude) == ("unter der Brücke", "Ronsdorf", 51.257)


def test_a_location_alone_is_not_a_contribution() -> None:
    talk = Talk()
    talk.share("Barmen")
    talk.press("Mobilität")
    assert talk.at == "message"
    talk.say("überspringen")
    assert talk.at == "message"
