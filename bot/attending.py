"""What citizens asked of workshops in a batch of turns, decided in its transaction, so that each reply is true.

Law of this file: all workshops of a batch are held at once and in one order; who is told of a place has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from bot import agenda
from bot.dialogue.attended import Attended, answered
from bot.dialogue.events import Workshop as Shown
from bot.dialogue.facts import CalendarAsked, CancellationAsked, CheckInAsked, NeedTold, RegistrationAsked
from bot.dialogue.model import Book
from bot.dialogue.replies import Enclosed
from bot.dialogue.state import State
from bot.dialogue.texts import FALLBACK
from bot.dialogue.workshops import DOOR_LINK
from bot.handle import Taken
from bot.web.names import CHANNEL as WEB
from storage import needs, registrations, workshops
from storage.calendars import MIME, calendar, file_name
from storage.needs import Told
from storage.registrations import Deed, Outcome, Wish
from storage.workshops import Workshop

Asked = RegistrationAsked | CancellationAsked | CheckInAsked | NeedTold | CalendarAsked
# Outcomes beside those of a wish: a need was taken, a calendar's file is there.
NEEDED = "needed"
CALENDAR = "calendar"


def attend(connection: Connection, book: Book, taken: Sequence[Taken], *, now: datetime) -> list[Taken]:
    """Return the turns with what came of everything that was asked of workshops."""
    asked = {at: fact for at, each in enumerate(taken) if (fact := _asked(each)) is not None}
    if not asked:
        return list(taken)
    known = _known(connection, asked.values())
    outcomes = _outcomes(connection, taken, asked, known, now)
    seen = agenda.agenda_of(connection, {taken[at].heard.person.id: voice_of(taken[at]) for at in asked}, now=now)
    done = dict(enumerate(taken))
    for at, fact in asked.items():
        own = {each.code: each for each in seen[taken[at].heard.person.id]}
        done[at] = _answered(book, taken[at], outcomes[at], known.get(_key(fact)), own)
    return list(done.values())


def voice_of(taken: Taken) -> str:
    """Return the language in which a turn is answered."""
    return language_of(taken.turn.state)


def language_of(state: State) -> str:
    """Return the language of a conversation, German before one is chosen."""
    return state.language or FALLBACK


def _asked(taken: Taken) -> Asked | None:
    return next((fact for fact in taken.turn.facts if isinstance(fact, Asked)), None)


def _key(asked: Asked) -> str:
    """Return what names the workshop: the code of its links, or the one of its door."""
    return f"{DOOR_LINK}{asked.site_code}" if isinstance(asked, CheckInAsked) else asked.code


def _known(connection: Connection, asked: Iterable[Asked]) -> dict[str, Workshop]:
    keys = {_key(each) for each in asked}
    doors = {key.removeprefix(DOOR_LINK) for key in keys if key.startswith(DOOR_LINK)}
    found = workshops.by_codes(connection, codes=keys, site_codes=doors)
    return {key: each for each in found for key in (each.code, f"{DOOR_LINK}{each.site_code}") if key in keys}


def _outcomes(
    connection: Connection,
    taken: Sequence[Taken],
    asked: Mapping[int, Asked],
    known: Mapping[str, Workshop],
    now: datetime,
) -> dict[int, str]:
    outcomes = dict.fromkeys(asked, Outcome.UNKNOWN.value)
    wishes: dict[int, Wish] = {}
    for at, fact in asked.items():
        workshop, citizen = known.get(_key(fact)), taken[at].heard.person.id
        match fact:
            case _ if workshop is None:
                continue
            case CalendarAsked():
                outcomes[at] = CALENDAR
            case NeedTold():
                kept = needs.tell(connection, [Told(workshop.id, citizen, fact.text)], now=now)
                outcomes[at] = NEEDED if kept else Outcome.NOT_REGISTERED.value
            case _:
                wishes[at] = Wish(_DEEDS[type(fact)], workshop.id, citizen)
    decisions = registrations.decide(connection, list(wishes.values()), now=now)
    return outcomes | {at: each.outcome.value for at, each in zip(wishes, decisions, strict=True)}


def _answered(book: Book, taken: Taken, outcome: str, workshop: Workshop | None, own: Mapping[str, Shown]) -> Taken:
    shown = own.get(workshop.code) if workshop else None
    linked = taken.heard.update.channel == WEB
    enclosed = _enclosed(book, taken, workshop) if workshop and outcome == CALENDAR and not linked else None
    return replace(taken, turn=answered(book, taken.turn, Attended(outcome, shown, enclosed)))


def _enclosed(book: Book, taken: Taken, workshop: Workshop) -> Enclosed:
    made = calendar([workshop], language=voice_of(taken), address=str(book.names.get("web_address", "")))
    return Enclosed(file_name(workshop), MIME, made.decode())


_DEEDS = {RegistrationAsked: Deed.REGISTER, CancellationAsked: Deed.CANCEL, CheckInAsked: Deed.CHECK_IN}
