"""Wishes: does a text wish for something, or does it only complain? Law: one sentence that wishes makes an idea.

A sentence is judged by its n-grams alone; a text wishes as much as its most wishing sentence.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from nlp.features import grams
from nlp.linear import Linear, logits

TWO = ("idea", "problem")
_END = re.compile(r"(?<=[.!?])\s+|\n+")


def sentences(text: str) -> list[str]:
    """Cut a text at its full stops and lines; never empty."""
    return [part for part in _END.split(text) if part.strip()] or [text]


def wishing(model: Linear, text: str) -> float:
    """Give the raw score of the most wishing sentence: above 0 something is wished for."""
    scores = logits(model, [grams(part) for part in sentences(text)])
    return float((scores[:, 0] - scores[:, 1]).max())


def weighed(row: NDArray[np.float32], idea: int, problem: int, score: float) -> NDArray[np.float32]:
    """Divide what a row of probabilities gives to idea and problem together by the score of the sentences."""
    share = 1 / (1 + np.exp(-score))
    out, both = row.copy(), row[idea] + row[problem]
    out[idea], out[problem] = both * share, both * (1 - share)
    return out
