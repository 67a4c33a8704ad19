"""What the machine proposes, and what it leaves to a person."""

import pytest

from bot.understand import understand
from nlp.analysis import Analysis, Score, to_json


def analysis(language: str) -> dict[str, object]:
    sure = Score("mobility", 0.9)
    found = Analysis(
        "x", language, Score("idea", 0.9), (sure,), (), (), (), (), Score("ok", 1.0), "x", ("x",), True, None, "1"
    )
    return to_json(found)


@pytest.mark.parametrize(
    ("language", "fields", "kind"), [("de", ("mobility",), "idea"), ("el", (), None), ("uk", (), None)]
)
def test_nothing_is_proposed_in_a_language_below_the_bar(
    language: str, fields: tuple[str, ...], kind: str | None
) -> None:
    understood = understand(analysis(language))
    assert (understood.fields, understood.kind, understood.language) == (fields, kind, language)
