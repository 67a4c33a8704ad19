"""Care: danger to life, despair, violence. Law: words decide (`lexicons/care.toml`), because a missed one weighs too
much to learn.
"""

from __future__ import annotations

import re
from functools import cache

from spacy.language import Language
from spacy.tokens import Doc

from nlp.lexicon import lexicon
from nlp.marks import text_of

ORDER = ("despair", "violence", "emergency")  # the most delicate answer first
_APOSTROPHES = str.maketrans({"’": "'", "`": "'"})


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    cues = lexicon("care")
    return tuple((name, re.compile(r"(?<!\w)(?:" + "|".join(cues[name]) + ")")) for name in ORDER)


def care_of(text: str) -> str | None:
    """Say what care a text asks for: None, "emergency", "despair" or "violence"."""
    low = " ".join(text.translate(_APOSTROPHES).lower().split())
    return next((name for name, pattern in _patterns() if pattern.search(low)), None)


@Language.component("talstimme_care", assigns=["doc._.care"])
def mark_care(doc: Doc) -> Doc:
    """Write `care`."""
    doc._.care = care_of(text_of(doc))
    return doc
