"""The pipeline: text in, `Analysis` out. Law: what runs, in which order and with which settings stands in
`pipeline.cfg`.

spaCy's blank German is the default; an installed de_core_news_* takes its place when named, with our components
behind its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import spacy
from numpy.typing import NDArray
from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import load_config, load_model_from_config

import nlp.components  # noqa: F401  (registers the factories)
from nlp.analysis import Analysis
from nlp.models import version

CONFIG = Path(__file__).parent / "pipeline.cfg"
LEARNED = ("language", "field", "kind", "moderation")
# Asks every component for its tables when the pipeline is loaded, not when the first citizen waits for an answer: a
# misspelt place, a noun no list knows, a number that may be a telephone's.
WARMING = "Beleuchtung der Strasse am altn Markt, sagt Frau Muster. Der Zwetschgenampelkuchen. Telefon 0202 000000"
LONGEST = 20_000  # characters; a contribution can't be longer, and regular expressions stay quick


@dataclass(frozen=True, slots=True)
class Tagger:
    """A loaded pipeline. Safe to share between threads as far as spaCy is: call it from one thread at a time."""

    nlp: Language
    encoder: str
    version: str
    folder: Path | None = None  # of the operator's own weights

    def tag(self, text: str) -> Analysis:
        """Analyse one text."""
        return next(self.pipe([text]))

    def pipe(self, texts: Iterable[str], *, batch_size: int = 64) -> Iterator[Analysis]:
        """Analyse texts in batches, in order."""
        for analysis, _ in self.pipe_with_vectors(texts, batch_size=batch_size):
            yield analysis

    def pipe_with_vectors(
        self, texts: Iterable[str], *, batch_size: int = 64
    ) -> Iterator[tuple[Analysis, NDArray[np.float32]]]:
        """Analyse texts in batches and give the sentence vector that was taken on the way beside each analysis."""
        for doc in self.nlp.pipe((_clean(text) for text in texts), batch_size=batch_size):
            yield _analysis(doc, self.version), doc._.embedding


def _clean(text: str) -> str:
    """Cut what is longer than any contribution; a lone surrogate would stop the encoder."""
    return text[:LONGEST].encode("utf-8", "replace").decode("utf-8")


def load(*, encoder: str = "bundled", model: Path | None = None, spacy_model: str | None = None) -> Tagger:
    """Load the pipeline (about two seconds, most of it the encoder's tables).

    `model` is a folder written by `train`; what it lacks comes from the shipped weights.
    Raises ValueError with one sentence when an encoder or spaCy model is not installed.
    """
    settings = _settings(encoder, model)
    nlp = _on_top_of(spacy_model, settings) if spacy_model else load_model_from_config(settings, auto_fill=True)
    tagger = Tagger(nlp, encoder, version((*LEARNED, "wish"), model), model)
    tagger.tag(WARMING)
    return tagger


def _settings(encoder: str, model: Path | None) -> Any:
    config = load_config(CONFIG)
    config["components"]["embedding"]["encoder"] = encoder
    for name in LEARNED:
        config["components"][name]["folder"] = str(model) if model else None
    return config


def _on_top_of(spacy_model: str, settings: Any) -> Language:
    if not spacy.util.is_package(spacy_model) and not Path(spacy_model).exists():
        raise ValueError(f"spaCy model {spacy_model!r} is not installed: leave `spacy_model` empty or install it")
    nlp = spacy.load(spacy_model)
    for name in settings["nlp"]["pipeline"]:
        component = dict(settings["components"][name])
        nlp.add_pipe(component.pop("factory"), name=name, config=component)
    return nlp


def _analysis(doc: Doc, model: str) -> Analysis:
    return Analysis(
        text=doc.text,
        language=doc._.language,
        kind=doc._.kind,
        fields=doc._.fields,
        topics=doc._.topics,
        keyphrases=doc._.keyphrases,
        places=doc._.places,
        personal_data=doc._.personal_data,
        moderation=doc._.moderation,
        redacted_text=doc._.redacted_text,
        parts=doc._.parts,
        confident=doc._.confident,
        care=doc._.care,
        model=model,
    )
