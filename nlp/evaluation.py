"""Evaluation. Law: test texts measure and never train; each figure is what the code gives, whatever it is.

The small sets under `corpus/test` are always measured; the later ones under `corpus/test/second` and the sets of an
outside folder when they are given.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nlp.analysis import Analysis
from nlp.components.places import find_places
from nlp.components.topics import hits as cue_hits
from nlp.components.topics import vocabulary
from nlp.examples import CORPUS, digest, rows
from nlp.metrics import (
    PerLabel,
    accuracy_at,
    average_precision,
    by,
    calibration_error,
    interval,
    macro_f1,
    overlap,
    per_label,
)
from nlp.pipeline import Tagger
from nlp.similar import LABELS, judge_many

FIRST = CORPUS / "test"
SECOND = FIRST / "second"  # written later and apart, for models that were chosen while the first was known
NINE = ("citizens", "living", "environment", "mobility", "administration", "economy", "learning", "quarters", "climate")
KINDS = ("problem", "opinion", "idea", "question", "praise", "defect", "emergency", "other")
SHARES = (0.25, 0.5, 0.75, 1.0)
LENGTHS = ((8, "1-8 words"), (30, "9-30 words"), (80, "31-80 words"), (10**9, "over 80 words"))
WORSE = 0.02  # a drop of more than two points fails
NO_GOAL = (
    "field_low",
    "field_high",
    "field_ece",
    "field_accepted_share",
    "field_keywords_macro_f1",
    "field_majority_macro_f1",
    "bonn_with_place",
)
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All figures: `figures` by name (0 to 1), `classes` and `groups` by table, and what they were measured on;
    `second` holds the same for the second set where it was measured too.
    """

    model: str
    encoder: str
    test_set: str
    figures: Mapping[str, float]
    counts: Mapping[str, int]
    classes: Mapping[str, Mapping[str, PerLabel]] = field(default_factory=dict)
    groups: Mapping[str, Mapping[str, tuple[float, int]]] = field(default_factory=dict)
    second: Evaluation | None = None


def _quiet(_: str) -> None:
    return None


def evaluate(
    tagger: Tagger,
    *,
    test: Path = FIRST,
    second: Path | None = None,
    data: Path | None = None,
    models: Collection[str] | None = None,
    progress: Progress = _quiet,
) -> Evaluation:
    """Measure a loaded pipeline on the test texts, on a `second` folder of them and on the outside data sets in `data`.

    A set that a folder does not have is left out; with `models` also one whose figures these models do not touch.
    """
    figures: dict[str, float] = {}
    counts: dict[str, int] = {}
    classes: dict[str, Mapping[str, PerLabel]] = {}
    groups: dict[str, Mapping[str, tuple[float, int]]] = {}
    for name, measure in _MEASURES.items():
        if (test / f"{name}.jsonl").exists() and _touched(name, models):
            progress(name)
            measure(tagger, test, figures, counts, classes, groups)
    if data is not None:
        from nlp.outside import measure_outside

        progress("outside")
        measure_outside(tagger, data, figures, counts, classes)
    beside = evaluate(tagger, test=second, progress=progress) if second else None
    return Evaluation(tagger.version, tagger.encoder, digest(test), figures, counts, classes, groups, beside)


def _touched(name: str, models: Collection[str] | None) -> bool:
    return models is None or not _READS.get(name, frozenset()).isdisjoint(models)


def worse(new: Evaluation, old: Evaluation) -> tuple[str, ...]:
    """Name the figures that dropped by more than two points: a model for which there are any is not activated."""
    shared = [name for name in old.figures if name in new.figures and name not in NO_GOAL]
    return tuple(name for name in shared if new.figures[name] < old.figures[name] - WORSE)


def accepted_label(labels: list[str], said: str) -> str:
    """Give the right label to compare with: any of several right ones counts when it was said."""
    return said if said in labels else labels[0]


def _length(text: str) -> str:
    return next(name for most, name in LENGTHS if len(text.split()) <= most)


def keyword_field(text: str) -> str:
    """Guess the field as a keyword list would: the one with most cues, `none` without any. The baseline."""
    found, sums = cue_hits(text), dict.fromkeys(NINE, 0)
    for topic in vocabulary():
        sums[topic.field] += found[topic.key]
    best = max(sums, key=lambda field: sums[field])
    return best if sums[best] else "none"


