"""Training. Law: from examples to weights in under a minute; nothing here runs while the bot answers.

`language`, `field` and `similar` learn from the project's own texts; `kind`, `wish` and `moderation` also from the
data sets in an outside folder. Without that folder the last two are kept, and `kind` is when nobody corrected one.
A model whose examples and recipe did not change since it was learned is kept too: it would come out the same.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
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
    bonn_sentences,
    bonn_texts,
    contributions,
    field_examples,
    germeval,
    kind_examples,
    language_examples,
    moderation_examples,
    pair_rows,
)
from nlp.features import BUCKETS
from nlp.fitting import Material, Recipe, accept_from, fit, folds, material, temperature, unseen_logits
from nlp.lexicon import lexicon
from nlp.linear import Linear, probabilities, read, save, softmax
from nlp.metrics import macro_f1
from nlp.models import model_folder, read_model
from nlp.similar import LABELS, compare, sketches
from nlp.vectors import read_vectors, remembering, vectors_file, write_vectors
from nlp.wishes import TWO

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
WISH = Recipe(TWO, by_gram=1.2, by_vector=0.0)
LANGUAGE = Recipe(LANGUAGES, by_gram=1.0, by_vector=0.0, strength=5.0)

SIMILAR = Recipe(LABELS, by_gram=0.0, by_vector=1.0, strength=0.1)
_NOTHING = (np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32))
_NO_GRAMS = np.zeros((1, len(LABELS)), dtype=np.float32)

OUTSIDE = 0.5  # what an example from an outside data set weighs beside one of our own
NAMED = 0.5  # what a named thing weighs beside a whole text
THRESHOLDS = tuple(step / 50 for step in range(10, 45))
LENIENT = 0.01  # of F1 given up so that honest anger is accused less
CALM = 0.3  # what an ordinary contribution weighs as an example of `ok`
CORRECTED = 3.0  # what a person's correction weighs beside an invented example
FALSE_ALARMS = 0.015  # share of honest contributions that may be held back; half a point under the promise of 2 %
_SOURCES = {
    "kind": "own examples, cimt-arguments-bonn",
    "wish": "cimt-arguments-bonn",
    "moderation": "own examples, germeval2018",
}
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class TrainingReport:
    """What was learned: examples used and cross-validated figures a model, and which models were kept as they were."""

    examples: dict[str, int]
    figures: dict[str, dict[str, float]]
    kept: list[str]


def _quiet(_: str) -> None:
    return None


@dataclass(frozen=True, slots=True)
class _Lesson:
    """One training: where its material lies, where weights go and where those in use lie; notes what came out."""

    corpus: Path
    data: Path | None
    corrected: Sequence[Correction]
    encode: Encoder
    target: Path
    before: Path | None
    report: TrainingReport
    progress: Progress


def train(
    corpus: Path,
    data: Path | None,
    corrections: Iterable[Correction],
    target: Path,
    *,
    before: Path | None = None,
    progress: Progress = _quiet,
    encoder: str = "bundled",
    memory: Path | None = None,
) -> TrainingReport:
    """Learn all models into `target`; `models.settle` puts those from outside data beside them with their licence.

    `corpus` is the folder of training texts, `data` that of the outside data sets or None, `before` that of the weights
    in use (the shipped ones when None), `memory` one where sentence vectors are kept for the next time.
    """
    report, shared, corrected = TrainingReport({}, {}, []), shared_encoder(encoder), list(corrections)
    file = vectors_file(memory, shared) if memory else None
    known = read_vectors(file, shared.width) if file else {}
    lesson = _Lesson(corpus, data, corrected, remembering(shared, known), target, before, report, progress)
    _learn_all(lesson)
    if file and data is None:
        write_vectors(file, known, [each.text for each in corrected])
    return report


def _learn_all(lesson: _Lesson) -> None:
    corpus, data, encode, target = lesson.corpus, lesson.data, lesson.encode, lesson.target
    found = contributions(corpus)
    for name, recipe, examples, vectors in _own(found, corpus, lesson.corrected):
        _learn(lesson, name, recipe, examples, vectors)
    fields = read(target, "field")
    seen = (*_pair_examples(corpus), Example(str(fields.card["fingerprint"]), ()))
    _unless_known(lesson, "similar", SIMILAR, seen, lambda: _similar(corpus, encode, fields))
    kinds = _corrections(lesson.corrected, "kind")
    if data is not None or kinds:
        _learn(lesson, "kind", KIND, _kinds(found, lesson.corrected, data), True)
    else:
        _keep(lesson, "kind")
    if data is None:
        _keep(lesson, "wish")
        _keep(lesson, "moderation")
        return
    _learn(lesson, "wish", WISH, bonn_sentences(data), False)
    tweets = _moderated(corpus, data)
    _unless_known(lesson, "moderation", MODERATE, tweets, lambda: _moderation(tweets, data, encode))


def _learn(lesson: _Lesson, name: str, recipe: Recipe, examples: list[Example], vectors: bool) -> None:
    def learn() -> tuple[Linear, dict[str, float]]:
        outside = _SOURCES.get(name) if lesson.data else None
        card = _card(lesson.encode.name, vectors, outside or "own examples, corrections")
        stuff = material(examples, lesson.encode if vectors else None)
        if name == "field":
            card["topics"] = [topic.key for topic in vocabulary()]
            stuff = _with_cues(stuff, card["topics"])
        return learned(stuff, recipe, card)

    _unless_known(lesson, name, recipe, examples, learn)


def _unless_known(
    lesson: _Lesson, name: str, recipe: Recipe, examples: Sequence[Example], learn: Callable[[], Any]
) -> None:
    """Learn a model, or keep the one in use when it was learned from the same examples in the same way."""
    lesson.progress(name)
    lesson.report.examples[name] = len(examples)
    print_ = _fingerprint(recipe, lesson.encode.name, examples)
    if _in_use(lesson, name) == print_:
        _keep(lesson, name)
        return
    model, lesson.report.figures[name] = learn()
    card = {**model.card, "fingerprint": print_}
    save(replace(model, card=card), lesson.target, name)


def _in_use(lesson: _Lesson, name: str) -> str | None:
    try:
        return read_model(name, lesson.before).card.get("fingerprint")
    except FileNotFoundError:
        return None


def _fingerprint(recipe: Recipe, encoder: str, examples: Sequence[Example]) -> str:
    """Give a short name that changes with any example, the recipe, the vocabulary or the encoder."""
    told = hashlib.sha256(repr((recipe, encoder, [topic.cues for topic in vocabulary()])).encode())
    for example in examples:
        told.update(repr((example.text, example.labels, example.weight)).encode())
    return told.hexdigest()[:16]


def _keep(lesson: _Lesson, name: str) -> None:
    """Put the weights in use beside the new ones."""
    folder = model_folder(name, lesson.before)
    for path in folder.glob(f"{name}.*"):
        lesson.target.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, lesson.target / path.name)
    lesson.report.kept.append(name)


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


def _kinds(found: list[dict[str, Any]], corrected: Sequence[Correction], data: Path | None) -> list[Example]:
    outside = [Example(e.text, e.labels, e.group, OUTSIDE) for e in bonn_kinds(data)] if data else []
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


def _moderated(corpus: Path, data: Path) -> list[Example]:
    tweets, _ = germeval(data)
    calm = [Example(row["text"], ("ok",), weight=CALM) for row in contributions(corpus) if row["fields"]]
    return [*tweets, *moderation_examples(corpus), *calm]


def _moderation(examples: Sequence[Example], data: Path, encode: Encoder) -> tuple[Linear, dict[str, float]]:
    stuff = material(examples, encode)
    model, found = learned(stuff, MODERATE, _card(encode.name, True, _SOURCES["moderation"]))
    found["alarm_from"] = _alarm_from(model, stuff, data, encode)
    return replace(model, card={**model.card, **found}), found


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


def _pair_examples(corpus: Path) -> list[Example]:
    return [
        Example(f"{pair['a']}\n{pair['b']}", (pair["label"],), weight=pair.get("weight", 1.0))
        for pair in pair_rows(corpus)
    ]


def _similar(corpus: Path, encode: Encoder, fields: Linear) -> tuple[Linear, dict[str, float]]:
    """Learn the judge of pairs from labelled pairs; features are scaled inside the weights."""
    pairs, examples = pair_rows(corpus), _pair_examples(corpus)
    texts = list(dict.fromkeys(text for pair in pairs for text in (pair["a"], pair["b"])))
    known = dict(zip(texts, sketches(texts, encode.encode, fields), strict=True))
    seen = np.stack([compare(known[pair["a"]], known[pair["b"]]) for pair in pairs])
    middle, spread = seen.mean(axis=0), np.maximum(seen.std(axis=0), 1e-6)
    empty = sparse.csr_matrix((len(pairs), BUCKETS), dtype=np.float32)
    stuff = Material(examples, [_NOTHING] * len(pairs), ((seen - middle) / spread).astype(np.float32), empty)
    model, found = learned(stuff, SIMILAR, _card(encode.name, True, "own pairs"))
    by_vector = model.by_vector / spread[:, None]
    bias = model.bias - (middle / spread) @ model.by_vector
    return replace(model, by_gram=_NO_GRAMS, by_vector=by_vector, bias=bias), found
