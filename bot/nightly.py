"""The themes of each field, found anew at night where something has come in.

Law of this file: counting takes seconds of a whole core, so it runs in a process of its own; what staff did by hand
stays.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime, time
from functools import partial
from multiprocessing import get_context
from typing import ParamSpec, TypeVar

from bot.dialogue.model import Book
from bot.schedule import At, Job
from bot.store import Store
from desk.figures.themes import cluster
from storage.audits import Actor
from storage.figures import themes
from storage.settings import read_setting, write_setting

P = ParamSpec("P")
T = TypeVar("T")

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
    found = await _elsewhere(cluster, rows, standing)
    await store.write(themes.keep, field, found, PROGRAM, now=now)
    await store.write(write_setting, f"themes.{field}", seen)
    return True


async def _elsewhere(do: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Do something in a process of its own; who is cancelled meanwhile doesn't wait until it is done."""
    # A fresh process: one that is forked from a program with threads may inherit their locks. As it loads the program
    # anew, its collector is off like ours while we started (bot.__main__).
    pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=gc.enable)
    try:
        return await asyncio.get_running_loop().run_in_executor(pool, partial(do, *args, **kwargs))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
