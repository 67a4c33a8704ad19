"""Every timed job: the database says what is due, the scheduler only wakes.

Law of this file: `run_due(now)` does everything due once, in the order in which it was due, however late it is called.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeAlias

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy import Connection

from bot.bell import Clock
from bot.store import Store
from storage.city import CITY_TIME, day_of
from storage.settings import read_setting, write_setting

log = logging.getLogger(__name__)

# The scheduler wakes when something is due, and looks at least so often (seconds): another process may have written,
# and the clock may have been set.
LOOK_EVERY = 5
# A moment that is past is not waited for, but a loop shall not spin either (seconds).
SOONEST = 0.05


@dataclass(frozen=True, slots=True)
class At:
    """Once a day at a time of the city's clock, or once a week on a day (Monday is 0)."""

    time: time
    weekday: int | None = None

    def last(self, now: datetime) -> datetime:
        """Return the latest such moment that is not after now."""
        day = day_of(now)
        while True:
            moment = self._on(day)
            if moment <= now and self.weekday in (None, day.weekday()):
                return moment
            day -= timedelta(days=1)

    def next(self, now: datetime) -> datetime:
        """Return the first such moment after now."""
        day = day_of(now)
        while True:
            moment = self._on(day)
            if moment > now and self.weekday in (None, day.weekday()):
                return moment
            day += timedelta(days=1)

    def _on(self, day: date) -> datetime:
        # In UTC, since an hour that the clock skips equals no other.
        return datetime.combine(day, self.time, CITY_TIME).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class When:
    """Whenever the database says: `look` returns since when something is due, when something will be, or None."""

    look: Callable[[Connection, datetime], datetime | None]


# A timedelta is so long after the last time; zero means at every look.
Rhythm: TypeAlias = timedelta | At | When


@dataclass(frozen=True, slots=True)
class Job:
    """Something to be done once each time it is due."""

    name: str
    rhythm: Rhythm
    do: Callable[[datetime], Awaitable[None]]


async def run_due(store: Store, jobs: Sequence[Job], now: datetime) -> list[str]:
    """Do the jobs that are due and return their names; one that fails is logged and tried again at the next look."""
    moments = [(await due_at(store, job, now), place, job) for place, job in enumerate(jobs)]
    due = [(moment, place, job) for moment, place, job in moments if moment is not None and moment <= now]
    return [job.name for _, _, job in sorted(due, key=lambda each: each[:2]) if await _done(store, job, now)]


async def next_at(store: Store, jobs: Sequence[Job], now: datetime) -> datetime | None:
    """Return when the next job is due, perhaps now; those of every look left out."""
    waiting = [await due_at(store, job, now) for job in jobs if job.rhythm != timedelta(0)]
    return min((moment for moment in waiting if moment is not None), default=None)


async def due_at(store: Store, job: Job, now: datetime) -> datetime | None:
    """Return since when a job is due, or when it will be."""
    if isinstance(job.rhythm, When):
        return await store.read(job.rhythm.look, now)
    last = await _last(store, job)
    match job.rhythm:
        case timedelta() as period:
            return now if last is None else last + period
        case At() as rhythm if last is None:
            # A new instance owes nothing for yesterday.
            await _note(store, job, now)
            return rhythm.next(now)
        case At() as rhythm:
            return rhythm.last(now) if last < rhythm.last(now) else rhythm.next(now)


async def _done(store: Store, job: Job, now: datetime) -> bool:
    try:
        await job.do(now)
    except Exception as error:  # one job must not hold up the others
        log.exception("the job %s failed (%s)", job.name, type(error).__name__, exc_info=False)
        return False
    if not isinstance(job.rhythm, When) and job.rhythm != timedelta(0):
        await _note(store, job, now)
    return True


async def _last(store: Store, job: Job) -> datetime | None:
    last = await store.read(read_setting, f"job.{job.name}")
    # A clock that was set back must not silence a job until it has caught up.
    return None if last is None else datetime.fromisoformat(last)


async def _note(store: Store, job: Job, now: datetime) -> None:
    await store.write(write_setting, f"job.{job.name}", now.isoformat())


def start(store: Store, lanes: Sequence[Sequence[Job]], clock: Clock) -> AsyncIOScheduler:
    """Return a running scheduler that calls `run_due` for each lane: what takes long holds up its own lane alone.

    `misfire_grace_time=None`: APScheduler's default silently skips a job that is late by a second.
    """
    scheduler = AsyncIOScheduler(event_loop=asyncio.get_running_loop())
    for lane, jobs in enumerate(lanes):
        scheduler.add_job(
            _look,
            IntervalTrigger(seconds=LOOK_EVERY),
            args=(scheduler, f"lane {lane}", store, jobs, clock),
            id=f"lane {lane}",
            next_run_time=datetime.now(UTC),
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
        )
    scheduler.start()
    return scheduler


async def _look(scheduler: AsyncIOScheduler, lane: str, store: Store, jobs: Sequence[Job], clock: Clock) -> None:
    await run_due(store, jobs, clock())
    now = clock()
    moment = await next_at(store, jobs, now)
    wait = LOOK_EVERY if moment is None else min(LOOK_EVERY, max(SOONEST, (moment - now).total_seconds()))
    if scheduler.running and scheduler.get_job(lane):
        scheduler.modify_job(lane, next_run_time=datetime.now(UTC) + timedelta(seconds=wait))
