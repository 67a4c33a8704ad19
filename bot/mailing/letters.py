"""What staff are written, and to whom: from rows to letters in the outbox, each once.

Law of this file: a letter names numbers and links, never a citizen's words: mail is read on many machines and kept for
long. The key of a letter says what it is about, so that nobody gets the same one twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy import Connection

from bot.addresses import public_url
from bot.book import CONTENT
from bot.config import Settings
from bot.mailing.wire import request
from storage import outbox, staff_news
from storage.city import german_day
from storage.labels import german_labels
from storage.outbox import NOTICE, Outgoing

FOLDER = CONTENT / "mail"


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter before it is written: the template, what makes it one of its kind, who gets it, what is filled in."""

    template: str
    key: str
    to: tuple[str, ...]
    values: dict[str, Any]


def alert(connection: Connection, settings: Settings, *, now: datetime) -> int:
    """Write of danger, of announcements that failed and of a long silence; return how many letters are new."""
    mail = settings.mail
    letters = [
        *(Letter("danger", f"danger:{each.number}", mail.alerts, {"case": each}) for each in _dangers(connection, now)),
        *(
            Letter("failed", f"announcement:{each.id}", mail.alerts, {"announcement": each})
            for each in staff_news.failed_announcements(connection, now=now)
        ),
    ]
    if (last := staff_news.silent_since(connection, days=mail.silent_days, now=now)) is not None:
        letters.append(Letter("silence", f"silence:{last}", mail.alerts, {"last": last}))
    return put(connection, settings, letters, now)


def hand_over(connection: Connection, settings: Settings, *, now: datetime) -> int:
    """Write the service centre the day's list of what waits to be handed over, if anything does."""
    waiting = staff_news.waiting_cases(connection)
    letter = Letter("handover", f"handover:{german_day(now)}", settings.mail.service_center, {"cases": waiting})
    return put(connection, settings, [letter] if waiting else [], now)


def summarise(connection: Connection, settings: Settings, *, now: datetime) -> int:
    """Write the team what came of the last seven days, in numbers."""
    week = staff_news.week(connection, now=now)
    letter = Letter("monday", f"monday:{german_day(now)}", settings.mail.team, {"week": week})
    return put(connection, settings, [letter], now)


def _dangers(connection: Connection, now: datetime) -> Sequence[staff_news.Waiting]:
    return staff_news.dangers(connection, now=now)


def put(connection: Connection, settings: Settings, letters: Sequence[Letter], now: datetime) -> int:
    """Put letters into the outbox, one for each address, and return how many are new."""
    requests = [
        _request(settings, letter, place, address, now) for letter in letters for place, address in enumerate(letter.to)
    ]
    return outbox.enqueue(connection, requests, now=now)


def _request(settings: Settings, letter: Letter, place: int, address: str, now: datetime) -> Outgoing:
    around = {"desk": public_url(settings), "city": settings.instance.city, "day": german_day(now)}
    made = _templates().get_template(f"{letter.template}.txt").render(**letter.values, **around)
    subject, _, body = made.partition("\n")
    text = f"{_test_line(settings)}{body.strip()}"
    return request(f"mail:{letter.key}", place, NOTICE, to=address, subject=subject.strip(), text=text, now=now)


def _test_line(settings: Settings) -> str:
    if settings.instance.kind != "test":
        return ""
    return f"{_templates().get_template('test.txt').render()}\n\n"


@cache
def _templates() -> Environment:
    # Letters are plain text: nothing in them is markup.
    environment = Environment(
        loader=FileSystemLoader(Path(FOLDER)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # noqa: S701
    )
    environment.filters["day"] = german_day
    environment.filters["field"] = partial(german_labels().value, "field")
    return environment
