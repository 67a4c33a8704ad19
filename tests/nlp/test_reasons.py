"""Why a text was tagged as it was."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from nlp.reasons import reasons

STOP = "An der Haltestelle Ohligsmühle fehlen Fahrradbügel, alle schließen ihr Rad an Laternen."


def test_the_words_that_count_are_told_strongest_first() -> None:
    found = reasons(STOP, "field", "mobility")
    assert {"Fahrradbügel", "Haltestelle"} <= {each.word for each in found}
    assert found[0].weight == 1.0
    assert [each.weight for each in found] == sorted((each.weight for each in found), reverse=True)


def test_other_labels_have_other_words() -> None:
    assert reasons(STOP, "field", "mobility") != reasons(STOP, "field", "economy")


def test_an_unknown_label_has_no_reasons() -> None:
    assert reasons(STOP, "field", "gardening") == []


@given(text=st.text(max_size=120))
def test_any_text_has_reasons_made_of_its_own_words(text: str) -> None:
    assert all(each.word in text or each.word.lower() in text.lower() for each in reasons(text, "kind", "idea"))
