"""Objecting to the processing of one's data (Art. 21 DSGVO): said with or without a reason, kept as a case for staff.

Law of this file: an objection needs no form, no notice and no draft; what was raised has a number.
"""

from __future__ import annotations

from bot.dialogue.facts import ObjectionRaised
from bot.dialogue.moves import resume
from bot.dialogue.replies import Rows
from bot.dialogue.scene import Scene
from bot.dialogue.state import Waiting
from bot.dialogue.texts import Spans


def ask(scene: Scene) -> Scene:
    """Say what an objection is and ask for the reason."""
    return scene.to(waiting=Waiting.OBJECTION).saying("rights.object")


def question(scene: Scene) -> tuple[Spans, Rows]:
    """Return the question for the reason."""
    without = scene.button("rights.object_now", "object:now")
    leave = scene.button("rights.object_not", "object:no")
    return scene.text("rights.object_why"), ((without,), (leave,))


def act(scene: Scene, what: str) -> Scene:
    """Do what a tap of this question means."""
    if scene.state.waiting is not Waiting.OBJECTION:
        return scene.saying("stale.button")
    match what:
        case "now":
            return object_to(scene, "")
        case "no":
            return leave(scene.saying("rights.spared"))
        case _:
            return scene.saying("stale.button")


def object_to(scene: Scene, reason: str) -> Scene:
    """Let the objection be recorded, with the citizen's reason or without one."""
    raised = scene.noting(ObjectionRaised(scene.receipt, reason))
    return leave(raised.saying("rights.objected", number=scene.receipt))


def leave(scene: Scene) -> Scene:
    """Go on where the citizen was."""
    return resume(scene) if scene.draft else scene.to(waiting=Waiting.NOTHING)
