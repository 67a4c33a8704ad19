"""The grid of steps and events: what every kind of event comes to in every state, written down and compared.

`TALSTIMME_WRITE_GRID=1` writes docs/dialogue-grid.md anew; without, the page has to say what the engine does.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

from bot.dialogue.asked import ASKED
from bot.dialogue.consents import KINDS
from bot.dialogue.engine import current
from bot.dialogue.events import (
    NOTHING,
    Blocked,
    Commanded,
    Edited,
    Event,
    Located,
    Moved,
    Part,
    PlaceGuess,
    Pressed,
    Returned,
    Said,
    Sent,
    Understanding,
    Workshop,
)
from bot.dialogue.parse import Verb
from bot.dialogue.state import Mode, State, Waiting
from bot.dialogue.turn import Turn
from tests.dialogue.talk import BENCH, IDEAS, NUMBER, TREES, Talk, two_languages

PAGE = Path(__file__).parents[2] / "docs" / "dialogue-grid.md"

HEAD = """# What every event comes to in every state

This page is written by `tests/dialogue/test_grid.py` from the running engine (`TALSTIMME_WRITE_GRID=1 make test`),
and the same test compares it. The citizen talks about mobility; each state has its section, each kind of event its row.

- **says** names the texts that come before the next question (keys of `bot/content/texts`); *toast* is the short notice
  that answers a tap.
- **then** is the question that follows; “as before” means that the state has not changed at all, “same question” that
  something was noted and the question stays.
