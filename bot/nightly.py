"""The themes of each field, found anew at night where something has come in.

Law of this file: counting takes seconds of a whole core, so it runs in a process of its own; what staff did by hand
stays.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime, time
from multiprocessing import get_context

from bot.dialogue.model import Book
from bot.schedule import At, Job
from bot.store import Store
from desk.figures.themes import cluster
from storage.audits import Actor
from storage.figures import themes
from storage.settings import read_setting, write_setting

NIGHT = time(2, 30)
# Who the audit says it was.
PROGRAM = Actor("Talstimme", "program")


def job(store: Store, book: Book) -> Job:
    """Return the job that finds themes at night."""

    async def do(now: datetime) -> None:
        for field in book.dialogues:
            await find_anew(store, field, now=now)

    return Job("themes", At(NIGHT), do)


async def find_anew(store: Store, field: str, *, now: datetime) -> bool:
    """Find the themes of a field where its contributions are others than last time; return whether they were."""
    rows = await store.read(themes.candidates, field)
    seen = f"{len(rows)}:{max((row[0] for row in rows), default=0)}"
    if not rows or seen == await store.read(read_setting, f"themes.{field}"):
        return False
    standing = await store.read(themes.standing, field)
    # A fresh process: one that is forked from a program with threads may inherit their locks.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        found = await asyncio.get_running_loop().run_in_executor(pool, cluster, rows, standing)
    await store.write(themes.keep, field, found, PROGRAM, now=now)
    await store.write(write_setting, f"themes.{field}", seen)
    return True
