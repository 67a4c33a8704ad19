"""Consents of citizens, each to a purpose and a version of its words, and what they make of contributions.

Law of this file: a consent is closed, never overwritten; what it allows stands on the contributions themselves, so that
it is gone the moment it is withdrawn, and stays where the author is forgotten but the contribution is not.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, ScalarSelect, and_, case, delete, exists, insert, or_, select, update
from sqlalchemy.sql.elements import SQLCoreOperations

from storage.models import CitizenLink, Consent, Contribution, Objection
from storage.models.contribution import ANSWERED, RELEASED

CONTACT = "contact"
PUBLISH = "publish"
REUSE = "reuse"
KINDS = (CONTACT, PUBLISH, REUSE)


@dataclass(frozen=True, slots=True)
class Given:
    """A consent somebody gave; `licence` is named by a consent to reuse alone."""

    citizen_id: int
    kind: str
    version: str
    licence: str | None = None


def publishable() -> ColumnElement[bool]:
    """Return the condition under which a contribution may be shown to other citizens.

    Staff released it, it is redacted, its author consented to publishing (or the file it was imported from says so),
    and no objection of the author is open.
    """
    objected = exists().where(Objection.citizen_id == Contribution.citizen_id, Objection.closed_at.is_(None))
    return and_(
        Contribution.status.in_((RELEASED, ANSWERED)),
        Contribution.redacted_text.is_not(None),
        Contribution.publishing.is_not(None),
        ~objected,
    )


def reusable() -> ColumnElement[bool]:
    """Return the condition under which a contribution may be given out as open data, under its `licence`."""
    return and_(publishable(), Contribution.licence.is_not(None))


def contacted(citizen: SQLCoreOperations[int]) -> ColumnElement[bool]:
    """Return the condition that a citizen wants to be written to."""
    return exists().where(Consent.citizen_id == citizen, Consent.kind == CONTACT, Consent.withdrawn_at.is_(None))


def give(connection: Connection, consents: Sequence[Given], *, now: datetime) -> None:
    """Note consents and let them work on what their citizens sent; a standing one of the same kind is closed."""
    if consents:
        _close(connection, [(each.citizen_id, each.kind) for each in consents], now)
        rows = [
            {
                "citizen_id": each.citizen_id,
                "kind": each.kind,
                "version": each.version,
                "licence": each.licence,
                "given_at": now,
            }
            for each in consents
        ]
        connection.execute(insert(Consent), rows)
        apply(connection, {each.citizen_id for each in consents})


def withdraw(connection: Connection, kinds: Sequence[tuple[int, str]], *, now: datetime) -> None:
    """Note that citizens took consents back, as (citizen, kind), and undo what these allowed."""
    if kinds:
        _close(connection, kinds, now)
        apply(connection, {citizen for citizen, _ in kinds})


def apply(connection: Connection, citizens: Collection[int]) -> None:
    """Write on the contributions of these citizens what their standing consents allow."""
    if not citizens:
        return
    publishing, licence = _standing(PUBLISH), _standing(REUSE, named=True)
    allowed = case((publishing.is_not(None), licence), else_=None)
    theirs = update(Contribution).where(Contribution.citizen_id.in_(citizens))
    connection.execute(theirs.values(publishing=publishing, licence=allowed))


def standing(connection: Connection, citizens: Collection[int]) -> dict[int, tuple[str, ...]]:
    """Return which kinds each citizen consents to; those who consent to none are left out."""
    query = select(Consent.citizen_id, Consent.kind).where(
        Consent.citizen_id.in_(citizens), Consent.withdrawn_at.is_(None)
    )
    found: dict[int, set[str]] = {}
    for citizen, kind in connection.execute(query):
        found.setdefault(citizen, set()).add(kind)
    return {citizen: tuple(kind for kind in KINDS if kind in kinds) for citizen, kinds in found.items()}


def protect_young(connection: Connection, citizens: Sequence[int], *, now: datetime) -> None:
    """Keep no way to write to people under 16: take back what they may not consent to, and cut the link."""
    if citizens:
        withdraw(connection, [(citizen, kind) for citizen in citizens for kind in (CONTACT, REUSE)], now=now)
        connection.execute(delete(CitizenLink).where(CitizenLink.citizen_id.in_(citizens)))


def _close(connection: Connection, kinds: Sequence[tuple[int, str]], now: datetime) -> None:
    theirs = or_(*(and_(Consent.citizen_id == citizen, Consent.kind == kind) for citizen, kind in kinds))
    connection.execute(update(Consent).where(Consent.withdrawn_at.is_(None), theirs).values(withdrawn_at=now))


def _standing(kind: str, *, named: bool = False) -> ScalarSelect[str | None]:
    of_kind = (Consent.kind == kind, Consent.withdrawn_at.is_(None))
    found = select(Consent.licence if named else Consent.version)
    return found.where(Consent.citizen_id == Contribution.citizen_id, *of_kind).limit(1).scalar_subquery()
