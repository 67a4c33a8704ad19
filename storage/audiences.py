"""Whom an announcement is for: conditions as `kind:value`, joined by and; several of one kind are alternatives.

Law of this file: only who can be written to and wants to hear of the category is a recipient.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, or_, select

from storage.models import Citizen, CitizenLink, Contribution, Objection, Registration, Subscription, ThemeMember
from storage.models.announcing import UNASKED
from storage.models.contribution import WITHDRAWN
from storage.models.meetings import STANDING

ALL = "all"
# Whoever has chosen no language is spoken to in German.
_UNCHOSEN = "de"

Values = Sequence[str]


@dataclass(frozen=True, slots=True)
class Count:
    """How many an announcement would reach, by language, and how many don't want it or have blocked the bot."""

    by_language: Mapping[str, int]
    opted_out: int
    blocked: int

    @property
    def recipients(self) -> int:
        """All who would get it."""
        return sum(self.by_language.values())


def recipients(audience: Iterable[str], category: str) -> Select[int, str | None, bool, bool]:
    """Return a query for (citizen, language, reachable, wanted) of an audience, in the order of the citizens."""
    said = and_(Subscription.citizen_id == Citizen.id, Subscription.category == category)
    query = (
        select(Citizen.id, Citizen.language, Citizen.reachable, Subscription.wanted)
        .join(CitizenLink, CitizenLink.citizen_id == Citizen.id)
        .outerjoin(Subscription, said)
        .where(*_conditions(audience))
    )
    objects = exists().where(Objection.citizen_id == Citizen.id, Objection.closed_at.is_(None))
    query = query.where(~objects)
    if category not in UNASKED:
        query = query.where(Subscription.wanted)
    return query.order_by(Citizen.id)


def count(connection: Connection, audience: Iterable[str], category: str) -> Count:
    """Return how many would get an announcement now."""
    people = recipients(audience, category).order_by(None).subquery()
    columns = (people.c.language, people.c.reachable, people.c.wanted)
    rows = connection.execute(select(*columns, func.count().label("number")).group_by(*columns)).all()
    by_language: dict[str, int] = {}
    for row in rows:
        if row.wanted is not False and row.reachable:
            code = row.language or _UNCHOSEN
            by_language[code] = by_language.get(code, 0) + row.number
    opted_out = sum(row.number for row in rows if row.wanted is False)
    blocked = sum(row.number for row in rows if row.wanted is not False and not row.reachable)
    return Count(dict(sorted(by_language.items())), opted_out, blocked)


def grouped(audience: Iterable[str]) -> dict[str, list[str]]:
    """Return the values of each kind of condition; `all` is none. Raises ValueError for what is no condition."""
    found: dict[str, list[str]] = {}
    for each in audience:
        kind, _, value = each.partition(":")
        if each == ALL:
            continue
        if kind not in KINDS or not value:
            raise ValueError(each)
        found.setdefault(kind, []).append(value)
    return found


def _conditions(audience: Iterable[str]) -> list[ColumnElement[bool]]:
    return [KINDS[kind](values) for kind, values in grouped(audience).items()]


def _own(*more: Any) -> ColumnElement[bool]:
    return exists().where(Contribution.citizen_id == Citizen.id, Contribution.status != WITHDRAWN, *more)


def _field(values: Values) -> ColumnElement[bool]:
    return _own(Contribution.field.in_(values))


def _district(values: Values) -> ColumnElement[bool]:
    return or_(Citizen.district.in_(values), _own(Contribution.district.in_(values)))


def _language(values: Values) -> ColumnElement[bool]:
    # `de` means plain German too; `de-plain` means that alone.
    spoken = func.coalesce(Citizen.language, _UNCHOSEN)
    return or_(*(or_(spoken == value, spoken.startswith(f"{value}-", autoescape=True)) for value in values))


def _workshop(values: Values) -> ColumnElement[bool]:
    numbers = [int(value) for value in values]
    comes = (Registration.workshop_id.in_(numbers), Registration.status.in_(STANDING))
    return exists().where(Registration.citizen_id == Citizen.id, *comes)


def _theme(values: Values) -> ColumnElement[bool]:
    member = select(ThemeMember.contribution_id).where(ThemeMember.theme_id.in_([int(value) for value in values]))
    return _own(Contribution.id.in_(member))


KINDS: Mapping[str, Callable[[Values], ColumnElement[bool]]] = {
    "field": _field,
    "district": _district,
    "language": _language,
    "workshop": _workshop,
    "theme": _theme,
}
