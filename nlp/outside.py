"""Measuring on the outside data sets. Law: they lie where they lie; what stays is figures, never a text."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nlp.examples import bonn_kinds, bonn_sentences, bonn_texts, germeval
from nlp.fitting import Material, fit, folds, material
from nlp.metrics import PerLabel, macro_f1, per_label
from nlp.pipeline import Tagger
from nlp.training import WISH
from nlp.wishes import TWO, wishing

COARSE = ("OTHER", "OFFENSE")


def measure_outside(
    tagger: Tagger,
    data: Path,
    figures: dict[str, float],
    counts: dict[str, int],
    classes: dict[str, Mapping[str, PerLabel]],
) -> None:
    """Add the figures on the Bonn contributions (fields, false alarms, kind) and on the held-out fifth of GermEval."""
    said = list(tagger.pipe([text for _, text in bonn_texts(data)]))
    first = [a.fields[0].label for a in said]
    figures["bonn_mobility_first"] = first.count("mobility") / len(first)
    figures["bonn_not_wrongly_none"] = 1 - first.count("none") / len(first)
    quiet = [a.moderation.label == "ok" for a in said]
    figures["bonn_not_accused"] = sum(quiet) / len(quiet)
    figures["bonn_not_accused_unseen_half"] = sum(quiet[1::2]) / len(quiet[1::2])
    figures["bonn_with_place"] = sum(bool(a.places) for a in said) / len(said)
    counts["bonn"] = len(said)
    _held_out_tweets(tagger, data, figures, counts, classes)
    figures["kind_bonn_macro_f1"], counts["kind_bonn"] = kind_in_cross_validation(data)


def _held_out_tweets(tagger: Tagger, data: Path, figures: Any, counts: Any, classes: Any) -> None:
    _, held = germeval(data)
    said = ["OTHER" if a.moderation.label in ("ok", "spam") else "OFFENSE" for a in tagger.pipe([e.text for e in held])]
    right = ["OTHER" if e.labels[0] == "ok" else "OFFENSE" for e in held]
    figures["germeval_macro_f1"] = macro_f1(right, said, COARSE)
    classes["germeval"] = per_label(right, said, COARSE)
    counts["germeval"] = len(held)


def kind_in_cross_validation(data: Path) -> tuple[float, int]:
    """Give the macro-F1 of idea vs problem over the Bonn documents, each judged by its sentences with a model that saw
    none of them.
    """
    documents, parts = bonn_kinds(data), bonn_sentences(data)
    stuff: Material = material(parts, None)
    said: dict[str, str] = {}
    for train, test in folds(documents, 5, grouped=True):
        seen = {documents[row].group for row in train}
        model = fit(stuff, WISH, [row for row, part in enumerate(parts) if part.group in seen])
        for row in test:
            said[documents[row].group] = TWO[int(wishing(model, documents[row].text) < 0)]
    right = [document.labels[0] for document in documents]
    return macro_f1(right, [said[document.group] for document in documents], TWO), len(documents)
