"""German lemmas and compounds from HanTa. Law: a word is analysed once and remembered (HanTa alone is slower than
the whole pipeline).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

KNOWN = Path(__file__).parent / "weights" / "lemmas.txt"
# HanTa's time grows with the cube of a word's length: nine hundred letters in a row keep it busy for half a minute.
# The longest word of a German law has 63.
LONGEST_WORD = 64
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


@cache
def _known() -> dict[str, Word]:
    """Read the words that were analysed beforehand: those of the training texts, which are those of most
    contributions.
    """
    if not KNOWN.exists():
        return {}
    rows = (line.split("\t") for line in KNOWN.read_text(encoding="utf-8").splitlines())
    return {text: Word(lemma, tag, tuple(parts.split("+"))) for text, lemma, tag, parts in rows}


def write_known(found: Iterable[str]) -> None:
    """Analyse words beforehand and write them beside the weights (a thousand new words a second)."""
    rows = {**_known(), **{text: word(text) for text in found}}
    lines = (f"{text}\t{w.lemma}\t{w.tag}\t{'+'.join(w.parts)}\n" for text, w in sorted(rows.items()))
    KNOWN.write_text("".join(lines), encoding="utf-8")


def known(text: str) -> Word | None:
    """Give a word that was analysed beforehand, or None."""
    return _known().get(text)


@lru_cache(maxsize=WORDS_REMEMBERED)
def word(text: str) -> Word:
    """Analyse one word as it stands in the text."""
    return _known().get(text) or _analysed(text)


@lru_cache(maxsize=WORDS_REMEMBERED)
def noun(text: str) -> Word:
    """Analyse a word that is taken for a noun because it is capitalised within a sentence (three times as fast)."""
    return _known().get(text) or _analysed(text, "NN")


def _analysed(text: str, tag: str = "EMPTY") -> Word:
    """Analyse one word, as it stands in the text ("Straßenlaternen" gives Straßenlaterne, NN, straße + laterne)."""
    if len(text) > LONGEST_WORD:
        return Word(text, "NN", (text.lower(),))
    lemma, morphs, tag = _tagger().analyze(text, pos=tag, taglevel=3)
    parts = tuple(part for part, kind in morphs if kind.startswith(_PART_TAGS))
    noun = tag in ("NN", "NE")
    return Word(lemma[:1].upper() + lemma[1:] if noun else lemma, tag, parts or (lemma.lower(),))
