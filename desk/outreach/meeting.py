"""A workshop as somebody typed it, and what is wrong with it.

Law of this file: what was typed comes back to the form as it was; hours are those of the city's clock.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from desk.filters import options
from desk.visit import Visit
from desk.words import GERMAN, choices_of
from storage.city import CITY_TIME, is_shown
from storage.workshops import KINDS, NewWorkshop, Workshop

# Fields of one line, and the most characters each may have.
PLAIN: Mapping[str, int] = {"place": 200, "address": 300, "access_notes": 600, "online_link": 500, "contact": 300}
_LONGEST_TITLE = 200
_LONGEST = 3000
_CODES = ("kind", "field", "district")
_NUMBERS = ("capacity", "accept_hours")
# More nobody seats in this city.
_MOST = 100_000


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the form of a workshop, as texts; `titles` and `descriptions` by language."""

    titles: Mapping[str, str] = field(default_factory=dict, hash=False)
    descriptions: Mapping[str, str] = field(default_factory=dict, hash=False)
    values: Mapping[str, str] = field(default_factory=dict, hash=False)

    def get(self, name: str) -> str:
        """Return what stands in a field."""
        return self.values.get(name, "")


def typed(visit: Visit, languages: Iterable[str]) -> Typed:
    """Return what a form says."""
    codes = list(languages)
    names = (*PLAIN, *_CODES, *_NUMBERS, "day", "begins", "ends")
    return Typed(
        _by_language(visit, "title", codes, _LONGEST_TITLE),
        _by_language(visit, "description", codes, _LONGEST),
        {name: visit.typed(name)[: PLAIN.get(name, 120)] for name in names},
    )


def of(found: Workshop) -> Typed:
    """Return a workshop as the form shows it."""
    begins, ends = found.starts_at.astimezone(CITY_TIME), found.ends_at.astimezone(CITY_TIME)
    values = {name: str(getattr(found, name) or "") for name in (*PLAIN, *_CODES, *_NUMBERS)}
    values |= {"day": f"{begins:%Y-%m-%d}", "begins": f"{begins:%H:%M}", "ends": f"{ends:%H:%M}"}
    return Typed(found.titles, found.descriptions, values)


def faults(said: Typed, *, with_time: bool) -> list[str]:
    """Return the keys of what has to be mended."""
    found = [] if said.titles.get(GERMAN) else ["no_title"]
    found += ["no_number" for name in _NUMBERS if said.get(name) and _number(said.get(name)) is None][:1]
    link = said.get("online_link")
    found += ["bad_link"] if link and not link.startswith(("https://", "http://")) else []
    if with_time:
        found += time_faults(said)
    return found


def time_faults(said: Typed) -> list[str]:
    """Return what is wrong with day and hours."""
    try:
        begins, ends = span(said)
    except ValueError:
        return ["no_moment"]
    return [] if ends > begins else ["ends_early"]


def span(said: Typed) -> tuple[datetime, datetime]:
    """Return beginning and end; ValueError where they are no moments."""
    day = date.fromisoformat(said.get("day"))
    moments = [datetime.combine(day, time.fromisoformat(said.get(name)), CITY_TIME) for name in ("begins", "ends")]
    if not all(map(is_shown, moments)):
        raise ValueError("the clock skips this hour")
    return moments[0], moments[1]


def columns(said: Typed) -> dict[str, Any]:
    """Return the columns that a form without faults says, its time left out."""
    chosen = {"kind": KINDS, "field": choices_of("field"), "district": options("bezirk")}
    values: dict[str, Any] = {name: said.get(name) or None for name in PLAIN}
    values |= {name: said.get(name) if said.get(name) in known else None for name, known in chosen.items()}
    values |= {name: _number(said.get(name)) for name in _NUMBERS}
    return values | {"kind": values["kind"] or KINDS[0], "titles": said.titles, "descriptions": said.descriptions}


def new(said: Typed, uid: str) -> NewWorkshop:
    """Return a workshop to be kept, from a form without faults."""
    begins, ends = span(said)
    return NewWorkshop(uid=uid, starts_at=begins, ends_at=ends, **columns(said))


def digest(found: Workshop) -> str:
    """Return what tells a workshop that was looked at from one that was changed since."""
    return hashlib.sha256(repr((of(found), found.status, found.sequence)).encode()).hexdigest()[:16]


def _by_language(visit: Visit, name: str, codes: Iterable[str], longest: int) -> dict[str, str]:
    said = {code: visit.typed(f"{name}:{code}")[:longest] for code in codes}
    return {code: each for code, each in said.items() if each}


def _number(value: str) -> int | None:
    right = value.isascii() and value.isdecimal() and 0 < len(value) < 7
    return int(value) if right and 0 < int(value) <= _MOST else None
