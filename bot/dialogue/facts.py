"""What a turn brought about, in the past tense; `bot/record.py` says what each means for the database."""

from __future__ import annotations

from dataclasses import dataclass

from bot.dialogue.state import Answer, Kept


@dataclass(frozen=True, slots=True)
class LanguageChosen:
    """The citizen chose a language or a voice of it."""

    language: str


@dataclass(frozen=True, slots=True)
class NoticeShown:
    """The citizen saw the notice of this version (Art. 13 DSGVO)."""

    version: str


@dataclass(frozen=True, slots=True)
class SourceNoted:
    """The citizen came by a link whose payload is counted (poster, workshop, district)."""

    payload: str


@dataclass(frozen=True, slots=True)
class StepAsked:
    """A step was asked; counted without the citizen, to see where people stop."""

    dialogue: str
    step: str


@dataclass(frozen=True, slots=True)
class ContributionSent:
    """The citizen confirmed a contribution. `draft` is unique within the conversation: sent twice it counts once."""

    draft: str
    number: str
    dialogue: str
    revision: str
    length: str
    language: str
    kind: str | None
    answers: tuple[Answer, ...]
    files: tuple[Kept, ...] = ()


@dataclass(frozen=True, slots=True)
class DraftDropped:
    """The citizen threw a draft away."""

    draft: str


@dataclass(frozen=True, slots=True)
class CareGiven:
    """Words of emergency, despair or violence were met with the ways to help."""

    care: str


@dataclass(frozen=True, slots=True)
class ReachabilityChanged:
    """The citizen blocked the bot or came back."""

    reachable: bool


Fact = (
    LanguageChosen
    | NoticeShown
    | SourceNoted
    | StepAsked
    | ContributionSent
    | DraftDropped
    | CareGiven
    | ReachabilityChanged
)
