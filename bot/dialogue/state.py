"""Where a conversation stands: one frozen value that survives restarts and changes of the dialogue files.

Law of this file: everything here can be written as JSON and read back equal; what a newer version added is dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from enum import StrEnum
from functools import cache, partial
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from bot.dialogue.events import NOTHING, Understanding
from bot.dialogue.model import Length, Role

# So many sent drafts are remembered, to meet late taps on their buttons with the right word.
SENT_REMEMBERED = 8
# So many unfinished drafts can lie aside; one more text then joins the open draft instead of beginning its own.
SHELF_PLACES = 5


class Waiting(StrEnum):
    """What the last question was."""

    NOTHING = "nothing"
    LANGUAGE = "language"
    MENU = "menu"
    SCHOOL = "school"
    FIELD = "field"
    STEP = "step"
    KIND = "kind"
    PENDING = "pending"
    PAUSE = "pause"
    BROWSE = "browse"
    BROWSE_FIELD = "browse_field"
    BROWSE_DISTRICT = "browse_district"
    BROWSE_TOPIC = "browse_topic"
    CONSENTS = "consents"
    AGE = "age"
    OBJECTION = "objection"
    ERASURE = "erasure"
    ERASURE_LINK = "erasure_link"
    ERASURE_ALL = "erasure_all"
    ERASED = "erased"
    NEED = "need"


# Whoever wants to be forgotten is asked twice, before anything else and whether or not they have seen the notice.
LEAVING = (Waiting.ERASURE, Waiting.ERASURE_LINK, Waiting.ERASURE_ALL, Waiting.ERASED)

# Whoever reads the ideas of others; no draft is open meanwhile.
BROWSING = (Waiting.BROWSE, Waiting.BROWSE_FIELD, Waiting.BROWSE_DISTRICT, Waiting.BROWSE_TOPIC)

# Rights and second questions lie beside the contribution: they wait for no notice, and nothing cuts in on them.
ASIDE = (Waiting.CONSENTS, Waiting.AGE, Waiting.OBJECTION, *LEAVING)


class Age(StrEnum):
    """What the citizen said of their age, no more than is needed to know what they may be asked for."""

    UNKNOWN = "unknown"
    YOUNG = "young"
    GROWN = "grown"


class Mode(StrEnum):
    """How the open step is asked: for the first time, after a thin answer, or to change an answer from the card."""

    ANSWER = "answer"
    FOLLOW_UP = "follow_up"
    CHANGE = "change"


@dataclass(frozen=True, slots=True)
class Piece:
    """What one message brought to an answer: `length` characters of its text, and what was understood of them.

    `message` is the channel's id of the message, so that an edit of it finds its words; `redacted` are the words
    without personal data, None when they hold none; `rude` words are met with a hint.
    """

    message: str = ""
    length: int = 0
    redacted: str | None = None
    rude: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. `text` is always readable alone: the citizen's words, or the label of what was chosen.

    `pieces` tell which message brought which words; one character lies between two of them.
    """

    step: str
    role: str
    text: str = ""
    option: str | None = None
    district: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that belongs to a draft: what it is and the channel's reference to it."""

    media: str
    file: str


@dataclass(frozen=True, slots=True)
class Draft:
    """An unfinished contribution. `at` is the step that is asked now, `guess` what the analyst made of the words.

    `held` are words that lie beside it until the citizen says where they belong, `held_guess` what was made of them.
    `doubled` is the step at which the same words came once more and were taken for a mistake; a third time they count.
    `similar` are the numbers of the ideas offered beside its card, unless it `is_own`: like none of them.
    `adds_to` is the idea it adds something to, `liked` the one its author supports instead of sending it.
    `split_from` is the draft it was a part of.
    `workshop` is the code of the workshop at which it is told.
    """

    id: str
    dialogue: str | None = None
    revision: str = ""
    length: Length = Length.ONE
    at: str | None = None
    mode: Mode = Mode.ANSWER
    answers: tuple[Answer, ...] = ()
    skipped: tuple[str, ...] = ()
    followed: bool = False
    kind: str | None = None
    guess: Understanding = NOTHING
    held: Answer | None = None
    held_guess: Understanding = NOTHING
    doubled: str | None = None
    files: tuple[Kept, ...] = ()
    similar: tuple[str, ...] = ()
    is_own: bool = False
    adds_to: str | None = None
    liked: str | None = None
    split_from: str | None = None
    workshop: str = ""

    def answer(self, step: str) -> Answer | None:
        """Return the answer to a step, if there is one."""
        return next((answer for answer in self.answers if answer.step == step), None)

    def with_answer(self, answer: Answer) -> Draft:
        """Return the draft with this answer in place of an earlier one to the same step."""
        others = tuple(kept for kept in self.answers if kept.step != answer.step)
        skipped = tuple(step for step in self.skipped if step != answer.step)
        return replace(self, answers=(*others, answer), skipped=skipped)

    def words(self) -> str:
        """Return what the citizen said in own words, places aside, for telling whether there is a contribution yet."""
        said = (answer.text for answer in self.answers if answer.option is None and answer.role != Role.PLACE)
        return "\n".join(said).strip()

    @property
    def is_empty(self) -> bool:
        """Whether nothing would be lost with this draft."""
        return not (self.answers or self.files or self.held)


