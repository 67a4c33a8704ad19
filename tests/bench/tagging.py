"""How many contributions a second are tagged on one core, with the model loaded, beside a stock spaCy pipeline."""

from __future__ import annotations

import csv
import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from nlp.pipeline import load
from tests.bench.figures import Figure

BONN = Path(__file__).parents[3] / "shared/data/cimt-locations-bonn/dataset_location_CDB.csv"


async def measure() -> list[Figure]:
    """Return contributions a second; without the public data set on our own examples, which are shorter."""
    whole = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(whole)})
    texts = contributions()
    tagger = load()
    rate = per_second(tagger.pipe, texts)
    os.sched_setaffinity(0, whole)
    words = sum(len(text.split()) for text in texts) / len(texts)
    how = f"{len(texts)} contributions of {words:.0f} words on average, one core, model loaded"
    return [Figure("tagging, whole pipeline", f"{rate:.0f}/s", "≥ 80/s", how)]


def contributions() -> list[str]:
    """Return real citizen contributions where the public data set is there."""
    if not BONN.exists():
        return [text * 4 for text in _own()]
    with BONN.open(encoding="cp1252", newline="") as file:
        return [f"{row['title']}\n{row['text']}" for row in csv.DictReader(file, delimiter=";")]


def _own() -> list[str]:
    import json

    corpus = Path(__file__).parents[2] / "nlp" / "corpus" / "test" / "fields.jsonl"
    return [json.loads(line)["text"] for line in corpus.read_text("utf-8").splitlines()]


def per_second(pipe: Callable[[list[str]], Iterable[object]], texts: list[str]) -> float:
    """Return how many texts a second come out of a pipeline."""
    began = time.perf_counter()
    for _ in pipe(texts):
        pass
    return len(texts) / (time.perf_counter() - began)
