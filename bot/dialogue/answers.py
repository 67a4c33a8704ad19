"""Understanding what was said where it was asked: one function per kind of step.

Law of this file: whatever was said is kept; what is not an answer lies beside the draft until it is asked about.
"""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from bot.dialogue.events import NOTHING, PlaceGuess, Understanding
from bot.dialogue.model import Ask, Attach, Choose, Confirm, Locate, Role
from bot.dialogue.moves import begin, enter, proceed, resume, shelf_is_full, wants_more
from bot.dialogue.parse import count_words
from bot.dialogue.places import given_place, is_certain
from bot.dialogue.scene import Scene
from bot.dialogue.state import Answer, Draft, Mode, Waiting
from bot.dialogue.words import at_step, joined

# Telegram splits a longer message at 4096 characters (Bot API, sendMessage.text) or at a space before: such a part is
# surely not the whole.
SPLIT_AT = 4000
# Of so many similar ideas the numbers are kept; some of them may be one's own or gone by the time of the card.
SIMILAR_KEPT = 6
# A text of so many words that comes twice in a row was sent twice and not meant twice.
REPEATED_FROM = 3


def take(scene: Scene, given: Answer, understanding: Understanding) -> Scene:
    """Take what the citizen said, wherever the conversation stands."""
    draft = scene.draft
    if draft is None:
        return learn(begin(scene, Draft(str(scene.seq), answers=(given,))), understanding)
    if draft.doubled != scene.mark and _is_repeated(scene, draft, given):
        return scene.drafting(doubled=scene.mark).saying("toast.noted")
    if scene.state.waiting is Waiting.STEP:
        return hold(scene, given, understanding) if may_continue(draft) else answer(scene, given, understanding)
    if draft.words() or draft.held:
        return hold(scene, given, understanding)
    return _first(scene, given, understanding)


def _is_repeated(scene: Scene, draft: Draft, given: Answer) -> bool:
    if count_words(given.text) < REPEATED_FROM:
        return False
    if scene.state.waiting is not Waiting.STEP or draft.held:
        return given.text in [each.text for each in (*draft.answers, *((draft.held,) if draft.held else ()))]
    last = draft.answers[-1] if draft.answers else None
    is_next = last is not None and (last.step != draft.at or draft.mode is Mode.FOLLOW_UP)
    return is_next and last is not None and last.text == given.text


def _first(scene: Scene, given: Answer, understanding: Understanding) -> Scene:
    draft, waiting = scene.opened, scene.state.waiting
    said = learn(scene.drafting(answers=(*draft.answers, given)), understanding)
    if draft.dialogue and waiting not in (Waiting.MENU, Waiting.SCHOOL, Waiting.FIELD):
        return enter(said, draft.dialogue)
    return said if waiting is Waiting.SCHOOL else said.to(waiting=Waiting.FIELD)


def answer(scene: Scene, given: Answer, understanding: Understanding) -> Scene:
    """Take words as the answer to the step that is asked."""
    step = scene.asked
    match step:
        case Ask():
            return _words(learn(scene, understanding), step, given)
        case Choose() if step.other:
            return _settled(learn(scene, understanding), at_step(given, step))
        case Locate():
            return _place(learn(scene, understanding), step, given, understanding.places)
        case Confirm() | Choose() | Attach():
            return hold(scene, given, understanding)
        case _ as never:
            assert_never(never)


def hold(scene: Scene, given: Answer, understanding: Understanding) -> Scene:
    """Keep words beside the draft and ask whether they belong to it."""
    draft = scene.opened
    held = joined(draft.held, given) if draft.held else given
    guess = merged(draft.held_guess, understanding)
    return scene.drafting(held=held, held_guess=guess).to(waiting=Waiting.PENDING)


def join(scene: Scene) -> Scene:
    """Make the held words a part of what was said last, and go on."""
    draft = scene.opened
    if draft.held is None:
        return resume(scene)
    scene = learn(scene.drafting(held=None, held_guess=NOTHING), draft.held_guess)
    said = [each for each in draft.answers if each.option is None and each.role != Role.PLACE]
    if not said:
        return _first(scene.to(waiting=Waiting.STEP if draft.dialogue else Waiting.FIELD), draft.held, NOTHING)
    longer = joined(said[-1], draft.held)
    return resume(scene.drafting(answers=tuple(longer if each == said[-1] else each for each in draft.answers)))


