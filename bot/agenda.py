"""From stored workshops to the dialogue's words for them: days, hours and titles in the language of a citizen.

Law of this file: looked at once for a whole batch; hours are the city's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time
from sqlalchemy import Connection

from bot.dialogue import events
from storage import registrations, workshops
from storage.calendars import file_name
from storage.city import CITY_TIME
from storage.places import Attendance, attendance
from storage.registrations import Registered
from storage.workshops import Workshop, in_language

# Workshops that are over are known so long, for ideas that come afterwards.
KNOWN_FOR = timedelta(days=90)
NOBODY = Attendance()


def agenda_of(
    connection: Connection, voices: Mapping[int, str], *, now: datetime
) -> dict[int, tuple[events.Workshop, ...]]:
    """Return all workshops as each citizen sees them; `voices` are their languages by id."""
    if not voices:
        return {}
    found = workshops.listed(connection, since=now - KNOWN_FOR)
    counts = attendance(connection, [each.id for each in found])
    mine = registrations.of_citizens(connection, list(voices))
    spoken = {
        voice: {each.id: shown(each, counts[each.id], voice, now=now) for each in found}
        for voice in set(voices.values())
    }
    return {citizen: _own(spoken[voice], mine.get(citizen, {}), voice) for citizen, voice in voices.items()}


def shown(workshop: Workshop, counts: Attendance, voice: str, *, now: datetime) -> events.Workshop:
    """Return a workshop in the words of a language."""
    start, end = workshop.starts_at.astimezone(CITY_TIME), workshop.ends_at.astimezone(CITY_TIME)
    free = None if workshop.capacity is None else max(0, workshop.capacity - counts.taken)
    same_day = start.date() == end.date()
    return events.Workshop(
        code=workshop.code,
        title=workshop.title(voice),
        day=day(start, voice),
        begins=clock(start, voice),
        ends=clock(end, voice) if same_day else f"{day(end, voice)}, {clock(end, voice)}",
        short=_formatted("MMMd", start, voice),
        month=f"{start:%Y-%m}",
        month_name=_formatted("yMMMM", start, voice),
        description=in_language(workshop.descriptions, voice),
        field=workshop.field,
        district=workshop.district,
        place=", ".join(each for each in (workshop.place, workshop.address) if each),
        access=workshop.access_notes or "",
        online=workshop.online_link or "",
        contact=workshop.contact or "",
        status=workshop.status,
        reason=workshop.reason or "",
        results=in_language(workshop.results or {}, voice),
        free=free,
        waiting=counts.waiting,
        is_past=workshop.ends_at <= now,
        calendar=f"/termine/{file_name(workshop)}",
    )


def with_registration(shown_one: events.Workshop, own: Registered, voice: str) -> events.Workshop:
    """Return a workshop as somebody sees it who is, or was, registered."""
    until = moment(own.offer_until, voice) if own.offer_until else ""
    return replace(shown_one, mine=own.status, position=own.position, until=until)


def moment(when: datetime, voice: str) -> str:
    """Return day and hour by the city's clock."""
    local = when.astimezone(CITY_TIME)
    return f"{day(local, voice)}, {clock(local, voice)}"


def day(local: datetime, voice: str) -> str:
    """Return a day with its weekday, as it is written in a language."""
    return format_date(local.date(), "full", locale_of(voice))


def clock(local: datetime, voice: str) -> str:
    """Return an hour of the day as it is written in a language."""
    return format_time(local.time(), "short", locale=locale_of(voice))


@lru_cache
def locale_of(voice: str) -> Locale:
    """Return the locale of a voice such as `de-plain-du`; in English days and hours are British."""
    language = voice.partition("-")[0]
    return Locale.parse("en_GB" if language == "en" else language)


def _formatted(skeleton: str, local: datetime, voice: str) -> str:
    return format_skeleton(skeleton, local, locale=locale_of(voice))


def _own(
    spoken: Mapping[int, events.Workshop], mine: Mapping[int, Registered], voice: str
) -> tuple[events.Workshop, ...]:
    return tuple(
        with_registration(each, mine[number], voice) if number in mine else each for number, each in spoken.items()
    )


def codes_of(shown_ones: Iterable[events.Workshop], codes: Collection[str]) -> dict[str, events.Workshop]:
    """Return the shown workshops of these codes."""
    return {each.code: each for each in shown_ones if each.code in codes}
