"""No text that teaches stands in a set that measures, nor one that is nearly the same."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

from nlp.evaluation import FIRST, SECOND
from nlp.examples import CORPUS, rows

# Share of common runs of four characters from which two texts are one.
SAME = 0.7
# Shorter ones ("moin", "danke schön") are what anybody says and are no copy of each other.
WORDS = 4
_SIGNS = re.compile(r"[^\w\s]+")
Runs = frozenset[str]


def test_no_text_that_teaches_nearly_stands_in_a_set_that_measures() -> None:
    measured = _texts((*FIRST.glob("*.jsonl"), *SECOND.glob("*.jsonl")))
    taught = _texts(path for folder in ("train", "dev") for path in (CORPUS / folder).glob("*.jsonl"))
    assert len(measured) > 2000
    assert len(taught) > 7000
    assert copies(taught, measured) == []


def test_a_copy_with_a_word_more_is_noticed_and_another_wish_is_not() -> None:
    assert copies(["mehr Bänke an der Trasse bitte"], ["Mehr Bänke, an der Trasse!"]) != []
    assert copies(["mehr Bänke an der Trasse"], ["mehr Licht an der Treppe"]) == []


def copies(taught: Iterable[str], measured: Iterable[str]) -> list[str]:
    """Return what is taught and nearly measured.

    Two texts that share so many runs share one of the rarest of each: only those are looked up.
    """
    known = [_runs(text) for text in measured]
    frequent = Counter(run for runs in known for run in runs)
    holders: dict[str, list[Runs]] = defaultdict(list)
    for runs in known:
        for run in _rarest(runs, frequent):
            holders[run].append(runs)
    return [text for text in taught if _is_copy(_runs(text), frequent, holders)]


def _is_copy(runs: Runs, frequent: Counter[str], holders: dict[str, list[Runs]]) -> bool:
    near = {other for run in _rarest(runs, frequent) for other in holders.get(run, ())}
    return any(len(runs & other) >= SAME * len(runs | other) for other in near)


def _rarest(runs: Runs, frequent: Counter[str]) -> list[str]:
    return sorted(runs, key=lambda run: (frequent[run], run))[: int((1 - SAME) * len(runs)) + 1]


def _texts(paths: Iterable[Path]) -> list[str]:
    """Return the longer texts of files; of a pair both."""
    found = (row[key] for path in paths for row in rows(path) for key in ("text", "a", "b") if key in row)
    return [text for text in found if len(_calm(text).split()) >= WORDS]


def _calm(text: str) -> str:
    return " ".join(_SIGNS.sub(" ", text.lower()).split())


def _runs(text: str) -> Runs:
    calm = _calm(text)
    return frozenset(calm[at : at + 4] for at in range(max(1, len(calm) - 3)))