"""


# Groups of texts that come before a question and are none themselves.
LEADS = ("notice", "care", "media", "stale", "shelf", "cancel", "undo", "resume", "start", "command", "sent", "edited")
LEAD_KEYS = (
    *("pause.nothing", "step.changed", "place.noted", "pending.joined", "toast.noted", "card.empty", "card.change"),
    *("help.text", "privacy.text", "imprint.text", "accessibility.text", "mine.none", "workshop.none"),
    *("rights.revoke", "rights.object", "rights.spared", "split.done", "split.next"),
    *("similar.which", "similar.gone", "similar.meant", "similar.kept", "similar.taken"),
    *("browse.said_for", "browse.said_against"),
    *(
        "rights.revoke",
        "rights.object",
        "rights.spared",
        "rights.objected",
        "consents.protected",
        "consents.reuse_waits",
    ),
    *(f"consents.{kind}_{end}" for kind in KINDS for end in ("given", "withdrawn")),
    "subscriptions.title",
)


SIMILAR = tuple(each.number for each in IDEAS[:2])
PARTS = tuple(Part(text, NOTHING) for text in BENCH.split(", "))


WORKSHOP = Workshop("abc", "Mobilität", "Montag, 16. November 2026", "17:00", "20:00", mine="registered", free=3)


def begun() -> Talk:
    """Return a conversation whose citizen has chosen a language and seen the notice."""
    talk = Talk(two_languages())
    talk.ideas = IDEAS
    talk.command("start")
    talk.press("Deutsch")
    return talk


def asked(step: str) -> Talk:
    """Return a conversation in which a step of the full dialogue is asked."""
    talk = begun()
    talk.press("Mobilität")
    talk.press("alle Fragen")
    answers = iter(("1", BENCH, "1", TREES, "überspringen", "Alle, die dort gehen", "1", "nein"))
    while talk.at != step:
        talk.say(next(answers))
    return talk


def carded(**understood: object) -> Talk:
    """Return a conversation whose citizen sees the card of one message."""
    talk = begun()
    talk.say(BENCH, replace(NOTHING, fields=("mobility",), **understood))  # type: ignore[arg-type]  # names of fields
    talk.press("Mobilität")
    return talk


def after(talk: Talk, *words: str) -> Talk:
    """Return the conversation after some more words."""
    for each in words:
        talk.say(each)
    return talk


def thin() -> Talk:
    """Return a conversation in which the follow-up is asked."""
    talk = begun()
    talk.press("Mobilität")
    talk.say("Zu heiß")
    return talk


def stranger() -> Talk:
    """Return a conversation that has not begun."""
    return Talk(two_languages())


def in_language() -> Talk:
    """Return a stranger who has written something and is asked for a language."""
    return after(stranger(), BENCH)


def needing() -> Talk:
    """Return a conversation whose citizen is registered for a workshop and asked what they need there."""
    talk = begun()
    talk.workshops = (WORKSHOP,)
    talk.tap("ws:need:abc")
    return talk


STATES: Mapping[str, Callable[[], Talk]] = {
    "A stranger who has said nothing": stranger,
    "LANGUAGE: a stranger who has written something": in_language,
    "MENU: without a draft": begun,
    "MENU: with a draft": lambda: after(asked("topic"), "zurück"),
    "SCHOOL": lambda: _tapped(begun(), "go:school"),
    "FIELD: the field is proposed": lambda: _told(begun()),
    "STEP ask: the first question": lambda: _tapped(begun(), "field:mobility"),
    "STEP ask: the follow-up": thin,
    "STEP ask: a change from the card": lambda: _pressed(carded(), "Text"),
    "STEP choose": lambda: asked("when"),
    "STEP locate": lambda: asked("place"),
    "STEP locate: which district": lambda: after(asked("place"), "beim Kiosk"),
    "STEP attach": lambda: asked("photo"),
    "STEP confirm: the card": carded,
    "KIND": lambda: _pressed(carded(), "Art des Beitrags"),
    "PENDING: words beside the draft": lambda: after(carded(), TREES),
    "PAUSE": lambda: after(carded(), "pause"),
    "NOTHING: a draft was thrown away": lambda: after(carded(), "abbrechen"),
    "NEED: what is needed at a workshop": needing,
    "ERASURE: what shall be erased": lambda: after(carded(), "löschen"),
    "ERASURE_LINK: sure, without contributions?": lambda: _tapped(after(carded(), "löschen"), "erase:link"),
    "ERASURE_ALL: sure, with contributions?": lambda: _tapped(after(carded(), "löschen"), "erase:all"),
    "ERASED: everything will be gone": lambda: after(carded(), "löschen", "2", "ja"),
    "STEP confirm: the card beside similar ideas": lambda: carded(similar=SIMILAR),
    "STEP confirm: the card of an addition": lambda: after(carded(similar=SIMILAR), "B ergänzen"),
    "NOTHING: an idea is supported instead": lambda: after(carded(similar=SIMILAR), "A: Das meine ich auch"),
    "STEP confirm: the card of several ideas": lambda: carded(parts=PARTS),
    "STEP confirm: the card of the first of them": lambda: _tapped(carded(parts=PARTS), "go:split@3"),
    "BROWSE: an idea of somebody else": lambda: _tapped(begun(), "go:ideas"),
    "BROWSE: the next one": lambda: after(_tapped(begun(), "go:ideas"), "dafür"),
    "BROWSE: none is left": lambda: after(_tapped(begun(), "go:ideas"), "1", "1", "1"),
    "BROWSE_FIELD": lambda: _tapped(begun(), "see:fields"),
    "BROWSE_DISTRICT": lambda: _tapped(begun(), "see:districts"),
    "BROWSE_TOPIC": lambda: _tapped(_tapped(begun(), "see:f:mobility"), "see:topics"),
    "CONSENTS: a contribution was sent": lambda: after(carded(), "abschicken"),
    "CONSENTS: with a draft": lambda: after(carded(), "einwilligungen"),
    "CONSENTS: under 16": lambda: after(carded(), "abschicken", "Nachrichten", "nein"),
    "AGE: messages were asked for": lambda: after(carded(), "abschicken", "Nachrichten"),
    "OBJECTION: why?": lambda: after(carded(), "widerspruch"),
    "NOTHING: a contribution was sent": lambda: after(carded(), "abschicken", "fertig"),
}


def _tapped(talk: Talk, tap: str) -> Talk:
    talk.tap(tap)
    return talk


def _pressed(talk: Talk, label: str) -> Talk:
    talk.press(label)
    return talk


def _told(talk: Talk) -> Talk:
    talk.say(BENCH, Understanding(fields=("mobility", "environment")))
    return talk


PLACE = PlaceGuess("Döppersberg", "Döppersberg", "Elberfeld")
NEW = "Am Döppersberg fehlt eine Rampe für Kinderwagen"


def events(talk: Talk) -> dict[str, Event]:
    """Return one event of each kind, as it can happen in this state."""
    seq = talk.next()
    button = current(talk.book, talk.state).rows[0][0]
    words: dict[str, Event] = {
        "own words": Said(seq, NEW, NUMBER, "new", Understanding(places=(PLACE,))),
        "words of need": Said(seq, NEW, NUMBER, "new", Understanding(care="emergency")),
        "the same words again": Said(seq, BENCH, NUMBER, "new"),
        "forwarded words": Said(seq, "Zurück", NUMBER, "new", forwarded=True),
        "the first button": Pressed(seq, button.tap, NUMBER),
        "the first button, typed": Said(seq, button.label, NUMBER),
        "a number": Said(seq, "1", NUMBER),
        "yes": Said(seq, "ja", NUMBER),
        "no": Said(seq, "nein", NUMBER),
        "nothing but spaces": Said(seq, "  ", NUMBER),
    }
    verbs: dict[str, Event] = {f"/{verb}": Commanded(seq, verb, "", NUMBER) for verb in Verb}
    media = ("photo", "voice", "sticker", "contact", "document")
    sent: dict[str, Event] = {f"a {each}": Sent(seq, each, "new") for each in media}
    return words | verbs | sent | _rarer(talk, seq)


def _rarer(talk: Talk, seq: int) -> dict[str, Event]:
    return {
        "/start with a link": Commanded(seq, "start", "field_environment", NUMBER),
        "an unknown command": Commanded(seq, "quatsch", "", NUMBER),
        "a photo with a caption": Sent(seq, "photo", "new", 1, NEW),
        "a shared location": Located(seq, 51.257, 7.151, "Ronsdorf"),
        "another language": Pressed(seq, "lang:en", NUMBER),
        "a button of a draft that is gone": Pressed(seq, "go:send@999", NUMBER),
        "a made-up tap": Pressed(seq, "x:y", NUMBER),
        "an edit of the first message": Edited(seq, NEW, first_message(talk)),
        "an edit of an unknown message": Edited(seq, NEW, "nobody"),
        "blocked": Blocked(seq),
        "returned": Returned(seq),
        "moved": Moved(seq),
    }


def first_message(talk: Talk) -> str:
    """Return the id of the message that brought the first own words, or one that nobody wrote."""
    answers = talk.state.draft.answers if talk.state.draft else ()
    return next((piece.message for answer in answers for piece in answer.pieces), "none")


def says(talk: Talk, turn: Turn) -> str:
    """Return the keys of the texts before the question."""
    if turn.toast:
        return "*toast*"
    if not turn.replies:
        return "(nothing)"
    lead = turn.replies[0].text.removesuffix(current(talk.book, turn.state, talk.shown).text)
    found = {key: mark.search(lead) for key, mark in lead_texts(turn.replies[0].language).items()}
    shown = sorted((mark.start(), key) for key, mark in found.items() if mark)
    assert bool(shown) == bool(lead.strip()), f"what is this? {lead}"
    return ", ".join(key for _, key in shown)


# A number that stands in no text of its own.
MANY = 918273


@cache
def lead_texts(language: str) -> dict[str, re.Pattern[str]]:
    """Return the texts that come before a question as patterns, by key."""
    whole = two_languages()
    keys = [key for key in ASKED if key.split(".")[0] in LEADS or key in LEAD_KEYS]
    values = {name: MANY if name == "count" else "\0" for key in keys for name in ASKED[key]}
    shown = {key: whole.texts.plain(language, key, **{**whole.names, **values}) for key in keys}
    return {key: re.compile(re.sub(rf"{MANY}|\0", ".*", re.escape(text))) for key, text in shown.items()}


def then(before: State, after: State) -> str:
    """Return what is asked next."""
    if after == before:
        return "as before"
    if (question := asked_in(after)) == asked_in(before):
        return "same question"
    return question


def asked_in(state: State) -> str:
    """Return the name of the question a state asks."""
    draft = state.draft
    if state.waiting is not Waiting.STEP or draft is None:
        return f"{state.waiting.name}{' with a draft' if state.waiting is Waiting.MENU and draft else ''}"
    mode = {Mode.FOLLOW_UP: ", follow-up", Mode.CHANGE: ", change"}.get(draft.mode, "")
    return f"{draft.dialogue}: {draft.at}{mode}"


def rows(begin: Callable[[], Talk]) -> Iterator[str]:
    """Return the table of one state, row by row."""
    talk = begin()
    for name, event in events(talk).items():
        turn = talk.try_out(event)
        assert len(turn.replies) <= 1
        yield f"| {name} | {says(talk, turn)} | {then(talk.state, turn.state)} |"


def page() -> str:
    """Return the whole page."""
    sections = [
        f"## {name}\n\n| event | says | then |\n|---|---|---|\n" + "\n".join(rows(of)) for name, of in STATES.items()
    ]
    return "\n\n".join((HEAD.strip(), *sections)) + "\n"


def test_the_page_says_what_the_engine_does() -> None:
    if os.environ.get("TALSTIMME_WRITE_GRID"):
        PAGE.write_text(page(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page()


def test_every_question_stands_in_the_grid() -> None:
    waiting = {begin().state.waiting for begin in STATES.values()}
    assert waiting == set(Waiting)
