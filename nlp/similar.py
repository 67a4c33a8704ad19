"""Similar contributions. Law: a small learned judge decides; the sentence vector alone cannot tell "same wish" from
"same place, other wish".

What the judge sees of a pair: sentence vectors, n-grams, shared lemmas, compound parts and things (`nlp/things.py`),
shared or clashing places, opposite polarity, whether both belong to the same fields and topics, how different the
lengths are. `Nearest` finds the candidates that are worth judging.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import numpy as np

from nlp.analysis import Analysis, Place
from nlp.components.places import find_places
from nlp.components.topics import cue_counts
from nlp.encoder import shared_encoder
from nlp.features import Grams, grams
from nlp.lemmas import word
from nlp.lexicon import lexicon, words
from nlp.linear import Floats, Linear, logits, softmax
from nlp.models import read_model
from nlp.nearest import Nearest
from nlp.things import things

__all__ = ["Judgement", "Nearest", "compare", "judge", "judge_many", "same_things", "sketches"]
LABELS = ("different", "related", "duplicate")
WORDS_REMEMBERED = 20_000  # word vectors, 40 MB at most
PLAINLY = 0.95  # the score of two wishes that name the same things
MOSTLY = 0.8  # share of words that two such wishes have in common
LONGEST = 15  # words; longer texts say more than their nouns
_KNOWN: dict[str, Floats] = {}
_DIGITS = re.compile(r"\d+")
_WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True, slots=True)
class Judgement:
    """How sure it is that two texts say the same: `score` from 0 to 1; `label` is duplicate, related or different."""

    score: float
    label: str


@dataclass(frozen=True, slots=True)
class Sketch:
    """What the judge needs to know of one text."""

    vector: Floats
    bare: Floats  # the sentence vector without places: the wish itself
    words: Floats  # one row per content word
    grams: Grams
    content: frozenset[str]
    parts: frozenset[str]
    places: frozenset[str]
    negated: bool
    less: bool
    said: frozenset[str]
    core: frozenset[str]  # the parts of its nouns
    digits: frozenset[str]
    things: frozenset[str]  # rings of words that name the same
    length: int
    fields: Floats  # raw scores of the field model
    topics: Floats  # how many cues of each topic


def judge(a: Analysis | str, b: Analysis | str, *, encoder: str = "bundled", folder: Path | None = None) -> Judgement:
    """Judge one pair."""
    return judge_many([(a, b)], encoder=encoder, folder=folder)[0]


def judge_many(
    pairs: Sequence[tuple[Analysis | str, Analysis | str]], *, encoder: str = "bundled", folder: Path | None = None
) -> list[Judgement]:
    """Judge pairs in one go; each text is read once. `folder` holds the weights of the operator's own, if any."""
    if not pairs:
        return []
    model, fields = _models(folder)
    known = sketches([item for pair in pairs for item in pair], shared_encoder(encoder).encode, fields)
    features = np.stack([compare(a, b) for a, b in zip(known[::2], known[1::2], strict=True)])
    chances = softmax((features @ model.by_vector + model.bias) / np.float32(model.temperature))
    return [
        Judgement(PLAINLY, "duplicate") if plainly_same(a, b) else _judgement(row, model)
        for row, a, b in zip(chances, known[::2], known[1::2], strict=True)
    ]


def plainly_same(a: Sketch, b: Sketch) -> bool:
    """Say whether two wishes name the same things at the same place in the same direction.

    The labelled pairs are hard on purpose: in them shared words are a trap more often than a
    sign, so this is not learned.
    """
    if (a.said, a.places, a.digits) == (b.said, b.places, b.digits):
        return True
    turned = a.negated != b.negated or a.less != b.less or _antonyms(a.said, b.said) > 0
    if turned or a.places != b.places or a.digits != b.digits or max(a.length, b.length) > LONGEST:
        return False
    wishes = frozenset(lexicon("polarity")["wishes"])
    return bool(a.core) and a.core == b.core and _overlap(a.content - wishes, b.content - wishes) >= MOSTLY


def same_things(pairs: Sequence[tuple[str, str]]) -> list[float]:
    """Return of each pair the share of the things of the shorter text that the other names too, from 0 to 1.

    For laying together what a few people wrote, all against all: there most pairs are strangers, which the judge, made
    for near ones, takes for paraphrases. Opposite wishes share nothing.
    """
    heard = {text: _heard(text) for text in {text for pair in pairs for text in pair}}
    return [_shared(heard[a], heard[b]) for a, b in pairs]


