"""What is done every now and then: forgetting what is kept only for a while, and the nightly backup.

Law of this file: a job is idempotent; done late it does what is due once.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

from bot import photos
from bot.config import Settings
from bot.desk import choices_of
from bot.schedule import Job
from bot.school import classroom
from bot.store import Store
from storage import absences, changing, citizens, entering, planning, retention, staff
from storage.backup import backup, expire
from storage.city import day_of
from storage.retention import Periods

ALWAYS = timedelta(0)
HOURLY = timedelta(hours=1)
DAILY = timedelta(days=1)
# As the marks of the table `staff` say.
ACCOUNTS_UNUSED = timedelta(days=730)


def jobs(store: Store, settings: Settings) -> tuple[Job, ...]:
    """Return the jobs of an instance in the order they are done."""
    days = settings.retention.draft_days
    periods = periods_of(settings)

    async def forget(now: datetime) -> None:
        await store.write(retention.forget, now=now, periods=periods)

    async def clear_desk(now: datetime) -> None:
        lasting = choices_of(settings).lasting
        await store.write(entering.forget_entries, now=now, lasting=lasting)
        await store.write(staff.forget_accounts, now=now, after=ACCOUNTS_UNUSED)
        await store.write(absences.forget_absences, today=day_of(now))
        await store.write(changing.forget_changes, now=now)
        confirmed_before = now - timedelta(days=settings.desk.original_days)
        await store.write(changing.delete_originals, confirmed_before=confirmed_before, now=now)

    async def decide(now: datetime) -> None:
        if await store.read(planning.is_due, now=now):
            await store.write(planning.carry_out, now=now)

    async def drop_drafts(now: datetime) -> None:
        await store.write(citizens.drop_drafts, before=now - timedelta(days=days))
        await store.write(photos.forget, now=now, days=days)

    async def tidy_classes(now: datetime) -> None:
        await store.write(classroom.tidy, now=now, days=settings.school.days)

    async def save(now: datetime) -> None:
        await asyncio.to_thread(save_and_expire, settings, now)

    kept = Job("forget", HOURLY, forget), Job("drafts", DAILY, drop_drafts), Job("desk", HOURLY, clear_desk)
    return (
        Job("planned", ALWAYS, decide),
        *kept,
        Job("classes", HOURLY, tidy_classes),
        Job("backup", DAILY, save),
    )


def periods_of(settings: Settings) -> Periods:
    """Return how long what is kept; the ledger of erasures as long as the oldest backup can need it."""
    kept, backups = settings.retention, settings.storage.backup_days
    return Periods(timedelta(days=kept.citizen_days), timedelta(days=kept.audit_days), timedelta(days=backups + 1))


def save_and_expire(settings: Settings, now: datetime) -> Path:
    """Make a backup and delete those that are over their time; return the new one."""
    folder = Path(settings.storage.backup_folder)
    saved = backup(settings.storage.url, folder, now=now)
    expire(folder, now=now, keep_for=timedelta(days=settings.storage.backup_days))
    return saved
