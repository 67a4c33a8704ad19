"""From the tagger's words to what is noted of a contribution: the one place where an analysis becomes tags.

Law of this file: every label keeps its score and the version of the model that gave it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.config import Nlp
from nlp.analysis import Analysis, Place, to_json
from nlp.pipeline import Tagger, load
from nlp.similar import Judgement, judge_many, same_things
from storage.analyses import MODEL, Analysed
from storage.contributions import NewPlace, NewTag, Unanalysed

# Fields below this score are not noted: they would fill the tags of every contribution with noise.
FIELD_NOTED = 0.05
NO_FIELD = "none"
DIFFERENT = "different"
# Ideas of a class that share so much of the things they name are laid together; the class can pull them apart.
SAME_THINGS = 0.5
# A text with more ideas is not offered to be split, so nobody asks what its parts are.
PARTS_TAGGED = 6


@dataclass(frozen=True, slots=True)
class Tagged:
    """A text's analysis as JSON values (`nlp.analysis.to_json`), its vector, and the same of each of its ideas."""

    analysis: dict[str, Any]
    vector: NDArray[np.float32]
    parts: tuple[Tagged, ...] = ()

    @property
    def text(self) -> str:
        """The words."""
        return str(self.analysis["text"])


@dataclass(frozen=True, slots=True)
class Thinker:
    """The tagger as the analyst's loop uses it."""

    tagger: Tagger

    def tag_texts(self, texts: Sequence[str]) -> list[dict[str, Any]]:
        """Return the analysis of each text as JSON values."""
        return [to_json(analysis) for analysis in self.tagger.pipe(texts)]

    def read_texts(self, texts: Sequence[str]) -> list[Tagged]:
        """Return the analysis of each text with its vector; a text of several ideas brings those of its parts."""
        found = list(self.tagger.pipe_with_vectors(texts))
        parts = [_parts(analysis) for analysis, _ in found]
        each = self.tagger.pipe_with_vectors([part for some in parts for part in some])
        return [
            Tagged(to_json(analysis), vector, tuple(Tagged(to_json(one), of) for one, of in islice(each, len(some))))
            for (analysis, vector), some in zip(found, parts, strict=True)
        ]

    def are_alike(self, pairs: Sequence[tuple[str, str]]) -> list[bool]:
        """Say of each pair of texts whether they speak of the same."""
        return [each.label != DIFFERENT for each in self._judged(pairs)]

    def _judged(self, pairs: Sequence[tuple[str, str]]) -> list[Judgement]:
        return judge_many(pairs, encoder=self.tagger.encoder, folder=self.tagger.folder)

    def tag_contributions(self, pending: Sequence[Unanalysed]) -> list[Analysed]:
        """Return what is to be noted of each contribution."""
        return tag_contributions(self.tagger, pending)

    def same_pairs(self, texts: Sequence[str]) -> list[tuple[int, int]]:
        """Return which of these texts name the same things, as pairs of places, the earlier one first."""
        places = list(combinations(range(len(texts)), 2))
        shares = same_things([(texts[first], texts[later]) for first, later in places])
        return [pair for pair, share in zip(places, shares, strict=True) if share >= SAME_THINGS]


def _parts(analysis: Analysis) -> tuple[str, ...]:
    return analysis.parts if 1 < len(analysis.parts) <= PARTS_TAGGED else ()


def load_tagger(settings: Nlp) -> Tagger:
    """Return the tagger that the configuration names."""
    model = Path(settings.model) if settings.model else None
    return load(encoder=settings.encoder, model=model, spacy_model=settings.spacy_model or None)


def tag_contributions(tagger: Tagger, pending: Sequence[Unanalysed]) -> list[Analysed]:
    """Analyse contributions and return what is to be noted of each, in their order."""
    found = zip(pending, tagger.pipe_with_vectors([each.text for each in pending]), strict=True)
    return [_analysed(each, analysis, vector.astype(np.float16).tobytes()) for each, (analysis, vector) in found]


def _analysed(contribution: Unanalysed, analysis: Analysis, embedding: bytes) -> Analysed:
    source = f"{MODEL}{analysis.model}"
    best = analysis.fields[0].label if analysis.fields else NO_FIELD
    return Analysed(
        id=contribution.id,
        redacted_text=analysis.redacted_text,
        language=analysis.language,
        field=None if best == NO_FIELD else best,
        kind=analysis.kind.label,
        district=next((place.district for place in analysis.places if place.district), None),
        tags=[NewTag(name, value, source, score) for name, value, score in _labels(analysis)],
        places=[_place(place, source) for place in analysis.places],
        embedding=embedding,
    )


def _labels(analysis: Analysis) -> Iterator[tuple[str, str, float | None]]:
    for field in analysis.fields:
        if field.score >= FIELD_NOTED:
            yield "field", field.label, field.score
    yield "kind", analysis.kind.label, analysis.kind.score
    yield "moderation", analysis.moderation.label, analysis.moderation.score
    yield "language", analysis.language, None
    yield from (("topic", topic, None) for topic in analysis.topics)
    yield from (("keyphrase", phrase, None) for phrase in analysis.keyphrases)
    yield from (("personal", kind, None) for kind in dict.fromkeys(each.type for each in analysis.personal_data))
    if analysis.care:
        yield "care", analysis.care, None


def _place(place: Place, source: str) -> NewPlace:
    return NewPlace(
        place.name or place.text,
        source,
        kind=place.kind,
        district=place.district,
        latitude=place.latitude,
        longitude=place.longitude,
    )
