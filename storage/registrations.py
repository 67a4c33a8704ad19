"""Who comes to a workshop: registering, cancelling, moving up, checking in, needs.

Law of this file: each outcome is decided while the workshop's row is held, so that what somebody is told is true;
doing a thing twice changes nothing and is answered alike.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Select, case, delete, func, select, tuple_, update

from storage.citizens import Address
from storage.line import Decision, Deed, Line, Outcome, Pair, Wish
from storage.models import Citizen, CitizenLink, Need, Registration, Workshop
from storage.models.meetings import CANCELLED, OFFERED, STANDING, WAITING
from storage.places import hold, move_up

__all__ = ["Decision", "Deed", "Outcome", "Wish"]


@dataclass(frozen=True, slots=True)
class Registered:
    """A registration as its citizen or staff see it; `citizen_id` None when the person was forgotten."""

    workshop_id: int
    citizen_id: int | None
    status: str
    arrival: int
    position: int
    offer_until: datetime | None
    registered_at: datetime


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who is registered and can be written to."""

    citizen_id: int
    status: str
    language: str | None
    address: Address


def decide(connection: Connection, wishes: Sequence[Wish], *, now: datetime) -> list[Decision]:
    """Do what citizens want, in this order, and return what came of each; a free place goes to who waits first."""
    hold(connection, {each.workshop_id for each in wishes})
    decisions: list[Decision] = []
    for deed, run in groupby(wishes, lambda each: each.deed):
        decisions += _DEEDS[deed](connection, list(run), now)
    return decisions


def register(connection: Connection, workshop: int, citizen: int, *, now: datetime) -> Decision:
    """Register one citizen: with a place, or at the end of the waiting list. An offered place is accepted so, too."""
    return decide(connection, [Wish(Deed.REGISTER, workshop, citizen)], now=now)[0]


def cancel(connection: Connection, workshop: int, citizen: int, *, now: datetime) -> Decision:
    """Cancel one registration; the first who waits moves up in the same transaction."""
    return decide(connection, [Wish(Deed.CANCEL, workshop, citizen)], now=now)[0]


def check_in(connection: Connection, workshop: int, citizen: int, *, now: datetime) -> Decision:
    """Note that a citizen came, on the city's day of the workshop, registered or not."""
    return decide(connection, [Wish(Deed.CHECK_IN, workshop, citizen)], now=now)[0]


def lapse(connection: Connection, *, now: datetime) -> int:
    """Give on the places that were offered until now and not accepted, and return how many these were."""
    late = (Registration.status == OFFERED, Registration.offer_until <= now)
    workshops = connection.scalars(select(Registration.workshop_id).where(*late).distinct()).all()
    hold(connection, workshops)
    gone = update(Registration).where(*late).values(status=CANCELLED, offer_until=None, changed_at=now)
    number = connection.execute(gone).rowcount
    move_up(connection, workshops, now=now)
    return number


def leave(connection: Connection, citizen: int, *, now: datetime) -> None:
    """Cancel whatever somebody who is to be forgotten is still registered for, so that others move up."""
    query = select(Registration.workshop_id).join(Workshop, Workshop.id == Registration.workshop_id)
    query = query.where(Registration.citizen_id == citizen, Registration.status.in_(STANDING), Workshop.ends_at > now)
    wishes = [Wish(Deed.CANCEL, workshop, citizen) for workshop in connection.scalars(query)]
    decide(connection, wishes, now=now)


def of_citizens(connection: Connection, citizens: Collection[int]) -> dict[int, dict[int, Registered]]:
    """Return what each citizen is or was registered for, by citizen and workshop, cancelled ones included."""
    found: dict[int, dict[int, Registered]] = {citizen: {} for citizen in citizens}
    mine = select(Registration.workshop_id).where(Registration.citizen_id.in_(citizens))
    for each in _registered(connection, mine):
        if each.citizen_id in found:
            found[each.citizen_id][each.workshop_id] = each
    return found


