"""Figures of quality. Law: plain lists in, numbers out; every figure is computed here once, for report and tests
alike.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BOOTSTRAPS = 1000
BINS = 10


@dataclass(frozen=True, slots=True)
class PerLabel:
    """Precision, recall and F1 of one label, and how many right examples it has."""

    precision: float
    recall: float
    f1: float
    n: int


def per_label(right: Sequence[str], said: Sequence[str], labels: Sequence[str]) -> dict[str, PerLabel]:
    """Give precision, recall and F1 for each label."""
    found = {}
    for label in labels:
        both = sum(r == s == label for r, s in zip(right, said, strict=True))
        claimed, actual = sum(s == label for s in said), sum(r == label for r in right)
        precision, recall = both / claimed if claimed else 0.0, both / actual if actual else 0.0
        f1 = 2 * precision * recall / (precision + recall) if both else 0.0
        found[label] = PerLabel(precision, recall, f1, actual)
    return found


def macro_f1(right: Sequence[str], said: Sequence[str], labels: Sequence[str]) -> float:
    """Give the mean F1 over `labels`."""
    return float(np.mean([label.f1 for label in per_label(right, said, labels).values()]))


def interval(right: Sequence[str], said: Sequence[str], labels: Sequence[str]) -> tuple[float, float]:
    """Give the 95 % bootstrap interval of the macro-F1 (drawn with a fixed seed, so it is the same every time)."""
    codes = {label: number for number, label in enumerate(dict.fromkeys([*labels, *right, *said]))}
    truth, claim = (np.array([codes[label] for label in side]) for side in (right, said))
    random = np.random.default_rng(0)
    drawn = [
        _macro(truth[rows], claim[rows], len(labels))
        for rows in random.integers(0, len(truth), (BOOTSTRAPS, len(truth)))
    ]
    low, high = np.quantile(drawn, [0.025, 0.975])
    return float(low), float(high)


def _macro(truth: NDArray[np.int64], claim: NDArray[np.int64], count: int) -> float:
    size = int(max(truth.max(), claim.max(), count - 1)) + 1
    both = np.bincount(truth[truth == claim], minlength=size)[:count]
    every = np.bincount(truth, minlength=size)[:count] + np.bincount(claim, minlength=size)[:count]
    return float(np.mean(2 * both / np.maximum(every, 1)))


def calibration_error(scores: Sequence[float], hits: Sequence[bool]) -> float:
    """Give the expected calibration error over ten equal bins."""
    score, hit = np.asarray(scores), np.asarray(hits, dtype=float)
    bins = np.minimum((score * BINS).astype(int), BINS - 1)
    gaps = [
        abs(score[bins == b].mean() - hit[bins == b].mean()) * (bins == b).mean()
        for b in range(BINS)
        if (bins == b).any()
    ]
    return float(sum(gaps))


def accuracy_at(scores: Sequence[float], hits: Sequence[bool], shares: Sequence[float]) -> dict[float, float]:
    """Give the accuracy over the surest share of texts, for each share."""
    order = np.argsort(-np.asarray(scores), kind="stable")
    hit = np.asarray(hits, dtype=float)[order]
    return {share: float(hit[: max(1, round(share * len(hit)))].mean()) for share in shares}


def average_precision(scores: Sequence[float], wanted: Sequence[bool]) -> float:
    """Give the area under precision over recall, by rank."""
    order = np.argsort(-np.asarray(scores), kind="stable")
    hit = np.asarray(wanted, dtype=float)[order]
    precision = np.cumsum(hit) / np.arange(1, len(hit) + 1)
    return float((precision * hit).sum() / max(hit.sum(), 1))


def overlap(
    right: Sequence[Sequence[tuple[int, int]]], said: Sequence[Sequence[tuple[int, int]]]
) -> tuple[float, float, float]:
    """Give precision, recall and F1 of spans, where touching the right span counts."""
    found = sum(any(_touch(r, s) for s in b) for a, b in zip(right, said, strict=True) for r in a)
    sound = sum(any(_touch(r, s) for r in a) for a, b in zip(right, said, strict=True) for s in b)
    recall, precision = found / max(1, sum(map(len, right))), sound / max(1, sum(map(len, said)))
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


def _touch(a: tuple[int, int], b: tuple[int, int]) -> bool:
    return a[0] < b[1] and b[0] < a[1]


def by(keys: Sequence[str], figure: Callable[[list[int]], float]) -> Mapping[str, tuple[float, int]]:
    """Compute a figure for the rows of each key; gives figure and number of rows, in order of the keys' names."""
    groups: dict[str, list[int]] = {}
    for row, key in enumerate(keys):
        groups.setdefault(key, []).append(row)
    return {key: (figure(groups[key]), len(groups[key])) for key in sorted(groups)}
