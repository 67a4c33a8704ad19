"""Language of short texts. Law: the script decides where it can; else own n-grams, py3langid and small words vote.

Labels are ISO 639-1: the nine languages of the house, and whatever py3langid is sure of for longer texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from spacy.language import Language as Pipeline
from spacy.tokens import Doc

from nlp.features import grams
from nlp.lexicon import lexicon
from nlp.linear import Linear, logits
from nlp.marks import text_of
from nlp.models import read_model

DEFAULT = "de"
NEIGHBOUR_WEIGHT = 0.5  # what py3langid's vote counts beside our own, chosen in cross-validation on the training texts
SMALL_WORD = 3.0  # what a word of one language alone counts, chosen likewise
LONGEST = 120  # characters: more never changed an answer, and time grows with length
_LETTER = re.compile(r"[^\W\d_]")
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_UKRAINIAN, _RUSSIAN = re.compile(r"[іїєґ]", re.I), re.compile(r"[ыэёъ]", re.I)
_OTHERWISE = ("ar", "el", "ru", "uk")  # languages of other scripts
_NOISE = re.compile(r"https?://\S+|www\.\S+|\S+@\S+|[#@]\w+")
_SCRIPTS = {
    "ar": re.compile(r"[\u0600-\u06ff]"),
    "el": re.compile(r"[\u0370-\u03ff]"),
    "cyrillic": re.compile(r"[\u0400-\u04ff]"),
}


def script(text: str) -> str | None:
    """Give `ar`, `el` or `cyrillic` when at least half of the letters are of that script."""
    letters = len(_LETTER.findall(text))
    for name, pattern in _SCRIPTS.items():
        if letters and 2 * len(pattern.findall(text)) >= letters:
            return name
    return None


@dataclass(frozen=True, slots=True)
class Identify:
    """Writes `language`."""

    model: Linear
    neighbour: Any

    def __call__(self, doc: Doc) -> Doc:
        return next(self.pipe([doc]))

    def pipe(self, stream: Iterable[Doc], batch_size: int = 64) -> Iterator[Doc]:
        """Identify docs one after the other (nothing to gain from batches)."""
        for doc in stream:
            doc._.language = self.identify(text_of(doc))
            yield doc

    def identify(self, text: str) -> str:
        """Give the ISO 639-1 code of the text's main language."""
        text = _NOISE.sub(" ", text[:LONGEST])
        if not _LETTER.search(text):
            return DEFAULT
        written = script(text)
        if written in ("ar", "el"):
            return written
        return self._cyrillic(text) if written else self._latin(text)

    def _cyrillic(self, text: str) -> str:
        """Tell Ukrainian from Russian: by letters that only one of them has, else by vote."""
        ukrainian, russian = (len(pattern.findall(text)) for pattern in (_UKRAINIAN, _RUSSIAN))
        if bool(ukrainian) != bool(russian):
            return "uk" if ukrainian else "ru"
        return self._best(self.scores(text), ("ru", "uk"))

    def _latin(self, text: str) -> str:
        """Choose among those that write so; another, typed in these letters, when our own votes say so."""
        own = self.own(text)
        usual = tuple(code for code in self.model.labels if code not in _OTHERWISE)
        rare = self._best(own, _OTHERWISE)
        at = self.model.labels.index
        if own[at(rare)] > max(own[at(code)] for code in usual):
            return rare
        return self._best(own + self._others(text), usual)

    def _best(self, scores: NDArray[np.float32], codes: Iterable[str]) -> str:
        return max(codes, key=lambda code: float(scores[self.model.labels.index(code)]))

    def scores(self, text: str) -> NDArray[np.float32]:
        """Add all votes, one row in the order of the model's labels."""
        return self.own(text) + self._others(text)

    def own(self, text: str) -> NDArray[np.float32]:
        """Add the votes of our n-grams and of small words."""
        ngrams = _log_softmax(logits(self.model, [grams(text)])[0])
        return np.asarray(ngrams + SMALL_WORD * small_words(text, self.model.labels), dtype=np.float32)

    def _others(self, text: str) -> NDArray[np.float32]:
        ranked = dict(self.neighbour.rank(text))
        other = np.array([ranked[code] for code in self.model.labels], dtype=np.float32)
        return np.asarray(NEIGHBOUR_WEIGHT * _log_softmax(other), dtype=np.float32)


def small_words(text: str, labels: Sequence[str]) -> NDArray[np.float32]:
    """Count the small words of each language; a word of several counts in parts."""
    out = np.zeros(len(labels), dtype=np.float32)
    for found in _WORD.findall(text.lower()):
        codes = [code for code in labels if found in _small(code)]
        for code in codes:
            out[labels.index(code)] += 1 / len(codes)
    return out


@cache
def _small(code: str) -> frozenset[str]:
    return frozenset(lexicon("function_words").get(code, "").split())


def _log_softmax(row: NDArray[np.float32]) -> NDArray[np.float32]:
    shifted = row - row.max()
    return np.asarray(shifted - np.log(np.exp(shifted).sum()), dtype=np.float32)


def neighbour(labels: Iterable[str]) -> Any:
    """Open py3langid for these languages."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(list(labels))
    return identifier


@Pipeline.factory("talstimme_language", assigns=["doc._.language"], default_config={"folder": None})
def create(nlp: Pipeline, name: str, folder: str | None) -> Identify:
    """Read the language model and open py3langid beside it."""
    model = read_model("language", Path(folder) if folder else None)
    return Identify(model, neighbour(model.labels))
