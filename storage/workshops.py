"""Workshops: planned, changed, moved, cancelled, held; every change by staff is audited.

Law of this file: whoever changes a workshop holds its row; who must hear of the change follows from `sequence`.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from dataclasses import field as told
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from storage.audits import Actor, note_deed
from storage.models import Workshop as Row
from storage.models import WorkshopMove
from storage.models.meetings import CANCELLED, FULL, HELD, OPEN, PLANNED, STATUSES
from storage.places import hold, move_up
from storage.upsert import insert_new

# Minutes before the beginning: a week, a day, two hours.
REMIND_BEFORE = (7 * 24 * 60, 24 * 60, 2 * 60)
KINDS = ("workshop", "kickoff", "school", "talk", "forum", "stand")
# Crockford's base 32 in small letters: what a link carries can be read out. https://www.crockford.com/base32.html
_SIGNS = "0123456789abcdefghjkmnpqrstvwxyz"
_CODE_LENGTH = 6
_SITE_LENGTH = 10

ByLanguage = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class NewWorkshop:
    """A workshop to be kept; `uid` tells it again when it is imported twice. Words are by language, German always."""

    uid: str
    titles: ByLanguage = told(hash=False)
    starts_at: datetime
    ends_at: datetime
    kind: str = "workshop"
    field: str | None = None
    district: str | None = None
    descriptions: ByLanguage = told(default_factory=dict, hash=False)
    place: str | None = None
    address: str | None = None
    access_notes: str | None = None
    online_link: str | None = None
    capacity: int | None = None
    contact: str | None = None
    status: str = OPEN
    remind_before: Sequence[int] = REMIND_BEFORE
    accept_hours: int | None = None


@dataclass(frozen=True, slots=True)
class Workshop:
    """A workshop as it is kept; see `storage.models.meetings.Workshop`."""

    id: int
    code: str
    site_code: str
    uid: str
    kind: str
    field: str | None
    district: str | None
    titles: dict[str, str] = told(hash=False)
    descriptions: dict[str, str] = told(hash=False)
    place: str | None
    address: str | None
    access_notes: str | None
    online_link: str | None
    starts_at: datetime
    ends_at: datetime
    capacity: int | None
    contact: str | None
    status: str
    reason: str | None
    remind_before: list[int] = told(hash=False)
    accept_hours: int | None
    thanks: dict[str, str] | None = told(hash=False)
    results: dict[str, str] | None = told(hash=False)
    sequence: int
    changed_at: datetime | None
    created_at: datetime

    def title(self, language: str = "de") -> str:
        """Return the title in a language, or in German where there is none."""
        return in_language(self.titles, language)


@dataclass(frozen=True, slots=True)
class Move:
    """When and where a workshop was to take place until it was moved."""

    starts_at: datetime
    ends_at: datetime
    place: str | None
    moved_at: datetime


def in_language(words: ByLanguage, language: str) -> str:
    """Return words in a voice such as `de-plain-du`, in its language, or in German; empty when there are none."""
    return words.get(language) or words.get(language.partition("-")[0]) or words.get("de", "")


def fresh_site_code() -> str:
    """Return a new random code for the door."""
    return "".join(secrets.choice(_SIGNS) for _ in range(_SITE_LENGTH))


def code_of(uid: str) -> str:
    """Return the code a workshop's links carry: it follows from `uid`, so that posters outlive a new import."""
    digest = int.from_bytes(hashlib.sha256(uid.encode()).digest()[:8])
    return "".join(_SIGNS[digest >> 5 * place & 31] for place in range(_CODE_LENGTH))


def add(
    connection: Connection,
    new: Iterable[NewWorkshop],
    *,
    now: datetime,
    fresh: Callable[[], str] = fresh_site_code,
) -> int:
    """Keep the workshops whose `uid` isn't there yet, and return how many these were."""
    rows = [_row(each, fresh(), now) for each in new]
    return insert_new(connection, Row, rows, unique=("uid",))


def find(connection: Connection, code: str) -> Workshop | None:
    """Return the workshop of a link's code."""
    row = connection.execute(_ALL.where(Row.code == code)).one_or_none()
    return None if row is None else Workshop(*row)


def by_codes(connection: Connection, *, codes: Collection[str], site_codes: Collection[str] = ()) -> list[Workshop]:
    """Return the workshops of these links' codes and of these doors' codes."""
    query = _ALL.where(Row.code.in_(codes) | Row.site_code.in_(site_codes))
    return [Workshop(*row) for row in connection.execute(query)]


