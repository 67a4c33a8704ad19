"""The one kind of model here: softmax over hashed n-grams and a sentence vector. Law: NumPy in, NumPy out, no pickle.

On disk a model is `<name>.npz` (weights, n-gram weights as 8-bit integers with one scale per label: a quarter of the
size, no measurable loss) and `<name>.json` (labels, temperature, encoder, where it was learned).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlp.features import Grams, project

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Linear:
    """Weights of a softmax classifier; `by_vector` has no rows when the sentence vector plays no part."""

    labels: tuple[str, ...]
    by_gram: Floats
    by_vector: Floats
    bias: Floats
    temperature: float = 1.0
    card: Mapping[str, Any] = field(default_factory=dict)


def logits(model: Linear, batch: Sequence[Grams], vectors: Floats | None = None) -> Floats:
    """Give raw scores, texts x labels, before softmax."""
    out = project(batch, model.by_gram) + model.bias
    if vectors is not None and len(model.by_vector):
        out += vectors @ model.by_vector
    return np.asarray(out / model.temperature, dtype=np.float32)


def softmax(scores: Floats) -> Floats:
    """Turn rows of raw scores into rows that sum to one."""
    shifted = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True), dtype=np.float32)


def probabilities(model: Linear, batch: Sequence[Grams], vectors: Floats | None = None) -> Floats:
    """Give calibrated probabilities, texts x labels."""
    return softmax(logits(model, batch, vectors))


def save(model: Linear, folder: Path, name: str) -> None:
    """Write `<name>.npz` and `<name>.json` into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    scale = np.maximum(np.abs(model.by_gram).max(axis=0), 1e-9) / 127
    np.savez_compressed(
        folder / f"{name}.npz",
        by_gram=np.round(model.by_gram / scale).astype(np.int8),
        scale=scale.astype(np.float32),
        by_vector=model.by_vector.astype(np.float16),
        bias=model.bias.astype(np.float32),
    )
    card = {"labels": list(model.labels), "temperature": round(model.temperature, 4), **model.card}
    (folder / f"{name}.json").write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read(folder: Path, name: str) -> Linear:
    """Read what `save` wrote.

    Raises FileNotFoundError when the model is not there, ValueError when an array is damaged.
    """
    card = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    with np.load(folder / f"{name}.npz", allow_pickle=False) as arrays:
        by_gram = arrays["by_gram"].astype(np.float32) * arrays["scale"]
        by_vector, bias = arrays["by_vector"].astype(np.float32), arrays["bias"]
    labels, temperature = tuple(card.pop("labels")), card.pop("temperature")
    return Linear(labels, by_gram, by_vector, bias, temperature, card)
