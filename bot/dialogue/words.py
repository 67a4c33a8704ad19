"""A citizen's words as an answer: told, joined, changed by an edit, or freed of personal data.

Law of this file: words are joined and never cut; only the citizen's own edit replaces them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bot.dialogue.events import NOTHING, Understanding
from bot.dialogue.model import Role, Step
from bot.dialogue.state import Answer, Piece

# A piece of an answer with its words.
Cut = tuple[Piece, str]


def told(text: str, understanding: Understanding = NOTHING, message: str = "") -> Answer:
    """Return the answer that a free text is before any question was asked."""
    return Answer("message", Role.MESSAGE, text=text, pieces=(_piece(text, understanding, message),))


def at_step(given: Answer, step: Step) -> Answer:
    """Return the words as the answer to a step."""
    return replace(given, step=step.id, role=getattr(step, "role", Role.DETAIL))


def joined(first: Answer, second: Answer) -> Answer:
    """Return the first answer with the words of the second behind its own."""
    return _written(first, (*_cut(first), *_cut(second)))


def reworded(answer: Answer, message: str, text: str, understanding: Understanding) -> Answer:
    """Return the answer as it reads after the citizen edited one of its messages."""
    new = (_piece(text, understanding, message), text)
    return _written(answer, [new if cut[0].message == message else cut for cut in _cut(answer)])


def came_in(answer: Answer, message: str) -> bool:
    """Say whether words of this answer came in that message."""
    return bool(message) and any(piece.message == message for piece in answer.pieces)


def is_rude(answer: Answer) -> bool:
    """Say whether there is an insult in it."""
    return any(piece.rude for piece in answer.pieces)


def is_personal(answer: Answer) -> bool:
    """Say whether there is personal data in it."""
    return any(piece.redacted is not None for piece in answer.pieces)


def redacted(answer: Answer) -> Answer:
    """Return the answer without the personal data that was found in it."""
    return _written(answer, [_redacted(*cut) for cut in _cut(answer)])


def _redacted(piece: Piece, words: str) -> Cut:
    return (piece, words) if piece.redacted is None else (replace(piece, redacted=None), piece.redacted)


def _piece(text: str, understanding: Understanding, message: str) -> Piece:
    return Piece(message, len(text), understanding.redacted, understanding.insult)


def _cut(answer: Answer) -> list[Cut]:
    """Return the pieces of an answer with their words; words that no piece accounts for are one of their own."""
    cuts: list[Cut] = []
    start = 0
    for piece in answer.pieces:
        cuts.append((piece, answer.text[start : start + piece.length]))
        start += piece.length + 1
    return cuts if cuts and start == len(answer.text) + 1 else [(Piece(), answer.text)]


def _written(answer: Answer, cuts: Iterable[Cut]) -> Answer:
    kept = [(replace(piece, length=len(words)), words) for piece, words in cuts]
    seam = " " if answer.role == Role.PLACE else "\n"
    return replace(answer, text=seam.join(words for _, words in kept), pieces=tuple(piece for piece, _ in kept))
