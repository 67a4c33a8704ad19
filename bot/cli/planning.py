"""What somebody typed about an announcement, understood: for whom, when, how often.

Law of this file: a word nobody knows is refused with the words that are known.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, select

from bot.cli.frame import Complaint
from bot.dialogue.model import Book
from bot.wording import Words
from storage.announcements import REPEATS, Plan
from storage.audiences import ALL, KINDS, grouped
from storage.city import CITY_TIME, is_shown
from storage.models import Theme, Workshop
from storage.models.announcing import CATEGORIES

# A time so little ago is a slip of the clock, no mistake.
TOLERANCE = timedelta(minutes=5)


def audience_of(connection: Connection, book: Book, typed: list[str] | None) -> tuple[str, ...]:
    """Return the conditions that were typed, several of them in one option or in several options."""
    conditions = [each.strip() for option in typed or [ALL] for each in option.split(",") if each.strip()]
    try:
        kinds = grouped(conditions)
    except ValueError as error:
        known = ", ".join(f"{kind}:…" for kind in KINDS)
        raise Complaint(f"--audience {error}: is no audience; use all or {known}.") from None
    for kind, values in kinds.items():
        for value in values:
            _refuse_unknown(kind, value, _known(connection, book, kind))
    return tuple(conditions) or (ALL,)


def _known(connection: Connection, book: Book, kind: str) -> list[str]:
    match kind:
        case "field":
            return list(book.dialogues)
        case "district":
            return list(book.districts)
        case "language":
            return [language.code for language in book.languages]
        case "workshop":
            return [str(number) for number in connection.scalars(select(Workshop.id).order_by(Workshop.id))]
        case _:
            return [str(number) for number in connection.scalars(select(Theme.id).order_by(Theme.id))]


def _refuse_unknown(kind: str, value: str, known: list[str]) -> None:
    if value not in known:
        there = f"known are {', '.join(known)}" if known else "there is none yet"
        raise Complaint(f"--audience {kind}:{value}: there is no such {kind}; {there}.")


def plan_of(
    title: str, words: Words, audience: tuple[str, ...], category: str, due: datetime, repeats: str | None
) -> Plan:
    """Return the plan of an announcement."""
    if category not in CATEGORIES:
        raise Complaint(f"--category {category}: is no category; use one of {', '.join(CATEGORIES)}.")
    if repeats is not None and repeats not in REPEATS:
        raise Complaint(f"--repeat {repeats}: is no period; use one of {', '.join(REPEATS)}.")
    return Plan(title, words, audience, category, due, repeats)


def due_at(typed: str | None) -> datetime:
    """Return the moment that was typed, by the clock of the city where it names no zone; now when nothing was."""
    now = datetime.now(UTC)
    if typed is None:
        return now
    try:
        moment = datetime.fromisoformat(typed)
    except ValueError:
        raise Complaint(f"--at {typed}: is no time; write it as 2026-05-11T17:00.") from None
    local = moment if moment.tzinfo else moment.replace(tzinfo=CITY_TIME)
    if not is_shown(local):
        raise Complaint(f"--at {typed}: the clock skips this hour that day; take another one.")
    if local < now - TOLERANCE:
        raise Complaint(f"--at {typed}: is over; leave --at out to send it now.")
    return local
