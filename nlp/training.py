"""Training. Law: from examples to weights in under a minute; nothing here runs while the bot answers.

Four models: `language` and `field` from the project's own texts; `kind` and `moderation` also from the data sets in
an outside folder.
Without that folder the shipped ones of these two are kept unless corrections say more.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse  # type: ignore[import-untyped]

from nlp.components.topics import cue_counts, vocabulary
from nlp.encoder import Encoder, shared_encoder
from nlp.examples import (
    Correction,
    Example,
    bonn_kinds,
    bonn_texts,
    contributions,
    field_examples,
    germeval,
    kind_examples,
    language_examples,
    moderation_examples,
    rows,
)
from nlp.features import BUCKETS
from nlp.fitting import Material, Recipe, accept_from, fit, folds, material, temperature, unseen_logits
from nlp.lexicon import lexicon
from nlp.linear import Linear, probabilities, save, softmax
from nlp.metrics import macro_f1
from nlp.models import SHIPPED
from nlp.similar import LABELS, compare, sketches

FIELDS = (
    "citizens",
    "living",
    "environment",
    "mobility",
    "administration",
    "economy",
    "learning",
    "quarters",
    "climate",
    "none",
)
KINDS = ("problem", "opinion", "idea", "question", "praise", "defect", "emergency", "other")
MODERATION = ("ok", "insult", "threat", "hate", "spam", "sexual")
LANGUAGES = ("de", "en", "tr", "ar", "uk", "ru", "it", "pl", "el")

FIELD = Recipe(FIELDS, by_gram=0.8, cues=len(vocabulary()))
KIND = Recipe(KINDS, by_gram=0.8, balanced=False)
MODERATE = Recipe(MODERATION, by_gram=1.0, balanced=False)
LANGUAGE = Recipe(LANGUAGES, by_gram=1.0, by_vector=0.0, strength=5.0)

SIMILAR = Recipe(LABELS, by_gram=0.0, by_vector=1.0, strength=0.03)
_NOTHING = (np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32))
_NO_GRAMS = np.zeros((1, len(LABELS)), dtype=np.float32)

OUTSIDE = 0.5  # what an example from an outside data set weighs beside one of our own
NAMED = 0.5  # what a named thing weighs beside a whole text
THRESHOLDS = tuple(step / 50 for step in range(10, 45))
LENIENT = 0.01  # of F1 given up so that honest anger is accused less
CALM = 0.3  # what an ordinary contribution weighs as an example of `ok`
CORRECTED = 3.0  # what a person's correction weighs beside an invented example
FALSE_ALARMS = 0.015  # share of honest contributions that may be held back; half a point under the promise of 2 %
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class TrainingReport:
    """What was learned: examples used and cross-validated figures a model, and which models were kept as they were."""

    examples: dict[str, int]
    figures: dict[str, dict[str, float]]
    kept: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default=())


def _quiet(_: str) -> None:
    return None


def train(
    corpus: Path,
    data: Path | None,
    corrections: Iterable[Correction],
    target: Path,
    *,
    progress: Progress = _quiet,
    encoder: str = "bundled",
) -> TrainingReport:
    """Learn all models into `target` (our own in it, those from outside data beside them with their licence).

    `corpus` is the folder of training texts, `data` that of the outside data sets or None.
    """
    corrected = list(corrections)
    encode = shared_encoder(encoder)
    found = contributions(corpus)
    cards: dict[str, dict[str, float]] = {}
    sizes: dict[str, int] = {}
    for name, recipe, examples, vectors in _own(found, corpus, corrected):
        progress(name)
        stuff = material(examples, encode if vectors else None)
        card = _card(encoder, vectors, "own examples")
        if name == "field":
            card["topics"] = [topic.key for topic in vocabulary()]
            stuff = _with_cues(stuff, card["topics"])
        model, cards[name] = learned(stuff, recipe, card)
        sizes[name] = len(examples)
        save(model, target, name)
    progress("similar")
    model, cards["similar"] = _similar(corpus, encode)
    sizes["similar"] = len(rows(corpus / "pairs.jsonl"))
    save(model, target, "similar")
    if data is None:
        _keep(target)
        return TrainingReport(sizes, cards, ("kind", "moderation"))
    progress("kind")
    stuff = material(_kinds(found, corrected, data), encode)
    model, cards["kind"] = learned(stuff, KIND, _card(encoder, True, "own examples, cimt-arguments-bonn"))
    sizes["kind"] = len(stuff.examples)
    save(model, target, "kind")
    progress("moderation")
    model, cards["moderation"], sizes["moderation"] = _moderation(corpus, data, encode)
    save(model, target, "moderation")
    return TrainingReport(sizes, cards)


def _own(
    found: list[dict[str, Any]], corpus: Path, corrected: Sequence[Correction]
) -> Iterable[tuple[str, Recipe, list[Example], bool]]:
    yield "language", LANGUAGE, language_examples(corpus), False
    yield "field", FIELD, field_examples(found) + _words() + _corrections(corrected, "field"), True


def _with_cues(stuff: Material, keys: Sequence[str]) -> Material:
    counts = np.stack([cue_counts(example.text, keys) for example in stuff.examples])
    return Material(stuff.examples, stuff.grams, np.hstack([stuff.vectors, counts]), stuff.sparse)


def _words() -> list[Example]:
    """Give the things that `lexicons/field_words.toml` names by field."""
    lines = lexicon("field_words").items()
    return [
        Example(word.strip(), (label,), "words", NAMED)
        for label, line in lines
        for word in line.split(";")
        if word.strip()
    ]


def _corrections(corrected: Sequence[Correction], kind: str) -> list[Example]:
    return [Example(c.text, (c.label,), c.source, CORRECTED) for c in corrected if c.type == kind]


def _kinds(found: list[dict[str, Any]], corrected: Sequence[Correction], data: Path) -> list[Example]:
    outside = [Example(e.text, e.labels, e.group, OUTSIDE) for e in bonn_kinds(data)]
    return kind_examples(found) + _corrections(corrected, "kind") + outside


def _card(encoder: str, vectors: bool, source: str) -> dict[str, Any]:
    return {"encoder": encoder if vectors else None, "learned_from": source}


def learned(stuff: Material, recipe: Recipe, card: dict[str, Any]) -> tuple[Linear, dict[str, float]]:
    """Learn a model and what cross-validation says of it; calibrated, with the score from which it may decide alone."""
    scores = unseen_logits(stuff, recipe, folds(stuff.examples))
    divisor = temperature(scores, stuff.examples, recipe.labels)
    chances = softmax(np.asarray(scores / divisor, dtype=np.float32))
    right = np.array(
        [recipe.labels[best] in e.labels for best, e in zip(chances.argmax(axis=1), stuff.examples, strict=True)]
    )
    found = {"accuracy": float(right.mean()), "accept_from": accept_from(chances, right)}
    model = fit(stuff, recipe)
    shape = Linear(model.labels, model.by_gram, model.by_vector, model.bias, divisor, {**card, **found})
    return shape, found


def _moderation(corpus: Path, data: Path, encode: Encoder) -> tuple[Linear, dict[str, float], int]:
    tweets, _ = germeval(data)
    calm = [Example(row["text"], ("ok",), weight=CALM) for row in contributions(corpus) if row["fields"]]
    examples = [*tweets, *moderation_examples(corpus), *calm]
    stuff = material(examples, encode)
    model, found = learned(stuff, MODERATE, _card(encode.name, True, "own examples, germeval2018"))
    found["alarm_from"] = _alarm_from(model, stuff, data, encode)
    card = {**model.card, **found}
    whole = Linear(model.labels, model.by_gram, model.by_vector, model.bias, model.temperature, card)
    return whole, found, len(examples)


def _alarm_from(model: Linear, stuff: Material, data: Path, encode: Encoder) -> float:
    """Choose the most lenient threshold that parts unseen offence from the rest almost as well as the best, and never
    one that holds back more than
    `FALSE_ALARMS` of half of the Bonn contributions; the other half measures.
    """
    ok = model.labels.index("ok")
    scores = unseen_logits(stuff, MODERATE, folds(stuff.examples)) / np.float32(model.temperature)
    alarm = 1 - softmax(scores)[:, ok]
    right = ["ok" if example.labels[0] == "ok" else "held" for example in stuff.examples]
    honest = material([Example(text, ("ok",)) for _, text in bonn_texts(data)[::2]], encode)
    quiet = 1 - probabilities(model, honest.grams, honest.vectors)[:, ok]
    least = float(np.quantile(quiet, 1 - FALSE_ALARMS))
    figures = {
        c: macro_f1(right, ["held" if a >= c else "ok" for a in alarm], ("ok", "held"))
        for c in THRESHOLDS
        if c >= least
    }
    return max((c for c, f1 in figures.items() if f1 >= max(figures.values()) - LENIENT), default=max(THRESHOLDS))


def _similar(corpus: Path, encode: Encoder) -> tuple[Linear, dict[str, float]]:
    """Learn the judge of pairs from labelled pairs; features are scaled inside the weights."""
    pairs = rows(corpus / "pairs.jsonl")
    known = sketches([text for pair in pairs for text in (pair["a"], pair["b"])], encode.encode)
    seen = np.stack([compare(a, b) for a, b in zip(known[::2], known[1::2], strict=True)])
    middle, spread = seen.mean(axis=0), np.maximum(seen.std(axis=0), 1e-6)
    examples = [Example(f"{pair['a']}\n{pair['b']}", (pair["label"],)) for pair in pairs]
    empty = sparse.csr_matrix((len(pairs), BUCKETS), dtype=np.float32)
    stuff = Material(examples, [_NOTHING] * len(pairs), ((seen - middle) / spread).astype(np.float32), empty)
    model, found = learned(stuff, SIMILAR, _card(encode.name, True, "own pairs"))
    by_vector = model.by_vector / spread[:, None]
    bias = model.bias - (middle / spread) @ model.by_vector
    return Linear(model.labels, _NO_GRAMS, by_vector, bias, model.temperature, model.card), found


def _keep(target: Path) -> None:
    """Put the shipped models that need outside data beside the new ones."""
    for name in ("kind", "moderation"):
        for folder in SHIPPED:
            for path in folder.glob(f"{name}.*"):
                if path.parent != target:
                    shutil.copy2(path, target / path.name)
