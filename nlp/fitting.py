"""Learning a `Linear` model. Law: scikit-learn is imported here and in evaluation only; what comes out needs NumPy
alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse  # type: ignore[import-untyped]
from scipy.optimize import minimize_scalar  # type: ignore[import-untyped]
from sklearn.model_selection import GroupKFold, StratifiedKFold

from nlp.descent import descend
from nlp.encoder import Encoder
from nlp.examples import Example
from nlp.features import BUCKETS, Grams, grams
from nlp.linear import Linear, softmax

Floats = NDArray[np.float32]
FIRST = 0.65  # what the better of two right labels weighs; the rest goes to the others
ROUNDS = 40  # of L-BFGS; more changes no figure's second decimal
RARE = 2  # n-grams of fewer texts than this teach nothing


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one model is learned: what n-grams, sentence vector and cues behind it weigh, and how freely (`strength`,
    as the C of a logistic regression).
    """

    labels: tuple[str, ...]
    by_gram: float = 0.5
    by_vector: float = 2.0
    strength: float = 1.0
    by_cue: float = 0.5
    cues: int = 0
    balanced: bool = True


@dataclass(frozen=True, slots=True)
class Material:
    """Examples turned into features, once for all folds."""

    examples: Sequence[Example]
    grams: Sequence[Grams]
    vectors: Floats
    sparse: Any


def material(examples: Sequence[Example], encode: Encoder | None) -> Material:
    """Compute n-grams and, with an encoder, sentence vectors."""
    found = [_grams(example.text) for example in examples]
    texts = [example.text for example in examples]
    vectors = encode.encode(texts) if encode else np.zeros((len(texts), 0), dtype=np.float32)
    return Material(examples, found, vectors, _matrix(found))


_grams = lru_cache(maxsize=20_000)(grams)  # field, kind and language learn from the same texts


def _matrix(found: Sequence[Grams]) -> Any:
    ends = np.cumsum([0] + [len(slots) for slots, _ in found])
    slots = np.concatenate([slots for slots, _ in found])
    values = np.concatenate([values for _, values in found])
    return sparse.csr_matrix((values, slots, ends), shape=(len(found), BUCKETS))


def fit(stuff: Material, recipe: Recipe, chosen: Any = None) -> Linear:
    """Learn from the chosen examples (all when None). Inverse document frequency is folded into the weights."""
    index = np.arange(len(stuff.examples)) if chosen is None else np.asarray(chosen)
    own = stuff.sparse[index]
    frequency = np.bincount(own.indices, minlength=BUCKETS)
    kept = np.flatnonzero(frequency >= RARE)
    idf = ((np.log((1 + len(index)) / (1 + frequency[kept])) + 1) * recipe.by_gram).astype(np.float32)
    left = (own[:, kept] @ sparse.diags(idf)).astype(np.float32).tocsr()
    scale = _scale(stuff.vectors.shape[1], recipe)
    right = np.hstack([stuff.vectors[index] * scale, np.ones((len(index), 1))]).astype(np.float32)
    wanted, weights = _targets([stuff.examples[int(row)] for row in index], recipe)
    grams_part, vector_part = _descend(left, right, wanted, weights, 1 / recipe.strength)
    by_gram = np.zeros((BUCKETS, len(recipe.labels)), dtype=np.float32)
    by_gram[kept] = grams_part * idf[:, None]
    return Linear(recipe.labels, by_gram, vector_part[:-1] * scale[:, None], vector_part[-1])


def _scale(width: int, recipe: Recipe) -> Floats:
    """Weigh the columns: the sentence vector first, cues behind it."""
    scale = np.full(width, recipe.by_vector, dtype=np.float32)
    scale[width - recipe.cues :] = recipe.by_cue
    return scale


