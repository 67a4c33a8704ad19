"""A reminder of a workshop, as it reads in the language of whoever comes.

Law of this file: it says when and where, and how to cancel; the place goes to somebody who waits.
"""

from __future__ import annotations

from bot.dialogue.agenda import lined, when
from bot.dialogue.events import Workshop
from bot.dialogue.model import Book
from bot.dialogue.replies import Reply
from bot.dialogue.scene import Scene
from bot.dialogue.state import State
from bot.dialogue.texts import Span
from bot.dialogue.workshops import one_rows


def reminder(book: Book, language: str, workshop: Workshop) -> Reply:
    """Return the message that reminds somebody of a workshop, with what can be done about it."""
    scene = Scene(book, State(language=language), 0, workshops=(workshop,))
    where = tuple((Span(each),) for each in (workshop.place, workshop.online, workshop.access) if each)
    told = scene.text("reminder.text", title=workshop.title, when=when(scene, workshop))
    spans = (*told, *lined((*where, scene.text("reminder.cancel"))))
    return Reply(spans, one_rows(scene, workshop), language=scene.voice)
