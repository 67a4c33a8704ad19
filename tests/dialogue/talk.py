"""A citizen for tests of the dialogue core: says and presses what a citizen can, and looks only at what comes back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import cache

from bot.dialogue.engine import advance
from bot.dialogue.events import (
    NOTHING,
    Commanded,
    Edited,
    Event,
    Located,
    Pressed,
    Released,
    Said,
    Sent,
    Understanding,
    Workshop,
)
from bot.dialogue.facts import ContributionSent, Fact, Reacted, ReactionTaken
from bot.dialogue.model import Book, Choose, Dialogue, Language, Length, Step
from bot.dialogue.replies import Button, Reply
from bot.dialogue.state import State
from bot.dialogue.texts import Texts
from bot.dialogue.turn import Turn, Wanted
from tests.books import whole_book

BENCH = "Mehr Bänke an der Nordbahntrasse, die alten sind kaputt"
TREES = "Auf dem Schulhof fehlen Bäume, im Sommer ist es zu heiß"
NUMBER = "T-482-913-756"
# What others have said, released and redacted.
IDEAS = (
    Released("T-111-222-333", "Mehr Bänke entlang der Nordbahntrasse", 12, "mobility", "Elberfeld"),
    Released("T-222-333-444", "Sitzgelegenheiten an der Trasse erneuern", 3, "living", "Barmen"),
    Released("T-333-444-555", "Ein Trinkbrunnen am Laurentiusplatz", 0, "environment", None),
)


@cache
def book() -> Book:
    """Return the project's own book in German alone, so that there is no language to choose."""
    whole = whole_book()
    german = {code: texts for code, texts in whole.texts.by_language.items() if code in ("de", "de-du")}
    spoken = tuple(
        replace(language, offered=language.code == "de") for language in whole.languages if language.code in german
    )
    return replace(whole, texts=Texts(german, {"de-du": ("de",)}, whole.texts.plurals), languages=spoken, own_names={})


@cache
def two_languages() -> Book:
    """Return the book with a second language to choose: the German texts, each marked as the other ones."""
    german = book().texts.by_language["de"]
    other = {key: text if key.startswith("words.") else f"{text} (en)" for key, text in german.items()}
    texts = replace(book().texts, by_language={**book().texts.by_language, "en": other})
    return replace(book(), texts=texts, languages=(*book().languages, Language("en", "English")))


def changed(whole: Book, key: str, *, without: str = "", renamed: str = "", lengths: tuple[Length, ...] = ()) -> Book:
    """Return a later edition: a dialogue without a step, with an option renamed, or with fewer lengths."""
    dialogue = whole.dialogues[key]
    kept = lengths or tuple(dialogue.lengths)
    later = replace(
        dialogue,
        revision=f"{dialogue.revision}{without}{renamed}{len(kept)}",
        steps=tuple(_renamed(step, renamed) for step in dialogue.steps if step.id != without),
        lengths={length: tuple(step for step in dialogue.lengths[length] if step != without) for length in kept},
    )
    return replace(whole, dialogues={**whole.dialogues, key: later}, texts=_texts_of(whole, dialogue, renamed))


def without(whole: Book, key: str) -> Book:
    """Return a later edition that has lost a dialogue."""
    return replace(whole, dialogues={name: each for name, each in whole.dialogues.items() if name != key})


def _renamed(step: Step, option: str) -> Step:
    if not isinstance(step, Choose):
        return step
    return replace(step, options=tuple(f"new_{each}" if each == option else each for each in step.options))


def _texts_of(whole: Book, dialogue: Dialogue, option: str) -> Texts:
    by_language: dict[str, Mapping[str, str]] = {}
    for code, texts in whole.texts.by_language.items():
        start, end = f"{dialogue.key}.", f".option.{option}"
        new = {key.replace(end, f".option.new_{option}"): text for key, text in texts.items() if key.startswith(start)}
        by_language[code] = {**new, **texts}
    return replace(whole.texts, by_language=by_language)


