"""What field, kind and moderation share: a softmax over a batch of docs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from spacy.tokens import Doc

from nlp.linear import Linear, probabilities
from nlp.marks import batches, text_of

Write = Callable[[Doc, NDArray[np.float32]], None]


@dataclass(frozen=True, slots=True)
class Classify:
    """Scores docs with `model` and lets `write` turn the row of probabilities into marks; `more` adds columns to the
    vector.
    """

    model: Linear
    write: Write
    more: Callable[[str], NDArray[np.float32]] | None = None

    def __call__(self, doc: Doc) -> Doc:
        return next(self.pipe([doc]))

    def pipe(self, stream: Iterable[Doc], batch_size: int = 64) -> Iterator[Doc]:
        """Score docs in batches."""
        for docs in batches(stream, batch_size):
            vectors = np.stack([doc._.embedding for doc in docs])
            if self.more:
                vectors = np.hstack([vectors, np.stack([self.more(text_of(doc)) for doc in docs])])
            for doc, row in zip(docs, probabilities(self.model, [d._.grams for d in docs], vectors), strict=True):
                self.write(doc, row)
                yield doc
