"""One workshop: what it is, a place in it, the calendar, what somebody needs, ideas told at it, the door.

Law of this file: a tap asks, a fact carries what was asked, and what came of it is told once the database has decided.
"""

from __future__ import annotations

import re
from dataclasses import replace

from bot.dialogue.agenda import (
    STANDING,
    TAP,
    entry,
    lined,
    list_rows,
    listed,
    open_button,
    page_of,
    put,
    show_filter,
    show_list,
)
from bot.dialogue.events import Commanded, Event, Pressed, Said, Workshop
from bot.dialogue.facts import CalendarAsked, CancellationAsked, CheckInAsked, NeedTold, RegistrationAsked
from bot.dialogue.model import Book
from bot.dialogue.moves import begin, enter, resume, shelf_is_full
from bot.dialogue.parse import Verb, command, fold, is_one_of, tap, verb
from bot.dialogue.replies import Rows
from bot.dialogue.scene import Scene
from bot.dialogue.state import Agenda, Draft, State, Waiting
from bot.dialogue.texts import Look, Span, Spans

# What a deep link carries: t.me/<bot>?start=w-k7mp2r opens a workshop, c-… checks in at its door.
OPEN_LINK = "w-"
DOOR_LINK = "c-"
# Nobody types more than a button shows to mean one.
TYPED = 60
# So much of what somebody needs is kept (characters).
NEED_LENGTH = 1000

_CODE = re.compile(r"[a-z0-9]{1,32}")
_DOOR = re.compile(r"c-[a-z0-9]{6,32}", re.I)


def asks_for_workshops(book: Book, state: State, event: Event) -> bool:
    """Say whether the engine needs the workshops to answer this event."""
    match event:
        case Pressed():
            return event.tap.startswith(TAP) or state.agenda is not None
        case Commanded():
            link = event.payload.startswith((OPEN_LINK, DOOR_LINK))
            return link or state.agenda is not None or command(book.texts, event.name) is Verb.WORKSHOPS
        case Said():
            scene = Scene(book, state, event.seq)
            return state.agenda is not None or verb(book.texts, scene.voice, event.text) is Verb.WORKSHOPS
        case _:
            return False


def arrive(scene: Scene, payload: str) -> Scene:
    """Open what a deep link carries; a stranger is met first and finds it afterwards."""
    view = "door" if payload.startswith(DOOR_LINK) else "one"
    agenda = Agenda(view, code=payload.partition("-")[2].lower())
    return scene.to(agenda=agenda) if scene.is_stranger else fulfil(scene, agenda)


def fulfil(scene: Scene, agenda: Agenda) -> Scene:
    """Do what a link asked for."""
    return check_in(scene, agenda.code) if agenda.view == "door" else show_one(scene, agenda.code)


def press_workshop(scene: Scene, word: str, rest: str) -> Scene:
    """Do what a tap of the workshops means."""
    match word:
        case "list":
            by, _, more = rest.partition(":")
            value, _, page = more.partition(":")
            return show_list(scene, by, value, page)
        case "by":
            return show_filter(scene, rest)
        case _ if not _CODE.fullmatch(rest):
            return scene.saying("stale.button")
        case "one":
            return show_one(scene, rest)
        case "go":
            return _asking(scene, RegistrationAsked(rest), rest)
        case "leave":
            return _sure(scene, rest)
        case "left":
            return _asking(scene, CancellationAsked(rest), rest)
        case "ics":
            return _asking(scene, CalendarAsked(rest), rest)
        case "need":
            return _need(scene, rest)
        case "spare":
            return spare_need(scene)
        case "idea":
            return _idea(scene, rest)
        case _:
            return scene.saying("stale.button")


def show_one(scene: Scene, code: str) -> Scene:
    """Show a workshop with everything that is known of it."""
    found = _find(scene, code)
    if found is None:
        return show_list(scene.saying("workshop.did_unknown"))
    return _opened(_left(scene), found, (*entry(scene, found), *lined(_told(scene, found))))


def check_in(scene: Scene, site_code: str) -> Scene:
    """Note that the citizen is at the door."""
    return put(scene, Agenda("list")).noting(CheckInAsked(site_code))


def door_code(text: str) -> str | None:
    """Return the code of a door that a whole text is, None when it is none."""
    stripped = text.strip()
    return stripped.lower().removeprefix(DOOR_LINK) if _DOOR.fullmatch(stripped) else None


def tell_need(scene: Scene, text: str) -> Scene:
    """Take what somebody needs to take part."""
    code = scene.seen.code if scene.seen else ""
    return _asking(_left(scene), NeedTold(code, text[:NEED_LENGTH]), code)


def spare_need(scene: Scene) -> Scene:
    """Tell nothing after all."""
    return show_one(scene, scene.seen.code if scene.seen else "")


def typed(scene: Scene, text: str) -> str | None:
    """Return the tap of the button of the workshops on the screen that a whole text names."""
    seen = scene.seen
    if seen is None or len(text) > TYPED:
        return None
    if seen.view == "sure" and is_one_of(scene.book.texts, scene.voice, "words.yes", text):
        return f"{TAP}left:{seen.code}"
    if seen.view == "sure" and is_one_of(scene.book.texts, scene.voice, "words.no", text):
        return f"{TAP}one:{seen.code}"
    on_page = page_of(listed(scene, seen), seen) if seen.view == "list" else ()
    titled = next((each for each in on_page if fold(each.title) == fold(text)), None)
    if titled:
        return open_button(titled).tap
    shown = tap(text, rows_of(scene, seen), numbers=scene.draft is None)
    # What was on the screen may be gone by now, the last place for one: it is asked for all the same, and answered.
    return shown or (tap(text, _rows(scene, seen.code, _DEEDS), numbers=False) if seen.view == "one" else None)


