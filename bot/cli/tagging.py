"""`tag`, `similar`, `train`, `evaluate`: the models at work and at school."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, TextIO

import typer

from bot.cli.frame import Complaint, settings


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    for command in (tag, similar, train, evaluate):
        app.command()(command)


def tag(
    file: Annotated[str, typer.Argument(help="A text a line; - for standard input.")] = "-",
    jsonl: Annotated[bool, typer.Option("--jsonl", help='Lines are JSON objects with a "text" key.')] = False,
) -> None:
    """Tag texts: one a line in, one JSON object a line out, in order."""
    from bot.tagging import load_tagger
    from nlp.analysis import to_json

    tagger = load_tagger(settings().nlp)
    with _opened(file) as lines:
        texts = (_text(row) for row in _rows(lines)) if jsonl else (line.rstrip("\r\n") for line in lines)
        for analysis in tagger.pipe(texts):
            _print(to_json(analysis))


def similar(file: Annotated[str, typer.Argument(help="JSON lines with a and b; - for standard input.")] = "-") -> None:
    """Judge pairs of texts: duplicate, related or different."""
    from nlp.similar import judge_many

    with _opened(file) as lines:
        rows = [_pair(row) for row in _rows(lines)]
    chosen = settings().nlp
    folder = Path(chosen.model) if chosen.model else None
    judged = judge_many([(row["a"], row["b"]) for row in rows], encoder=chosen.encoder, folder=folder)
    for row, judgement in zip(rows, judged, strict=True):
        _print(row | {"score": round(judgement.score, 4), "label": judgement.label})


def train(
    data: Annotated[Path | None, typer.Option(help="Folder with the public data sets, when there.")] = None,
    target: Annotated[Path | None, typer.Option(help="Where to write the weights (default: those in use).")] = None,
) -> None:
    """Learn the weights anew from the project's examples; a worse model is not taken."""
    from bot.cli.school import learn

    learn(settings(), data, target)


def evaluate(
    report: Annotated[bool, typer.Option("--report", help="Write docs/nlp-quality.md.")] = False,
    data: Annotated[Path | None, typer.Option(help="Folder with the public data sets, when there.")] = None,
) -> None:
    """Measure the models on examples that training never saw."""
    from bot.cli.school import measure

    measure(settings(), data, report=report)


@contextmanager
def _opened(file: str) -> Iterator[TextIO]:
    if file == "-":
        yield sys.stdin
        return
    try:
        with Path(file).open(encoding="utf-8-sig") as opened:
            yield opened
    except UnicodeDecodeError:
        raise Complaint(f"{file}: is not UTF-8 text; save it as UTF-8.") from None


def _rows(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError:
            raise Complaint(f"line {number}: is not JSON; write one JSON object a line.") from None
        if not isinstance(row, dict):
            raise Complaint(f"line {number}: is not a JSON object; write one object a line.")
        yield row


def _text(row: dict[str, Any]) -> str:
    if not isinstance(row.get("text"), str):
        raise Complaint('a line has no "text"; every JSON object needs one, with the text as its value.')
    return str(row["text"])


def _pair(row: dict[str, Any]) -> dict[str, Any]:
    if not (isinstance(row.get("a"), str) and isinstance(row.get("b"), str)):
        raise Complaint('a line lacks "a" or "b"; every JSON object needs both texts.')
    return row


def _print(row: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