@dataclass(frozen=True, slots=True)
class _Heard:
    """What a text names, and whether it wants that or the opposite."""

    core: frozenset[str]
    said: frozenset[str]
    negated: bool
    less: bool


def _heard(text: str) -> _Heard:
    tokens = tuple(match.group() for match in _WORD.finditer(text))
    said, cues = frozenset(map(str.lower, tokens)), lexicon("polarity")
    return _Heard(_core(tokens), said, *(not said.isdisjoint(cues[name]) for name in ("negations", "less")))


def _shared(a: _Heard, b: _Heard) -> float:
    # Most pairs are strangers: what is asked first settles them.
    share = _inside(a.core, b.core)
    turned = share and (a.negated != b.negated or a.less != b.less or _antonyms(a.said, b.said) > 0)
    return 0.0 if turned else share


def _judgement(row: Floats, model: Linear) -> Judgement:
    return Judgement(round(float(row[LABELS.index("duplicate")]), 4), LABELS[int(np.argmax(row))])


@cache
def _models(folder: Path | None) -> tuple[Linear, Linear]:
    """Read the judge and the field model that it was learned with: the operator's, or both as shipped."""
    own = folder if folder and (folder / "similar.json").exists() and (folder / "field.json").exists() else None
    return read_model("similar", own), read_model("field", own)


def sketches(
    items: Sequence[Analysis | str], encode: Callable[[Sequence[str]], Floats], fields: Linear
) -> list[Sketch]:
    """Read texts for judging; an `Analysis` lends its places; `fields` is the field model of the judge."""
    texts = [item if isinstance(item, str) else item.text for item in items]
    places = [find_places(item) if isinstance(item, str) else item.places for item in items]
    rests = [_without(text, [(p.start, p.end) for p in found]) for text, found in zip(texts, places, strict=True)]
    vectors, bare = (
        encode(texts),
        encode([rest if rest.strip() else text for rest, text in zip(rests, texts, strict=True)]),
    )
    tokens = [tuple(match.group() for match in _WORD.finditer(rest)) for rest in rests]
    known = _word_vectors({lemma for row in tokens for lemma in _content(row)[0]}, encode)
    columns = zip(texts, places, tokens, vectors, bare, strict=True)
    said = _fields(fields, texts, vectors)
    return [
        _sketch(text, found, row, vector, alone, known, *view)
        for (text, found, row, vector, alone), view in zip(columns, said, strict=True)
    ]


def _fields(model: Linear, texts: Sequence[str], vectors: Floats) -> list[tuple[Floats, Floats]]:
    """Give what the field model makes of each text, and the topics' cues in it."""
    topics = tuple(model.card.get("topics", ()))
    cues = np.stack([cue_counts(text, topics) for text in texts])
    width = len(model.by_vector) - len(topics)
    seen = (
        np.hstack([vectors, cues])
        if vectors.shape[1] == width
        else np.zeros((len(texts), len(model.by_vector)), np.float32)
    )
    return list(zip(logits(model, [grams(text) for text in texts], seen), cues, strict=True))


def _word_vectors(lemmas: Iterable[str], encode: Callable[[Sequence[str]], Floats]) -> dict[str, Floats]:
    missing = [lemma for lemma in sorted(lemmas) if lemma not in _KNOWN]
    if len(_KNOWN) + len(missing) > WORDS_REMEMBERED:
        _KNOWN.clear()
        missing = sorted(lemmas)
    _KNOWN.update(zip(missing, encode(missing), strict=True))
    return _KNOWN


def _sketch(
    text: str, places: Sequence[Place], tokens: tuple[str, ...], vector: Floats, bare: Floats, known: dict[str, Floats],
    fields: Floats, topics: Floats,
) -> Sketch:  # fmt: skip
    low = frozenset(token.lower() for token in tokens)
    content, parts = _content(tokens)
    cues = lexicon("polarity")
    return Sketch(
        vector=vector,
        bare=bare,
        words=np.stack([known[lemma] for lemma in sorted(content)]) if content else vector[None, :],
        grams=grams(text),
        content=content,
        parts=parts,
        places=frozenset(place.name or place.text for place in places),
        negated=not low.isdisjoint(cues["negations"]),
        less=not low.isdisjoint(cues["less"]),
        said=low,
        core=_core(tokens),
        digits=frozenset(_DIGITS.findall(text)),
        things=things(low),
        length=len(tokens),
        fields=fields,
        topics=topics,
    )


