"""Things that people name in many ways. Law: a text becomes the set of rings that one of its words belongs to.

"Parkbank", "man müsste sich mal hinsetzen können" and "oturacak yer yok" share no word, but a ring of
`lexicons/things.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache

from nlp.lexicon import lexicon

_INSIDE = "*"  # before a beginning that may stand inside a compound too


def things(words: Iterable[str]) -> frozenset[str]:
    """Give the rings that words belong to."""
    return frozenset(ring for word in words for ring in _rings(word.lower()))


@lru_cache(maxsize=20_000)
def _rings(word: str) -> tuple[str, ...]:
    return tuple(ring for ring, pattern in _patterns() if pattern.match(word))


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((ring, _pattern(line.split())) for ring, line in lexicon("things").items())


def _pattern(starts: list[str]) -> re.Pattern[str]:
    anywhere = "|".join(re.escape(each[1:]) for each in starts if each.startswith(_INSIDE))
    first = "|".join(_start(each.lstrip(_INSIDE)) for each in starts)
    return re.compile(rf"(?:{first})" + (rf"|\w*(?:{anywhere})" if anywhere else ""))


def _start(text: str) -> str:
    """Take a short word for itself and a longer one for all that begin so."""
    return re.escape(text) + ("" if len(text) > 3 else r"(?:e[nrs]?|s|n)?$")
