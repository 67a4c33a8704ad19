"""One spaCy component a file, each a registered factory. Law: importing this package registers them all."""

from nlp.components import (
    care,
    embedding,
    field,
    keyphrases,
    kind,
    language,
    moderation,
    personal,
    places,
    redaction,
    splitting,
    topics,
)

__all__ = [
    "care",
    "embedding",
    "field",
    "keyphrases",
    "kind",
    "language",
    "moderation",
    "personal",
    "places",
    "redaction",
    "splitting",
    "topics",
]
