"""Decisions that wait, reasons in other languages, originals that go."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, select

from storage import answers, changing, contributions, planning, tracing
from storage.audits import Actor
from storage.changing import Hand
from storage.contributions import NewContribution
from storage.models import Contribution, ReasonText
from storage.numbers import public_number
from storage.reviews import Outcome

ONE = public_number(1)


@pytest.fixture
def said(connection: Connection, now: datetime) -> Connection:
    """One contribution, analysed."""
    new = NewContribution(ONE, "Frau Geheim will Bänke", "web", draft="1", redacted_text="[Person] will Bänke")
    contributions.add(connection, [new], now=now)
    return connection


def hand(now: datetime, staff_id: int | None = None, batch: str = "b1") -> Hand:
    return Hand(Actor("Rosa Test", "moderator"), staff_id, batch, now)


def status_of(connection: Connection) -> str:
    return connection.execute(select(Contribution.status)).scalar_one()


def test_what_is_planned_becomes_known_on_its_day(said: Connection, now: datetime) -> None:
    day = now + timedelta(days=3)
    assert planning.plan(said, ONE, "answered", "Kommt.", hand(now), due_at=day) is Outcome.DECIDED
    assert planning.carry_out(said, now=day - timedelta(seconds=1)) == 0
    assert status_of(said) == "received"
    assert planning.carry_out(said, now=day) == 1
    assert status_of(said) == "answered"
    assert planning.carry_out(said, now=day) == 0


def test_what_its_author_withdrew_meanwhile_is_not_carried_out(said: Connection, now: datetime) -> None:
    planning.plan(said, ONE, "released", None, hand(now), due_at=now)
    assert tracing.withdraw_one(said, ONE, now=now)
    planning.carry_out(said, now=now)
    assert status_of(said) == "withdrawn"
    assert changing.decide(said, ONE, "released", None, hand(now)) is Outcome.WITHDRAWN


def test_a_planned_reason_is_still_there_in_other_languages_on_its_day(said: Connection, now: datetime) -> None:
    planning.plan(said, ONE, "answered", "Kommt.", hand(now), due_at=now)
    answers.note_reason(said, ONE, {"tr": "Geliyor."}, [], now=now)
    planning.carry_out(said, now=now)
    assert said.execute(select(ReasonText.text)).scalars().all() == ["Geliyor."]
    changing.decide(said, ONE, "answered", "Kommt doch nicht.", hand(now))
    assert said.execute(select(ReasonText.text)).scalars().all() == []


def test_a_plan_is_dropped_by_its_deed(said: Connection, now: datetime) -> None:
    planning.plan(said, ONE, "answered", "Kommt.", hand(now), due_at=now)
    assert planning.unplan_batch(said, "b1", hand(now)) == (ONE,)
    assert planning.carry_out(said, now=now) == 0


def test_what_could_not_be_decided_cannot_be_planned(said: Connection, now: datetime) -> None:
    assert planning.plan(said, ONE, "rejected", None, hand(now), due_at=now) is Outcome.NO_REASON
    assert not planning.is_due(said, now=now)


def test_originals_go_so_long_after_their_redaction_was_confirmed(said: Connection, now: datetime) -> None:
    changing.decide(said, ONE, "released", None, hand(now))
    assert changing.delete_originals(said, confirmed_before=now, now=now) == 0
    later = now + timedelta(days=31)
    assert changing.delete_originals(said, confirmed_before=later - timedelta(days=30), now=later) == 1
    assert said.execute(select(Contribution.text)).scalar_one() == "[Person] will Bänke"
    assert changing.delete_originals(said, confirmed_before=later, now=later) == 0
