"""Tagging what waits, before it is exported or right after it was imported, with a progress bar.

Law of this file: what is written is what the running bot would write.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from sqlalchemy import Engine

from bot.cli.frame import told
from bot.cli.opening import reading
from bot.config import Settings
from storage import analyses, contributions
from storage.contributions import Unanalysed

BATCH = 256


def analyse_pending(chosen: Settings, engine: Engine) -> int:
    """Tag every contribution that has not been analysed; return how many that were."""
    with reading(chosen) as connection:
        waiting = contributions.count_unanalysed(connection)
    if not waiting or not chosen.nlp.enabled:
        return 0
    from bot.tagging import load_tagger, tag_contributions  # spaCy takes a second, and mostly nothing waits

    tagger = load_tagger(chosen.nlp)
    with _progress() as progress:
        bar = progress.add_task("Tagging", total=waiting)
        for pending in _batches(engine):
            found = tag_contributions(tagger, pending)
            with engine.begin() as connection:
                analyses.note_analysis(connection, found, now=datetime.now(UTC))
            progress.advance(bar, len(pending))
    return waiting


def _batches(engine: Engine) -> Iterator[list[Unanalysed]]:
    while True:
        with engine.begin() as connection:
            pending = contributions.unanalysed(connection, BATCH)
        if not pending:
            return
        yield pending


def _progress() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=told, transient=True)
