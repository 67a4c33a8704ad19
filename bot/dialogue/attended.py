"""What came of a wish for a workshop, and what changed about one, told to the citizen.

Law of this file: it tells what the database has decided, and nothing it does not know.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.dialogue.agenda import lined, when
from bot.dialogue.events import Workshop
from bot.dialogue.model import Book
from bot.dialogue.replies import Enclosed, Reply, lines
from bot.dialogue.scene import Scene
from bot.dialogue.state import Agenda, State
from bot.dialogue.texts import Look, Span, Spans
from bot.dialogue.turn import Turn
from bot.dialogue.workshops import one_rows

OUTCOMES = (
    *("registered", "waiting", "cancelled", "checked_in", "unknown", "not_open", "called_off", "over"),
    *("not_registered", "another_day", "needed"),
)
CHANGES = ("moved", "called_off", "promoted", "offered", "lapsed")
_REASONED = ("moved", "called_off")


@dataclass(frozen=True, slots=True)
class Attended:
    """What came of a wish: the outcome, the workshop as it stands now, its file where the calendar was asked for."""

    outcome: str
    workshop: Workshop | None
    calendar: Enclosed | None = None


def answered(book: Book, turn: Turn, attended: Attended) -> Turn:
    """Return the turn with what came of a wish before its words, and what can be done next."""
    scene = Scene(book, turn.state, 0)
    workshop = attended.workshop
    shown = replace(scene, workshops=(workshop,)) if workshop else scene
    said = _outcome(shown, attended)
    first, *rest = turn.replies
    rows = (*(one_rows(shown, workshop) if workshop else ()), *first.rows)
    reply = replace(first, spans=lines(*said, first.spans), rows=rows, enclosed=attended.calendar)
    state = replace(turn.state, agenda=Agenda("one", code=workshop.code) if workshop else None)
    return replace(turn, state=state, replies=(reply, *rest))


def told_change(book: Book, language: str, change: str, workshop: Workshop, before: Workshop | None) -> Reply:
    """Return the message that tells a citizen of a change: moved, called_off, promoted, offered or lapsed."""
    scene = Scene(book, State(language=language), 0, workshops=(workshop,))
    old = when(scene, before) if before else ()
    told = scene.text(
        f"workshop.{change}", title=workshop.title, when=when(scene, workshop), before=old, until=workshop.until
    )
    place = (Span(workshop.place),) if workshop.place and change == "moved" else ()
    reason = scene.text("workshop.reason", reason=workshop.reason) if workshop.reason and change in _REASONED else ()
    return Reply((*told, *lined((place, reason))), one_rows(scene, workshop), language=scene.voice)


def _outcome(scene: Scene, attended: Attended) -> list[Spans]:
    workshop = attended.workshop
    title = workshop.title if workshop else ""
    if attended.outcome == "calendar" and workshop:
        link = (Span(f"{workshop.title} (.ics)", Look.LINK, workshop.calendar),)
        return [scene.text("workshop.calendar_file" if attended.calendar else "workshop.calendar_link", link=link)]
    position = workshop.position if workshop else 0
    told = scene.text(f"workshop.did_{attended.outcome}", title=title, position=position)
    return [told, when(scene, workshop)] if workshop and attended.outcome in ("registered", "waiting") else [told]
