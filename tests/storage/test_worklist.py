"""The list staff work on: filters, words, order and paging by key, the same on both databases."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, update

from storage import contributions, items, worklist
from storage.contributions import NewContribution, NewTag
from storage.erasures import erase_contribution
from storage.models import Contribution
from storage.numbers import public_number
from storage.worklist import Key, Order, Wanted

TEXTS = (
    "Mehr Fahrräder am Döppersberg",
    "Die Straße ist zu laut",
    "Bänke für Fußgänger:innen im Park",
    "Çiçek ekelim, parkta oturalım",
    "Die Ampel am Park ist kaputt; DROP TABLE contribution",
    "مزيد من الأشجار في الحديقة",
)
FIELDS = ("mobility", "environment", "mobility", "living", None, "environment")


@pytest.fixture
def listed(connection: Connection, now: datetime) -> Connection:
    """Six contributions, an hour apart, less and less certain."""
    rows = [
        NewContribution(
            public_number(serial),
            text,
            "web" if serial % 2 else "telegram",
            draft=str(serial),
            field=field,
            redacted_text=text,
            created_at=now + timedelta(hours=serial),
            tags=[NewTag("topic", "safety" if serial == 5 else "sport", "model:1")],
        )
        for serial, (text, field) in enumerate(zip(TEXTS, FIELDS, strict=True), 1)
    ]
    contributions.add(connection, rows, now=now)
    for serial in range(1, len(TEXTS) + 1):
        row = update(Contribution).where(Contribution.number == public_number(serial))
        connection.execute(row.values(certainty=1 / (serial + 1)))
    return connection


def texts(connection: Connection, wanted: Wanted | None = None, order: Order = Order.OLDEST, **more: Any) -> list[str]:
    keys = worklist.find(connection, wanted or Wanted(), order=order, limit=50, **more)
    return [each.text or "" for each in items.items(connection, [key.id for key in keys])]


def test_orders(listed: Connection) -> None:
    assert texts(listed) == list(TEXTS)
    assert texts(listed, order=Order.NEWEST) == list(reversed(TEXTS))
    assert texts(listed, order=Order.UNCERTAIN) == list(reversed(TEXTS))


@pytest.mark.parametrize("order", Order)
def test_pages_follow_each_other_and_lead_back(listed: Connection, order: Order) -> None:
    whole = worklist.find(listed, Wanted(), order=order, limit=50)
    found: list[Key] = []
    while page := worklist.find(listed, Wanted(), order=order, after=found[-1] if found else None, limit=2):
        found += page
    assert found == whole
    before = worklist.find(listed, Wanted(), order=order, after=whole[3], limit=2, back=True)
    assert before == [whole[2], whole[1]]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(equal={"field": frozenset({"mobility"})}), {0, 2}),
        (Wanted(equal={"field": frozenset({"living", "none"})}), {3, 4}),
        (Wanted(equal={"channel": frozenset({"telegram"}), "field": frozenset({"environment"})}), {1, 5}),
        (Wanted(topic="safety"), {4}),
        (Wanted(at_most=0.2), {3, 4, 5}),
        (Wanted(words="fahrrad"), {0}),
        (Wanted(words="Fahrräder doppers"), {0}),
        (Wanted(words="park"), {2, 3, 4}),
        (Wanted(words="park kaputt"), {4}),
        (Wanted(words="الأشجار"), {5}),
        (Wanted(words="cicek"), {3}),
        (Wanted(words="straße"), {1}),
        (Wanted(words="!? ' \" * ()"), {0, 1, 2, 3, 4, 5}),
        (Wanted(within=frozenset({"mobility"})), {0, 2, 4}),
        (Wanted(since=date(2026, 9, 15)), set()),
        (Wanted(until=date(2026, 9, 14)), {0, 1, 2, 3, 4, 5}),
        (Wanted(assignees=frozenset({worklist.NOBODY})), {0, 1, 2, 3, 4, 5}),
        (Wanted(assignees=frozenset({7})), set()),
        (Wanted(equal={"status": frozenset({"released"})}), set()),
    ],
)
def test_filters(listed: Connection, wanted: Wanted, found: set[int]) -> None:
    assert texts(listed, wanted) == [TEXTS[index] for index in sorted(found)]


def test_what_people_say_of_the_topic_outweighs_the_model(listed: Connection, now: datetime) -> None:
    first = worklist.find(listed, Wanted(), order=Order.OLDEST, limit=1)[0].id
    contributions.add_tags(listed, [(first, NewTag("topic", "safety", "staff"))], now=now)
    assert TEXTS[0] in texts(listed, Wanted(topic="safety"))
    assert TEXTS[0] not in texts(listed, Wanted(topic="sport"))


def test_a_common_topic_is_found_in_the_same_way(listed: Connection, now: datetime) -> None:
    sport = [NewTag("topic", "sport", "model:1")]
    rows = [
        NewContribution(public_number(serial), "Halle", "web", draft=str(serial), redacted_text="Halle", tags=sport)
        for serial in range(100, 1100)
    ]
    contributions.add(listed, rows, now=now)
    first = worklist.find(listed, Wanted(), order=Order.OLDEST, limit=1)[0].id
    assert texts(listed, Wanted(topic="sport"))[:2] == list(TEXTS[:2])
    contributions.add_tags(listed, [(first, NewTag("topic", "safety", "staff"))], now=now)
    assert texts(listed, Wanted(topic="sport"))[0] == TEXTS[1]
    assert texts(listed, Wanted(topic="safety")) == [TEXTS[0], TEXTS[4]]
    assert len(worklist.find(listed, Wanted(topic="sport"), order=Order.UNCERTAIN, limit=2000)) == 1004


def test_new_words_are_found_and_old_or_erased_ones_are_not(listed: Connection, now: datetime) -> None:
    number = public_number(1)
    changed = update(Contribution).where(Contribution.number == number)
    listed.execute(changed.values(redacted_text="Mehr Roller", translation="More scooters"))
    assert texts(listed, Wanted(words="fahrrad")) == []
    assert texts(listed, Wanted(words="scooter")) == ["Mehr Roller"]
    erase_contribution(listed, number, now=now)
    assert texts(listed, Wanted(words="roller")) == []


@given(typed=st.text(max_size=60))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
def test_anything_can_be_searched_for(listed: Connection, typed: str) -> None:
    texts(listed, Wanted(words=typed))
