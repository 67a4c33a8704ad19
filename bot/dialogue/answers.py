"""Understanding what was said where it was asked: one function per kind of step.

Law of this file: whatever was said is kept; what is not an answer becomes part of the contribution.
"""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from bot.dialogue.card import certain_places
from bot.dialogue.events import PlaceGuess, Understanding
from bot.dialogue.model import Ask, Attach, Choose, Confirm, Locate, Role
from bot.dialogue.moves import proceed
from bot.dialogue.parse import count_words
from bot.dialogue.scene import Scene
from bot.dialogue.state import Answer, Draft, Mode, Waiting

# Telegram splits a longer message at this length (Bot API, sendMessage.text); such a part is surely not the whole.
SPLIT_AT = 4000


def answer(scene: Scene, text: str, understanding: Understanding, source: str) -> Scene:
    """Take a text as the answer to the step that is asked."""
    scene = learn(scene, understanding)
    step = scene.asked
    match step:
        case Confirm():
            return hold(scene, text)
        case Ask():
            return _words(scene, step, text, source)
        case Choose():
            return _other(scene, step, text, source)
        case Locate():
            return _place(scene, step, text, understanding.places)
        case Attach():
            return hold(scene, text)
        case _ as never:
            assert_never(never)


def hold(scene: Scene, text: str) -> Scene:
    """Keep a text beside the draft and ask whether it belongs to it."""
    draft = scene.opened
    pending = f"{draft.pending}\n{text}" if draft.pending else text
    return scene.drafting(pending=pending).to(waiting=Waiting.PENDING)


def join(scene: Scene) -> Scene:
    """Make the held text a part of what was said last."""
    draft = scene.opened
    told = [each for each in draft.answers if each.option is None and each.role != Role.PLACE]
    if not told:
        return scene.drafting(pending="").drafting(answers=(*draft.answers, first_words(draft.pending)))
    last = replace(told[-1], text=f"{told[-1].text}\n{draft.pending}")
    answers = tuple(last if each.step == last.step else each for each in draft.answers)
    return scene.drafting(answers=answers, pending="")


def first_words(text: str, source: str = "") -> Answer:
    """Return the answer that a free text is before any question was asked."""
    return Answer("message", Role.MESSAGE, text=text, source=source)


def learn(scene: Scene, understanding: Understanding) -> Scene:
    """Add what the analyst understood to what is already guessed of the draft; the first words weigh most."""
    draft = scene.draft
    if draft is None:
        return scene
    old = draft.guess
    guess = replace(
        old,
        language=old.language or understanding.language,
        fields=old.fields or understanding.fields,
        kind=old.kind or understanding.kind,
        topics=tuple(dict.fromkeys((*old.topics, *understanding.topics))),
        places=tuple({place.name: place for place in (*old.places, *understanding.places)}.values()),
    )
    return scene.drafting(guess=guess)


def _words(scene: Scene, step: Ask, text: str, source: str) -> Scene:
    draft = scene.opened
    earlier = draft.answer(step.id)
    joined = f"{earlier.text}\n{text}" if draft.mode is Mode.FOLLOW_UP and earlier else text
    scene = scene.drafting(
        answers=draft.with_answer(Answer(step.id, step.role, text=joined, source=source)).answers,
        skipped=tuple(each for each in draft.skipped if each != step.id),
    )
    if _wants_more(scene, step, joined):
        return scene.drafting(mode=Mode.FOLLOW_UP, followed=True)
    mode = Mode.ANSWER if draft.mode is Mode.FOLLOW_UP else draft.mode
    return proceed(scene.drafting(mode=mode), after=step.id)


def may_continue(draft: Draft) -> bool:
    """Say whether the next text may be the rest of a message that Telegram split."""
    last = draft.answers[-1] if draft.answers else None
    return last is not None and last.step != draft.at and len(last.text) >= SPLIT_AT


def _wants_more(scene: Scene, step: Ask, text: str) -> bool:
    draft, dialogue = scene.draft, scene.dialogue
    if draft is None or dialogue is None or draft.followed or draft.mode is not Mode.ANSWER:
        return False
    return count_words(text) < step.thin_below and scene.has(f"{dialogue.key}.{step.id}.follow_up")


def thin(scene: Scene) -> Scene:
    """Ask the one helpful follow-up where the first words were few, else leave the scene as it is."""
    draft, dialogue = scene.draft, scene.dialogue
    said = draft.answer("message") if draft else None
    step = dialogue.step("message") if dialogue else None
    if not (draft and said and isinstance(step, Ask) and _wants_more(scene, step, said.text)):
        return scene
    return scene.drafting(at=step.id, mode=Mode.FOLLOW_UP, followed=True)


