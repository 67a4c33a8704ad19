"""What editors write, as values: a book of dialogues, each a list of steps.

Law of this file: a book is read once, never changes, and holds no citizen's words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.dialogue.texts import Texts


class Role(StrEnum):
    """What an answer means for the contribution it ends up in."""

    MESSAGE = "message"
    PROBLEM = "problem"
    IDEA = "idea"
    PLACE = "place"
    BENEFIT = "benefit"
    TOPIC = "topic"
    DETAIL = "detail"
    PHOTO = "photo"


class Group(StrEnum):
    """Where a dialogue is offered: in the menu of action fields or in that of Smart4School."""

    FIELD = "field"
    SCHOOL = "school"


class Length(StrEnum):
    """How much a citizen wants to tell."""

    ONE = "one"
    SHORT = "short"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Ask:
    """A question that is answered in the citizen's own words.

    `thin_below` is a number of words: a shorter answer gets the step's follow-up, once.
    """

    id: str
    role: Role
    thin_below: int = 0


@dataclass(frozen=True, slots=True)
class Choose:
    """A question with buttons; `other` says whether own words are an answer too."""

    id: str
    role: Role
    options: tuple[str, ...]
    other: bool = True


@dataclass(frozen=True, slots=True)
class Locate:
    """A question for a place: a name, a shared location or a district."""

    id: str
    role: Role = Role.PLACE


@dataclass(frozen=True, slots=True)
class Attach:
    """A question for a photo."""

    id: str
    role: Role = Role.PHOTO


@dataclass(frozen=True, slots=True)
class Confirm:
    """The summary card: send it, change a part, or tell more."""

    id: str


Step = Ask | Choose | Locate | Attach | Confirm


@dataclass(frozen=True, slots=True)
class Dialogue:
    """One guided dialogue. `revision` is a hash of its structure, kept with every contribution."""

    key: str
    group: Group
    emoji: str
    revision: str
    steps: tuple[Step, ...]
    lengths: Mapping[Length, tuple[str, ...]]

    def step(self, step_id: str) -> Step | None:
        """Return the step of that id, or None when this revision has none."""
        return next((step for step in self.steps if step.id == step_id), None)

    def plan(self, length: Length) -> tuple[Step, ...]:
        """Return the steps of a length in their order."""
        wanted = (self.step(step_id) for step_id in self.lengths[length])
        return tuple(step for step in wanted if step is not None)


@dataclass(frozen=True, slots=True)
class Language:
    """A language a citizen can choose.

    `code` names the text file (`de`, `de-du`, `de-plain`, `en` …), `name` is written in its own script.
    `offered` is false for voices that the book picks itself, such as the du of Smart4School.
    `plain` is true for Einfache Sprache, whose texts have to pass the counts of `readability`.
    """

    code: str
    name: str
    offered: bool = True
    rtl: bool = False
    reviewed: str | None = None
    plain: bool = False


@dataclass(frozen=True, slots=True)
class Book:
    """Everything the engine may say: dialogues by key, texts by language, the versions of notice and consents.

    `transcribes` says whether voice messages are written down by a program.
    `names` fills the placeholders that are the same in every text (city, operator, phone numbers); `own_names` are
    those that read otherwise in a language, by its code.
    """

    dialogues: Mapping[str, Dialogue]
    texts: Texts
    languages: tuple[Language, ...]
    districts: tuple[str, ...]
    notice_version: str
    consent_version: str
    names: Mapping[str, str] = field(default_factory=dict)
    transcribes: bool = False
    own_names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def names_in(self, code: str) -> Mapping[str, str]:
        """Return the names as a text of this language holds them; a voice such as `tr-du` has those of its language."""
        return {**self.names, **self.own_names.get(code.removesuffix("-du"), {})}

    def group(self, group: Group) -> tuple[Dialogue, ...]:
        """Return the dialogues of a group in the order of the book."""
        return tuple(dialogue for dialogue in self.dialogues.values() if dialogue.group is group)

    def offered(self) -> tuple[Language, ...]:
        """Return the languages that stand in the language menu."""
        return tuple(language for language in self.languages if language.offered)
