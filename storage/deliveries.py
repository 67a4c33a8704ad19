"""Deliveries: an announcement made out to its recipients in sets, and what became of each.

Law of this file: one row for each recipient and announcement, so that nobody is missed and nobody gets it twice,
wherever the process died; in the outbox stand only a few hundred at a time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, String, and_, bindparam, case, cast, func, literal, or_, select, update

from storage.announcements import CAUSE, Announced, cause_of
from storage.audiences import recipients
from storage.citizens import Address
from storage.models import Announcement, Citizen, CitizenLink, Delivery, Outbox, Subscription
from storage.models.announcing import BLOCKED, DELIVERED, FAILED, OPTED_OUT, OUTCOMES, PENDING
from storage.upsert import insert_new

# Made out to so many in one transaction: some milliseconds.
AT_A_TIME = 1000
# So long after its end it can be told who got an announcement; then people are only counted.
PERSONS_KEPT_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Recipient:
    """A delivery whose turn it is: to whom, in which language, where; `outcome` says why it can't be made any more."""

    delivery: int
    language: str | None
    address: Address | None
    outcome: str | None


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of an announcement so far; `waiting` are those that have not got it yet."""

    waiting: int
    delivered: int
    blocked: int
    failed: int
    opted_out: int

    @property
    def total(self) -> int:
        """All it was made out to."""
        return self.waiting + self.delivered + self.blocked + self.failed + self.opted_out


def expand(connection: Connection, announced: Announced, *, now: datetime, limit: int = AT_A_TIME) -> int:
    """Make it out to the next recipients and return how many these were; fewer than `limit` means to all."""
    query = recipients(announced.audience, announced.category).where(Citizen.id > announced.reached).limit(limit)
    people = connection.execute(query).all()
    rows = [_row(announced.id, row, now) for row in people]
    insert_new(connection, Delivery, rows, unique=("announcement_id", "citizen_id"))
    values: dict[str, Any] = {"reached": people[-1].id} if people else {}
    if len(people) < limit:
        values["expanded_at"] = now
    connection.execute(update(Announcement).where(Announcement.id == announced.id).values(**values))
    return len(people)


def next_recipients(connection: Connection, announced: Announced, limit: int) -> list[Recipient]:
    """Return whose turn it is; who said no meanwhile, blocked the bot or was forgotten has an outcome already."""
    said = and_(Subscription.citizen_id == Delivery.citizen_id, Subscription.category == announced.category)
    outcome = case(
        (CitizenLink.citizen_id.is_(None), FAILED),
        (Subscription.wanted.is_(False), OPTED_OUT),
        (Citizen.reachable.is_(False), BLOCKED),
    )
    query = (
        select(Delivery.id, Citizen.language, outcome, CitizenLink.channel, CitizenLink.bot, CitizenLink.external_id)
        .outerjoin(Citizen, Citizen.id == Delivery.citizen_id)
        .outerjoin(CitizenLink, CitizenLink.citizen_id == Delivery.citizen_id)
        .outerjoin(Subscription, said)
        .where(Delivery.announcement_id == announced.id, Delivery.outcome == PENDING, Delivery.queued_at.is_(None))
        .order_by(Delivery.id)
        .limit(limit)
    )
    return [_recipient(tuple(row)) for row in connection.execute(query)]


def note_queued(connection: Connection, deliveries: Iterable[int], *, now: datetime) -> None:
    """Note that these stand in the outbox."""
    rows = [{"id_": each} for each in deliveries]
    if rows:
        connection.execute(update(Delivery).where(Delivery.id == bindparam("id_")).values(queued_at=now), rows)


def unsent(connection: Connection, number: int) -> int:
    """Return how many requests of an announcement stand in the outbox unsent."""
    open_rows = (Outbox.sent_at.is_(None), Outbox.failed_at.is_(None), Outbox.cause.startswith(cause_of(number)))
    return connection.scalar(select(func.count()).where(*open_rows)) or 0


def settle(connection: Connection, *, now: datetime) -> int:
    """Write to the deliveries what became of their requests, and return how many that were."""
    cause = literal(CAUSE) + cast(Delivery.announcement_id, String) + literal(":") + cast(Delivery.id, String)
    outcome = case(
        (Delivery.citizen_id.is_(None), FAILED),
        (Outbox.sent_at.is_not(None), DELIVERED),
        (Outbox.failure == BLOCKED, BLOCKED),
        else_=FAILED,
    )
    landed = or_(Outbox.sent_at.is_not(None), Outbox.failed_at.is_not(None), Delivery.citizen_id.is_(None))
    query = select(Delivery.id, outcome.label("outcome")).outerjoin(Outbox, Outbox.cause == cause).where(landed)
    rows = connection.execute(query.where(Delivery.outcome == PENDING, Delivery.queued_at.is_not(None))).all()
    settle_as(connection, {row.id: row.outcome for row in rows}, now=now)
    return len(rows)


def settle_as(connection: Connection, outcomes: Mapping[int, str], *, now: datetime) -> None:
    """Write an outcome to each of these deliveries; what is settled stays as it is."""
    rows = [{"id_": each, "outcome_": outcome} for each, outcome in outcomes.items()]
    if rows:
        settled = update(Delivery).where(Delivery.id == bindparam("id_"), Delivery.outcome == PENDING)
        connection.execute(settled.values(outcome=bindparam("outcome_"), settled_at=now), rows)


def tally(connection: Connection, number: int) -> Tally:
    """Return what became of an announcement so far."""
    return tallies(connection, [number])[number]


def tallies(connection: Connection, numbers: Collection[int]) -> dict[int, Tally]:
    """Return what became of announcements so far, by their ids."""
    by = (Delivery.announcement_id, Delivery.outcome)
    query = select(*by, func.count()).where(Delivery.announcement_id.in_(numbers)).group_by(*by)
    found = {(row[0], row[1]): row[2] for row in connection.execute(query)}
    return {number: Tally(*(found.get((number, outcome), 0) for outcome in OUTCOMES)) for number in numbers}


def forget_people(connection: Connection, *, now: datetime) -> None:
    """Let who got what be forgotten in time; that somebody got it stays counted."""
    old = select(Announcement.id).where(Announcement.ended_at < now - PERSONS_KEPT_FOR)
    connection.execute(
        update(Delivery)
        .where(Delivery.announcement_id.in_(old), Delivery.citizen_id.is_not(None))
        .values(citizen_id=None)
    )


def _row(number: int, person: Any, now: datetime) -> dict[str, Any]:
    outcome = OPTED_OUT if person.wanted is False else PENDING if person.reachable else BLOCKED
    settled = None if outcome == PENDING else now
    return {"announcement_id": number, "citizen_id": person.id, "outcome": outcome, "settled_at": settled}


def _recipient(row: tuple[Any, ...]) -> Recipient:
    delivery, language, outcome, *link = row
    return Recipient(delivery, language, Address(*link) if link[0] is not None else None, outcome)
