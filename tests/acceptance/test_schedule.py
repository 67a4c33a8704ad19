"""What is due is done once, in its order, however late, and by the clock of the city."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, time, timedelta

import pytest
import pytest_asyncio
from sqlalchemy import Connection

from bot.schedule import At, Job, Rhythm, When, next_at, run_due
from bot.store import Store, open_store

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest_asyncio.fixture
async def store(url: str) -> AsyncIterator[Store]:
    """An empty database."""
    async with open_store(url) as opened:
        yield opened


def job(name: str, rhythm: Rhythm, log: list[tuple[str, datetime]] | None = None) -> Job:
    async def do(now: datetime) -> None:
        if log is not None:
            log.append((name, now))

    return Job(name, rhythm, do)


async def test_a_standstill_of_days_is_made_up_for_once_and_in_order(store: Store, now: datetime) -> None:
    jobs = [job("evening", At(time(18))), job("morning", At(time(7))), job("hourly", HOUR)]
    assert await run_due(store, jobs, now) == ["hourly"]  # a new instance owes nothing for yesterday
    assert await run_due(store, jobs, now) == []
    late = now + 3 * DAY
    assert await run_due(store, jobs, late) == ["hourly", "evening", "morning"]
    assert await run_due(store, jobs, late) == []


async def test_a_crash_before_the_note_does_it_again_and_a_failure_holds_nobody_up(store: Store, now: datetime) -> None:
    tries: list[datetime] = []

    async def fail(at: datetime) -> None:
        tries.append(at)
        raise RuntimeError("no disk")

    jobs = [Job("backup", HOUR, fail), job("other", HOUR)]
    assert await run_due(store, jobs, now) == ["other"]
    assert await run_due(store, jobs, now + timedelta(minutes=1)) == []
    assert len(tries) == 2


async def test_the_next_moment_is_known_exactly(store: Store, now: datetime) -> None:
    moment = now + timedelta(minutes=7, seconds=3)

    def look(connection: Connection, at: datetime) -> datetime | None:
        return moment if at <= moment else None

    jobs = [job("asked", When(look)), job("morning", At(time(7))), job("always", timedelta(0))]
    await run_due(store, jobs, now)
    assert await next_at(store, jobs, now) == moment
    assert await run_due(store, jobs, moment) == ["asked", "always"]
    assert await next_at(store, jobs, moment + HOUR) == datetime(2026, 9, 15, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rhythm", "after", "expected"),
    [
        (At(time(7)), datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 3, 29, 5, tzinfo=UTC)),  # an hour is lost
        (At(time(7)), datetime(2026, 10, 24, 12, tzinfo=UTC), datetime(2026, 10, 25, 6, tzinfo=UTC)),  # … and won
        # Half past two does not exist that night: it is done half an hour after the clock has jumped.
        (At(time(2, 30)), datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        # … and comes twice that night: it is done at the first.
        (At(time(2, 30)), datetime(2026, 10, 24, 12, tzinfo=UTC), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        (At(time(7), weekday=0), datetime(2026, 9, 14, 8, tzinfo=UTC), datetime(2026, 9, 21, 5, tzinfo=UTC)),
    ],
)
def test_hours_are_those_of_the_citys_clock(rhythm: At, after: datetime, expected: datetime) -> None:
    assert rhythm.next(after) == expected
    assert rhythm.last(expected) == expected
    assert rhythm.last(expected - timedelta(seconds=1)) < expected


async def _count(store: Store, rhythm: At, moments: list[datetime]) -> int:
    log: list[tuple[str, datetime]] = []
    jobs = [job("daily", rhythm, log)]
    for moment in moments:
        await run_due(store, jobs, moment)
    return len(log)


@pytest.mark.parametrize("begin", [datetime(2026, 3, 27, 12, tzinfo=UTC), datetime(2026, 10, 23, 12, tzinfo=UTC)])
async def test_each_day_has_one_even_when_the_clock_changes(store: Store, begin: datetime) -> None:
    looks = [begin + timedelta(minutes=10) * step for step in range(4 * 24 * 6)]
    assert await _count(store, At(time(2, 30)), looks) == 4


async def test_a_clock_that_was_set_back_repeats_nothing(store: Store, now: datetime) -> None:
    assert await _count(store, At(time(7)), [now, now + DAY, now, now + HOUR, now + DAY]) == 1