def _without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    for start, end in sorted(spans, reverse=True):
        text = text[:start] + " " + text[end:]
    return text


@lru_cache(maxsize=4096)
def _content(tokens: tuple[str, ...]) -> tuple[frozenset[str], frozenset[str]]:
    kept = [word(token) for token in tokens if token.lower() not in words("stop_words")]
    return frozenset(w.lemma.lower() for w in kept), frozenset(part for w in kept for part in w.parts if len(part) > 2)


@lru_cache(maxsize=4096)
def _core(tokens: tuple[str, ...]) -> frozenset[str]:
    kept = (word(token) for token in tokens if token.lower() not in words("stop_words"))
    return frozenset(part for found in kept if found.tag in ("NN", "NE") for part in found.parts)


def compare(a: Sketch, b: Sketch) -> Floats:
    """Give the features of a pair, the same in both orders.

    How long the texts are is no feature: in the labelled pairs a paraphrase is longer than a hard negative, and a judge
    that knows it is right there for the wrong reason. Only how unlike the lengths are counts.
    """
    sides = (a.places, b.places)
    shared, clash = bool(a.places & b.places), bool(all(sides) and not a.places & b.places)
    near = a.words @ b.words.T
    there, back = near.max(axis=1), near.max(axis=0)
    row = (
        float(a.vector @ b.vector), float(a.bare @ b.bare),
        float(there.mean() + back.mean()) / 2, float(min(there.mean(), back.mean())),
        float(max(there.mean(), back.mean())), float(min(there.min(), back.min())), float(max(there.min(), back.min())),
        _cosine(a.grams, b.grams), _overlap(a.content, b.content), _overlap(a.parts, b.parts),
        _inside(a.content, b.content), _inside(a.parts, b.parts), _inside(a.core, b.core),
        float(bool(a.core and a.core == b.core)),
        float(shared), float(clash), float(bool(a.places) != bool(b.places)), float(a.digits != b.digits),
        float(a.negated != b.negated), float(a.less != b.less), min(2.0, _antonyms(a.said, b.said)),
        *_same_field(a, b), *_same_topic(a.topics, b.topics), *_rings(a.things, b.things),
        min(a.length, b.length) / max(a.length, b.length, 1),
    )  # fmt: skip
    return np.array(row, dtype=np.float32)


def _same_field(a: Sketch, b: Sketch) -> tuple[float, ...]:
    """Compare what the field model says of both texts: two wordings of one wish belong to one field."""
    left, right = softmax(a.fields[None, :])[0], softmax(b.fields[None, :])[0]
    pairs = ((left, right), (np.sqrt(left), np.sqrt(right)), (a.fields - a.fields.mean(), b.fields - b.fields.mean()))
    return tuple(_angle(x, y) for x, y in pairs)


def _same_topic(a: Floats, b: Floats) -> tuple[float, ...]:
    both = int(((a > 0) & (b > 0)).sum())
    return _angle(a, b), float(both), float(bool(a.any() and b.any() and not both))


def _rings(a: frozenset[str], b: frozenset[str]) -> tuple[float, ...]:
    """Compare the things that both name, in whatever words and language."""
    both, only = len(a & b), (len(a - b), len(b - a))
    turned = sum((ring in a) != (ring in b) for ring in ("less", "longer"))
    share = both / max(1, len(a | b))
    return (
        float(both), share, both / max(1, min(len(a), len(b))), float(bool(a and b and not both)),
        float(min(only)), float(max(only)), float(turned),
    )  # fmt: skip


def _angle(a: Floats, b: Floats) -> float:
    return float(a @ b / max(float(np.linalg.norm(a) * np.linalg.norm(b)), 1e-9))


def _inside(a: frozenset[str], b: frozenset[str]) -> float:
    return len(a & b) / max(1, min(len(a), len(b)))


def _antonyms(a: frozenset[str], b: frozenset[str]) -> float:
    """Count opposites of which one side says one and the other side the other."""
    pairs = lexicon("polarity")["antonyms"]
    return float(sum((x in a and y in b and y not in a) or (y in a and x in b and x not in a) for x, y in pairs))


def _overlap(a: frozenset[str], b: frozenset[str]) -> float:
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0


def _cosine(a: Grams, b: Grams) -> float:
    _, left, right = np.intersect1d(a[0], b[0], assume_unique=True, return_indices=True)
    return float(a[1][left] @ b[1][right])
