"""Key phrases: lemmatised nouns and what they are made of. Law: no stop-words, no places, no names; compounds and
their paraphrase meet.

"Beleuchtung der Straße" and "Straßenbeleuchtung" both give "Straßenbeleuchtung". German only: other languages give
capitalised
or long words of their own as they stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice

from spacy.language import Language
from spacy.tokens import Doc

from nlp.lemmas import Word, noun, word
from nlp.lexicon import lexicon, words
from nlp.marks import text_of

AT_MOST = 6
LOOKED_AT = 6  # phrases: a contribution says early what it is about
_TOKEN = re.compile(r"[^\W\d_]+(?:[-:*][^\W\d_]+)*|[.!?\n]")
_END = frozenset(".!?\n")
Taken = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    start: int
    first: bool


@Language.component(
    "talstimme_keyphrases",
    assigns=["doc._.keyphrases"],
    requires=["doc._.language", "doc._.places", "doc._.personal_data"],
)
def mark_keyphrases(doc: Doc) -> Doc:
    """Write `keyphrases`."""
    taken = tuple((item.start, item.end) for item in (*doc._.places, *doc._.personal_data))
    german = doc._.language == "de"
    doc._.keyphrases = keyphrases(text_of(doc), taken) if german else foreign_keyphrases(text_of(doc), taken)
    return doc


def keyphrases(text: str, taken: Taken = ()) -> tuple[str, ...]:
    """Give the key phrases of a German text, in order of appearance; `taken` are stretches to leave out."""
    found = dict.fromkeys(
        islice(_phrases(_tokens(text, taken), written_small=not any(c.isupper() for c in text)), LOOKED_AT)
    )
    whole = [p for p in found if not any(p != other and p in other.split() for other in found)]
    return tuple(whole[:AT_MOST])


def foreign_keyphrases(text: str, taken: Taken = ()) -> tuple[str, ...]:
    """Give the longest words of a text in another language: a hint for search, not a lemma."""
    stop = words("stop_words_foreign")
    found = dict.fromkeys(
        t.text.lower() for t in _tokens(text, taken) if len(t.text) >= 5 and t.text.lower() not in stop
    )
    return tuple(sorted(found, key=len, reverse=True)[:AT_MOST])


def _tokens(text: str, taken: Taken) -> list[_Token]:
    out, first = [], True
    for match in _TOKEN.finditer(text):
        if match.group() in _END:
            first = True
        elif not any(match.start() < end and start < match.end() for start, end in taken):
            out.append(_Token(match.group(), match.start(), first))
            first = False
    return out


def _noun(token: _Token, written_small: bool) -> Word | None:
    """Analyse a token and give it back when it is a noun worth keeping."""
    low = token.text.lower()
    if len(low) < 3 or low in words("stop_words") or low in words("empty_nouns"):
        return None
    if token.text[0].isupper():
        found = word(token.text) if token.first else noun(token.text)
        if token.first and found.tag not in ("NN",) and word(low).tag != "NN":
            return None
        return found if found.tag in ("NN", "NE", "FM") or not token.first else None
    if not written_small:
        return None
    found = word(token.text[0].upper() + token.text[1:])
    return found if found.tag == "NN" and word(low).tag == "NN" else None


def _phrases(tokens: Sequence[_Token], *, written_small: bool) -> Iterator[str]:
    skip = -1
    for at, token in enumerate(tokens):
        found = _noun(token, written_small) if at > skip else None
        if found is None or found.lemma.lower() in words("empty_nouns"):
            continue
        compound = _paraphrase(tokens, found, at, written_small)
        if compound:
            skip = at + 2
            yield compound
        else:
            yield _with_adjective(tokens, at, found)


def _paraphrase(tokens: Sequence[_Token], head: Word, at: int, written_small: bool) -> str | None:
    """Turn "Beleuchtung der Straße" into its compound when both nouns are simple ones."""
    if at + 2 >= len(tokens) or tokens[at + 1].text.lower() not in ("der", "des"):
        return None
    owner = _noun(tokens[at + 2], written_small)
    if owner is None or len(head.parts) > 1 or len(owner.parts) > 1:
        return None
    if head.lemma.lower() in words("empty_nouns") or owner.lemma.lower() in words("empty_nouns"):
        return None
    return owner.lemma + _link(owner.lemma) + head.lemma.lower()


def _link(lemma: str) -> str:
    rules: dict[str, str] = lexicon("compounds")["links"]
    return next((link for ending, link in rules.items() if lemma.endswith(ending)), "")


def _with_adjective(tokens: Sequence[_Token], at: int, noun: Word) -> str:
    before = tokens[at - 1].text if at and not tokens[at].first else ""
    if before and before.islower() and len(before) > 4 and before not in words("stop_words") and _telling(before):
        stem = re.sub(r"(?:e|en|er|es|em)$", "", before)
        return f"{stem}e {noun.lemma}"
    return noun.lemma


@cache
def _telling(text: str) -> bool:
    return (
        text.endswith(("e", "en", "er", "es", "em"))
        and text not in words("empty_adjectives")
        and word(text).tag in ("ADJ(A)", "ADJ")
    )
