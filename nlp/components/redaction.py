"""Redaction: the text with personal data replaced by readable words ("[Telefon]")."""

from __future__ import annotations

from collections.abc import Sequence

from spacy.language import Language
from spacy.tokens import Doc

from nlp.analysis import PersonalDatum
from nlp.lexicon import lexicon
from nlp.marks import text_of


@Language.component("talstimme_redaction", assigns=["doc._.redacted_text"], requires=["doc._.personal_data"])
def mark_redacted_text(doc: Doc) -> Doc:
    """Write `redacted_text`."""
    doc._.redacted_text = redact(text_of(doc), doc._.personal_data)
    return doc


def redact(text: str, found: Sequence[PersonalDatum]) -> str:
    """Replace each datum by its word from `lexicons/personal.toml`; `found` is in order and without overlaps."""
    words = lexicon("personal")["redaction"]
    out, at = [], 0
    for datum in found:
        out += [text[at : datum.start], words[datum.type]]
        at = datum.end
    return "".join((*out, text[at:]))
