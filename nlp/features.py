"""Text to hashed character n-grams. Law: training and inference go through the same two functions, NumPy alone.

A text becomes unit-length sparse counts over `BUCKETS` slots: n-grams of 2 to 5 characters that may cross one space
(so "kein Licht" and "Licht" differ), with sublinear counts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

BUCKETS = 1 << 16
SIZES = (2, 3, 4, 5)
LONGEST = 2000  # characters looked at; what a contribution is about is said by then

_PRIME = np.uint64(1_099_511_628_211)  # FNV's prime: spreads neighbours well and is cheap
_MIX = np.uint64(0x9E3779B97F4A7C15)  # 2^64 / golden ratio, the usual multiplicative finisher
_SHIFT = np.uint64(64 - 16)
_DIGIT = re.compile(r"\d")
_SPACE = re.compile(r"\s+")

Grams = tuple[NDArray[np.int64], NDArray[np.float32]]


def plain(text: str) -> str:
    """Lower case, digits as 0, single spaces, a space at both ends."""
    return f" {_SPACE.sub(' ', _DIGIT.sub('0', text[:LONGEST].lower())).strip()} "


def grams(text: str) -> Grams:
    """Give the slots of a text's n-grams and their weights (unit length)."""
    codes = np.frombuffer(plain(text).encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    hashed = [rolled(codes, size) for size in SIZES if len(codes) >= size]
    slots, counts = np.unique(np.concatenate(hashed), return_counts=True)
    weights = 1.0 + np.log(counts)
    return slots.astype(np.int64), (weights / np.sqrt(weights @ weights)).astype(np.float32)


def rolled(codes: NDArray[np.uint64], size: int) -> NDArray[np.uint64]:
    """Give the slot of each n-gram of a size, in the order of the text."""
    total = np.full(len(codes) - size + 1, size, dtype=np.uint64)
    for offset in range(size):
        total = total * _PRIME + codes[offset : len(codes) - size + 1 + offset]
    return np.asarray((total * _MIX) >> _SHIFT)


def project(batch: Sequence[Grams], weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """Multiply sparse rows with dense `weights` (BUCKETS x labels); gives rows x labels."""
    out = np.zeros((len(batch), weights.shape[1]), dtype=np.float32)
    for row, (slots, values) in enumerate(batch):
        out[row] = values @ weights[slots]
    return out