@dataclass(frozen=True, slots=True)
class Choice:
    """Which ideas of others somebody wants to read; None stands for all of them."""

    field: str | None = None
    district: str | None = None
    topic: str | None = None


@dataclass(frozen=True, slots=True)
class Browse:
    """Where somebody is who reads the ideas of others; `at` is the number of the one on the screen."""

    choice: Choice = Choice()
    at: str | None = None


@dataclass(frozen=True, slots=True)
class Agenda:
    """What of the workshops is on the screen, so that its buttons can be typed.

    `view` is list, filter, one, sure, need or door. `by` and `value` say which are listed, `code` which one is open.
    """

    view: str = "list"
    by: str = ""
    value: str = ""
    page: int = 0
    code: str = ""


@dataclass(frozen=True, slots=True)
class State:
    """One conversation. `language` is None until chosen; `notice` is the version the citizen has seen.

    `reacted` is the idea of somebody else they said something to last, as long as that can be taken back by one tap.
    `agreed` are the consents that stand, as the database has them before each turn; `asked` is the version of their
    words that was asked for; `wanted` is the one that waits for the citizen's age.
    """

    channel: str = "telegram"
    language: str | None = None
    notice: str | None = None
    waiting: Waiting = Waiting.NOTHING
    draft: Draft | None = None
    shelf: tuple[Draft, ...] = ()
    dropped: Draft | None = None
    sent: tuple[str, ...] = ()
    browse: Browse | None = None
    reacted: str | None = None
    agreed: tuple[str, ...] = ()
    asked: str | None = None
    age: Age = Age.UNKNOWN
    wanted: str | None = None
    agenda: Agenda | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the state as plain JSON values; what is as it begins is left out."""
        return _plain(self)  # type: ignore[no-any-return]  # a dataclass becomes a dict

    @staticmethod
    def from_dict(stored: Mapping[str, Any]) -> State:
        """Return the state that `to_dict` wrote, also when an older or newer version wrote it."""
        return _revive(State, stored)  # type: ignore[no-any-return]  # it revives what it is given


@cache
def _fields(kind: Any) -> tuple[tuple[str, Any, Any], ...]:
    """Return name, default and hint of each field of a dataclass."""
    hints = get_type_hints(kind)
    return tuple((each.name, each.default, hints[each.name]) for each in fields(kind))


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if not is_dataclass(value):
        return value
    kind: Any = type(value)
    told = ((name, getattr(value, name), default) for name, default, _ in _fields(kind))
    return {name: _plain(held) for name, held, default in told if held != default}


def _revive(kind: Any, stored: Mapping[str, Any]) -> Any:
    told = ((name, hint, stored[name]) for name, _, hint in _fields(kind) if name in stored)
    return kind(**{name: _reader(hint)(value) for name, hint, value in told if _is_known(hint, value)})


def _is_known(hint: Any, value: Any) -> bool:
    # A word that only a newer version has falls back to the default of its field.
    return not (isinstance(hint, type) and issubclass(hint, StrEnum)) or value in tuple(hint)


@cache
def _reader(hint: Any) -> Callable[[Any], Any]:
    """Return what makes a value of this type out of its plain JSON value."""
    if get_origin(hint) in (Union, UnionType):
        inner = _reader(next(part for part in get_args(hint) if part is not type(None)))
        return lambda value: None if value is None else inner(value)
    if get_origin(hint) is tuple:
        inner = _reader(get_args(hint)[0])
        return lambda value: tuple(inner(each) for each in value)
    if is_dataclass(hint):
        return partial(_revive, hint)
    return hint if isinstance(hint, type) and issubclass(hint, StrEnum) else _same


def _same(value: Any) -> Any:
    return value
