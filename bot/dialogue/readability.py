"""Counts what makes a German text hard to read: long sentences, long words, signs and forms of officialese.

Law of this file: a text in, objections out; counting finds hard texts and proves no easy one, only readers can.

The kind of each rule is that of DIN 8581-1:2024-05 (Einfache Sprache: short sentences, known words, verbs in the
active voice); the figures are the usual rules of thumb, for the standard leaves most of them to the writer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

# Rule of thumb for Einfache Sprache: 8 to 12 words, 15 at the most.
SENTENCE_WORDS = 15
# Longer compounds are hard to decode at first sight: part them with a hyphen.
UNBROKEN_LETTERS = 14
# C. H. Björnsson, Läsbarhet (1968): a long word has more than six letters; a text of ten words a sentence with
# three long words in ten has a LIX of 40, the upper end of "easy".
LONG_LETTERS = 6
LONG_SHARE = 0.30
# In fewer words than this, one name of a page is already a third of the text.
SHARE_FROM_WORDS = 20

# Addresses, commands, numbers and the operator's values are read as one sign each, however long they are.
_OPAQUE = re.compile(r"https?://\S+|\S+@\S+\w|(?<!\S)/\w+|\b[\w-]+\.(?:de|nrw)\b|\{\w+\}|\d[\d ]*\d(?:-\d+)?")
_SENTENCE_END = re.compile(r"[.!?:…]+[“”*\s]+|[.!?:…]+$|\n+")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*|\d+")
# "TelefonSeelsorge" shows its parts as clearly as "Telefon-Seelsorge".
_SEAM = re.compile(r"-|(?<=[a-zäöüß])(?=[A-ZÄÖÜ])")
_FORBIDDEN = (
    (re.compile(r"\w[:*_](?:in|innen)\b"), "a plural or a neutral word"),
    (re.compile(r"[;()\[\]/&%§]"), "words or a new sentence"),
    (re.compile(r"\b(?:z\. ?B|d\. ?h|u\. ?a|bzw|ggf|usw|etc|Abs|Art|Nr)\."), "the whole word"),
    (re.compile(r"\b(?:des|deren|dessen|wessen)\b", re.I), "“von” or a new sentence, no genitive"),
    (
        re.compile(r"\b(?:würde|könnte|sollte|müsste|wäre|hätte|dürfte|bräuchte|gäbe)(?:n|st|t)?\b", re.I),
        "the indicative, no Konjunktiv",
    ),
    (re.compile(r"\b(?:zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|zwanzig|hundert)\b", re.I), "digits"),
)


def objections(text: str) -> tuple[str, ...]:
    """Return what to change in a text that is to be Einfache Sprache, none when counting finds nothing.

    Each is the end of a sentence whose subject is the text. Values in braces count as one word, `**` as nothing.
    """
    seen = _OPAQUE.sub(" 0 ", text.replace("**", ""))
    return (*_sentences(seen), *_words(seen), *_signs(seen))


def sentences(text: str) -> tuple[tuple[str, ...], ...]:
    """Return the words of each sentence; a line and the part before a colon are sentences of their own."""
    split = (tuple(_WORD.findall(part)) for part in _SENTENCE_END.split(text))
    return tuple(words for words in split if words)


def _sentences(text: str) -> Iterator[str]:
    for words in sentences(text):
        if len(words) > SENTENCE_WORDS:
            beginning = " ".join(words[:3])
            yield f"has a sentence of {len(words)} words (“{beginning} …”); {SENTENCE_WORDS} are the most."


def _words(text: str) -> Iterator[str]:
    parts = [part for word in _WORD.findall(text) for part in _SEAM.split(word)]
    for part in dict.fromkeys(part for part in parts if len(part) > UNBROKEN_LETTERS):
        yield f"has the word “{part}” of {len(part)} letters; more than {UNBROKEN_LETTERS} need a hyphen."
    share = sum(len(part) > LONG_LETTERS for part in parts) / max(len(parts), 1)
    if len(parts) >= SHARE_FROM_WORDS and share > LONG_SHARE:
        yield f"has {share:.0%} words of more than {LONG_LETTERS} letters; {LONG_SHARE:.0%} are the most."


def _signs(text: str) -> Iterator[str]:
    for pattern, instead in _FORBIDDEN:
        if found := pattern.search(text):
            yield f"has “{found[0]}”; take {instead}."
