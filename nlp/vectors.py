"""Sentence vectors remembered from one training to the next. Law: what is kept are vectors of the project's own texts.

Encoding is most of a training, and the texts hardly change. A file holds a hash of each text and its vector in 16 bits;
texts of citizens are encoded anew each time, so that what is deleted leaves nothing behind.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from nlp.encoder import Encoder

Floats = NDArray[np.float32]
Known = dict[bytes, Floats]
# What is said of a file whose writing was broken off: by numpy, by its archive, by what unpacks it.
_DAMAGED = (OSError, ValueError, KeyError, EOFError, NotImplementedError, BadZipFile, zlib.error)


def vectors_file(folder: Path, encoder: Encoder) -> Path:
    """Say where the vectors of an encoder lie in a folder of weights."""
    return folder / f"vectors-{encoder.name}.npz"


def remembering(encode: Encoder, known: Known) -> Encoder:
    """Make an encoder that encodes each text once and writes what it learns into `known`."""

    def remembered(texts: Sequence[str]) -> Floats:
        keys = [_key(text) for text in texts]
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        rounded = encode.encode(list(missing.values())).astype(np.float16).astype(np.float32)
        known.update(zip(missing, rounded, strict=True))
        return np.stack([known[key] for key in keys]) if texts else rounded

    return replace(encode, encode=remembered)


def read_vectors(path: Path, width: int) -> Known:
    """Read what `write_vectors` wrote; a missing, damaged or unfitting file is empty."""
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as arrays:
            keys, rows = arrays["keys"], arrays["rows"].astype(np.float32)
    except _DAMAGED:
        return {}
    return {key.tobytes(): row for key, row in zip(keys, rows, strict=False)} if rows.shape[1:] == (width,) else {}


def write_vectors(path: Path, known: Known, without: Collection[str]) -> None:
    """Write all vectors but those of the texts in `without`."""
    left = known.keys() - {_key(text) for text in without}
    if left:
        path.parent.mkdir(parents=True, exist_ok=True)
        keys = np.frombuffer(b"".join(left), dtype=np.uint8).reshape(len(left), -1)
        np.savez(path, keys=keys, rows=np.stack([known[key] for key in left]).astype(np.float16))


def _key(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16).digest()
