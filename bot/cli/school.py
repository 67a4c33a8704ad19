"""Learning and measuring: what `train` and `evaluate` do.

Law of this file: new weights take the place of the old ones only when no figure on unseen examples got worse.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from rich.table import Table
from sqlalchemy.exc import SQLAlchemyError

import nlp
from bot.cli.frame import Complaint, said, told
from bot.cli.opening import reading
from bot.config import Settings
from bot.tagging import load_tagger
from nlp.evaluation import SECOND, Evaluation, evaluate, worse
from nlp.examples import Correction, contributions
from nlp.lemmas import write_known
from nlp.metrics import PerLabel
from nlp.models import SHIPPED, settle
from nlp.pipeline import load
from nlp.quality_report import write_report
from nlp.training import train
from storage.corrections import corrections
from storage.database import file_of

PROJECT = Path(nlp.__file__).parent.parent
CORPUS = PROJECT / "nlp" / "corpus"
REPORT = PROJECT / "docs" / "nlp-quality.md"
_WORD = re.compile(r"[^\W\d_]+")


def learn(chosen: Settings, data: Path | None, target: Path | None) -> None:
    """Learn from the project's examples, the data sets in `data` and people's corrections; keep it if it is no worse.

    Raises `Complaint` when there is no folder to write to.
    """
    folder = target or (Path(chosen.nlp.model) if chosen.nlp.model else None)
    if folder is None:
        raise Complaint("nlp.model: is empty; name the folder of this instance's own weights there, or give --target.")
    with tempfile.TemporaryDirectory() as scratch, told.status("Learning …") as status:
        report = train(
            CORPUS / "train",
            data,
            _corrections(chosen),
            Path(scratch),
            progress=status.update,
            before=Path(chosen.nlp.model) if chosen.nlp.model else None,
            encoder=chosen.nlp.encoder,
            memory=folder if folder.resolve() != SHIPPED[0] else None,
        )
        told.print(", ".join(f"{name}: {size} examples" for name, size in report.examples.items()))
        if report.kept:
            told.print(f"Kept as they are, nothing new to learn: {', '.join(report.kept)}.")
        status.update("Measuring …")
        _activate(chosen, Path(scratch), folder, frozenset(report.figures))


def _activate(chosen: Settings, scratch: Path, folder: Path, learned: frozenset[str]) -> None:
    """Measure what the newly learned models touch, old against new, and take the new ones when nothing got worse."""
    old = evaluate(load_tagger(chosen.nlp), models=learned)
    new = evaluate(
        load(encoder=chosen.nlp.encoder, model=scratch, spacy_model=chosen.nlp.spacy_model or None), models=learned
    )
    said.print(_side_by_side(old, new))
    if dropped := worse(new, old):
        raise Complaint(f"the new weights are worse ({', '.join(dropped)}); the old ones stay in use.")
    settle(scratch, folder)
    if folder.resolve() == SHIPPED[0]:
        write_known(_words_of(CORPUS / "train"))
    told.print(f"{folder}: written; it is used after a restart when nlp.model names it.")


def _words_of(corpus: Path) -> set[str]:
    """Give every word of the training texts: their lemmas are looked up instead of being worked out."""
    return {match.group() for row in contributions(corpus) for match in _WORD.finditer(row["text"])}


def _corrections(chosen: Settings) -> list[Correction]:
    file = file_of(chosen.storage.url)
    if file is not None and not file.exists():
        return []
    try:
        with reading(chosen) as connection:
            found = corrections(connection)
    except SQLAlchemyError:
        told.print("The database cannot be read; learning goes on without corrections.")
        return []
    return [Correction(each.text, each.type, each.label, each.source) for each in found]


def _side_by_side(old: Evaluation, new: Evaluation) -> Table:
    table = Table("figure", "old", "new")
    for name, figure in old.figures.items():
        table.add_row(name, f"{figure:.3f}", f"{new.figures.get(name, float('nan')):.3f}")
    for task, classes in old.classes.items():
        for label, was in classes.items():
            table.add_row(f"{task}: {label}, F1 (n = {was.n})", f"{was.f1:.3f}", f"{_f1(new, task, label):.3f}")
    return table


def _f1(found: Evaluation, task: str, label: str) -> float:
    one: PerLabel | None = found.classes.get(task, {}).get(label)
    return one.f1 if one else float("nan")


def _both_sets(found: Evaluation) -> Table:
    second = found.second.figures if found.second else {}
    table = Table("figure", "first set", "second set")
    for name, figure in found.figures.items():
        table.add_row(name, f"{figure:.3f}", f"{second[name]:.3f}" if name in second else "–")
    return table


def measure(chosen: Settings, data: Path | None, *, report: bool) -> None:
    """Measure the models in use on examples that training never saw; with `report` write docs/nlp-quality.md."""
    with told.status("Measuring …") as status:
        found = evaluate(load_tagger(chosen.nlp), second=SECOND, data=data, progress=status.update)
    said.print(_both_sets(found))
    if report:
        write_report(found, REPORT)
        told.print(f"{REPORT.name}: written")