def choose(scene: Scene, step_id: str, option: str) -> Scene:
    """Take an option as the answer to its step, also when another step is asked now."""
    draft, dialogue = scene.draft, scene.dialogue
    step = dialogue.step(step_id) if dialogue else None
    if draft is None or dialogue is None or step is None:
        return scene.saying("stale.button")
    chosen = _chosen(scene, step, option)
    if chosen is None:
        return scene.saying("stale.button")
    earlier = draft.answer(step_id)
    if earlier is not None and earlier.option == chosen.option and draft.at != step_id:
        return scene.hushed("toast.noted")
    taken = scene.drafting(answers=draft.with_answer(chosen).answers)
    if draft.at != step_id or scene.state.waiting is not Waiting.STEP:
        return taken.saying("step.changed", value=chosen.text)
    mode = Mode.ANSWER if draft.mode is Mode.FOLLOW_UP else draft.mode
    return proceed(taken.drafting(mode=mode), after=step_id)


def _chosen(scene: Scene, step: object, option: str) -> Answer | None:
    dialogue = scene.dialogue
    match step:
        case Choose() if option in step.options and dialogue:
            text = scene.plain(f"{dialogue.key}.{step.id}.option.{option}")
            return Answer(step.id, step.role, text=text, option=option)
        case Locate():
            return _district(scene, step, option)
        case _:
            return None


def _district(scene: Scene, step: Locate, option: str) -> Answer | None:
    draft = scene.draft
    if option == "all":
        return Answer(step.id, step.role, text=scene.plain("place.whole_city"), option=option, district="stadtweit")
    if not option.isdecimal() or int(option) >= len(scene.book.districts):
        return None
    name = scene.book.districts[int(option)]
    earlier = draft.answer(step.id) if draft else None
    if draft and draft.mode is Mode.FOLLOW_UP and earlier:
        return replace(earlier, option=option, district=name)
    return Answer(step.id, step.role, text=name, option=option, district=name)


def guessed_place(scene: Scene, step_id: str, index: str) -> Scene:
    """Take a place that was understood from the words as the answer."""
    draft = scene.draft
    places = certain_places(draft) if draft else []
    if draft is None or not index.isdecimal() or int(index) >= len(places):
        return scene.saying("stale.button")
    place = places[int(index)]
    taken = Answer(step_id, Role.PLACE, text=place.name or place.text, option=f"guess{index}", district=place.district)
    if draft.answer(step_id) == taken:
        return scene.hushed("toast.noted")
    return proceed(scene.drafting(answers=draft.with_answer(taken).answers), after=step_id)


def _other(scene: Scene, step: Choose, text: str, source: str) -> Scene:
    draft = scene.opened
    if not step.other:
        return hold(scene, text)
    given = Answer(step.id, step.role, text=text, source=source)
    return proceed(scene.drafting(answers=draft.with_answer(given).answers), after=step.id)


def _place(scene: Scene, step: Locate, text: str, places: tuple[PlaceGuess, ...]) -> Scene:
    draft = scene.opened
    certain = next((place for place in places if place.district), None)
    given = Answer(step.id, step.role, text=text, district=certain.district if certain else None)
    taken = scene.drafting(answers=draft.with_answer(given).answers)
    if given.district is None and draft.mode is Mode.ANSWER:
        return taken.drafting(mode=Mode.FOLLOW_UP)
    mode = Mode.ANSWER if draft.mode is Mode.FOLLOW_UP else draft.mode
    return proceed(taken.drafting(mode=mode), after=step.id)


def locate(scene: Scene, latitude: float, longitude: float, district: str | None) -> Scene:
    """Take a shared location as the place of the draft, wherever the dialogue stands."""
    draft, dialogue = scene.opened, scene.dialogue
    steps = dialogue.steps if dialogue else ()
    step_id = next((step.id for step in steps if isinstance(step, Locate)), "place")
    text = scene.plain("place.shared")
    given = Answer(step_id, Role.PLACE, text=text, district=district, latitude=latitude, longitude=longitude)
    taken = scene.drafting(answers=draft.with_answer(given).answers)
    if draft.at == step_id and scene.state.waiting is Waiting.STEP:
        return proceed(taken, after=step_id)
    return taken.saying("place.noted")
