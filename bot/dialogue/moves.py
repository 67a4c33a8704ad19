"""From step to step: where a draft goes next, back and aside.

Law of this file: a move loses no answer.
"""

from __future__ import annotations

from dataclasses import replace

from bot.dialogue.facts import LanguageChosen, NoticeShown, StepAsked
from bot.dialogue.fit import card_step, fit, next_open
from bot.dialogue.model import Ask, Confirm, Length
from bot.dialogue.parse import count_words
from bot.dialogue.scene import Scene
from bot.dialogue.state import ASIDE, SHELF_PLACES, Draft, Mode, Waiting
from bot.dialogue.texts import FALLBACK, tongue


def welcome(scene: Scene) -> Scene:
    """Ask a stranger for a language, then show the notice, then go on with the draft or the menu."""
    offered = scene.book.offered()
    if scene.state.language is None and len(offered) > 1:
        return scene.to(waiting=Waiting.LANGUAGE)
    if scene.state.language is None:
        scene = speak(scene, offered[0].code)
    if scene.is_stranger:
        scene = _notice(scene)
    return scene if scene.state.waiting is Waiting.SCHOOL else resume(scene)


def speak(scene: Scene, language: str) -> Scene:
    """Change the language; nothing else changes."""
    return scene.to(language=language).noting(LanguageChosen(language))


def _notice(scene: Scene) -> Scene:
    version = scene.book.notice_version
    shown = scene.to(notice=version).noting(NoticeShown(version))
    own = f"notice.{scene.state.channel}"
    told = shown.saying(own if scene.has(own) else "notice.web")
    return told if _is_reviewed(scene) else told.saying("language.unreviewed")


def _is_reviewed(scene: Scene) -> bool:
    """Say whether somebody has read the texts of this language; German is what they were written in."""
    spoken = next((each for each in scene.book.languages if each.code == scene.state.language), None)
    return spoken is None or tongue(spoken.code) == FALLBACK or spoken.reviewed is not None


def settle(scene: Scene) -> Scene:
    """Let nobody pass without the notice, and no words lie beside a draft unasked."""
    if scene.is_stranger and scene.state.waiting not in (Waiting.LANGUAGE, *ASIDE):
        scene = welcome(scene)
    held = scene.draft is not None and scene.draft.held is not None
    if held and scene.state.waiting not in (Waiting.LANGUAGE, Waiting.PAUSE, *ASIDE):
        return scene.to(waiting=Waiting.PENDING)
    return scene


def begin(scene: Scene, draft: Draft) -> Scene:
    """Open a draft, laying an unfinished one aside."""
    at_school = scene.state.waiting is Waiting.SCHOOL
    return shelve(scene).to(draft=draft, waiting=Waiting.SCHOOL if at_school else Waiting.FIELD)


def shelve(scene: Scene) -> Scene:
    """Lay the open draft aside if anything was said in it."""
    draft = scene.draft
    if draft is None:
        return scene
    if draft.is_empty:
        return scene.to(draft=None)
    return scene.to(draft=None, shelf=(*scene.state.shelf, draft)).saying("shelf.kept")


def shelf_is_full(scene: Scene) -> bool:
    """Say whether the open draft can't be laid aside."""
    kept = scene.draft is not None and not scene.draft.is_empty
    return kept and len(scene.state.shelf) >= SHELF_PLACES


def unshelve(scene: Scene, draft_id: str) -> Scene:
    """Take a draft from the shelf, in a state without an open one."""
    found = next(draft for draft in scene.state.shelf if draft.id == draft_id)
    rest = tuple(draft for draft in scene.state.shelf if draft.id != draft_id)
    return resume(scene.to(shelf=rest, draft=found))


def menu(scene: Scene) -> Scene:
    """Show the menu, the open draft laid aside where there is room for it."""
    if shelf_is_full(scene):
        return scene.saying("shelf.full").to(waiting=Waiting.MENU)
    return shelve(scene).to(waiting=Waiting.MENU)


def resume(scene: Scene) -> Scene:
    """Go on with the open draft where it stands."""
    draft = scene.draft
    if draft is None:
        # Whoever was reading the ideas of others goes on with that.
        return scene.to(waiting=Waiting.BROWSE if scene.state.browse else Waiting.MENU)
    return scene.to(waiting=Waiting.STEP if draft.dialogue else Waiting.FIELD)


