"""Draws a dialogue as a Mermaid flowchart, for editors who want to see it whole.

Law of this file: the drawing shows the paths of the three lengths as the engine walks them, and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import assert_never

from bot.dialogue.model import Ask, Attach, Book, Choose, Confirm, Dialogue, Length, Locate, Step
from bot.dialogue.texts import FALLBACK

_START, _SENT = "start", "sent"


def diagram(book: Book, key: str, language: str = FALLBACK) -> str:
    """Return the dialogue of that key as Mermaid text (`flowchart TD`).

    An arrow names the lengths that take it; a dotted one is the follow-up to a thin answer. Raises `KeyError` for an
    unknown dialogue.
    """
    dialogue = book.dialogues[key]
    name = _quoted(f"{dialogue.emoji} {_said(book, language, f'{key}.name')}".strip())
    rows = [f"{_START}([{name}])", *(_node(book, dialogue, step, language) for step in dialogue.steps)]
    rows += [f"{_SENT}([{_quoted(_said(book, language, 'button.send'))}])"]
    rows += [f"{start} -->|{', '.join(lengths)}| {end}" for (start, end), lengths in _arrows(dialogue).items()]
    rows += [f"{_id(step)} -.->|+| {_id(step)}" for step in dialogue.steps if isinstance(step, Ask) and step.thin_below]
    return "\n".join(["flowchart TD", *(f"  {row}" for row in rows)]) + "\n"


def _arrows(dialogue: Dialogue) -> Mapping[tuple[str, str], list[str]]:
    arrows: dict[tuple[str, str], list[str]] = {}
    for length in Length:
        stops = [_START, *(_id(step) for step in dialogue.plan(length)), _SENT]
        for pair in pairwise(stops):
            arrows.setdefault(pair, []).append(length.value)
    return arrows


def _node(book: Book, dialogue: Dialogue, step: Step, language: str) -> str:
    left, right = _shape(step)
    return f"{_id(step)}{left}{_quoted(_caption(book, dialogue, step, language))}{right}"


def _shape(step: Step) -> tuple[str, str]:
    match step:
        case Ask():
            return "[", "]"
        case Choose():
            return "{{", "}}"
        case Locate():
            return "[/", "/]"
        case Attach():
            return "[\\", "\\]"
        case Confirm():
            return "[[", "]]"
        case _ as never:
            assert_never(never)


def _caption(book: Book, dialogue: Dialogue, step: Step, language: str) -> str:
    if isinstance(step, Confirm):
        return _said(book, language, "card.title")
    question = _said(book, language, f"{dialogue.key}.{step.id}.question").split("\n")[0]
    if not isinstance(step, Choose):
        return question
    options = [_said(book, language, f"{dialogue.key}.{step.id}.option.{option}") for option in step.options]
    return "<br/>".join([question, *(f"• {option}" for option in options)])


def _said(book: Book, language: str, key: str) -> str:
    return book.texts.plain(language, key, **book.names)


def _id(step: Step) -> str:
    # Mermaid reads words such as "end" as its own, so every id gets a beginning.
    return f"step_{step.id}"


def _quoted(text: str) -> str:
    # Mermaid has no escape for a quotation mark but its entity. https://mermaid.js.org/syntax/flowchart.html
    return '"' + text.replace('"', "#quot;") + '"'
