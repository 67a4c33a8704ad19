"""Sentence vector and hashed n-grams: what every learned component reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from spacy.language import Language
from spacy.tokens import Doc

from nlp.encoder import Encoder, shared_encoder
from nlp.features import grams
from nlp.marks import batches, text_of


@dataclass(frozen=True, slots=True)
class Embedding:
    """Writes `embedding` (unit-length vector) and `grams`, a batch at a time."""

    encoder: Encoder

    def __call__(self, doc: Doc) -> Doc:
        return next(self.pipe([doc]))

    def pipe(self, stream: Iterable[Doc], batch_size: int = 64) -> Iterator[Doc]:
        """Encode docs in batches."""
        for docs in batches(stream, batch_size):
            for doc, vector in zip(docs, self.encoder.encode([text_of(doc) for doc in docs]), strict=True):
                doc._.embedding, doc._.grams = vector, grams(text_of(doc))
                yield doc


@Language.factory(
    "talstimme_embedding", assigns=["doc._.embedding", "doc._.grams"], default_config={"encoder": "bundled"}
)
def create(nlp: Language, name: str, encoder: str) -> Embedding:
    """Open the encoder that the config names."""
    return Embedding(shared_encoder(encoder))
