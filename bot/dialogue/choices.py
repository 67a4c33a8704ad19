"""Tapped answers: options, districts, and places that were understood from the words.

Law of this file: a tap on an earlier question changes that answer, and never words of the citizen's own.
"""

from __future__ import annotations

from dataclasses import replace

from bot.dialogue.events import PlaceGuess
from bot.dialogue.model import Choose, Locate, Role
from bot.dialogue.moves import proceed
from bot.dialogue.places import offered, place_key
from bot.dialogue.scene import Scene
from bot.dialogue.state import Answer, Mode, Waiting


def choose(scene: Scene, step_id: str, option: str) -> Scene:
    """Take an option as the answer to its step, also when another step is asked now."""
    step = scene.dialogue.step(step_id) if scene.dialogue else None
    if isinstance(step, Locate) and option == "none":
        return _nowhere(scene, step)
    chosen = _chosen(scene, step, option)
    return _taken(scene, chosen) if chosen else scene.saying("stale.button")


def guessed_place(scene: Scene, step_id: str, key: str) -> Scene:
    """Take a place that was understood from the words as the answer."""
    step = scene.dialogue.step(step_id) if scene.dialogue else None
    place = next((place for place in offered(scene) if place_key(place) == key), None)
    if not isinstance(step, Locate) or place is None:
        return scene.saying("stale.button")
    return _taken(scene, _understood(scene, step, place))


def _taken(scene: Scene, chosen: Answer) -> Scene:
    draft = scene.opened
    is_asked = draft.at == chosen.step and scene.state.waiting is Waiting.STEP
    earlier = draft.answer(chosen.step)
    if earlier is not None and not is_asked:
        if earlier == chosen:
            return scene.hushed("toast.noted")
        if earlier.option is None and earlier.text != chosen.text:
            return scene.saying("stale.button")
    taken = scene.to(draft=draft.with_answer(chosen))
    if not is_asked:
        return taken.saying("step.changed", value=chosen.text)
    mode = Mode.ANSWER if draft.mode is Mode.FOLLOW_UP else draft.mode
    return proceed(taken.drafting(mode=mode), after=chosen.step)


def _chosen(scene: Scene, step: object, option: str) -> Answer | None:
    match step:
        case Choose() if option in step.options:
            text = scene.plain(f"{scene.within.key}.{step.id}.option.{option}")
            return Answer(step.id, step.role, text=text, option=option)
        case Locate() if option == "all":
            whole = Answer(step.id, step.role, text=scene.plain("place.whole_city"), option=option)
            return replace(whole, district="stadtweit")
        case Locate() if option.isdecimal() and int(option) < len(scene.book.districts):
            return _district(scene, step, scene.book.districts[int(option)], option)
        case _:
            return None


def _district(scene: Scene, step: Locate, name: str, option: str) -> Answer:
    earlier = _in_own_words(scene, step)
    return replace(earlier, district=name) if earlier else Answer(step.id, step.role, name, option, name)


def _understood(scene: Scene, step: Locate, place: PlaceGuess) -> Answer:
    earlier = _in_own_words(scene, step)
    if earlier and place.district:
        return replace(earlier, district=place.district)
    return Answer(step.id, Role.PLACE, place.name or place.text, "guess", place.district)


def _in_own_words(scene: Scene, step: Locate) -> Answer | None:
    """Return the place in the citizen's words that only lacks its district, or that a late tap must not replace."""
    draft = scene.opened
    earlier = draft.answer(step.id)
    is_asked = draft.at == step.id and scene.state.waiting is Waiting.STEP and draft.mode is not Mode.FOLLOW_UP
    return None if earlier is None or earlier.option is not None or is_asked else earlier


def _nowhere(scene: Scene, step: Locate) -> Scene:
    draft = scene.opened
    if not (draft.at == step.id and scene.state.waiting is Waiting.STEP):
        return scene.saying("stale.button")
    kept = tuple(answer for answer in draft.answers if answer.role != Role.PLACE)
    guess = replace(draft.guess, places=())
    return proceed(scene.drafting(answers=kept, guess=guess), after=step.id)
