"""What is done every now and then: forgetting what is kept only for a while, and the nightly backup.

Law of this file: a job is idempotent; done late it does what is due once.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

from storage.backup import backup

from bot.config import Settings
from bot.schedule import Job
from bot.store import Store
from storage import citizens, inbox, outbox

HOURLY = timedelta(hours=1)
DAILY = timedelta(days=1)


def jobs(store: Store, settings: Settings) -> tuple[Job, ...]:
    """Return the jobs of an instance in the order they are done."""

    async def forget(now: datetime) -> None:
        await store.write(inbox.forget, now=now)
        await store.write(outbox.forget, now=now)

    async def drop_drafts(now: datetime) -> None:
        before = now - timedelta(days=settings.retention.draft_days)
        await store.write(citizens.drop_drafts, before=before)

    async def save(now: datetime) -> None:
        folder = Path(settings.storage.backup_folder)
        await asyncio.to_thread(backup, settings.storage.url, folder, now=now, keep=settings.storage.backups_kept)

    return Job("forget", HOURLY, forget), Job("drafts", DAILY, drop_drafts), Job("backup", DAILY, save)
