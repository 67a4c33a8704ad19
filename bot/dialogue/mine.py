"""My contributions: where each of them stands, news of it, and what its author can still do.

Law of this file: what it shows came inside the event; what it changes leaves as a fact.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from bot.dialogue.events import Commanded, Event, Own, Pressed, Said
from bot.dialogue.facts import ContributionWithdrawn, NewsStarted, NewsStopped, ReactionTaken
from bot.dialogue.model import Book
from bot.dialogue.parse import Verb, command, fold, verb
from bot.dialogue.replies import Button
from bot.dialogue.scene import Scene
from bot.dialogue.state import State
from bot.dialogue.texts import FALLBACK, Span, Spans, tongue

# So many are listed in one message; the others can be opened with their codes.
SHOWN = 6
# So much of a text is quoted, to be recognised by whoever wrote it (characters).
QUOTED = 120
# Nobody types more than a button shows to mean one.
TYPED = 60
TAP = "mine:"
ACTIONS = ("withdraw", "gone", "quiet", "news", "unlike")
STATUSES = ("received", "released", "answered", "rejected", "withdrawn", "merged")

# Public numbers, as `storage/numbers.py` makes them.
_NUMBER = re.compile(r"[A-Z](?:-[0-9]{3}){3,5}")


def asks_for_own(book: Book, state: State, event: Event) -> bool:
    """Say whether the engine needs the citizen's own contributions to answer this event."""
    match event:
        case Pressed():
            return event.tap.startswith(TAP)
        case Commanded():
            return command(book.texts, event.name) is Verb.MINE
        case Said() if len(event.text) <= TYPED:
            scene = Scene(book, state, event.seq)
            return verb(book.texts, scene.voice, event.text) is Verb.MINE or typed(scene, event.text) is not None
        case _:
            return False


def show(scene: Scene) -> Scene:
    """List the citizen's contributions, each with what can be done with it."""
    if not scene.own:
        return scene.saying("mine.none")
    shown = scene.own[:SHOWN]
    listed = scene.saying("mine.title")
    listed = replace(listed, lead=(*listed.lead, *(_entry(scene, each) for each in shown)))
    if len(scene.own) > SHOWN:
        listed = listed.saying("mine.more", count=len(scene.own) - SHOWN)
    return replace(listed, extra=tuple((button,) for each in shown for button in _buttons(scene, each)))


def tell(scene: Scene, news: Sequence[Own]) -> Scene:
    """Tell what became of contributions; the news of each can be turned off."""
    told = scene.saying("mine.changed")
    told = replace(told, lead=(*told.lead, *(_entry(scene, each) for each in news)))
    if _speaks_other(scene) and any(each.reason and not each.is_translated for each in news):
        told = told.saying("mine.german")
    return replace(told, extra=tuple((_button(scene, "quiet", each.number),) for each in news))


def act(scene: Scene, action: str, number: str) -> Scene:
    """Do what a button below a contribution asks for."""
    if action not in ACTIONS or not _NUMBER.fullmatch(number):
        return scene.saying("stale.button")
    match action:
        case "quiet":
            return scene.noting(NewsStopped(number)).saying("mine.quieted", number=number)
        case "unlike":
            return scene.noting(ReactionTaken(number)).saying("similar.taken")
        case "news":
            return scene.noting(NewsStarted(number)).saying("mine.heard", number=number)
        case _:
            return _withdrawn(scene, action, number)


def typed(scene: Scene, text: str) -> str | None:
    """Return the tap of the button below a contribution that a whole text names, None when it names none."""
    found = _NUMBER.search(text.upper())
    if found is None:
        return None
    labels = {fold(scene.plain(f"mine.{action}", number=found[0])): action for action in ACTIONS}
    action = labels.get(fold(text))
    return f"{TAP}{action}:{found[0]}" if action else None


def _withdrawn(scene: Scene, action: str, number: str) -> Scene:
    if not any(each.number == number and each.is_open for each in scene.own):
        return scene.saying("mine.fixed", number=number)
    if action == "gone":
        return scene.noting(ContributionWithdrawn(number)).saying("mine.taken", number=number)
    return replace(scene.saying("mine.sure", number=number), extra=((_button(scene, "gone", number),),))


def _entry(scene: Scene, own: Own) -> Spans:
    kind = "mine.entry" if own.is_mine else "mine.supported"
    text = _shortened(own.text)
    entry = scene.text(kind, number=own.number, day=_day(own.sent_on), text=text, status=_status(scene, own))
    reason = (Span("\n"), *scene.text("mine.reason", reason=own.reason)) if own.reason else ()
    return (*entry, *reason, *_handed(scene, own))


def _handed(scene: Scene, own: Own) -> Spans:
    """Return which of the two became of a defect: handed over, or left to its author."""
    if not own.is_mine or (own.kind != "defect" and own.handed_on is None):
        return ()
    told = scene.text("mine.handed", day=_day(own.handed_on)) if own.handed_on else scene.text("mine.way")
    return (Span("\n"), *told)


def _status(scene: Scene, own: Own) -> str:
    status = scene.plain(f"mine.{own.status}") if own.status in STATUSES else own.status
    return scene.plain("mine.since", status=status, day=_day(own.decided_on)) if own.decided_on else status


def _buttons(scene: Scene, own: Own) -> Iterable[Button]:
    if own.is_open:
        yield _button(scene, "withdraw", own.number)
    yield _button(scene, "quiet" if own.has_news else "news", own.number)
    if not own.is_mine:
        yield _button(scene, "unlike", own.number)


def _button(scene: Scene, action: str, number: str) -> Button:
    return scene.button(f"mine.{action}", f"{TAP}{action}:{number}", number=number)


def _speaks_other(scene: Scene) -> bool:
    # Staff give their reasons in German, unless somebody translated them.
    return tongue(scene.voice) != FALLBACK


def _day(day: date) -> str:
    # Read in the same way in every language of the book; the core knows no calendars but this.
    return f"{day:%d.%m.%Y}"


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= QUOTED else f"{line[:QUOTED].rstrip()} …"
