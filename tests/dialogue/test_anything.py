"""Any event in any state, in any order, doubled and late: no exception, nothing lost, nothing sent twice, no dead end.

`HYPOTHESIS_PROFILE=deep` makes at least 100,000 random events of it; without, it takes some seconds.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.dialogue.engine import current
from bot.dialogue.events import Blocked, Commanded, Edited, Event, Located, Moved, Part, Pressed, Returned, Said, Sent
from bot.dialogue.facts import ContributionSent, DraftDropped, ErasureAsked, NoticeShown, ObjectionRaised, Reacted
from bot.dialogue.model import Book, Length
from bot.dialogue.parse import fold
from bot.dialogue.replies import TAP_BYTES, Button
from bot.dialogue.state import SHELF_PLACES, Answer, Mode, State, Waiting
from bot.dialogue.turn import Turn
from tests.dialogue.strategies import (
    MEDIA,
    commands,
    fillers,
    languages,
    made_up_taps,
    payloads,
    small_talk,
    understandings,
)
from tests.dialogue.talk import IDEAS, NUMBER, Talk, changed, two_languages, without

# Each run of the machine takes so many steps; runs × steps are the random events.
STEPS = 50
DEEP = os.environ.get("HYPOTHESIS_PROFILE") == "deep"
RUNS = 2100 if DEEP else 25
# So many presses lead from anywhere to a contribution that is sent.
WAY_OUT = 20

WAYS_ON = ("lang:", "field:", "move:", "go:send", "go:join", "go:skip", "go:resume", "go:menu")
STALE = ("stale.button", "stale.sent", "stale.dropped", "stale.shelved")
EDITIONS: tuple[Book, ...] = (
    two_languages(),
    changed(two_languages(), "mobility", without="place"),
    changed(two_languages(), "mobility", renamed="cycling", lengths=(Length.ONE, Length.FULL)),
    changed(two_languages(), "learning", without="idea", lengths=(Length.ONE,)),
    without(two_languages(), "mobility"),
)


def dump(value: Any) -> str:
    """Return everything a state or an answer holds as one text."""
    return json.dumps(value.to_dict() if isinstance(value, State) else value, ensure_ascii=False, default=repr)


def tokens(text: str) -> set[str]:
    """Return the words that mark what was said when."""
    return set(re.findall(r"wort\d+x", text))


class Anything(RuleBasedStateMachine):
    """One conversation with somebody who does whatever can be done."""

    def __init__(self) -> None:
        """Begin as a stranger."""
        super().__init__()
        self.talk = Talk(two_languages())
        self.talk.ideas = IDEAS
        self.taps: list[str] = []
        self.messages: dict[str, str] = {}
        self.alive: set[str] = set()
        self.sent_words: set[str] = set()
        self.sent_drafts: list[str] = []
        self.noticed: str | None = None
        self.event: Event | None = None
        self.is_of_today = True

    def happen(self, event: Event) -> None:
        """Let it happen, and look whether every rule still holds."""
        before, self.event, self.is_of_today = self.talk.state, event, True
        turn = self.talk.happen(event)
        self.check_sending(turn)
        self.check_words(before, event, turn)
        self.check_reply(turn)

    # --- what can happen ---------------------------------------------------------------------------------------------

    @initialize(start=st.booleans())
    def arrives(self, start: bool) -> None:
        """A stranger begins with a command or with words."""
        self.happen(Commanded(self.talk.next(), "start", "", NUMBER) if start else self.words("Bänke fehlen", {}))

    def words(self, text: str, more: dict[str, Any]) -> Said:
        """Return a message that can be told from every other one."""
        seq = self.talk.next()
        mark = f"wort{seq}x"
        self.messages[f"m{seq}"] = mark
        return Said(seq, f"{mark} {text}".strip(), NUMBER, f"m{seq}", **more)

    @rule(
        text=fillers,
        understanding=understandings,
        forwarded=st.booleans(),
        redacts=st.booleans(),
        ideas=st.sampled_from((0, 0, 1, 3)),
    )
    def says(self, text: str, understanding: Any, forwarded: bool, redacts: bool, ideas: int) -> None:
        """The citizen says something of their own, one idea or several."""
        said = self.words(text, {"forwarded": forwarded})
        said = replace(said, text="\n".join([said.text, *(f"wort{said.seq}0{at}x noch etwas" for at in range(ideas))]))
        redacted = f"{said.text} [Name]" if redacts else None
        parts = {name: getattr(understanding, name) for name in understanding.__dataclass_fields__}
        split = tuple(Part(line, understanding) for line in said.text.split("\n") if line) if ideas else ()
        guess = type(understanding)(**{**parts, "redacted": redacted, "parts": split})
        self.happen(Said(said.seq, said.text, NUMBER, said.message, guess, forwarded))

    @rule(text=small_talk)
    def mutters(self, text: str) -> None:
        """The citizen types a word for the bot, a number, nothing, or nonsense."""
        self.happen(Said(self.talk.next(), text, NUMBER))

    @rule(which=st.integers(0, 40))
    @precondition(lambda self: self.taps)
    def presses(self, which: int) -> None:
        """The citizen presses a button of the last message, most often the first one."""
        buttons = self.buttons()
        if buttons:
            self.happen(Pressed(self.talk.next(), buttons[which % len(buttons)].tap, NUMBER))

    @rule(which=st.integers(0, 40))
    @precondition(lambda self: self.taps)
    def types_a_label(self, which: int) -> None:
        """The citizen types what a button shows."""
        buttons = self.buttons()
        if buttons:
            self.happen(Said(self.talk.next(), buttons[which % len(buttons)].label.upper(), NUMBER))

    @rule(which=st.integers(0, 400))
    @precondition(lambda self: self.taps)
    def presses_late(self, which: int) -> None:
        """The citizen presses a button of long ago."""
        self.happen(Pressed(self.talk.next(), self.taps[which % len(self.taps)], NUMBER))

    @rule(tap=made_up_taps)
    def makes_up_a_tap(self, tap: str) -> None:
        """Somebody sends what no button ever carried."""
        self.happen(Pressed(self.talk.next(), tap, NUMBER))

    @rule(name=commands, payload=payloads, says=st.booleans())
    def commands(self, name: str, payload: str, says: bool) -> None:
        """The citizen uses a command, perhaps with words behind it."""
        said = self.words("steht dahinter", {}) if says else None
        seq = said.seq if said else self.talk.next()
        self.happen(Commanded(seq, name, said.text if said else payload, NUMBER))

    @rule(code=languages)
    def changes_language(self, code: str) -> None:
        """The citizen changes the language."""
        self.happen(Pressed(self.talk.next(), f"lang:{code}", NUMBER))

    @rule(district=st.sampled_from((None, "Barmen", "Ronsdorf")))
    def shares_a_place(self, district: str | None) -> None:
        """The citizen shares a location."""
        self.happen(Located(self.talk.next(), 51.257, 7.151, district))

    @rule(media=st.sampled_from(MEDIA), file=st.integers(0, 8), says=st.booleans())
    def sends_a_file(self, media: str, file: int, says: bool) -> None:
        """The citizen sends a photo or something else, perhaps with a caption."""
        said = self.words("steht dabei", {}) if says else None
        seq = said.seq if said else self.talk.next()
        name = said.message if said else ""
        self.happen(Sent(seq, media, f"f{file}", 1, said.text if said else "", message=name))

    @rule(which=st.integers(0, 100), understanding=understandings)
    @precondition(lambda self: self.messages)
    def edits(self, which: int, understanding: Any) -> None:
        """The citizen changes an earlier message."""
        message = list(self.messages)[which % len(self.messages)]
        said = self.words("neu geschrieben", {})
        del self.messages[said.message]
        self.happen(Edited(said.seq, said.text, message, understanding))

    @rule()
    @precondition(lambda self: self.event)
    def does_it_again(self) -> None:
        """The same comes once more, as it does when a network stumbles."""
        assert self.event is not None
        parts = {name: getattr(self.event, name) for name in self.event.__dataclass_fields__}
        self.happen(type(self.event)(**{**parts, "seq": self.talk.next()}))

    @rule(kind=st.sampled_from((Blocked, Returned, Moved)))
    def comes_and_goes(self, kind: Any) -> None:
        """The citizen blocks the bot, comes back, or the group moves."""
        self.happen(kind(self.talk.next()))

    @rule(edition=st.sampled_from(EDITIONS))
    def editors_change_the_book(self, edition: Book) -> None:
        """A new edition of the dialogues comes out while people talk."""
        self.talk.book = edition
        self.is_of_today = False

    # --- what always holds -------------------------------------------------------------------------------------------

    def check_sending(self, turn: Turn) -> None:
        """A contribution is sent once, after the notice, and holds something."""
        for fact in turn.facts:
            if isinstance(fact, ContributionSent):
                assert self.noticed == self.talk.book.notice_version, "sent before the notice was shown"
                assert fact.draft not in self.sent_drafts, "sent twice"
                assert fact.answers or fact.files
                self.sent_drafts.append(fact.draft)
                self.sent_words |= tokens(dump([answer.text for answer in fact.answers]))
            if isinstance(fact, ObjectionRaised):
                self.sent_words |= tokens(fact.reason)
        if any(isinstance(fact, ErasureAsked) for fact in turn.facts):
            assert turn.state.notice is None
            self.noticed = None
        shown = [fact.version for fact in turn.facts if isinstance(fact, NoticeShown)]
        self.noticed = shown[-1] if shown else self.noticed

    def check_words(self, before: State, event: Event, turn: Turn) -> None:
        """Every word said is in the conversation, was sent, or went by the citizen's own will."""
        kept = tokens(dump(turn.state)) | self.sent_words
        new = tokens(self.text_of(event))
        told = isinstance(event, Edited) and self.replied(turn, "edited.late")
        gone = self.alive - kept - self.given_up(before, event, turn)
        assert not gone, f"lost without a word: {gone}"
        assert told or new <= kept, "swallowed"
        assert len(turn.state.shelf) <= SHELF_PLACES
        self.alive = kept - self.sent_words

    def given_up(self, before: State, event: Event, turn: Turn) -> set[str]:
        """Return the words that this event may take away: thrown away, edited, or answered anew."""
        gone: set[str] = set()
        forgets = any(isinstance(fact, DraftDropped | ContributionSent | Reacted) for fact in turn.facts)
        if any(isinstance(fact, ErasureAsked) for fact in turn.facts):
            assert before.waiting in (Waiting.ERASURE_LINK, Waiting.ERASURE_ALL), "erased at one tap"
            return self.alive
        if before.dropped and forgets:
            gone |= tokens(dump(before.dropped))
        if isinstance(event, Edited):
            gone |= {self.messages.get(event.message, "")} | tokens(dump(self.holding(before, event.message)))
        asked = self.asked_again(before)
        return gone | (tokens(asked.text) if asked else set())

    def holding(self, state: State, message: str) -> list[str]:
        """Return the words of one message in the open draft, as they stand there."""
        drafts = [draft for draft in (state.draft, *state.shelf, state.dropped) if draft]
        answers = [each for draft in drafts for each in (*draft.answers, *((draft.held,) if draft.held else ()))]
        found = []
        for answer in answers:
            start = 0
            for piece in answer.pieces:
                if piece.message == message:
                    found.append(answer.text[start : start + piece.length])
                start += piece.length + 1
        return found

    def asked_again(self, before: State) -> Answer | None:
        """Return the answer that was shown together with its question, to be given anew."""
        draft = before.draft
        if draft is None or draft.at is None or draft.mode is Mode.FOLLOW_UP or before.waiting is not Waiting.STEP:
            return None
        return draft.answer(draft.at)

    def text_of(self, event: Event) -> str:
        """Return the citizen's words in an event."""
        match event:
            case Said() | Edited():
                return event.text
            case Commanded():
                return event.payload
            case Sent():
                return event.caption
            case _:
                return ""

    def check_reply(self, turn: Turn) -> None:
        """At most one message; its buttons are short enough, can be pressed, and can be typed."""
        assert len(turn.replies) <= 1
        silent = isinstance(self.event, Blocked | Returned | Moved) or turn.toast
        assert turn.replies or silent
        for button in self.buttons():
            assert 1 <= len(button.tap.encode()) <= TAP_BYTES
        self.taps.extend(button.tap for button in self.buttons() if button.tap not in self.taps)
        if turn.replies:
            assert turn.replies[0].rows, "nothing to press"
            now = current(self.talk.book, turn.state, self.talk.shown)
            assert turn.replies[0].text.endswith(now.text)
            # What a list offers stands before the buttons of the question.
            assert turn.replies[0].rows[-len(now.rows) :] == now.rows

    def buttons(self) -> list[Button]:
        """Return the buttons of the last message."""
        replies = self.talk.last.replies
        return [button for row in replies[0].rows for button in row] if replies else []

    def replied(self, turn: Turn, key: str) -> bool:
        """Say whether a reply holds a text of the book, in whatever voice."""
        texts = self.talk.book.texts
        return any(texts.plain(code, key, **self.talk.book.names) in turn.replies[0].text for code in texts.by_language)

    @invariant()
    def buttons_are_understood(self) -> None:
        """A button on the screen does something, and its label typed does the same."""
        buttons = self.buttons()
        if not (buttons and self.is_of_today):
            return
        seq = self.talk.seq + 1
        chosen = buttons[seq % len(buttons)]
        turn = self.talk.try_out(Pressed(seq, chosen.tap, NUMBER))
        assert not turn.replies or not any(self.replied(turn, key) for key in STALE), chosen
        first = next(each for each in buttons if fold(each.label) == fold(chosen.label))
        is_own = chosen.tap.startswith("open:") and not tokens(chosen.label)
        if first == chosen and not is_own:
            typed = self.talk.try_out(Said(seq, chosen.label, NUMBER))
            assert typed.replies
            assert typed.state == turn.state, chosen

    @invariant()
    def there_is_a_way_on_back_and_out(self) -> None:
        """From here a contribution can be sent, the menu be reached, and the draft be thrown away."""
        if self.talk.seq % 7 == 0:
            way_on(self.talk)
            way_back(self.talk)
            way_out(self.talk)