class Talk:
    """A conversation: every event has the next number, every state goes through JSON as it does in the database."""

    def __init__(self, whole: Book | None = None, state: State | None = None) -> None:
        """Begin as a stranger, or in a given state."""
        self.book = whole or book()
        self.state = state or State()
        self.seq = 0
        self.last = Turn(self.state)
        self.ideas: tuple[Released, ...] = ()
        self.seen: set[str] = set()
        self.shown: tuple[Released, ...] = ()
        self.facts: list[Fact] = []
        self.workshops: tuple[Workshop, ...] = ()

    def happen(self, event: Event) -> Turn:
        """Let an event happen as it is."""
        if isinstance(event, Said | Pressed | Commanded):
            event = replace(event, workshops=self.workshops)
        stored = State.from_dict(json.loads(json.dumps(self.state.to_dict())))
        self.last = self.try_out(event, stored)
        self.state = self.last.state
        self.facts.extend(self.last.facts)
        self.seen |= {fact.number for fact in self.last.facts if isinstance(fact, Reacted)}
        self.seen -= {fact.number for fact in self.last.facts if isinstance(fact, ReactionTaken)}
        return self.last

    def try_out(self, event: Event, state: State | None = None) -> Turn:
        """Return what an event would come to, with the ideas of others that it wants, as the worker finds them."""
        stored = state or self.state
        turn = advance(self.book, stored, event)
        self.shown = ()
        if turn.wants is None:
            return turn
        self.shown = self.find(turn.wants)
        return advance(self.book, stored, replace(event, ideas=self.shown))  # type: ignore[arg-type]  # who wants has it

    def find(self, wanted: Wanted) -> tuple[Released, ...]:
        """Return the wanted ideas, and the next one that nobody has said anything to."""
        named = tuple(each for number in wanted.numbers for each in self.ideas if each.number == number)
        known = {*wanted.numbers, *wanted.without, *self.seen}
        of_field = wanted.choice.field if wanted.choice else None
        others = (each for each in self.ideas if each.number not in known and of_field in (None, each.field))
        following = next(others, None) if wanted.choice else None
        return (*named, *((following,) if following else ()))

    def next(self) -> int:
        """Return the number of the next update."""
        self.seq += 1
        return self.seq

    def say(
        self, text: str, understanding: Understanding = NOTHING, *, message: str = "", forwarded: bool = False
    ) -> Turn:
        """Write something."""
        seq = self.next()
        return self.happen(Said(seq, text, NUMBER, message or f"m{seq}", understanding, forwarded))

    def press(self, label: str) -> Turn:
        """Press the button of the last reply whose label holds these words."""
        return self.tap(self.button(label).tap)

    def tap(self, tap: str) -> Turn:
        """Press a button by what it carries, also one that is long gone."""
        return self.happen(Pressed(self.next(), tap, NUMBER))

    def command(self, name: str, payload: str = "") -> Turn:
        """Use a slash command."""
        return self.happen(Commanded(self.next(), name, payload, NUMBER))

    def share(self, district: str | None = None) -> Turn:
        """Share a location."""
        return self.happen(Located(self.next(), 51.257, 7.151, district))

    def send(self, media: str, caption: str = "", *, file: str = "", message: str = "") -> Turn:
        """Send a file."""
        seq = self.next()
        return self.happen(Sent(seq, media, file or f"f{seq}", 1000, caption, NOTHING, message))

    def edit(self, message: str, text: str, understanding: Understanding = NOTHING) -> Turn:
        """Edit an earlier message."""
        return self.happen(Edited(self.next(), text, message, understanding))

    @property
    def reply(self) -> Reply:
        """The one message of the last turn."""
        (reply,) = self.last.replies
        return reply

    @property
    def labels(self) -> list[str]:
        """The labels of the buttons now on the screen."""
        return [button.label for row in self.reply.rows for button in row]

    def button(self, label: str) -> Button:
        """Return the button on the screen whose label holds these words."""
        found = [button for row in self.reply.rows for button in row if label in button.label]
        assert found, f"no button “{label}” among {self.labels}"
        return found[0]

    def text(self, key: str, **values: str | int) -> str:
        """Return a text of the book as it is spoken to a citizen in German."""
        return self.book.texts.plain("de", key, **self.book.names, **values)

    def said(self, key: str, **values: str | int) -> bool:
        """Say whether the last reply holds this text."""
        return self.text(key, **values) in self.reply.text

    @property
    def sent(self) -> list[ContributionSent]:
        """All contributions sent so far."""
        return [fact for fact in self.facts if isinstance(fact, ContributionSent)]

    @property
    def at(self) -> str:
        """Where the conversation stands: the step asked, or what else is waited for."""
        draft = self.state.draft
        return draft.at if draft and draft.at and self.state.waiting == "step" else str(self.state.waiting)
