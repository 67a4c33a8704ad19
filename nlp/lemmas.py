"""German lemmas and compounds from HanTa. Law: a word is analysed once and remembered (HanTa alone is slower than
the whole pipeline).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

WORDS_REMEMBERED = 60_000
_PART_TAGS = ("NN", "ADJ", "VV", "NE", "FM")


@dataclass(frozen=True, slots=True)
class Word:
    """A word's lemma as spelt, its tag (STTS without detail: NN, NE, ADJ, VV, ...) and its compound parts in lower
    case.
    """

    lemma: str
    tag: str
    parts: tuple[str, ...]


@cache
def _tagger() -> Any:
    from HanTa.HanoverTagger import HanoverTagger

    return HanoverTagger("morphmodel_ger.pgz")


@lru_cache(maxsize=WORDS_REMEMBERED)
def word(text: str) -> Word:
    """Analyse one word, as it stands in the text ("Straßenlaternen" gives Straßenlaterne, NN, straße + laterne)."""
    lemma, morphs, tag = _tagger().analyze(text, taglevel=3)
    parts = tuple(part for part, kind in morphs if kind.startswith(_PART_TAGS))
    noun = tag in ("NN", "NE")
    return Word(lemma[:1].upper() + lemma[1:] if noun else lemma, tag, parts or (lemma.lower(),))
