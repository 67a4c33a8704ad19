"""Topics: a controlled vocabulary per field, editable in `lexicons/topics.toml`. Law: a topic is named by a cue,
never guessed from the field.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from spacy.language import Language
from spacy.tokens import Doc

from nlp.analysis import Score
from nlp.lexicon import lexicon

AT_MOST = 3
UNLIKELY = 0.1  # fields below this lend no topics unless nothing else matches


@dataclass(frozen=True, slots=True)
class Topic:
    """One entry of the vocabulary; `cues` are stems, `_` stands for a word's beginning."""

    key: str
    field: str
    name_de: str
    name_en: str
    cues: re.Pattern[str]


@cache
def vocabulary() -> tuple[Topic, ...]:
    """Read the vocabulary in its order."""
    rows = lexicon("topics")["topic"]
    return tuple(Topic(r["key"], r["field"], r["name_de"], r["name_en"], _pattern(r["cues"])) for r in rows)


def _pattern(cues: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(r"\b" + re.escape(cue[1:]) if cue[0] == "_" else re.escape(cue) for cue in cues))


def cue_counts(text: str, keys: Sequence[str]) -> NDArray[np.float32]:
    """Count the cues (at most two) of each topic in `keys`: what the field model knows of the vocabulary; an unknown
    key counts none.
    """
    low, by_key = text.lower(), _by_key()
    counts = [len(set(by_key[key].cues.findall(low))) if key in by_key else 0 for key in keys]
    return np.minimum(np.array(counts, dtype=np.float32), 2)


@cache
def _by_key() -> dict[str, Topic]:
    return {topic.key: topic for topic in vocabulary()}


@Language.component("talstimme_topics", assigns=["doc._.topics"], requires=["doc._.fields"])
def mark_topics(doc: Doc) -> Doc:
    """Write `topics`."""
    doc._.topics = topics(doc.text, doc._.fields)
    return doc


def topics(text: str, fields: tuple[Score, ...]) -> tuple[str, ...]:
    """Give the keys of up to three topics, those of the likeliest fields and with most cues first."""
    likely = {field.label: field.score for field in fields}
    low = text.lower()
    hits = {topic: len(set(topic.cues.findall(low))) for topic in vocabulary()}
    ranked = sorted(
        (topic for topic, count in hits.items() if count and likely.get(topic.field, 0) >= UNLIKELY),
        key=lambda topic: -hits[topic] * likely[topic.field],
    )
    return tuple(topic.key for topic in ranked[:AT_MOST])