def part(scene: Scene) -> Scene:
    """Take the held words as what was asked for, or else as the beginning of another contribution."""
    draft = scene.opened
    if draft.held is None:
        return resume(scene)
    alone = resume(scene.drafting(held=None, held_guess=NOTHING))
    step = alone.step
    if may_continue(draft) and (isinstance(step, Ask | Locate) or (isinstance(step, Choose) and step.other)):
        return answer(alone, draft.held, draft.held_guess)
    if shelf_is_full(alone):
        return join(scene).saying("shelf.full").saying("pending.joined")
    return learn(begin(alone, Draft(str(scene.seq), answers=(draft.held,))), draft.held_guess)


def learn(scene: Scene, understanding: Understanding) -> Scene:
    """Add what the analyst understood to what is already guessed of the open draft."""
    return scene.drafting(guess=merged(scene.opened.guess, understanding))


def merged(old: Understanding, new: Understanding) -> Understanding:
    """Return both understandings as one; the first words weigh most."""
    known = {place.name for place in old.places}
    return replace(
        old,
        language=old.language or new.language,
        fields=old.fields or new.fields,
        kind=old.kind or new.kind,
        topics=tuple(dict.fromkeys((*old.topics, *new.topics))),
        parts=() if old != NOTHING else new.parts,
        similar=tuple(dict.fromkeys((*old.similar, *new.similar)))[:SIMILAR_KEPT],
        places=(*old.places, *(place for place in new.places if place.name not in known)),
    )


def may_continue(draft: Draft) -> bool:
    """Say whether the next text may be the rest of a message that Telegram split."""
    last = draft.answers[-1] if draft.answers else None
    if last is None or draft.mode is not Mode.ANSWER or last.step == draft.at:
        return False
    return max((piece.length for piece in last.pieces[-1:]), default=0) >= SPLIT_AT


def _words(scene: Scene, step: Ask, given: Answer) -> Scene:
    draft = scene.opened
    earlier = draft.answer(step.id)
    whole = joined(earlier, given) if draft.mode is Mode.FOLLOW_UP and earlier else at_step(given, step)
    if not wants_more(scene, step, whole.text):
        return _settled(scene, whole)
    return scene.to(draft=replace(draft.with_answer(whole), mode=Mode.FOLLOW_UP, followed=True))


def _settled(scene: Scene, given: Answer) -> Scene:
    draft = scene.opened
    mode = Mode.ANSWER if draft.mode is Mode.FOLLOW_UP else draft.mode
    return proceed(scene.to(draft=replace(draft.with_answer(given), mode=mode)), after=given.step)


def _place(scene: Scene, step: Locate, given: Answer, places: tuple[PlaceGuess, ...]) -> Scene:
    draft = scene.opened
    earlier, certain = draft.answer(step.id), next((place for place in places if is_certain(place)), None)
    more = draft.mode is Mode.FOLLOW_UP and earlier is not None
    whole = joined(earlier, given) if more and earlier else at_step(given, step)
    if certain:
        return _settled(scene, replace(whole, district=certain.district))
    if more:
        return _settled(scene, whole)
    return scene.to(draft=replace(draft.with_answer(whole), mode=Mode.FOLLOW_UP))


def locate(scene: Scene, latitude: float, longitude: float, district: str | None) -> Scene:
    """Take a shared location as the place of the draft, wherever the dialogue stands, beside a place in own words."""
    draft, dialogue = scene.opened, scene.dialogue
    steps = dialogue.steps if dialogue else ()
    step_id = next((step.id for step in steps if isinstance(step, Locate)), "place")
    earlier = given_place(draft)
    if earlier is None:
        earlier = Answer(step_id, Role.PLACE, text=scene.plain("place.shared"))
    elif earlier.option is not None:
        earlier = replace(earlier, text=scene.plain("place.shared"), option=None)
    given = replace(earlier, district=district or earlier.district, latitude=latitude, longitude=longitude)
    if draft.at == given.step and scene.state.waiting is Waiting.STEP:
        return _settled(scene, given)
    return scene.to(draft=draft.with_answer(given)).saying("place.noted")
