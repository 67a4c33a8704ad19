"""Workshops as a calendar file (RFC 5545), in the city's time with its rules for summer and winter.

Law of this file: the same workshop is the same event in every file, whoever opens it: its name never changes and its
number rises with each change, so that calendars replace what they have.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from icalendar import Alarm, Calendar, Event

from storage.city import CITY_TIME
from storage.models.meetings import CANCELLED
from storage.workshops import Workshop, in_language

MIME = "text/calendar"
# Who wrote the file: https://www.rfc-editor.org/rfc/rfc5545#section-3.7.3
_PRODUCT = "-//Talstimme//Workshops//DE"
_REMINDED = timedelta(days=-1)


def file_name(workshop: Workshop) -> str:
    """Return the name of a workshop's file."""
    return f"{workshop.code}.ics"


def calendar(workshops: Iterable[Workshop], *, language: str = "de", address: str = "") -> bytes:
    """Return a calendar file; `address` is where the web chat stands, for a link in each event."""
    made = Calendar()
    made.add("prodid", _PRODUCT)
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", "PUBLISH")
    for each in workshops:
        made.add_component(_event(each, language, address))
    made.add_missing_timezones()
    return bytes(made.to_ical())


def _event(workshop: Workshop, language: str, address: str) -> Event:
    event = Event()
    event.add("uid", workshop.uid)
    event.add("sequence", workshop.sequence)
    event.add("dtstamp", workshop.changed_at or workshop.created_at)
    event.add("dtstart", workshop.starts_at.astimezone(CITY_TIME))
    event.add("dtend", workshop.ends_at.astimezone(CITY_TIME))
    event.add("summary", workshop.title(language))
    event.add("status", "CANCELLED" if workshop.status == CANCELLED else "CONFIRMED")
    for name, value in _words(workshop, language, address).items():
        if value:
            event.add(name, value)
    if workshop.status != CANCELLED:
        event.add_component(_alarm(workshop, language))
    return event


def _words(workshop: Workshop, language: str, address: str) -> dict[str, str | None]:
    return {
        "description": in_language(workshop.descriptions, language),
        "comment": workshop.access_notes,
        "location": ", ".join(each for each in (workshop.place, workshop.address) if each),
        "contact": workshop.contact,
        "url": f"{address.rstrip('/')}/?start=w-{workshop.code}" if address else None,
        "categories": workshop.field,
    }


def _alarm(workshop: Workshop, language: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", _REMINDED)
    alarm.add("description", workshop.title(language))
    return alarm
