"""News of contributions: which decision somebody has not been told of yet.

Law of this file: the database says what is untold; once told, a decision is never told to the same person again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, false, func, or_, select, true, union_all
from sqlalchemy.orm import aliased

from storage.citizens import Address
from storage.consents import contacted
from storage.models import Citizen, CitizenLink, Contribution, NewsStop, Notice, Reaction, ReasonText
from storage.models.contribution import RECEIVED
from storage.models.reactions import AGREED
from storage.tracing import AUTHOR
from storage.upsert import insert_or_replace

# Older decisions are no news: nobody is woken by a system that was set up or repaired after a month.
NEWS_FOR = timedelta(days=30)
# So much news is gathered in one transaction.
AT_A_TIME = 500


@dataclass(frozen=True, slots=True)
class News:
    """A decision somebody has not heard of; `text` is their own words, or the redacted ones of what they support."""

    contribution_id: int
    citizen_id: int
    number: str
    text: str
    status: str
    reason: str | None
    change_at: datetime
    sent_at: datetime
    is_mine: bool
    is_translated: bool
    language: str | None
    address: Address | None


def untold(connection: Connection, *, channels: Collection[str], now: datetime, limit: int = AT_A_TIME) -> list[News]:
    """Return news for people who can and want to be written to, person by person; nobody's news is torn in two."""
    wanted = (CitizenLink.channel.in_(channels), Citizen.reachable, contacted(Citizen.id))
    query = _news(now).where(*wanted).limit(limit)
    rows = [_row(tuple(row)) for row in connection.execute(query)]
    if len(rows) < limit or rows[0].citizen_id == rows[-1].citizen_id:
        return _once(rows)
    return _once([row for row in rows if row.citizen_id != rows[-1].citizen_id])


def untold_to(connection: Connection, key: str, *, now: datetime) -> list[News]:
    """Return the news for one citizen, by keyed hash, who is here to read it."""
    return _once([_row(tuple(row)) for row in connection.execute(_news(now).where(Citizen.key == key))])


def note_told(connection: Connection, news: Iterable[News], *, now: datetime) -> None:
    """Note that these people have been told."""
    rows = [
        {
            "contribution_id": each.contribution_id,
            "citizen_id": each.citizen_id,
            "change_at": each.change_at,
            "told_at": now,
        }
        for each in news
    ]
    insert_or_replace(connection, Notice, rows, unique=("contribution_id", "citizen_id"))


def _news(now: datetime) -> Select[Any]:
    heirs = _recipients(now).subquery()
    told = and_(Notice.contribution_id == heirs.c.contribution_id, Notice.citizen_id == heirs.c.citizen_id)
    stopped = and_(NewsStop.contribution_id == heirs.c.contribution_id, NewsStop.citizen_id == heirs.c.citizen_id)
    in_their_language = and_(
        ReasonText.contribution_id == heirs.c.contribution_id, ReasonText.language == Citizen.language
    )
    query = (
        select(
            heirs.c.contribution_id,
            heirs.c.citizen_id,
            Contribution.number,
            Contribution.text,
            Contribution.redacted_text,
            Contribution.status,
            func.coalesce(ReasonText.text, Contribution.status_reason),
            Contribution.decided_at,
            Contribution.created_at,
            heirs.c.is_mine,
            ReasonText.text.is_not(None),
            Citizen.language,
            CitizenLink.channel,
            CitizenLink.bot,
            CitizenLink.external_id,
        )
        .join(Contribution, Contribution.id == heirs.c.contribution_id)
        .join(Citizen, Citizen.id == heirs.c.citizen_id)
        .outerjoin(CitizenLink, CitizenLink.citizen_id == heirs.c.citizen_id)
        .outerjoin(Notice, told)
        .outerjoin(NewsStop, stopped)
        .outerjoin(ReasonText, in_their_language)
        .where(NewsStop.citizen_id.is_(None))
        # A reason that is being translated is waited for, for a while.
        .where(or_(ReasonText.waits_until.is_(None), ReasonText.waits_until < now))
        .where(or_(Notice.citizen_id.is_(None), Notice.change_at < Contribution.decided_at))
        # Whoever heard of no decision need not hear that it was taken back.
        .where(or_(Contribution.status != RECEIVED, Notice.citizen_id.is_not(None)))
    )
    return query.order_by(heirs.c.citizen_id, Contribution.decided_at, Contribution.id)


def _recipients(now: datetime) -> Select[Any]:
    recent = Contribution.decided_at > now - NEWS_FOR
    # Nobody is told what they did themselves.
    by_staff = Contribution.decided_by.is_distinct_from(AUTHOR.name)
    authors = select(
        Contribution.id.label("contribution_id"), Contribution.citizen_id.label("citizen_id"), true().label("is_mine")
    ).where(recent, by_staff, Contribution.citizen_id.is_not(None))
    supporters = (
        select(Reaction.contribution_id, Reaction.citizen_id, false().label("is_mine"))
        .join(Contribution, Contribution.id == Reaction.contribution_id)
        .where(recent, Reaction.citizen_id.is_not(None), Reaction.created_at < Contribution.decided_at)
        .where(Reaction.value == AGREED)
    )
    return select(union_all(authors, supporters, _joined(recent)).subquery())


def _joined(recent: ColumnElement[bool]) -> Select[int, int | None, bool]:
    """Return the authors of what was merged into a contribution: they hear of it as its supporters do."""
    merged = aliased(Contribution)
    return (
        select(Contribution.id, merged.citizen_id, false().label("is_mine"))
        .join(merged, merged.merged_into_id == Contribution.id)
        .where(recent, merged.citizen_id.is_not(None), merged.decided_at < Contribution.decided_at)
    )


def _row(row: Sequence[Any]) -> News:
    contribution, citizen, number, text, redacted, status, reason, at, sent, is_mine, translated, language, *link = row
    address = Address(*map(str, link)) if link[0] is not None else None
    words = text if is_mine else redacted or ""
    told = (status, reason, at, sent, bool(is_mine), bool(translated))
    return News(contribution, citizen, number, words, *told, language, address)


def _once(rows: list[News]) -> list[News]:
    """Return what is told once to somebody who supports their own contribution."""
    found: dict[tuple[int, int], News] = {}
    for row in rows:
        key = (row.contribution_id, row.citizen_id)
        if key not in found or row.is_mine:
            found[key] = row
    return list(found.values())