def of_workshop(connection: Connection, workshop: int) -> list[Registered]:
    """Return the registrations of a workshop in the order in which they came."""
    return _registered(connection, select(Workshop.id).where(Workshop.id == workshop))


def recipients(connection: Connection, workshop: int, *, statuses: Collection[str]) -> list[Recipient]:
    """Return who is registered in one of these statuses and can be written to, in the order in which they came."""
    query = (
        select(
            Citizen.id,
            Registration.status,
            Citizen.language,
            CitizenLink.channel,
            CitizenLink.bot,
            CitizenLink.external_id,
        )
        .join(Citizen, Citizen.id == Registration.citizen_id)
        .join(CitizenLink, CitizenLink.citizen_id == Citizen.id)
        .where(Registration.workshop_id == workshop, Registration.status.in_(statuses), Citizen.reachable)
        .order_by(Registration.arrival)
    )
    return [
        Recipient(citizen, status, lang, Address(*way)) for citizen, status, lang, *way in connection.execute(query)
    ]


def forget_citizens(connection: Connection, *, before: datetime) -> int:
    """Cut people off their registrations for workshops that were over before this time; how many came stays known."""
    over = select(Workshop.id).where(Workshop.ends_at < before)
    old = update(Registration).where(Registration.workshop_id.in_(over), Registration.citizen_id.is_not(None))
    return connection.execute(old.values(citizen_id=None)).rowcount


def _register(connection: Connection, wishes: Sequence[Wish], now: datetime) -> list[Decision]:
    line = Line.at(connection, wishes, now)
    outcomes = [line.admit(each) for each in wishes]
    line.write(connection)
    move_up(connection, line.seats, now=now)
    positions = _positions(connection, {each.workshop_id for each in wishes})
    pairs = ((each.workshop_id, each.citizen_id) for each in wishes)
    return [Decision(came, positions.get(pair, 0)) for came, pair in zip(outcomes, pairs, strict=True)]


def _check_in(connection: Connection, wishes: Sequence[Wish], now: datetime) -> list[Decision]:
    line = Line.at(connection, wishes, now)
    outcomes = [line.greet(each) for each in wishes]
    line.write(connection)
    move_up(connection, line.seats, now=now)
    return [Decision(came) for came in outcomes]


def _cancel(connection: Connection, wishes: Sequence[Wish], now: datetime) -> list[Decision]:
    line = Line.at(connection, wishes, now)
    outcomes = [line.release(each) for each in wishes]
    line.write(connection)
    gone = [(each.workshop_id, each.citizen_id) for each in wishes]
    connection.execute(delete(Need).where(tuple_(Need.workshop_id, Need.citizen_id).in_(gone)))
    move_up(connection, line.seats, now=now)
    return [Decision(came) for came in outcomes]


def _positions(connection: Connection, workshops: Collection[int]) -> dict[Pair, int]:
    """Return who waits at which place, counted from 1."""
    place = func.row_number().over(partition_by=Registration.workshop_id, order_by=Registration.arrival)
    query = select(Registration.workshop_id, Registration.citizen_id, place)
    query = query.where(Registration.workshop_id.in_(workshops), Registration.status == WAITING)
    rows: Iterable[Any] = connection.execute(query)
    return {(workshop, citizen): position for workshop, citizen, position in rows}


def _registered(connection: Connection, workshops: Select[int]) -> list[Registered]:
    waits = case((Registration.status == WAITING, 0), else_=1)
    place = func.row_number().over(partition_by=(Registration.workshop_id, waits), order_by=Registration.arrival)
    query = select(
        Registration.workshop_id,
        Registration.citizen_id,
        Registration.status,
        Registration.arrival,
        case((Registration.status == WAITING, place), else_=0),
        Registration.offer_until,
        Registration.registered_at,
    ).where(Registration.workshop_id.in_(workshops))
    rows = connection.execute(query.order_by(Registration.workshop_id, Registration.arrival))
    return [Registered(*row) for row in map(tuple, rows)]


_DEEDS = {Deed.REGISTER: _register, Deed.CANCEL: _cancel, Deed.CHECK_IN: _check_in}
