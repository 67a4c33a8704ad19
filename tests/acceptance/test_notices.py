"""Decisions reach the people they concern: once, together, in their language, and never at night."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import Connection, select

from bot.notices import Herald, tell_all
from bot.quiet import Quiet
from bot.store import Store, open_store
from bot.telegram.render import render
from storage import analyses, citizens, consents, contributions, reviews, supports
from storage.analyses import Analysed
from storage.audits import Actor
from storage.citizens import NewCitizen
from storage.consents import Given
from storage.contributions import NewContribution
from storage.models import Outbox
from storage.models.contribution import ANSWERED, REJECTED, RELEASED
from storage.numbers import public_number
from tests.books import whole_book

STAFF = Actor("moderation", "moderator")
FIRST, SECOND = public_number(1), public_number(2)
QUIET = Quiet(time(21), time(8))
HOUR = timedelta(hours=1)


@pytest_asyncio.fixture
async def store(url: str) -> AsyncIterator[Store]:
    """An empty database."""
    async with open_store(url) as opened:
        yield opened


@pytest.fixture
def herald() -> Herald:
    """Telegram, as the program writes it."""
    return Herald(whole_book(), {"telegram": render}, QUIET, lambda: None)


def live(connection: Connection, now: datetime) -> None:
    """Let Ada send two ideas in German, and Eve support the first in Turkish."""
    keys = [NewCitizen("ada", "telegram", "main", "7"), NewCitizen("eve", "telegram", "main", "8")]
    found = citizens.find_or_add(connection, keys, now=now)
    ada, eve = found["ada"].id, found["eve"].id
    citizens.set_language(connection, [(ada, "de"), (eve, "tr")])
    rows = [
        NewContribution(number, "Mehr Bänke", "telegram", draft=number, citizen_id=ada) for number in (FIRST, SECOND)
    ]
    contributions.add(connection, rows, now=now)
    consents.give(connection, [Given(ada, "contact", "1"), Given(eve, "contact", "1")], now=now)
    ids = contributions.ids_of(connection, [FIRST, SECOND])
    analyses.note_analysis(connection, [Analysed(each, "Mehr Bänke") for each in ids.values()], now=now)
    supports.support(connection, [(ids[FIRST], eve)], now=now)


async def decide(store: Store, number: str, status: str, reason: str | None, now: datetime) -> None:
    await store.write(reviews.decide, number, status, reason, STAFF, now=now)


async def outbox(store: Store) -> Sequence[Any]:
    """Return what is to be sent, in order."""
    with store.reader.connect() as connection:
        return (connection.execute(select(Outbox).order_by(Outbox.id))).mappings().all()


async def test_author_and_supporter_hear_once_each_in_their_language(
    store: Store, herald: Herald, now: datetime
) -> None:
    await store.write(live, now)
    await decide(store, FIRST, ANSWERED, "Kommt 2027", now + HOUR)
    assert await tell_all(store, herald, now=now + HOUR) == 2
    assert await tell_all(store, herald, now=now + HOUR) == 0
    to_ada, to_eve = await outbox(store)
    assert (to_ada["chat"], to_eve["chat"], to_ada["priority"]) == ("7", "8", 1)
    assert "beantwortet" in to_ada["params"]["text"]
    assert "yanıtlandı" in to_eve["params"]["text"]
    assert "Almanca" in to_eve["params"]["text"]
    assert to_ada["params"]["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == f"mine:quiet:{FIRST}"
    assert to_ada["cause"].startswith("status:")


async def test_what_the_night_brings_is_one_message_in_the_morning(store: Store, herald: Herald, now: datetime) -> None:
    await store.write(live, now)
    night = datetime(2026, 9, 14, 22, tzinfo=UTC)
    await decide(store, FIRST, RELEASED, None, night)
    await decide(store, SECOND, REJECTED, "Ist schon da", night + HOUR)
    assert await tell_all(store, herald, now=night + HOUR) == 0
    assert await outbox(store) == []
    assert await tell_all(store, herald, now=datetime(2026, 9, 15, 6, tzinfo=UTC)) == 2
    to_ada = (await outbox(store))[0]
    assert FIRST in to_ada["params"]["text"]
    assert SECOND in to_ada["params"]["text"]
    assert "Ist schon da" in to_ada["params"]["text"]


async def test_what_was_not_sent_in_the_evening_waits_for_the_morning(
    store: Store, herald: Herald, now: datetime
) -> None:
    await store.write(live, now)
    await decide(store, SECOND, RELEASED, None, now)
    await tell_all(store, herald, now=now)
    await tell_all(store, herald, now=datetime(2026, 9, 14, 20, tzinfo=UTC))
    assert [row["due_at"] for row in await outbox(store)] == [datetime(2026, 9, 15, 6, tzinfo=UTC)]


async def test_nobody_is_written_to_who_did_not_ask_for_it_or_does_not_any_more(
    store: Store, herald: Herald, now: datetime
) -> None:
    await store.write(live, now)
    ada = await store.read(contributions.author_of, FIRST)
    assert ada is not None
    await store.write(consents.withdraw, [(ada, "contact")], now=now)
    await decide(store, FIRST, ANSWERED, "Kommt 2027", now + HOUR)
    assert await tell_all(store, herald, now=now + HOUR) == 1
    assert [row["chat"] for row in await outbox(store)] == ["8"]


async def test_without_telegram_nothing_is_lost(store: Store, herald: Herald, now: datetime) -> None:
    await store.write(live, now)
    await decide(store, SECOND, RELEASED, None, now)
    alone = Herald(herald.book, {}, QUIET, lambda: None)
    assert await tell_all(store, alone, now=now) == 0
    assert await tell_all(store, herald, now=now) == 1


@pytest.mark.parametrize(
    ("now", "ends"),
    [
        (datetime(2026, 7, 1, 18, 59, tzinfo=UTC), None),  # 20:59 in summer
        (datetime(2026, 7, 1, 19, 0, tzinfo=UTC), datetime(2026, 7, 2, 6, tzinfo=UTC)),
        (datetime(2026, 1, 1, 19, 30, tzinfo=UTC), None),  # 20:30 in winter
        (datetime(2026, 1, 1, 6, 59, tzinfo=UTC), datetime(2026, 1, 1, 7, tzinfo=UTC)),
        (datetime(2026, 1, 1, 7, 0, tzinfo=UTC), None),
        (datetime(2026, 3, 28, 22, 0, tzinfo=UTC), datetime(2026, 3, 29, 6, tzinfo=UTC)),  # an hour is lost
        (datetime(2026, 10, 24, 22, 0, tzinfo=UTC), datetime(2026, 10, 25, 7, tzinfo=UTC)),  # an hour is won
    ],
)
def test_quiet_hours_are_those_of_the_citys_clock(now: datetime, ends: datetime | None) -> None:
    assert QUIET.ends_at(now) == ends


def test_quiet_hours_can_lie_within_a_day_or_nowhere() -> None:
    noon = datetime(2026, 7, 1, 10, 30, tzinfo=UTC)
    assert Quiet(time(12), time(14)).ends_at(noon) == datetime(2026, 7, 1, 12, tzinfo=UTC)
    assert Quiet(time(8), time(8)).ends_at(noon) is None
