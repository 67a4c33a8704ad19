"""The second set measures what it says: its marks lie where they should, its texts are new, its labels exist."""

from collections import Counter, defaultdict
from pathlib import Path

import pytest

from nlp.evaluation import FIRST, KINDS, NINE, SECOND
from nlp.examples import rows

LANGUAGES = {"de", "en", "tr", "ar", "uk", "ru", "it", "pl", "el"}
PERSONAL = {
    "person", "phone", "email", "iban", "address", "username", "url", "date_of_birth", "licence_plate", "health_card",
}  # fmt: skip
MODERATION = {"ok", "insult", "threat", "hate", "spam", "sexual"}
NEAR = 0.5  # share of common runs of four characters from which a text is called a copy
SETS = sorted(path.stem for path in SECOND.glob("*.jsonl"))


def test_every_set_but_key_phrases_has_a_second() -> None:
    assert {*SETS, "keyphrases"} == {path.stem for path in FIRST.glob("*.jsonl")}


def test_labels_are_allowed() -> None:
    for row in rows(SECOND / "fields.jsonl"):
        assert set(row["fields"]) <= set(NINE), row
        assert len(set(row["fields"])) == len(row["fields"]) <= 2, row
        assert row["kind"] in KINDS, row
        assert row["language"] in LANGUAGES, row
    assert {row["label"] for row in rows(SECOND / "moderation.jsonl")} == MODERATION
    assert {row["label"] for row in rows(SECOND / "pairs.jsonl")} == {"duplicate", "related", "different"}
    assert {row["language"] for row in rows(SECOND / "languages.jsonl")} == LANGUAGES


def test_each_field_is_measured_on_thirty_texts_and_off_topic_on_fifty() -> None:
    first = Counter((row["fields"] or ["none"])[0] for row in rows(SECOND / "fields.jsonl"))
    assert all(first[field] >= 30 for field in NINE)
    assert first["none"] >= 50


def test_marks_lie_inside_their_text_without_overlap() -> None:
    for name, key in (("personal", "personal_data"), ("places", "places")):
        for row in rows(SECOND / f"{name}.jsonl"):
            end = 0
            for mark in row[key]:
                assert end <= mark["start"] < mark["end"] <= len(row["text"]), row
                marked, end = row["text"][mark["start"] : mark["end"]], mark["end"]
                assert marked == marked.strip() == mark.get("text", marked), row


def test_personal_data_of_every_type_and_sixty_texts_without() -> None:
    found = rows(SECOND / "personal.jsonl")
    types = Counter(mark["type"] for row in found for mark in row["personal_data"])
    assert set(types) == PERSONAL
    assert min(types.values()) >= 10
    assert sum(not row["personal_data"] for row in found) >= 60


def test_parts_stand_in_their_text_in_order() -> None:
    for row in rows(SECOND / "splits.jsonl"):
        at = 0
        for part in row["parts"]:
            at = row["text"].index(part, at) + len(part)


def test_words_of_short_texts_are_counted_right() -> None:
    for row in rows(SECOND / "languages.jsonl"):
        assert row["words"] == len(row["text"].split()) <= 8, row


@pytest.mark.parametrize("name", SETS)
def test_no_text_comes_twice_or_nearly_stands_in_the_first_set(name: str) -> None:
    known = Known()
    for path in FIRST.glob("*.jsonl"):
        for text in _texts(path):
            known.add(text)
    for text in _texts(SECOND / f"{name}.jsonl"):
        assert known.nearest(text) < NEAR, text
        known.add(text)


def test_a_copy_with_one_word_changed_is_noticed() -> None:
    known = Known()
    known.add("Mehr Bänke am Fluss, bitte mit Lehne")
    assert known.nearest("mehr Bänke am Fluss, gern mit Lehne") >= NEAR
    assert known.nearest("Der Lift an der Station steht wieder") < NEAR


class Known:
    """Texts as sets of runs of four characters, found again by the runs they share."""

    def __init__(self) -> None:
        self.sizes: list[int] = []
        self.holders: dict[str, list[int]] = defaultdict(list)

    def add(self, text: str) -> None:
        runs = _runs(text)
        for run in runs:
            self.holders[run].append(len(self.sizes))
        self.sizes.append(len(runs))

    def nearest(self, text: str) -> float:
        runs = _runs(text)
        common = Counter(at for run in runs for at in self.holders.get(run, ()))
        return max((n / (len(runs) + self.sizes[at] - n) for at, n in common.items()), default=0.0)


def _texts(path: Path) -> list[str]:
    return [row["text"] if "text" in row else f"{row['a']} / {row['b']}" for row in rows(path)]


def _runs(text: str) -> set[str]:
    calm = " ".join(text.lower().split())
    return {calm[at : at + 4] for at in range(max(1, len(calm) - 3))}