def _fields(tagger: Tagger, test: Path, figures: Any, counts: Any, classes: Any, groups: Any) -> None:
    found = rows(test / "fields.jsonl")
    said = list(tagger.pipe([row["text"] for row in found]))
    gold = [row["fields"] or ["none"] for row in found]
    first = [a.fields[0].label for a in said]
    right = [accepted_label(g, s) for g, s in zip(gold, first, strict=True)]
    hits = [s in g for s, g in zip(first, gold, strict=True)]
    figures["field_macro_f1"] = macro_f1(right, first, NINE)
    figures["field_low"], figures["field_high"] = interval(right, first, NINE)
    figures["field_strict_macro_f1"] = macro_f1([g[0] for g in gold], first, NINE)
    figures["field_two_best"] = sum(
        bool({f.label for f in a.fields[:2]} & set(g)) for a, g in zip(said, gold, strict=True)
    ) / len(gold)
    _field_context(found, said, gold, right, first, hits, figures, groups)
    counts["fields"] = len(found)
    classes["field"] = per_label(right, first, (*NINE, "none"))
    kinds = [a.kind.label for a in said]
    figures["kind_macro_f1"] = macro_f1([row["kind"] for row in found], kinds, KINDS)
    figures["kind_accuracy"] = sum(k == row["kind"] for k, row in zip(kinds, found, strict=True)) / len(found)
    classes["kind"] = per_label([row["kind"] for row in found], kinds, KINDS)


def _field_context(
    found: list[dict[str, Any]], said: list[Analysis], gold: list[list[str]], right: list[str], first: list[str],
    hits: list[bool], figures: Any, groups: Any,
) -> None:  # fmt: skip
    scores = [a.fields[0].score for a in said]
    figures["field_ece"] = calibration_error(scores, hits)
    words = [keyword_field(row["text"]) for row in found]
    figures["field_keywords_macro_f1"] = macro_f1(
        [accepted_label(g, w) for g, w in zip(gold, words, strict=True)], words, NINE
    )
    usual = max(NINE, key=lambda label: sum(label in g for g in gold))
    figures["field_majority_macro_f1"] = macro_f1([accepted_label(g, usual) for g in gold], [usual] * len(gold), NINE)
    sure = [hit for hit, a in zip(hits, said, strict=True) if a.confident]
    figures["field_accepted_share"], figures["field_accepted_accuracy"] = (
        len(sure) / len(hits),
        sum(sure) / max(1, len(sure)),
    )

    def f1(rows_: list[int]) -> float:
        return macro_f1(
            [right[r] for r in rows_], [first[r] for r in rows_], sorted({right[r] for r in rows_} - {"none"})
        )

    groups["field by language"] = by([row["language"] for row in found], f1)
    groups["field by length"] = by([_length(row["text"]) for row in found], f1)
    groups["field accuracy at coverage"] = {
        f"{share:.0%}": (value, round(share * len(hits))) for share, value in accuracy_at(scores, hits, SHARES).items()
    }


def _moderation(tagger: Tagger, test: Path, figures: Any, counts: Any, classes: Any, groups: Any) -> None:
    found = rows(test / "moderation.jsonl")
    said = [a.moderation.label for a in tagger.pipe([row["text"] for row in found])]
    right = [row["label"] for row in found]
    labels = ("ok", "insult", "threat", "hate", "spam", "sexual")
    figures["moderation_macro_f1"] = macro_f1(right, said, labels)
    calm = [s for s, r in zip(said, right, strict=True) if r == "ok"]
    figures["moderation_honest_kept"] = calm.count("ok") / max(1, len(calm))
    classes["moderation"] = per_label(right, said, labels)
    counts["moderation"] = len(found)


