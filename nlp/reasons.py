"""Why a text was tagged as it was: how much each of its words speaks for a label. Law: plain values out.

A label's score is a sum over n-grams (`nlp.linear`), so each n-gram's share can be told, and is divided among the
characters it spans. What the sentence vector adds belongs to no single word and is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nlp.features import BUCKETS, SIZES, grams, plain, rolled
from nlp.linear import Linear
from nlp.models import read_model

SHOWN = 6
# A word below this share of the strongest one says nothing worth showing.
_WORTH = 0.2


@dataclass(frozen=True, slots=True)
class Reason:
    """A word of the text and how much it speaks for the label, 1 for the word that does most."""

    word: str
    weight: float


def reasons(text: str, model: str, label: str, *, folder: Path | None = None, limit: int = SHOWN) -> list[Reason]:
    """Return the words that speak most for a label of a model ("field" or "kind"), strongest first.

    Empty for a label that the model doesn't know.
    """
    linear = _model(model, folder)
    words = plain(text).split()
    if label not in linear.labels or not words:
        return []
    shares = _by_word(_by_character(text, linear, linear.labels.index(label)), plain(text))
    strongest = max(max(shares), 1e-9)
    ranked = sorted(dict(zip(words, shares, strict=True)).items(), key=lambda pair: -pair[1])
    said = dict(zip(words, text.split(), strict=False))
    found = [Reason(said.get(word, word).strip('.,;:!?()"„“”»«'), share / strongest) for word, share in ranked]
    return [each for each in found if each.weight >= _WORTH and len(each.word) > 1][:limit]


@lru_cache(maxsize=4)
def _model(name: str, folder: Path | None) -> Linear:
    return read_model(name, folder)


def _by_character(text: str, linear: Linear, label: int) -> NDArray[np.float64]:
    """Return how much each character of the plain text speaks for a label, against the mean of all labels."""
    codes = np.frombuffer(plain(text).encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    slots, weights = grams(text)
    share = np.zeros(BUCKETS)
    against = linear.by_gram[slots].mean(axis=1)
    share[slots] = weights * (linear.by_gram[slots, label] - against)
    hashed = {size: rolled(codes, size).astype(np.int64) for size in SIZES if len(codes) >= size}
    times = np.bincount(np.concatenate(list(hashed.values())), minlength=BUCKETS)
    spread = np.zeros(len(codes))
    for size, positions in hashed.items():
        each = share[positions] / times[positions] / size
        for offset in range(size):
            spread[offset : offset + len(each)] += each
    return spread


def _by_word(spread: NDArray[np.float64], text: str) -> list[float]:
    found, start = [], 0
    for word in text.split():
        at = text.index(word, start)
        found.append(float(spread[at : at + len(word)].sum()))
        start = at + len(word)
    return found
