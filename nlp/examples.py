"""Reading examples. Law: a text is an example for exactly what its file says; test texts are never read by training.

`corpus/train` and `corpus/test` are this project's own; the data sets in an outside folder are read where they lie
and never copied.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CORPUS = Path(__file__).parent / "corpus"
BONN = Path("cimt-locations-bonn/dataset_location_CDB.csv")
ARGUMENTS = Path("cimt-arguments-bonn/dataset_CDB.tsv")
GERMEVAL = Path("germeval2018/germeval2018.training.txt")
HELD_OUT = 5  # every fifth GermEval line, by hash of its text, measures and never trains
GROUPED = 0.1  # what a pair made of grouped texts weighs beside a written one, of which there are half as many
_GERMEVAL_LABELS = {"OTHER": "ok", "INSULT": "insult", "PROFANITY": "insult", "ABUSE": "hate"}


@dataclass(frozen=True, slots=True)
class Example:
    """A text with its right labels, best first; `group` holds texts of one document or writer together in
    cross-validation.
    """

    text: str
    labels: tuple[str, ...]
    group: str = ""
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Correction:
    """What a person said is right about a text: a label of `field` or `kind`, and who said it ("citizen" or
    "staff").
    """

    text: str
    type: str
    label: str
    source: str


def rows(path: Path) -> list[dict[str, Any]]:
    """Read a JSON-lines file; a missing one is empty."""
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def pair_rows(corpus: Path) -> list[dict[str, Any]]:
    """Read all labelled pairs (pairs.jsonl, pairs-w5.jsonl, ...) and those that `same.jsonl` makes."""
    labelled = [row for path in sorted(corpus.glob("pairs*.jsonl")) for row in rows(path)]
    return labelled + list(_wish_pairs(rows(corpus / "same.jsonl")))


def _wish_pairs(found: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Pair texts that were grouped by topic and wish: one wish is a duplicate, one topic related, and with each text go
    a stranger and the one of another subject that shares most words with it. A subject is a topic's first word.
    """
    for at, one in enumerate(found):
        for other in found[at + 1 :]:
            if one["topic"] == other["topic"]:
                yield _pair(one, other, "duplicate" if one["wish"] == other["wish"] else "related")
        strangers = [other for other in found if _subject(other) != _subject(one)]
        if strangers:
            yield _pair(one, max(strangers, key=lambda other: _shared(one, other)), "different")
            yield _pair(one, strangers[at * 7 % len(strangers)], "different")


def _pair(a: dict[str, Any], b: dict[str, Any], label: str) -> dict[str, Any]:
    return {"a": a["text"], "b": b["text"], "label": label, "weight": GROUPED}


def _subject(row: dict[str, Any]) -> str:
    return str(row["topic"]).split()[0]


def _shared(a: dict[str, Any], b: dict[str, Any]) -> float:
    left, right = (frozenset(row["text"].lower().split()) for row in (a, b))
    return len(left & right) / len(left | right)


def contributions(corpus: Path) -> list[dict[str, Any]]:
    """Read the writers' files of contributions (w1.jsonl, w2.jsonl, ...)."""
    return [{**row, "file": path.stem} for path in sorted(corpus.glob("w*.jsonl")) for row in rows(path)]


def field_examples(found: list[dict[str, Any]]) -> list[Example]:
    """Take the fields of contributions; none at all is the label `none`."""
    return [Example(row["text"], tuple(row["fields"]) or ("none",), row.get("file", "")) for row in found]


def kind_examples(found: list[dict[str, Any]]) -> list[Example]:
    """Take the kind of contributions."""
    return [Example(row["text"], (row["kind"],), row.get("file", "")) for row in found]


def language_examples(corpus: Path) -> list[Example]:
    """Take every text with a language."""
    short = [row for path in sorted(corpus.glob("languages*.jsonl")) for row in rows(path)]
    found = short + contributions(corpus)
    return [Example(row["text"], (row["language"],)) for row in found if "language" in row]


def moderation_examples(corpus: Path) -> list[Example]:
    """Take the project's own examples of what is held back and of honest anger."""
    return [Example(row["text"], (row["label"],)) for row in rows(corpus / "moderation.jsonl")]


def germeval(folder: Path) -> tuple[list[Example], list[Example]]:
    """Read the tweets: four fifths that train, one that measures, split by hash so that it never moves."""
    train: list[Example] = []
    held: list[Example] = []
    for line in (folder / GERMEVAL).read_text(encoding="utf-8").splitlines():
        text, _, fine = line.rsplit("\t", 2)
        part = int(hashlib.sha256(text.encode()).hexdigest(), 16) % HELD_OUT
        (held if part == 0 else train).append(Example(text, (_GERMEVAL_LABELS[fine],)))
    return train, held


def bonn_texts(folder: Path) -> list[tuple[str, str]]:
    """Read the Bonn contributions: (document id, title and text). They measure; the field model never sees them."""
    with (folder / BONN).open(encoding="cp1252", newline="") as file:
        return [(row["document_id"], f"{row['title']}. {row['text']}") for row in csv.DictReader(file, delimiter=";")]


def bonn_kinds(folder: Path) -> list[Example]:
    """Read idea or problem of the Bonn documents: any proposal makes an idea, only premises a problem, neither is
    left out.
    """
    sentences: Mapping[str, list[dict[str, str]]] = defaultdict(list)
    for row in _argument_rows(folder):
        sentences[row["document_id"]].append(row)
    found = []
    for document, parts in sentences.items():
        codes = {row["code"] for row in parts}
        kind = "idea" if any("mpos" in code for code in codes) else "problem" if "premise" in codes else None
        if kind:
            found.append(Example(" ".join(row["content"] for row in parts), (kind,), document))
    return found


def bonn_sentences(folder: Path) -> list[Example]:
    """Read the sentences of the Bonn documents: a proposal is an idea, everything else a problem."""
    return [
        Example(row["content"], ("idea" if "mpos" in row["code"] else "problem",), row["document_id"])
        for row in _argument_rows(folder)
    ]


def _argument_rows(folder: Path) -> Iterator[dict[str, str]]:
    with (folder / ARGUMENTS).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)


def digest(folder: Path) -> str:
    """Give the SHA-256 of all JSON-lines files of a folder, names included: changes when any test text does."""
    whole = hashlib.sha256()
    for path in sorted(folder.glob("*.jsonl")):
        whole.update(path.name.encode() + b"\0" + path.read_bytes())
    return whole.hexdigest()
