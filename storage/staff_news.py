"""What staff are written of: dangers, what waits to be handed over, failed announcements, silence, a week in numbers.

Law of this file: numbers, days and districts; no citizen's word and no citizen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, exists, func, or_, select

from storage.models import Announcement, Citizen, Contribution, Delivery, Registration, Tag
from storage.models.announcing import DELIVERED, DONE, FAILED
from storage.models.contribution import RECEIVED, REJECTED, WITHDRAWN
from storage.models.labels import CARE, DEFECT, EMERGENCY
from storage.models.meetings import STANDING

WEEK = timedelta(days=7)
# Above this share of failures an announcement has failed, and somebody looks why.
FAILED_SHARE = 0.1
# A list that nobody reads to the end helps nobody; the rest stands at the desk.
LISTED = 100


@dataclass(frozen=True, slots=True)
class Waiting:
    """A contribution that waits for the service centre, by number."""

    number: str
    created_at: datetime
    kind: str | None
    district: str | None
    is_urgent: bool


@dataclass(frozen=True, slots=True)
class FailedAnnouncement:
    """An announcement that did not reach whom it was for."""

    id: int
    title: str
    delivered: int
    failed: int


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days in numbers; `fields` counts new contributions by action field."""

    since: datetime
    contributions: int
    fields: Mapping[str, int]
    waiting: int
    cases: int
    registrations: int
    delivered: int


def dangers(connection: Connection, *, now: datetime) -> list[Waiting]:
    """Return what came in the last seven days and speaks of danger or need, and is not handed over."""
    return _cases(connection, _is_urgent(), Contribution.created_at > now - WEEK)


def waiting_cases(connection: Connection) -> list[Waiting]:
    """Return everything that waits to be handed over, oldest first."""
    return _cases(connection, or_(_is_urgent(), Contribution.kind == DEFECT))


def failed_announcements(connection: Connection, *, now: datetime) -> list[FailedAnnouncement]:
    """Return what ended in the last seven days and failed for more than a tenth of those it could have reached."""
    sent = func.count().filter(Delivery.outcome == DELIVERED)
    lost = func.count().filter(Delivery.outcome == FAILED)
    query = (
        select(Announcement.id, Announcement.title, sent, lost)
        .join(Delivery, Delivery.announcement_id == Announcement.id)
        .where(Announcement.status == DONE, Announcement.ended_at > now - WEEK)
        .group_by(Announcement.id, Announcement.title)
    )
    found = [FailedAnnouncement(*row) for row in connection.execute(query)]
    return [each for each in found if each.failed > FAILED_SHARE * (each.delivered + each.failed)]


def silent_since(connection: Connection, *, days: int, now: datetime) -> date | None:
    """Return the day on which somebody last wrote when that is so many days ago, None when it isn't."""
    last = connection.scalar(select(func.max(Citizen.seen_on)))
    return last if last is not None and last <= (now - timedelta(days=days)).date() else None


def week(connection: Connection, *, now: datetime) -> Week:
    """Return the last seven days in numbers."""
    since = now - WEEK
    new = (Contribution.created_at > since,)
    by_field = select(Contribution.field, func.count()).where(*new).group_by(Contribution.field)
    rows = connection.execute(by_field.order_by(Contribution.field))
    fields = {str(field or "–"): int(number) for field, number in rows}
    standing = (Registration.registered_at > since, Registration.status.in_(STANDING))
    return Week(
        since=since,
        contributions=_count(connection, Contribution.id, *new),
        fields=fields,
        waiting=_count(connection, Contribution.id, Contribution.status == RECEIVED),
        cases=len(waiting_cases(connection)),
        registrations=_count(connection, Registration.id, *standing),
        delivered=_count(connection, Delivery.id, Delivery.outcome == DELIVERED, Delivery.settled_at > since),
    )


def _cases(connection: Connection, *wanted: ColumnElement[bool]) -> list[Waiting]:
    urgent = _is_urgent().label("urgent")
    columns = (Contribution.number, Contribution.created_at, Contribution.kind, Contribution.district, urgent)
    is_open = (Contribution.handed_over_at.is_(None), Contribution.status.not_in((WITHDRAWN, REJECTED)))
    rows: Sequence[Any] = connection.execute(
        select(*columns).where(*is_open, *wanted).order_by(Contribution.id).limit(LISTED)
    ).all()
    return [Waiting(number, at, kind, district, bool(is_urgent)) for number, at, kind, district, is_urgent in rows]


def _is_urgent() -> ColumnElement[bool]:
    has_care = exists().where(Tag.contribution_id == Contribution.id, Tag.label_type == CARE)
    return or_(Contribution.kind == EMERGENCY, has_care)


def _count(connection: Connection, column: Any, *wanted: ColumnElement[bool]) -> int:
    return connection.scalar(select(func.count(column)).where(*wanted)) or 0
