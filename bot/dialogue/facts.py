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
    """The citizen confirmed a contribution. `draft` is unique within the conversation: sent twice it counts once.

    `secret` is the code the citizen was told beside the number, `adds_to` the number of the idea it adds to, `workshop`
    the code of the workshop it belongs to.
    """

    draft: str
    number: str
    dialogue: str
    revision: str
    length: str
    language: str
    kind: str | None
    answers: tuple[Answer, ...]
    files: tuple[Kept, ...] = ()
    secret: str = ""
    adds_to: str | None = None
    workshop: str = ""


@dataclass(frozen=True, slots=True)
class DraftDropped:
    """The citizen threw a draft away."""

    draft: str


@dataclass(frozen=True, slots=True)
class CareGiven:
    """Words of emergency, despair or violence were met with the ways to help."""

    care: str


@dataclass(frozen=True, slots=True)
class ContributionWithdrawn:
    """The citizen took back a contribution that nobody had reviewed."""

    number: str


@dataclass(frozen=True, slots=True)
class NewsStopped:
    """The citizen wants to hear no more of a contribution."""

    number: str


@dataclass(frozen=True, slots=True)
class NewsStarted:
    """The citizen wants to hear of a contribution again."""

    number: str


@dataclass(frozen=True, slots=True)
class Reacted:
    """The citizen said what they think of somebody else's idea: `value` is 1 for it, -1 against it, 0 passed by."""

    number: str
    value: int


@dataclass(frozen=True, slots=True)
class ReactionTaken:
    """The citizen took back what they said to an idea."""

    number: str


@dataclass(frozen=True, slots=True)
class RegistrationAsked:
    """The citizen wants a place in a workshop; what came of it is told by `workshops.answered`."""

    code: str


@dataclass(frozen=True, slots=True)
class CancellationAsked:
    """The citizen does not want to come to a workshop any more."""

    code: str


@dataclass(frozen=True, slots=True)
class CheckInAsked:
    """The citizen is at the door of a workshop, and used its code there."""

    site_code: str


@dataclass(frozen=True, slots=True)
class NeedTold:
    """The citizen said what they need to take part in a workshop."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class CalendarAsked:
    """The citizen wants a workshop as a file for their calendar."""

    code: str


@dataclass(frozen=True, slots=True)
class SubscriptionChosen:
    """The citizen wants to hear of a category of announcements, or not any more."""

    category: str
    wanted: bool


@dataclass(frozen=True, slots=True)
class ReachabilityChanged:
    """The citizen blocked the bot or came back."""

    reachable: bool


@dataclass(frozen=True, slots=True)
class ErasureAsked:
    """The citizen wants to be forgotten, and said twice what shall become of their contributions."""

    with_contributions: bool


@dataclass(frozen=True, slots=True)
class ConsentGiven:
    """The citizen consented to a purpose, in the words of this version; `licence` is that of a consent to reuse."""

    kind: str
    version: str
    licence: str | None = None


@dataclass(frozen=True, slots=True)
class ConsentWithdrawn:
    """The citizen took a consent back."""

    kind: str


@dataclass(frozen=True, slots=True)
class YouthTold:
    """The citizen is under 16: no way to write to them is kept."""


@dataclass(frozen=True, slots=True)
class ObjectionRaised:
    """The citizen objects to the processing of their data; `number` is what they were told to refer to."""

    number: str
    reason: str


@dataclass(frozen=True, slots=True)
class DataAsked:
    """The citizen wants to know what is stored of them; `account.tell` puts it before the reply."""


Fact = (
    LanguageChosen
    | NoticeShown
    | SourceNoted
    | StepAsked
    | ContributionSent
    | DraftDropped
    | CareGiven
    | ContributionWithdrawn
    | NewsStopped
    | NewsStarted
    | Reacted
    | ReactionTaken
    | RegistrationAsked
    | CancellationAsked
    | CheckInAsked
    | NeedTold
    | CalendarAsked
    | ReachabilityChanged
    | ErasureAsked
    | ConsentGiven
    | ConsentWithdrawn
    | YouthTold
    | ObjectionRaised
    | DataAsked
    | SubscriptionChosen
)
