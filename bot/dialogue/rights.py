"""The rights a citizen can use by a word: to be forgotten, and to see what is stored of them.

Law of this file: nothing is forgotten at one tap, and nothing needs a certain state; what was asked is a fact, what
is stored comes from outside.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.dialogue.facts import DataAsked, ErasureAsked
from bot.dialogue.model import Book
from bot.dialogue.moves import resume
from bot.dialogue.replies import Enclosed, lines
from bot.dialogue.scene import Scene
from bot.dialogue.state import State, Waiting
from bot.dialogue.texts import Span, Spans, quote
from bot.dialogue.turn import Turn

_CASES = {"": "rights.case_open", "granted": "rights.case_granted", "refused": "rights.case_refused"}
_SURE = {"link": Waiting.ERASURE_LINK, "all": Waiting.ERASURE_ALL}


@dataclass(frozen=True, slots=True)
class Sent:
    """One contribution of theirs: its number, the day it came, its words."""

    number: str
    day: str
    text: str


@dataclass(frozen=True, slots=True)
class Allowed:
    """A consent that stands: its kind, and since which day."""

    kind: str
    day: str


@dataclass(frozen=True, slots=True)
class Case:
    """An objection of theirs: `outcome` is granted, refused or empty while it is open; `answer` is the city's."""

    number: str
    day: str
    outcome: str
    answer: str


@dataclass(frozen=True, slots=True)
class Account:
    """What is stored of a citizen, for them to read. Days are written as dd.mm.yyyy, `chat` is the channel's id.

    `whole` is everything as a file of JSON, for a channel that can hand out files.
    """

    chat: str
    since: str
    seen: str
    language: str
    notice: str
    supports: int
    sent: tuple[Sent, ...]
    allowed: tuple[Allowed, ...] = ()
    cases: tuple[Case, ...] = ()
    whole: Enclosed | None = None


def ask_erasure(scene: Scene) -> Scene:
    """Ask what shall happen to the contributions; the draft stays until it is said twice."""
    return scene.to(waiting=Waiting.ERASURE)


def erasure_tap(scene: Scene, choice: str, sure: str) -> Scene:
    """Do what a tap of these questions means: choose, confirm, or leave everything as it is."""
    waiting = scene.state.waiting
    match choice, sure:
        case "no", "":
            return spare(scene)
        case (("link" | "all"), ""):
            return scene.to(waiting=_SURE[choice])
        case (("link" | "all"), "yes") if waiting is _SURE[choice]:
            return forget(scene)
        case (("link" | "all"), "yes") if waiting is Waiting.ERASED:
            return scene.hushed("toast.noted")
        case _:
            return scene.saying("stale.button")


def forget(scene: Scene) -> Scene:
    """Let everything of this citizen be erased; what is said until then stands in a state that knows nothing."""
    fact = ErasureAsked(with_contributions=scene.state.waiting is Waiting.ERASURE_ALL)
    new = State(scene.state.channel, scene.state.language, waiting=Waiting.ERASED)
    return replace(scene, state=new, lead=()).noting(fact)


def spare(scene: Scene) -> Scene:
    """Leave everything as it is and go on where the citizen was."""
    if scene.state.waiting not in (Waiting.ERASURE, *_SURE.values()):
        return scene.saying("stale.button")
    return resume(scene.saying("rights.spared"))


def ask_account(scene: Scene) -> Scene:
    """Note that the citizen wants to see what is stored; `tell` puts it before the reply."""
    return scene.noting(DataAsked())


def tell(book: Book, turn: Turn, account: Account) -> Turn:
    """Return the turn with what is stored of the citizen before its words."""
    scene = Scene(book, turn.state, 0)
    beside = (*(_allowed(scene, each) for each in account.allowed), *(_case(scene, each) for each in account.cases))
    told = (_head(scene, account), *beside, *(_told(scene, each) for each in account.sent), _file(scene))
    first, *rest = turn.replies
    return replace(turn, replies=(replace(first, spans=lines(*told, first.spans), enclosed=account.whole), *rest))


def _head(scene: Scene, account: Account) -> Spans:
    state = scene.state
    return scene.text(
        "rights.account",
        chat=account.chat,
        since=account.since,
        seen=account.seen,
        spoken=_name(scene.book, account.language),
        notice=account.notice or "–",
        drafts=len(state.shelf) + (state.draft is not None),
        supports=account.supports,
        count=len(account.sent),
    )


def _name(book: Book, code: str) -> str:
    return next((language.name for language in book.languages if language.code == code), "–")


def _told(scene: Scene, sent: Sent) -> Spans:
    return scene.text("rights.contribution", number=sent.number, day=sent.day, text=quote(sent.text))


def _allowed(scene: Scene, allowed: Allowed) -> Spans:
    return scene.text("consents.stands", value=scene.plain(f"consents.{allowed.kind}"), day=allowed.day)


def _case(scene: Scene, case: Case) -> Spans:
    status = scene.plain(_CASES[case.outcome])
    told = scene.text("rights.case", number=case.number, day=case.day, status=status)
    return (*told, Span("\n"), *scene.text("mine.reason", reason=case.answer)) if case.answer else told


def _file(scene: Scene) -> Spans:
    own = f"file_{scene.state.channel}"
    return scene.text(f"rights.{own}" if scene.has(f"rights.{own}") else "rights.file_web")