def _targets(examples: Sequence[Example], recipe: Recipe) -> tuple[Floats, Floats]:
    """Give each example's wanted distribution over the labels and its weight; `balanced` lets rare labels count as
    much.
    """
    wanted = np.zeros((len(examples), len(recipe.labels)), dtype=np.float32)
    for row, example in enumerate(examples):
        share = FIRST if len(example.labels) > 1 else 1.0
        for rank, label in enumerate(example.labels):
            wanted[row, recipe.labels.index(label)] = share if rank == 0 else (1 - share) / (len(example.labels) - 1)
    weights = np.array([example.weight for example in examples], dtype=np.float32)
    if recipe.balanced:
        mass = np.maximum((wanted * weights[:, None]).sum(axis=0), 1e-6)
        weights = weights * (wanted @ (mass.sum() / (len(mass) * mass))).astype(np.float32)
    return wanted, weights


def _descend(left: Any, right: Floats, wanted: Floats, weights: Floats, penalty: float) -> tuple[Floats, Floats]:
    """Minimise weighted cross entropy with an L2 penalty (L-BFGS); the last row of `right`'s weights, the bias, goes
    free.
    """
    turned, labels, cut = left.T.tocsr(), wanted.shape[1], left.shape[1]
    free = np.ones((right.shape[1], 1), dtype=np.float32)
    free[-1] = 0

    def loss(flat: Floats) -> tuple[float, Floats]:
        both = flat.reshape(-1, labels)
        sparse_part, dense_part = both[:cut], both[cut:]
        chances = softmax(left @ sparse_part + right @ dense_part)
        off = (chances - wanted) * weights[:, None]
        cost = -(weights * (wanted * np.log(np.maximum(chances, 1e-9))).sum(axis=1)).sum()
        kept = dense_part * free
        cost += penalty / 2 * (np.vdot(sparse_part, sparse_part) + np.vdot(kept, kept))
        slope = np.concatenate([turned @ off + small * sparse_part, right.T @ off + small * kept])
        return float(cost), slope.ravel()

    small = np.float32(penalty)
    best = descend(loss, np.zeros((cut + right.shape[1]) * labels, dtype=np.float32), ROUNDS)
    both = best.reshape(-1, labels)
    return both[:cut], both[cut:]


def folds(examples: Sequence[Example], count: int = 3, *, grouped: bool = False) -> list[tuple[Any, Any]]:
    """Split examples: by label, or so that no group is on both sides."""
    first = [example.labels[0] for example in examples]
    if grouped:
        return list(GroupKFold(count).split(first, groups=[example.group for example in examples]))
    return list(StratifiedKFold(count, shuffle=True, random_state=0).split(first, first))


def unseen_logits(stuff: Material, recipe: Recipe, splits: Sequence[tuple[Any, Any]]) -> Floats:
    """Score every example by a model that did not learn from it."""
    from nlp.linear import logits

    out = np.zeros((len(stuff.examples), len(recipe.labels)), dtype=np.float32)
    for train, test in splits:
        model = fit(stuff, recipe, train)
        out[test] = logits(
            model, [stuff.grams[row] for row in test], stuff.vectors[test] if stuff.vectors.shape[1] else None
        )
    return out


def temperature(scores: Floats, examples: Sequence[Example], labels: tuple[str, ...]) -> float:
    """Find the divisor of raw scores that makes probabilities honest (least log loss on unseen examples)."""
    right = np.array([labels.index(example.labels[0]) for example in examples])

    def loss(divisor: float) -> float:
        chances = softmax(np.asarray(scores / divisor, dtype=np.float32))
        return float(-np.log(np.maximum(chances[np.arange(len(right)), right], 1e-9)).mean())

    return float(minimize_scalar(loss, bounds=(0.2, 5.0), method="bounded").x)


def accept_from(chances: Floats, right: NDArray[np.bool_], wanted: float = 0.95) -> float:
    """Find the least top score from which decisions are right in at least `wanted`; above 1 when none is."""
    top = chances.max(axis=1)
    order = np.argsort(-top)
    accuracy = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    good = np.flatnonzero(accuracy >= wanted)
    return float(top[order][good[-1]]) if len(good) and good[-1] >= 20 else 1.01
