"""Topics: a controlled vocabulary per field, editable in `lexicons/topics.toml`. Law: a topic is named by a cue,
never guessed from the field.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray
from spacy.language import Language
from spacy.tokens import Doc

from nlp.analysis import Score
from nlp.lexicon import lexicon
from nlp.marks import text_of

_NO_WORD = re.compile(r"\W+")
AT_MOST = 3
UNLIKELY = 0.1  # fields below this lend no topics unless nothing else matches


# Cues are looked up by so many of their first letters; none is shorter.
BEGINNING = 3


@dataclass(frozen=True, slots=True)
class Topic:
    """One entry of the vocabulary; `cues` are stems, `_` stands for a word's beginning."""

    key: str
    field: str
    name_de: str
    name_en: str
    cues: tuple[str, ...]


@cache
def vocabulary() -> tuple[Topic, ...]:
    """Read the vocabulary in its order."""
    rows = lexicon("topics")["topic"]
    return tuple(Topic(r["key"], r["field"], r["name_de"], r["name_en"], _cues(r["cues"])) for r in rows)


def _cues(cues: list[str]) -> tuple[str, ...]:
    """Let the mark of a word's beginning be the space that `_padded` puts there."""
    return tuple(" " + cue[1:] if cue[0] == "_" else cue for cue in cues)


@lru_cache(maxsize=256)
def hits(text: str) -> Mapping[str, int]:
    """Count the cues of each topic in a text (field model and topics ask for the same one in turn)."""
    padded = f" {_NO_WORD.sub(' ', text.lower())}\n{text.lower()}"
    here = {padded[at : at + BEGINNING] for at in range(len(padded))}
    counts = dict.fromkeys((topic.key for topic in vocabulary()), 0)
    for beginning in here & _by_beginning().keys():
        for cue, keys in _by_beginning()[beginning]:
            if cue in padded:
                for key in keys:
                    counts[key] += 1
    return counts


@cache
def _by_beginning() -> dict[str, list[tuple[str, tuple[str, ...]]]]:
    """Order all cues by their first letters: only those whose beginning stands in a text are looked for in it."""
    keys: dict[str, list[str]] = defaultdict(list)
    for topic in vocabulary():
        for cue in topic.cues:
            keys[cue].append(topic.key)
    found: dict[str, list[tuple[str, tuple[str, ...]]]] = defaultdict(list)
    for cue, topics_ in keys.items():
        found[cue[:BEGINNING]].append((cue, tuple(topics_)))
    return dict(found)


def cue_counts(text: str, keys: Sequence[str]) -> NDArray[np.float32]:
    """Count the cues (at most two) of each topic in `keys`: what the field model knows of the vocabulary; an unknown
    key counts none.
    """
    found = hits(text)
    return np.minimum(np.array([found.get(key, 0) for key in keys], dtype=np.float32), 2)


@Language.component("talstimme_topics", assigns=["doc._.topics"], requires=["doc._.fields"])
def mark_topics(doc: Doc) -> Doc:
    """Write `topics`."""
    doc._.topics = topics(text_of(doc), doc._.fields)
    return doc


def topics(text: str, fields: tuple[Score, ...]) -> tuple[str, ...]:
    """Give the keys of up to three topics, those of the likeliest fields and with most cues first."""
    likely = {field.label: field.score for field in fields}
    found = hits(text)
    ranked = sorted(
        (topic for topic in vocabulary() if found[topic.key] and likely.get(topic.field, 0) >= UNLIKELY),
        key=lambda topic: -found[topic.key] * likely[topic.field],
    )
    return tuple(topic.key for topic in ranked[:AT_MOST])