def rows_of(scene: Scene, agenda: Agenda) -> Rows:
    """Return the buttons that an agenda shows."""
    if agenda.view in ("list", "filter"):
        return list_rows(scene, agenda)
    found = _find(scene, agenda.code)
    if found is None:
        return ()
    return _sure_rows(scene, found) if agenda.view == "sure" else one_rows(scene, found)


def _asking(scene: Scene, fact: RegistrationAsked | CancellationAsked | CalendarAsked | NeedTold, code: str) -> Scene:
    return put(scene, Agenda("one", code=code)).noting(fact)


def _sure(scene: Scene, code: str) -> Scene:
    found = _find(scene, code)
    if found is None or found.mine not in STANDING or found.mine == "checked_in":
        return show_one(scene.saying("workshop.did_not_registered"), code)
    asked = put(scene, Agenda("sure", code=code), scene.text("workshop.sure", title=found.title))
    return replace(asked, extra=_sure_rows(scene, found))


def _need(scene: Scene, code: str) -> Scene:
    found = _find(scene, code)
    if found is None or found.is_past or found.mine not in STANDING:
        return show_one(scene.saying("workshop.did_not_registered"), code)
    return scene.to(agenda=Agenda("need", code=code), waiting=Waiting.NEED)


def _idea(scene: Scene, code: str) -> Scene:
    found = _find(scene, code)
    if found is None:
        return show_list(scene.saying("workshop.did_unknown"))
    if shelf_is_full(scene):
        return scene.saying("shelf.full")
    begun = begin(scene, Draft(str(scene.seq), workshop=code)).saying("workshop.idea_begun", title=found.title)
    return enter(begun, found.field) if found.field in begun.book.dialogues and found.field else begun


def _left(scene: Scene) -> Scene:
    """Leave the question for needs."""
    if scene.state.waiting is not Waiting.NEED:
        return scene
    return resume(scene) if scene.draft else scene.to(waiting=Waiting.NOTHING)


def _opened(scene: Scene, workshop: Workshop, words: Spans) -> Scene:
    shown = put(scene, Agenda("one", code=workshop.code), words)
    return replace(shown, extra=one_rows(shown, workshop))


def _find(scene: Scene, code: str) -> Workshop | None:
    return next((each for each in scene.workshops if each.code == code), None)


def _told(scene: Scene, workshop: Workshop) -> list[Spans]:
    told = [
        scene.text("workshop.reason", reason=workshop.reason) if workshop.reason else (),
        (Span("\n" + workshop.description),) if workshop.description else (),
        scene.text("workshop.access", notes=workshop.access) if workshop.access else (),
        scene.text("workshop.online", link=_link(workshop)) if _may_join(workshop) else (),
        scene.text("workshop.contact", person=workshop.contact) if workshop.contact else (),
        scene.text("workshop.results", results=workshop.results) if workshop.results else (),
    ]
    return [each for each in told if each]


def _link(workshop: Workshop) -> Spans:
    return (Span(workshop.online, Look.LINK, workshop.online),)


def _may_join(workshop: Workshop) -> bool:
    # Where places are counted, the link is for those who have one.
    return bool(workshop.online) and (workshop.free is None or workshop.mine in ("registered", "checked_in"))


def _sure_rows(scene: Scene, workshop: Workshop) -> Rows:
    gone = scene.button("workshop.left", f"{TAP}left:{workshop.code}")
    return ((gone,), (scene.button("workshop.stay", f"{TAP}one:{workshop.code}"),))


def one_rows(scene: Scene, workshop: Workshop) -> Rows:
    """Return what can be done with a workshop."""
    return (
        *_rows(scene, workshop.code, (*_own_deeds(workshop), "idea")),
        (scene.button("workshop.all", f"{TAP}list:::0"),),
    )


def _rows(scene: Scene, code: str, names: tuple[str, ...]) -> Rows:
    return tuple((scene.button(f"workshop.{name}", f"{TAP}{_TAPS.get(name, name)}:{code}"),) for name in names)


def _own_deeds(workshop: Workshop) -> tuple[str, ...]:
    if workshop.is_past or workshop.status in ("cancelled", "held"):
        return ()
    match workshop.mine:
        case "registered":
            return ("ics", "need", "leave")
        case "waiting":
            return ("ics", "leave")
        case "offered":
            return ("accept", "leave")
        case "checked_in":
            return ()
        case _ if workshop.status == "planned":
            return ("ics",)
        case _:
            return ("queue" if workshop.free == 0 or workshop.status == "full" else "go", "ics")


# Buttons that mean the same under another name.
_DEEDS = ("go", "queue", "accept", "leave", "ics", "need", "idea")
_TAPS = {"accept": "go", "queue": "go"}
BUTTONS = ("go", "queue", "accept", "leave", "left", "stay", "ics", "need", "idea", "all", "earlier", "later", "mine")