def _languages(tagger: Tagger, test: Path, figures: Any, counts: Any, classes: Any, groups: Any) -> None:
    found = rows(test / "languages.jsonl")
    said = [a.language for a in tagger.pipe([row["text"] for row in found])]
    hits = [s == row["language"] for s, row in zip(said, found, strict=True)]
    words = [len(row["text"].split()) for row in found]
    long_ = [hit for hit, n in zip(hits, words, strict=True) if n >= 3]
    figures["language_accuracy_3_words"] = sum(long_) / max(1, len(long_))
    figures["language_accuracy"] = sum(hits) / max(1, len(hits))
    groups["language accuracy by words"] = by(
        ["1-2" if n < 3 else "3 and more" for n in words], lambda r: sum(hits[i] for i in r) / len(r)
    )
    groups["language accuracy"] = by([row["language"] for row in found], lambda r: sum(hits[i] for i in r) / len(r))
    counts["languages"] = len(found)


def _spans(row: dict[str, Any], key: str) -> list[tuple[int, int]]:
    return [(item["start"], item["end"]) for item in row[key]]


def _personal(tagger: Tagger, test: Path, figures: Any, counts: Any, classes: Any, groups: Any) -> None:
    found = rows(test / "personal.jsonl")
    said = [a.personal_data for a in tagger.pipe([row["text"] for row in found])]
    right = [_spans(row, "personal_data") for row in found]
    precision, recall, _ = overlap(right, [[(d.start, d.end) for d in data] for data in said])
    figures["personal_precision"], figures["personal_recall"] = precision, recall
    counts["personal"] = len(found)


def _places(tagger: Tagger, test: Path, figures: Any, counts: Any, classes: Any, groups: Any) -> None:
    found = rows(test / "places.jsonl")
    said = [find_places(row["text"]) for row in found]
    right = [_spans(row, "places") for row in found]
    figures["places_precision"], figures["places_recall"], figures["places_overlap_f1"] = overlap(
        right, [[(p.start, p.end) for p in places] for places in said]
    )
    named = [
        (item, places) for row, places in zip(found, said, strict=True) for item in row["places"] if item.get("name")
    ]
    hits = [
        any(p.name == item["name"] for p in places if p.start < item["end"] and item["start"] < p.end)
        for item, places in named
    ]
    figures["places_right_name"] = sum(hits) / max(1, len(hits))
    counts["places"] = len(found)


def _pairs(tagger: Tagger, test: Path, figures: Any, counts: Any, classes: Any, groups: Any) -> None:
    found = rows(test / "pairs.jsonl")
    said = judge_many([(row["a"], row["b"]) for row in found], encoder=tagger.encoder, folder=tagger.folder)
    figures["duplicates_average_precision"] = average_precision(
        [j.score for j in said], [row["label"] == "duplicate" for row in found]
    )
    figures["similar_macro_f1"] = macro_f1([row["label"] for row in found], [j.label for j in said], LABELS)
    classes["similar"] = per_label([row["label"] for row in found], [j.label for j in said], LABELS)
    counts["pairs"] = len(found)


def _parts(tagger: Tagger, test: Path, figures: Any, counts: Any, classes: Any, groups: Any) -> None:
    found = rows(test / "splits.jsonl")
    said = [a.parts for a in tagger.pipe([row["text"] for row in found])]
    figures["parts_right_number"] = sum(len(s) == len(row["parts"]) for s, row in zip(said, found, strict=True)) / max(
        1, len(found)
    )
    counts["splits"] = len(found)


def _keyphrases(tagger: Tagger, test: Path, figures: Any, counts: Any, classes: Any, groups: Any) -> None:
    found = rows(test / "keyphrases.jsonl")
    said = [{p.lower() for p in a.keyphrases} for a in tagger.pipe([row["text"] for row in found])]
    wanted = [{p.lower() for p in row["expected"]} for row in found]
    figures["keyphrases_recall"] = sum(len(w & s) for w, s in zip(wanted, said, strict=True)) / max(
        1, sum(map(len, wanted))
    )
    counts["keyphrases"] = len(found)


# Which models a set's figures come from; what is not here comes from rules and lists alone.
_READS: Mapping[str, frozenset[str]] = {
    "fields": frozenset(("field", "kind", "wish", "language")),
    "moderation": frozenset(("moderation",)),
    "languages": frozenset(("language",)),
    "pairs": frozenset(("similar", "field")),
}
_MEASURES = {
    "fields": _fields,
    "moderation": _moderation,
    "languages": _languages,
    "personal": _personal,
    "places": _places,
    "pairs": _pairs,
    "splits": _parts,
    "keyphrases": _keyphrases,
}