def enter(scene: Scene, key: str) -> Scene:
    """Give the open draft its dialogue, keeping every answer, and ask what is still open."""
    fitted = replace(fit(scene.opened, scene.book.dialogues[key]), mode=Mode.ANSWER)
    scene = scene.to(draft=fitted)
    said, step = fitted.answer("message"), scene.within.step("message")
    if said and isinstance(step, Ask) and wants_more(scene, step, said.text):
        return to_step(scene.drafting(followed=True), step.id, Mode.FOLLOW_UP)
    return proceed(scene, after=None)


def wants_more(scene: Scene, step: Ask, text: str) -> bool:
    """Say whether an answer is so short that the step's one follow-up helps."""
    draft, dialogue = scene.opened, scene.within
    if draft.followed or draft.mode is not Mode.ANSWER:
        return False
    return count_words(text) < step.thin_below and scene.has(f"{dialogue.key}.{step.id}.follow_up")


def open_dialogue(scene: Scene, key: str) -> Scene:
    """Begin a draft in a dialogue, or give the open one its dialogue while nothing was said in it."""
    draft = scene.draft
    if draft and draft.dialogue is None and not draft.words():
        return enter(scene, key)
    if draft and draft.dialogue == key and draft.is_empty:
        return resume(scene)
    if shelf_is_full(scene):
        return scene.saying("shelf.full")
    return enter(begin(scene, Draft(str(scene.seq))), key)


def change_length(scene: Scene, length: Length) -> Scene:
    """Ask more: the one message becomes the answer it already is."""
    longer = replace(scene.opened, length=length, mode=Mode.ANSWER)
    return proceed(scene.to(draft=fit(longer, scene.within)), after=None)


def proceed(scene: Scene, *, after: str | None) -> Scene:
    """Ask the next open step of the plan after this one, or show the card."""
    draft, dialogue = scene.opened, scene.within
    step = None if draft.mode is Mode.CHANGE else next_open(draft, dialogue, after)
    return to_step(scene, step.id) if step else to_card(scene)


def to_step(scene: Scene, step_id: str, mode: Mode = Mode.ANSWER) -> Scene:
    """Ask this step."""
    asked = scene.drafting(at=step_id, mode=mode).to(waiting=Waiting.STEP)
    return asked.noting(StepAsked(asked.within.key, step_id))


def to_card(scene: Scene) -> Scene:
    """Show the card, or ask for own words while there is nothing on it."""
    draft, dialogue = scene.opened, scene.within
    if draft.words() or draft.files:
        return to_step(scene, card_step(dialogue))
    first = next(step.id for step in dialogue.plan(draft.length) if isinstance(step, Ask))
    again = tuple(step for step in draft.skipped if step != first)
    return to_step(scene.saying("card.empty").drafting(skipped=again), first)


def back(scene: Scene) -> Scene:
    """Go to the step before, out of a change to the card, or out of the first step to the menu."""
    draft, waiting = scene.draft, scene.state.waiting
    if draft is None or waiting in (Waiting.FIELD, Waiting.SCHOOL):
        return scene.to(waiting=Waiting.MENU)
    return _step_back(scene, draft) if waiting is Waiting.STEP else resume(scene)


def _step_back(scene: Scene, draft: Draft) -> Scene:
    if draft.mode is Mode.CHANGE:
        return to_card(scene)
    if draft.mode is Mode.FOLLOW_UP and draft.at:
        return to_step(scene, draft.at)
    plan = [step.id for step in scene.within.plan(draft.length)]
    at = plan.index(draft.at) if draft.at in plan else len(plan) - 1
    return to_step(scene, plan[at - 1]) if at > 0 else scene.to(waiting=Waiting.MENU)


def skip(scene: Scene) -> Scene:
    """Leave the step as it is and go on."""
    draft, step = scene.draft, scene.step
    if draft is None or step is None or scene.state.waiting is not Waiting.STEP or isinstance(step, Confirm):
        return resume(scene)
    skipped = draft.skipped if draft.answer(step.id) or step.id in draft.skipped else (*draft.skipped, step.id)
    mode = Mode.ANSWER if draft.mode is Mode.FOLLOW_UP else draft.mode
    return proceed(scene.drafting(skipped=skipped, mode=mode), after=step.id)