def by_ids(connection: Connection, ids: Collection[int]) -> dict[int, Workshop]:
    """Return workshops by id."""
    return {row.id: Workshop(*row) for row in connection.execute(_ALL.where(Row.id.in_(ids)))}


def by_uids(connection: Connection, uids: Collection[str]) -> dict[str, Workshop]:
    """Return workshops by the name they have in calendars."""
    return {row.uid: Workshop(*row) for row in connection.execute(_ALL.where(Row.uid.in_(uids)))}


def listed(
    connection: Connection, *, since: datetime | None = None, statuses: Collection[str] = STATUSES, limit: int = 500
) -> list[Workshop]:
    """Return the workshops of these statuses that end after a moment, or all, in the order in which they begin."""
    query = _ALL.where(Row.status.in_(statuses)).order_by(Row.starts_at, Row.id).limit(limit)
    query = query if since is None else query.where(Row.ends_at > since)
    return [Workshop(*row) for row in connection.execute(query)]


def moves_of(connection: Connection, workshop: int) -> list[Move]:
    """Return from when and where a workshop was moved, oldest first."""
    query = select(WorkshopMove.starts_at, WorkshopMove.ends_at, WorkshopMove.place, WorkshopMove.moved_at)
    rows = connection.execute(query.where(WorkshopMove.workshop_id == workshop).order_by(WorkshopMove.id))
    return [Move(*row) for row in rows]


def change(connection: Connection, workshop: int, actor: Actor, *, now: datetime, **values: Any) -> None:
    """Write columns anew that nobody need be told of (words, capacity, contact …); whoever waits may move up.

    Moving and cancelling have functions of their own.
    """
    hold(connection, [workshop])
    connection.execute(update(Row).where(Row.id == workshop).values(**values))
    note_deed(connection, actor, "changed", _subject(workshop), now=now, detail={"columns": sorted(values)})
    move_up(connection, [workshop], now=now)


def move(
    connection: Connection,
    workshop: int,
    actor: Actor,
    *,
    starts_at: datetime,
    ends_at: datetime,
    place: str | None = None,
    address: str | None = None,
    reason: str | None = None,
    now: datetime,
) -> bool:
    """Move a workshop to another time, and to another place if one is named; False when it is there already."""
    hold(connection, [workshop])
    found = by_ids(connection, [workshop])[workshop]
    to = (starts_at, ends_at, place or found.place, address or (found.address if place is None else None))
    if to == (found.starts_at, found.ends_at, found.place, found.address):
        return False
    origin = {"starts_at": found.starts_at, "ends_at": found.ends_at, "place": found.place}
    connection.execute(insert(WorkshopMove).values(workshop_id=workshop, moved_at=now, **origin))
    new = dict(zip(("starts_at", "ends_at", "place", "address"), to, strict=True))
    reopened = {"status": OPEN} if found.status == HELD and ends_at > now else {}
    _announce(connection, found, now, **new, **reopened, reason=reason)
    note_deed(connection, actor, "moved", _subject(workshop), now=now, detail={"from": found.starts_at.isoformat()})
    move_up(connection, [workshop], now=now)
    return True


def cancel(connection: Connection, workshop: int, actor: Actor, *, reason: str | None = None, now: datetime) -> bool:
    """Cancel a workshop; False when it was cancelled already."""
    hold(connection, [workshop])
    found = by_ids(connection, [workshop])[workshop]
    if found.status == CANCELLED:
        return False
    _announce(connection, found, now, status=CANCELLED, reason=reason)
    note_deed(connection, actor, "cancelled", _subject(workshop), now=now)
    return True


def note_held(connection: Connection, *, now: datetime) -> int:
    """Note the workshops that are over as held, and return how many."""
    over = update(Row).where(Row.ends_at <= now, Row.status.in_((PLANNED, OPEN, FULL)))
    return connection.execute(over.values(status=HELD)).rowcount


def _announce(connection: Connection, found: Workshop, now: datetime, **values: Any) -> None:
    told = {"changed_at": now, "sequence": found.sequence + 1}
    connection.execute(update(Row).where(Row.id == found.id).values(**values, **told))


def _subject(workshop: int) -> str:
    return f"workshop:{workshop}"


def _row(new: NewWorkshop, site_code: str, now: datetime) -> dict[str, Any]:
    values = asdict(new) | {"remind_before": list(new.remind_before)}
    return {**values, "code": code_of(new.uid), "site_code": site_code, "sequence": 0, "created_at": now}


_ALL = select(*(getattr(Row, each.name) for each in fields(Workshop)))
