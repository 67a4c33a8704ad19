"""The topics a citizen can choose are the topics the tagger knows, so that both are counted together."""

from __future__ import annotations

from bot.book import load_book
from bot.dialogue.model import Choose
from nlp.components.topics import vocabulary
from storage.labels import german_labels


def test_buttons_and_tagger_name_the_same_topics() -> None:
    book = load_book()
    offered = {
        key: {
            option
            for step in dialogue.steps
            if isinstance(step, Choose) and step.id == "topic"
            for option in step.options
        }
        for key, dialogue in book.dialogues.items()
    }
    known: dict[str, set[str]] = {}
    for topic in vocabulary():
        known.setdefault(topic.field, set()).add(topic.key)
    assert known == offered


def test_the_workbook_names_the_topics_as_the_vocabulary_does() -> None:
    assert german_labels().values["topics"] == {topic.key: topic.name_de for topic in vocabulary()}
