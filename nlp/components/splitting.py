"""Several ideas in one text. Law: parts are stretches of the text itself, in order; one idea gives one part.

A new part begins at a list sign ("2.", "-"), at a word that announces another matter ("Außerdem"), and nowhere else:
a text cut once too often is worse than one left whole.
"""

from __future__ import annotations

import itertools
import re
from functools import cache
from itertools import pairwise

from spacy.language import Language
from spacy.tokens import Doc

from nlp.lexicon import lexicon
from nlp.marks import text_of

_SIGN = re.compile(r"^(?:\d{1,2}[.):,]|[-–*•+/]|\(?[a-d]\))\s+")
SHORTEST = 3  # words: less is a heading or a greeting, and stays with what follows


@Language.component("talstimme_splitting", assigns=["doc._.parts"])
def mark_parts(doc: Doc) -> Doc:
    """Write `parts`."""
    doc._.parts = split(text_of(doc))
    return doc


@cache
def _beginning() -> re.Pattern[str]:
    rules = lexicon("splitting")
    cues = "|".join(rules["announce"])
    counted = "|".join(rules["counted"])
    listed = (
        r"(?<=\n)[ \t]*(?:\d{1,2}[.):,]|[-–*•])\s+|(?:(?<=\s)|^)(?:\d{1,2}[.)]|\(?[a-d]\))\s+(?=\D)"
        r"|(?<=\w\s)[+/]\s(?=\w)"
    )
    return re.compile(
        rf"{listed}|(?:(?<=[.!?;\n,]\s)|(?<=[.!?;\n]))(?:(?:{cues})(?!\w))|(?<=\w\s)(?:{counted})\b", re.I
    )


@cache
def _sentence() -> re.Pattern[str]:
    return re.compile(r"(?<=[.!?])\s+(?=[A-ZÄÖÜ])")


def _parallel(text: str) -> list[int]:
    """Give where sentences begin like the one before ("Was nervt: ... Was fehlt: ...") and so list wishes."""
    starts = [0, *(match.end() for match in _sentence().finditer(text))]
    first = [text[start:].split(maxsplit=1)[0].lower() if text[start:].strip() else "" for start in starts]
    alike = lexicon("splitting")["parallel"]
    return [start for start, (a, b) in zip(starts[1:], pairwise(first), strict=True) if a == b and a in alike]


def split(text: str) -> tuple[str, ...]:
    """Cut a text into its ideas; a text with one idea comes back whole."""
    found = {match.start() for match in _beginning().finditer(text)} | set(_parallel(text))
    cuts = [0, *sorted(found - {0}), len(text)]
    parts: list[str] = []
    for start, end in itertools.pairwise(cuts):
        part = _SIGN.sub("", text[start:end].strip(" \n\t,;"))
        if parts and len(parts[-1].split()) < SHORTEST:
            parts[-1] = f"{parts[-1]} {part}".strip()
        elif part:
            parts.append(part)
    if len(parts) > 1 and len(parts[-1].split()) < SHORTEST:
        last = parts.pop()
        parts[-1] = f"{parts[-1]} {last}"
    return tuple(parts) or (text,)
