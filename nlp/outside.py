"""Measuring on the outside data sets. Law: they lie where they lie; what stays is figures, never a text."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from nlp.encoder import shared_encoder
from nlp.examples import CORPUS, Example, bonn_kinds, bonn_texts, contributions, germeval, kind_examples
from nlp.fitting import Material, Recipe, fit, folds, material
from nlp.linear import probabilities
from nlp.metrics import PerLabel, macro_f1, per_label
from nlp.pipeline import Tagger

TWO = ("idea", "problem")
BESIDE = 0.1  # what our own short texts weigh beside the Bonn documents
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
    figures["kind_bonn_macro_f1"], counts["kind_bonn"] = kind_in_cross_validation(tagger.encoder, data)


def _held_out_tweets(tagger: Tagger, data: Path, figures: Any, counts: Any, classes: Any) -> None:
    _, held = germeval(data)
    said = ["OTHER" if a.moderation.label in ("ok", "spam") else "OFFENSE" for a in tagger.pipe([e.text for e in held])]
    right = ["OTHER" if e.labels[0] == "ok" else "OFFENSE" for e in held]
    figures["germeval_macro_f1"] = macro_f1(right, said, COARSE)
    classes["germeval"] = per_label(right, said, COARSE)
    counts["germeval"] = len(held)


def kind_in_cross_validation(encoder: str, data: Path) -> tuple[float, int]:
    """Give the macro-F1 of idea vs problem over the Bonn documents, each judged by a model that saw none of its
    sentences.
    """
    outside = bonn_kinds(data)
    found = kind_examples(contributions(CORPUS / "train"))
    own = [Example(e.text, e.labels, weight=BESIDE) for e in found if e.labels[0] in TWO]
    stuff: Material = material([*outside, *own], shared_encoder(encoder))
    recipe = Recipe(TWO, by_gram=1.2, by_vector=1.5)
    said = np.zeros(len(outside), dtype=np.int64)
    rest = np.arange(len(outside), len(stuff.examples))
    for train, test in folds(outside, 5, grouped=True):
        model = fit(stuff, recipe, np.concatenate([train, rest]))
        said[test] = probabilities(model, [stuff.grams[row] for row in test], stuff.vectors[test]).argmax(axis=1)
    return macro_f1([e.labels[0] for e in outside], [TWO[code] for code in said], TWO), len(outside)
