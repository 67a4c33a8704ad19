"""Nearest contributions among very many. Law: a short look at all, an exact look at the best few hundred.

Each vector is kept exactly (16-bit, 100 MB for 100,000) and as a 128-dimensional shadow (a fixed random projection,
51 MB) that one
pass of NumPy scans in some ten milliseconds; the candidates are then compared exactly.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SHADOW = 128  # dimensions; the error of a cosine is about 0.09, so true neighbours are among the candidates
CANDIDATES = 800
_SEED = 20220307  # the projection must be the same in every process


class Nearest:
    """An index of unit-length vectors by key, with add, remove and search."""

    def __init__(self, width: int = 512) -> None:
        """Make an empty index for vectors of `width`."""
        self._keys: list[int] = []
        self._row: dict[int, int] = {}
        self._exact: NDArray[np.float16] = np.zeros((1024, width), dtype=np.float16)
        self._shadow: NDArray[np.float32] = np.zeros((1024, SHADOW), dtype=np.float32)
        random = np.random.default_rng(_SEED)
        self._project = (random.standard_normal((width, SHADOW)) / np.sqrt(SHADOW)).astype(np.float32)

    def __len__(self) -> int:
        return len(self._keys)

    def add(self, key: int, vector: NDArray[np.float32]) -> None:
        """Add or replace the unit-length vector of `key`."""
        row = self._row.get(key)
        if row is None:
            row = len(self._keys)
            self._room(row)
            self._keys.append(key)
            self._row[key] = row
        self._exact[row] = vector
        self._shadow[row] = vector @ self._project

    def _room(self, row: int) -> None:
        if row == len(self._exact):
            self._exact = np.concatenate([self._exact, np.zeros_like(self._exact)])
            self._shadow = np.concatenate([self._shadow, np.zeros_like(self._shadow)])

    def remove(self, key: int) -> None:
        """Forget `key`; an unknown key changes nothing."""
        row = self._row.pop(key, None)
        if row is None:
            return
        last = self._keys.pop()
        if last != key:
            self._keys[row], self._row[last] = last, row
            self._exact[row], self._shadow[row] = self._exact[len(self._keys)], self._shadow[len(self._keys)]

    def search(self, vector: NDArray[np.float32], *, limit: int = 10) -> list[tuple[int, float]]:
        """Give up to `limit` keys with their cosine, nearest first."""
        count = len(self._keys)
        if not count:
            return []
        vector = np.asarray(vector, dtype=np.float32)
        rough = self._shadow[:count] @ (vector @ self._project)
        rows = _largest(rough, CANDIDATES + limit)
        exact = self._exact[rows].astype(np.float32) @ vector
        best = _largest(exact, limit)
        best = best[np.argsort(-exact[best], kind="stable")]
        return [(self._keys[rows[at]], float(exact[at])) for at in best]


def _largest(scores: NDArray[np.float32], wanted: int) -> NDArray[np.intp]:
    if wanted >= len(scores):
        return np.arange(len(scores))
    return np.argpartition(-scores, wanted)[:wanted]
