"""Every timed job: the database says what is due, the scheduler only wakes.

Law of this file: `run_due(now)` does everything due once, in order, however late it is called.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.bell import Clock
from bot.store import Store
from storage.settings import read_setting, write_setting

log = logging.getLogger(__name__)

# How often the scheduler looks at what is due (seconds).
LOOK_EVERY = 30


@dataclass(frozen=True, slots=True)
class Job:
    """Something to be done once in every period."""

    name: str
    every: timedelta
    do: Callable[[datetime], Awaitable[None]]


async def run_due(store: Store, jobs: Sequence[Job], now: datetime) -> list[str]:
    """Do the jobs that are due and return their names; one that fails is logged and tried again at the next look."""
    done = []
    for job in jobs:
        if not await _is_due(store, job, now):
            continue
        try:
            await job.do(now)
        except Exception as error:  # one job must not hold up the others
            log.exception("the job %s failed (%s)", job.name, type(error).__name__, exc_info=False)
            continue
        await _note(store, job, now)
        done.append(job.name)
    return done


async def _is_due(store: Store, job: Job, now: datetime) -> bool:
    last = await store.read(read_setting, f"job.{job.name}")
    return last is None or datetime.fromisoformat(last) + job.every <= now


async def _note(store: Store, job: Job, now: datetime) -> None:
    await store.write(write_setting, f"job.{job.name}", now.isoformat())


def start(store: Store, jobs: Sequence[Job], clock: Clock) -> AsyncIOScheduler:
    """Return a running scheduler that calls `run_due`.

    `misfire_grace_time=None`: APScheduler's default silently skips a job that is late by a second.
    """
    scheduler = AsyncIOScheduler(event_loop=asyncio.get_running_loop())

    async def look() -> None:
        await run_due(store, jobs, clock())

    scheduler.add_job(
        look, IntervalTrigger(seconds=LOOK_EVERY), misfire_grace_time=None, coalesce=True, max_instances=1
    )
    scheduler.start()
    return scheduler