def other(talk: Talk) -> Talk:
    """Return the same conversation, to be tried out."""
    tried = Talk(talk.book, talk.state)
    tried.seq = talk.seq + 1000
    tried.ideas = talk.ideas
    return tried


def way_on(talk: Talk) -> None:
    """Press and say what the bot offers until a contribution is sent."""
    tried = other(talk)
    tried.command("start")
    for _ in range(WAY_OUT):
        if tried.sent:
            return
        says_nothing = tried.state.draft is not None and not tried.state.draft.words()
        ways = WAYS_ON if not says_nothing or tried.state.waiting is not Waiting.STEP else ("go:send",)
        tap = next((button.tap for row in tried.reply.rows for button in row if button.tap.startswith(ways)), None)
        tried.tap(tap) if tap else tried.say(f"Ein guter Satz mit der Nummer {tried.seq}")
    raise AssertionError("no contribution could be sent")


def way_back(talk: Talk) -> None:
    """Go back until the menu is there."""
    tried = other(talk)
    for _ in range(WAY_OUT):
        if tried.state.waiting in (Waiting.MENU, Waiting.LANGUAGE):
            return
        tried.say("zurück")
    raise AssertionError("no way back to the menu")


def way_out(talk: Talk) -> None:
    """Throw the draft away and take it back."""
    tried = other(talk)
    draft = tried.state.draft
    tried.say("abbrechen")
    assert tried.state.draft is None
    if draft:
        tried.say("zurückholen")
        assert tried.state.draft is not None
        assert tried.state.draft.id == draft.id


# The quick run is the same every time, so that a change is to blame when it fails; the deep one looks elsewhere.
Anything.TestCase.settings = settings(
    max_examples=RUNS,
    stateful_step_count=STEPS,
    deadline=None,
    derandomize=not DEEP,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)
test_anything_at_any_time = Anything.TestCase
