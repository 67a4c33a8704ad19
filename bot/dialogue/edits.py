"""A message that its citizen changed after sending it: the words change wherever they lie, unless they were sent.

Law of this file: an edit changes the words of its own message and no others.
"""

from __future__ import annotations

from dataclasses import replace

from bot.dialogue.answers import learn
from bot.dialogue.events import NOTHING, Edited
from bot.dialogue.model import Role
from bot.dialogue.places import is_certain
from bot.dialogue.scene import Scene
from bot.dialogue.state import Answer, Draft
from bot.dialogue.words import came_in, reworded


def edit(scene: Scene, event: Edited) -> Scene:
    """Change the words of an edited message, in the open draft, on the shelf or in the one thrown away."""
    if not event.text.strip():
        return scene.saying("edited.late")
    changed = _in_open(scene, event) or _on_shelf(scene, event) or _in_dropped(scene, event)
    return changed.saying("edited.taken") if changed else scene.saying("edited.late")


def _in_open(scene: Scene, event: Edited) -> Scene | None:
    changed = _changed(scene, scene.draft, event) if scene.draft else None
    return scene.to(draft=changed) if changed else None


def _on_shelf(scene: Scene, event: Edited) -> Scene | None:
    for draft in scene.state.shelf:
        if (changed := _changed(scene, draft, event)) is not None:
            return scene.to(shelf=tuple(changed if each == draft else each for each in scene.state.shelf))
    return None


def _in_dropped(scene: Scene, event: Edited) -> Scene | None:
    changed = _changed(scene, scene.state.dropped, event) if scene.state.dropped else None
    return scene.to(dropped=changed) if changed else None


def _changed(scene: Scene, draft: Draft, event: Edited) -> Draft | None:
    text = event.text.strip()
    if draft.held and came_in(draft.held, event.message):
        held = reworded(draft.held, event.message, text, event.understanding)
        return replace(draft, held=held, held_guess=event.understanding)
    found = next((each for each in draft.answers if came_in(each, event.message)), None)
    if found is None:
        return None
    new = _placed(reworded(found, event.message, text, event.understanding), event)
    return _learned(scene, draft, found, new, event)


def _placed(new: Answer, event: Edited) -> Answer:
    if new.role != Role.PLACE:
        return new
    certain = next((place for place in event.understanding.places if is_certain(place)), None)
    return replace(new, district=certain.district if certain else None)


def _learned(scene: Scene, draft: Draft, old: Answer, new: Answer, event: Edited) -> Draft:
    answers = tuple(new if each == old else each for each in draft.answers)
    is_all = old.text == draft.words()
    # What was found in the words as they were does not hold for the new ones.
    guess = NOTHING if is_all else replace(draft.guess, parts=())
    alone = scene.to(draft=replace(draft, answers=answers, guess=guess))
    return learn(alone, event.understanding).opened
