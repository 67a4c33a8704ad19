"""A consent works on what its citizen sent, before and after, and stops working the moment it is withdrawn."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, insert, select, update

from storage import analyses, citizens, consents, contributions, erasures, reviews
from storage.analyses import Analysed
from storage.audits import Actor
from storage.citizens import NewCitizen
from storage.consents import Given
from storage.contributions import NewContribution
from storage.models import Consent, Contribution, Objection
from storage.numbers import public_number

STAFF = Actor("moderation", "moderator")
MINE, LATER, OTHER = public_number(1), public_number(2), public_number(3)
PUBLISH, REUSE = ("publish", "1", None), ("reuse", "1", "CC BY 4.0")


@pytest.fixture
def ada(connection: Connection, now: datetime) -> int:
    """Somebody with one released contribution, beside somebody else with another one."""
    keys = [NewCitizen("ada", "telegram", "main", "7"), NewCitizen("eve", "telegram", "main", "8")]
    found = citizens.find_or_add(connection, keys, now=now)
    _send(connection, MINE, found["ada"].id, now)
    _send(connection, OTHER, found["eve"].id, now)
    return found["ada"].id


def _send(connection: Connection, number: str, citizen: int | None, now: datetime, publishing: str = "") -> None:
    row = NewContribution(number, "Mehr Bänke", "web", draft=number, citizen_id=citizen, publishing=publishing or None)
    contributions.add(connection, [row], now=now)
    found = contributions.ids_of(connection, [number])[number]
    analyses.note_analysis(connection, [Analysed(found, "Mehr Bänke")], now=now)
    reviews.decide(connection, number, "released", None, STAFF, now=now)


def _give(connection: Connection, citizen: int, *given: tuple[str, str, str | None], now: datetime) -> None:
    consents.give(connection, [Given(citizen, *each) for each in given], now=now)


def shown(connection: Connection) -> list[str]:
    query = select(Contribution.number).where(consents.publishable())
    return list(connection.scalars(query.order_by(Contribution.id)))


def open_data(connection: Connection) -> list[tuple[str, str]]:
    query = select(Contribution.number, Contribution.licence).where(consents.reusable())
    return [(row.number, row.licence or "") for row in connection.execute(query)]


def test_without_consent_nothing_is_shown(connection: Connection, ada: int) -> None:
    del ada
    assert shown(connection) == []


def test_publishing_shows_what_was_sent_before_and_after(connection: Connection, ada: int, now: datetime) -> None:
    _give(connection, ada, PUBLISH, now=now)
    assert shown(connection) == [MINE]
    _send(connection, LATER, ada, now)
    consents.apply(connection, [ada])
    assert shown(connection) == [MINE, LATER]
    assert open_data(connection) == []


def test_withdrawing_takes_it_from_everybodys_sight(connection: Connection, ada: int, now: datetime) -> None:
    _give(connection, ada, PUBLISH, REUSE, now=now)
    assert open_data(connection) == [(MINE, "CC BY 4.0")]
    consents.withdraw(connection, [(ada, "reuse")], now=now)
    assert (shown(connection), open_data(connection)) == ([MINE], [])
    consents.withdraw(connection, [(ada, "publish")], now=now)
    assert shown(connection) == []


def test_reuse_alone_opens_nothing(connection: Connection, ada: int, now: datetime) -> None:
    _give(connection, ada, REUSE, now=now)
    assert (shown(connection), open_data(connection)) == ([], [])
    _give(connection, ada, PUBLISH, now=now)
    assert open_data(connection) == [(MINE, "CC BY 4.0")]


def test_every_giving_and_taking_back_is_kept_with_version_and_time(
    connection: Connection, ada: int, now: datetime
) -> None:
    later = now + timedelta(hours=1)
    _give(connection, ada, ("contact", "1", None), REUSE, now=now)
    _give(connection, ada, ("contact", "2", None), now=later)
    consents.withdraw(connection, [(ada, "reuse")], now=later)
    rows = select(Consent.kind, Consent.version, Consent.licence, Consent.given_at, Consent.withdrawn_at)
    assert [tuple(row) for row in connection.execute(rows.order_by(Consent.id))] == [
        ("contact", "1", None, now, later),
        ("reuse", "1", "CC BY 4.0", now, later),
        ("contact", "2", None, later, None),
    ]
    assert consents.standing(connection, [ada]) == {ada: ("contact",)}


def test_people_under_sixteen_keep_publishing_alone_and_no_way_back_to_them(
    connection: Connection, ada: int, now: datetime
) -> None:
    _give(connection, ada, ("contact", "1", None), PUBLISH, REUSE, now=now)
    consents.protect_young(connection, [ada], now=now)
    assert consents.standing(connection, [ada]) == {ada: ("publish",)}
    assert (shown(connection), open_data(connection)) == ([MINE], [])
    assert citizens.address_of(connection, ada) is None


def test_an_open_objection_hides_until_it_is_closed(connection: Connection, ada: int, now: datetime) -> None:
    _give(connection, ada, PUBLISH, now=now)
    case = {"number": "W-1", "citizen_id": ada, "reason": "", "raised_at": now}
    connection.execute(insert(Objection).values(**case))
    assert shown(connection) == []
    connection.execute(update(Objection).values(closed_at=now))
    assert shown(connection) == [MINE]


def test_what_was_shown_stays_when_the_author_is_forgotten_but_not_the_contribution(
    connection: Connection, ada: int, now: datetime
) -> None:
    _give(connection, ada, PUBLISH, now=now)
    erasures.erase_citizen(connection, ada, with_contributions=False, now=now)
    assert shown(connection) == [MINE]


def test_imports_are_shown_where_the_file_says_so(connection: Connection, now: datetime) -> None:
    _send(connection, MINE, None, now)
    _send(connection, LATER, None, now, publishing="import")
    assert shown(connection) == [LATER]


@pytest.mark.parametrize("status", ["received", "rejected", "withdrawn"])
def test_what_is_not_released_is_not_shown(connection: Connection, ada: int, now: datetime, status: str) -> None:
    _give(connection, ada, PUBLISH, now=now)
    reviews.decide(connection, MINE, status, "Grund", STAFF, now=now)
    assert shown(connection) == []
