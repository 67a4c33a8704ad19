"""Workshops from a table or a calendar: each line becomes one, or a sentence that says what to change.

Law of this file: who reads a file again changes nothing; a line that says another time moves its workshop.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from icalendar import Calendar
from sqlalchemy import Connection

from storage import workshops
from storage.audits import Actor
from storage.city import CITY_TIME
from storage.imports.problems import Problem, UnreadableTable, Wrong
from storage.imports.tables import Document, Line, document_of, read_sheets
from storage.models.meetings import CANCELLED, OPEN, PLANNED
from storage.workshops import KINDS, NewWorkshop, Workshop

COLUMNS = tuple(each.name for each in fields(NewWorkshop) if each.name not in ("titles", "descriptions"))
_NAMES = {
    "titel": "title",
    "beschreibung": "description",
    "beginn": "starts_at",
    "start": "starts_at",
    "ende": "ends_at",
    "end": "ends_at",
    "ort": "place",
    "adresse": "address",
    "barrierefreiheit": "access_notes",
    "link": "online_link",
    "plätze": "capacity",
    "handlungsfeld": "field",
    "stadtbezirk": "district",
    "kontakt": "contact",
}
# A sample says its days from today on: +10 17:00 is in ten days at five.
_AHEAD = re.compile(r"\+(?P<days>\d{1,4}) (?P<clock>\d{1,2}:\d{2})")
_FORMS = ("%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%d.%m.%Y %H:%M")
_Place = tuple[str, int]
_UNITS = {"d": 24 * 60, "h": 60, "m": 1}


@dataclass(frozen=True, slots=True)
class Read:
    """What a file came to: workshops, and a problem for each line that gave none."""

    workshops: list[NewWorkshop] = field(hash=False)
    problems: list[Problem] = field(hash=False)


@dataclass(frozen=True, slots=True)
class Brought:
    """How many were new, moved or changed."""

    new: int
    moved: int
    changed: int


def read_workshops(file: Path | Document, *, known_fields: Collection[str], today: date) -> Read:
    """Return the workshops of a CSV file, a workbook or a calendar; raises UnreadableTable.

    `known_fields` are the keys a field can have; from `today` on a sample counts its days.
    """
    found: list[NewWorkshop] = []
    problems: list[Problem] = []
    document = document_of(file)
    reader = _of_calendar(document) if document.ending == ".ics" else _of_table(document)
    for (sheet, line), values in reader:
        try:
            found.append(_workshop(values, known_fields, today))
        except Wrong as wrong:
            problems.append(Problem(sheet, line, wrong.key, wrong.values))
    return Read(found, problems)


def foreseen(connection: Connection, found: Collection[NewWorkshop]) -> list[tuple[NewWorkshop, str]]:
    """Return what `bring_in` would do with each: new, moved, cancelled, changed or same. Nothing is written."""
    known = workshops.by_uids(connection, [each.uid for each in found])
    return [(each, _foreseen(each, known.get(each.uid))) for each in found]


def _foreseen(new: NewWorkshop, old: Workshop | None) -> str:
    if old is None:
        return "new"
    if new.status == CANCELLED and old.status != CANCELLED:
        return "cancelled"
    if (new.starts_at, new.ends_at) != (old.starts_at, old.ends_at):
        return "moved"
    return "changed" if _differing(new, old) else "same"


def bring_in(connection: Connection, found: Collection[NewWorkshop], actor: Actor, *, now: datetime) -> Brought:
    """Keep what is new, move what is at another time, write anew what else differs; return how many each was."""
    known = workshops.by_uids(connection, [each.uid for each in found])
    new = workshops.add(connection, [each for each in found if each.uid not in known], now=now)
    old = [(each, known[each.uid]) for each in found if each.uid in known]
    moved = sum(_moved(connection, each, before, actor, now) for each, before in old)
    changed = sum(_changed(connection, each, before, actor, now) for each, before in old)
    return Brought(new, moved, changed)


def _moved(connection: Connection, new: NewWorkshop, old: Workshop, actor: Actor, now: datetime) -> bool:
    if new.status == CANCELLED and old.status != CANCELLED:
        return workshops.cancel(connection, old.id, actor, now=now)
    if (new.starts_at, new.ends_at) == (old.starts_at, old.ends_at):
        return False
    return workshops.move(connection, old.id, actor, starts_at=new.starts_at, ends_at=new.ends_at, now=now)


def _changed(connection: Connection, new: NewWorkshop, old: Workshop, actor: Actor, now: datetime) -> bool:
    values = _differing(new, old)
    if values:
        workshops.change(connection, old.id, actor, now=now, **values)
    return bool(values)


def _differing(new: NewWorkshop, old: Workshop) -> dict[str, Any]:
    names = ("field", "district", "access_notes", "online_link", "capacity", "contact")
    # What a file leaves out stays as it is.
    values = {name: getattr(new, name) for name in names if getattr(new, name) not in (None, {}, getattr(old, name))}
    for name, words in (("titles", old.titles), ("descriptions", old.descriptions)):
        told = {**words, **getattr(new, name)}
        values |= {name: told} if told != words else {}
    return values


def _of_table(document: Document) -> Iterator[tuple[_Place, dict[str, str]]]:
    for sheet in read_sheets(document):
        for line in sheet.lines:
            yield (line.sheet, line.number), _named(line)


def _named(line: Line) -> dict[str, str]:
    cells = {name.strip().lower(): value.strip() for name, value in line.cells.items() if value.strip()}
    return {_NAMES.get(name, name): value for name, value in cells.items()}


def _of_calendar(document: Document) -> Iterator[tuple[_Place, dict[str, Any]]]:
    try:
        calendar = Calendar.from_ical(document.content)
    except ValueError as error:
        raise UnreadableTable("no_calendar", name=document.name) from error
    for number, event in enumerate(calendar.walk("VEVENT"), 1):
        yield ("", number), _of_event(event)


def _of_event(event: Any) -> dict[str, Any]:
    start = event.decoded("DTSTART", None)
    length = event.decoded("DURATION", None)
    end = event.decoded("DTEND", None) or (start + length if start and length else None)
    names = {"title": "SUMMARY", "description": "DESCRIPTION", "place": "LOCATION", "contact": "CONTACT", "uid": "UID"}
    words = {name: str(event[key]) for name, key in names.items() if event.get(key)}
    cancelled = {"status": CANCELLED} if str(event.get("STATUS", "")).upper() == "CANCELLED" else {}
    return {**words, **cancelled, "starts_at": start, "ends_at": end}


def _workshop(values: Mapping[str, Any], known_fields: Collection[str], today: date) -> NewWorkshop:
    titles, descriptions = _by_language(values, "title"), _by_language(values, "description")
    if not titles.get("de"):
        raise Wrong("no_title")
    start, end = (_moment(values.get(name), name, today) for name in ("starts_at", "ends_at"))
    if end <= start:
        raise Wrong("ends_early")
    named = f"{titles['de']}|{start.isoformat()}"
    return NewWorkshop(
        uid=values.get("uid") or f"{hashlib.sha256(named.encode()).hexdigest()[:20]}@talstimme",
        titles=titles,
        descriptions=descriptions,
        starts_at=start,
        ends_at=end,
        kind=_one_of(values.get("kind", "workshop"), KINDS, "kind"),
        field=_one_of(values["field"], known_fields, "field") if values.get("field") else None,
        status=_one_of(values.get("status", OPEN), (PLANNED, OPEN, CANCELLED), "status"),
        capacity=_number(values.get("capacity"), "capacity"),
        accept_hours=_number(values.get("accept_hours"), "accept_hours"),
        remind_before=_reminders(values.get("remind_before")),
        **{name: values.get(name) for name in _PLAIN},
    )


_PLAIN = ("district", "place", "address", "access_notes", "online_link", "contact")


def _by_language(values: Mapping[str, Any], name: str) -> dict[str, str]:
    languages = {
        key.removeprefix(f"{name}_"): str(value) for key, value in values.items() if key.startswith(f"{name}_")
    }
    return {**({"de": str(values[name])} if values.get(name) else {}), **languages}


def _moment(value: object, name: str, today: date) -> datetime:
    match value:
        case datetime():
            return value if value.tzinfo else value.replace(tzinfo=CITY_TIME)
        case str() if ahead := _AHEAD.fullmatch(value):
            clock = time.fromisoformat(ahead["clock"].rjust(5, "0"))
            return datetime.combine(today + timedelta(days=int(ahead["days"])), clock, CITY_TIME)
        case str():
            return _read_moment(value, name)
        case _:
            raise Wrong("no_moment", column=name)


def _read_moment(value: str, name: str) -> datetime:
    for form in _FORMS:
        try:
            return datetime.strptime(value, form).replace(tzinfo=CITY_TIME)
        except ValueError:
            continue
    raise Wrong("bad_moment", column=name, value=value)


def _one_of(value: str, known: Collection[str], name: str) -> str:
    if value not in known:
        raise Wrong("unknown", column=name, value=value, known=", ".join(known))
    return value


def _number(value: str | None, name: str) -> int | None:
    if value is None:
        return None
    if not (value.isascii() and value.isdecimal() and int(value) > 0):
        raise Wrong("bad_count", column=name, value=value)
    return int(value)


def _reminders(value: str | None) -> tuple[int, ...]:
    if value is None:
        return workshops.REMIND_BEFORE
    read = [re.fullmatch(r"(\d+)([dhm])", each) for each in value.split()]
    if not all(read):
        raise Wrong("bad_reminders", value=value)
    return tuple(int(each[1]) * _UNITS[each[2]] for each in read if each)
