"""Similar contributions. Law: a small learned judge decides; the sentence vector alone cannot tell "same wish" from "same place, other wish".

What the judge sees of a pair: sentence vectors, n-grams, shared lemmas and compound parts, shared or clashing places, opposite
polarity, how different the lengths are. `Nearest` finds the candidates that are worth judging.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np

from nlp.analysis import Analysis
from nlp.components.places import find_places
from nlp.encoder import shared_encoder
from nlp.features import Grams, grams
from nlp.lemmas import word
from nlp.lexicon import lexicon, words
from nlp.linear import Floats, Linear, softmax
from nlp.models import read_model
from nlp.nearest import Nearest

__all__ = ["Judgement", "Nearest", "compare", "judge", "judge_many", "sketches"]
LABELS = ("different", "related", "duplicate")
_WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True, slots=True)
class Judgement:
    """How alike two texts are: `score` from 0 to 1, `label` duplicate, related or different."""

    score: float
    label: str


@dataclass(frozen=True, slots=True)
class Sketch:
    """What the judge needs to know of one text."""

    vector: Floats
    grams: Grams
    content: frozenset[str]
    parts: frozenset[str]
    places: frozenset[str]
    negated: bool
    less: bool
    length: int


def judge(a: Analysis | str, b: Analysis | str, *, encoder: str = "bundled") -> Judgement:
    """Judge one pair."""
    return judge_many([(a, b)], encoder=encoder)[0]


def judge_many(pairs: Sequence[tuple[Analysis | str, Analysis | str]], *, encoder: str = "bundled") -> list[Judgement]:
    """Judge pairs in one go; each text is read once."""
    if not pairs:
        return []
    model, known = _model(), sketches([item for pair in pairs for item in pair], shared_encoder(encoder).encode)
    features = np.stack([compare(a, b) for a, b in zip(known[::2], known[1::2], strict=True)])
    chances = softmax((features @ model.by_vector + model.bias) / np.float32(model.temperature))
    return [_judgement(row, model) for row in chances]


def _judgement(row: Floats, model: Linear) -> Judgement:
    duplicate, related = float(row[LABELS.index("duplicate")]), float(row[LABELS.index("related")])
    return Judgement(round(min(1.0, duplicate + related / 2), 4), LABELS[int(np.argmax(row))])


@cache
def _model() -> Linear:
    return read_model("similar")


def sketches(items: Sequence[Analysis | str], encode: Callable[[Sequence[str]], Floats]) -> list[Sketch]:
    """Read texts for judging; an `Analysis` lends its places."""
    texts = [item if isinstance(item, str) else item.text for item in items]
    vectors = encode(texts)
    return [_sketch(item, text, vector) for item, text, vector in zip(items, texts, vectors, strict=True)]


def _sketch(item: Analysis | str, text: str, vector: Floats) -> Sketch:
    places = find_places(text) if isinstance(item, str) else item.places
    rest = _without(text, [(place.start, place.end) for place in places])
    tokens = [match.group() for match in _WORD.finditer(rest)]
    low = frozenset(token.lower() for token in tokens)
    content, parts = _content(tuple(tokens))
    cues = lexicon("polarity")
    return Sketch(
        vector=vector,
        grams=grams(text),
        content=content,
        parts=parts,
        places=frozenset(place.name or place.text for place in places),
        negated=not low.isdisjoint(cues["negations"]),
        less=not low.isdisjoint(cues["less"]),
        length=len(tokens),
    )


def _without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    for start, end in sorted(spans, reverse=True):
        text = text[:start] + " " + text[end:]
    return text


@lru_cache(maxsize=4096)
def _content(tokens: tuple[str, ...]) -> tuple[frozenset[str], frozenset[str]]:
    kept = [word(token) for token in tokens if token.lower() not in words("stop_words")]
    return frozenset(w.lemma.lower() for w in kept), frozenset(part for w in kept for part in w.parts if len(part) > 2)


def compare(a: Sketch, b: Sketch) -> Floats:
    """Give the features of a pair, the same in both orders."""
    near = float(a.vector @ b.vector)
    shared, clash = bool(a.places & b.places), bool(a.places and b.places and not a.places & b.places)
    opposite = float(a.negated != b.negated) + float(a.less != b.less)
    lemmas, parts, letters = _overlap(a.content, b.content), _overlap(a.parts, b.parts), _cosine(a.grams, b.grams)
    longer = max(a.length, b.length, 1)
    row = (
        near, near**2, max(0.0, near - 0.5), letters, lemmas, parts, near * parts, near * letters,
        float(shared), float(clash), near * float(clash), near * float(shared), opposite, near * opposite,
        min(a.length, b.length) / longer, float(longer < 4),
    )  # fmt: skip
    return np.array(row, dtype=np.float32)


def _overlap(a: frozenset[str], b: frozenset[str]) -> float:
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0


def _cosine(a: Grams, b: Grams) -> float:
    _, left, right = np.intersect1d(a[0], b[0], assume_unique=True, return_indices=True)
    return float(a[1][left] @ b[1][right])
