"""The marks that components leave on a spaCy Doc. Law: a component writes only the marks it declares."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

from spacy.tokens import Doc

MARKS = (
    "language", "embedding", "grams", "fields", "confident", "kind", "moderation", "care",
    "topics", "keyphrases", "places", "personal_data", "redacted_text", "parts",
)  # fmt: skip

T = TypeVar("T")
_TEXT = "talstimme_text"

for _mark in MARKS:
    Doc.set_extension(_mark, default=None, force=True)


def batches(stream: Iterable[T], size: int) -> Iterator[list[T]]:
    """Cut a stream into lists of at most `size`."""
    rest = iter(stream)
    while batch := list(islice(rest, size)):
        yield batch


def text_of(doc: Doc) -> str:
    """Return the text of a document, joined from its tokens once: a dozen components ask for it."""
    text: str | None = doc.user_data.get(_TEXT)
    if text is None:
        text = doc.user_data[_TEXT] = doc.text
    return text
