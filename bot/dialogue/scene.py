"""What one turn carries from hand to hand: the book, the state so far, what happened and what will be said first.

Law of this file: a scene never changes; every verb returns a new one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from bot.dialogue.events import Own, Released, Workshop
from bot.dialogue.facts import Fact
from bot.dialogue.model import Book, Dialogue, Group, Step
from bot.dialogue.replies import Button, Rows
from bot.dialogue.state import Agenda, Draft, Mode, State, Waiting
from bot.dialogue.texts import FALLBACK, Spans, Value
from bot.dialogue.turn import Wanted


@dataclass(frozen=True, slots=True)
class Scene:
    """One turn in the making. `silent` means that nothing is said but the notice of a tap.

    `extra` are rows of buttons that stand before those of the question. `ideas` are those of others that the event
    brought, None when nobody has looked; then `wants` says which. `seen` is what of the workshops was on the screen
    when this happened.
    """

    book: Book
    state: State
    seq: int
    receipt: str = ""
    facts: tuple[Fact, ...] = ()
    lead: tuple[Spans, ...] = ()
    toast: str = ""
    silent: bool = False
    secret: str = ""
    own: tuple[Own, ...] = ()
    subscribed: tuple[str, ...] = ()
    extra: Rows = ()
    ideas: tuple[Released, ...] | None = None
    wants: Wanted | None = None
    workshops: tuple[Workshop, ...] = ()
    seen: Agenda | None = None

    @property
    def draft(self) -> Draft | None:
        """The open draft."""
        return self.state.draft

    @property
    def opened(self) -> Draft:
        """The open draft, in a state that has one."""
        assert self.state.draft is not None, "this state has an open draft"
        return self.state.draft

    @property
    def within(self) -> Dialogue:
        """The dialogue of the open draft, in a state that has one."""
        assert self.dialogue is not None, "this state has a dialogue"
        return self.dialogue

    @property
    def asked(self) -> Step:
        """The step that is asked now, in a state that waits for one."""
        assert self.step is not None, "this state waits for a step"
        return self.step

    @property
    def dialogue(self) -> Dialogue | None:
        """The dialogue of the open draft, once an action field is chosen."""
        draft = self.state.draft
        return self.book.dialogues.get(draft.dialogue) if draft and draft.dialogue else None

    @property
    def step(self) -> Step | None:
        """The step that is asked now."""
        dialogue, draft = self.dialogue, self.state.draft
        return dialogue.step(draft.at) if dialogue and draft and draft.at else None

    @property
    def is_stranger(self) -> bool:
        """Whether the citizen has not seen the notice of today yet."""
        return self.state.notice != self.book.notice_version

    @property
    def mark(self) -> str:
        """Where the conversation stands, as a tap that moves carries it: sent twice it moves once."""
        draft, waiting = self.state.draft, self.state.waiting
        if draft is None or draft.at is None or waiting is not Waiting.STEP:
            return f"={waiting}"
        return f"{draft.at}+" if draft.mode is Mode.FOLLOW_UP else draft.at

    @property
    def voice(self) -> str:
        """The language to speak: that of the citizen, and its du where students are spoken to."""
        language = self.state.language or FALLBACK
        dialogue = self.dialogue
        young = self.state.waiting is Waiting.SCHOOL or (dialogue is not None and dialogue.group is Group.SCHOOL)
        return f"{language}-du" if young and f"{language}-du" in self.book.texts.by_language else language

    def to(self, **changes: Any) -> Scene:
        """Return the scene with its state changed."""
        return replace(self, state=replace(self.state, **changes))

    def drafting(self, **changes: Any) -> Scene:
        """Return the scene with its open draft changed."""
        return self.to(draft=replace(self.opened, **changes))

    def wanting(self, wanted: Wanted) -> Scene:
        """Return the scene that lacks these ideas of others, beside what it lacks already."""
        earlier = self.wants or Wanted()
        numbers = tuple(dict.fromkeys((*earlier.numbers, *wanted.numbers)))
        without = tuple(dict.fromkeys((*earlier.without, *wanted.without)))
        return replace(self, wants=Wanted(numbers, wanted.choice or earlier.choice, without))

    def idea(self, number: str | None) -> Released | None:
        """Return the idea of somebody else with this number, if the event brought it."""
        return next((each for each in self.ideas or () if each.number == number), None)

    def noting(self, *facts: Fact) -> Scene:
        """Return the scene with facts added."""
        return replace(self, facts=(*self.facts, *facts))

    def saying(self, key: str, **values: Value) -> Scene:
        """Return the scene with one more paragraph to be said before the question."""
        return replace(self, lead=(*self.lead, self.text(key, **values)))

    def hushed(self, key: str) -> Scene:
        """Return the scene answered by the notice of a tap alone."""
        return replace(self, toast=self.plain(key), silent=True)

    def aloud(self) -> Scene:
        """Return the scene answered in words: what is typed has no notice of a tap."""
        return replace(self, silent=False, toast="").saying("toast.noted") if self.silent else self

    def text(self, key: str, **values: Value) -> Spans:
        """Return a text in the voice of this scene."""
        return self.book.texts.spans(self.voice, key, **self.book.names_in(self.voice), **values)

    def plain(self, key: str, **values: Value) -> str:
        """Return a text without looks in the voice of this scene."""
        return self.book.texts.plain(self.voice, key, **self.book.names_in(self.voice), **values)

    def has(self, key: str) -> bool:
        """Say whether the book has a text of this key."""
        return self.book.texts.has(self.voice, key)

    def button(self, key: str, tap: str, **values: Value) -> Button:
        """Return a button labelled by a text."""
        return Button(self.plain(key, **values), tap)

    def of_draft(self, tap: str) -> str:
        """Return what a tap carries, bound to the open draft so that a late tap is recognised."""
        return f"{tap}@{self.state.draft.id}" if self.state.draft else tap
