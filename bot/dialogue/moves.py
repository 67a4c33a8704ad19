"""From step to step: where a draft goes next, back, aside and out.

Law of this file: a move loses no answer; what is thrown away can be taken back once.
"""

from __future__ import annotations

from dataclasses import replace

from bot.dialogue.card import TEXT_ROLES, kind_of
from bot.dialogue.facts import ContributionSent, DraftDropped, LanguageChosen, NoticeShown, StepAsked
from bot.dialogue.model import Ask, Book, Confirm, Dialogue, Length, Role, Step
from bot.dialogue.scene import Scene
from bot.dialogue.state import SENT_REMEMBERED, SHELF_PLACES, Answer, Draft, Mode, State, Waiting

CONFIRM = "confirm"


def welcome(scene: Scene) -> Scene:
    """Ask a stranger for a language, then show the notice, then go on with the draft or the menu."""
    offered = scene.book.offered()
    if scene.state.language is None and len(offered) > 1:
        return scene.to(waiting=Waiting.LANGUAGE)
    if scene.state.language is None:
        scene = speak(scene, offered[0].code)
    if scene.state.notice != scene.book.notice_version:
        scene = _notice(scene)
    if scene.draft and scene.draft.dialogue:
        return scene.to(waiting=Waiting.STEP)
    return scene.to(waiting=Waiting.FIELD if scene.draft else Waiting.MENU)


def speak(scene: Scene, language: str) -> Scene:
    """Change the language; nothing else changes."""
    return scene.to(language=language).noting(LanguageChosen(language))


def _notice(scene: Scene) -> Scene:
    version = scene.book.notice_version
    shown = scene.to(notice=version).noting(NoticeShown(version))
    return shown.saying(f"notice.{scene.state.channel}")


def begin(scene: Scene, draft: Draft) -> Scene:
    """Open a draft, laying an unfinished one aside."""
    scene = shelve(scene)
    return scene.to(draft=draft, dropped=None, waiting=Waiting.FIELD)


def shelve(scene: Scene) -> Scene:
    """Lay the open draft aside if anything was said in it."""
    draft = scene.draft
    if draft is None:
        return scene
    kept = (*scene.state.shelf, draft) if draft.words() or draft.files else scene.state.shelf
    return scene.to(draft=None, shelf=kept)


def shelf_is_full(scene: Scene) -> bool:
    """Say whether no further draft can be laid aside."""
    return len(scene.state.shelf) >= SHELF_PLACES


def unshelve(scene: Scene) -> Scene:
    """Take the last draft from the shelf."""
    *rest, last = scene.state.shelf
    return resume(scene.to(shelf=tuple(rest), draft=last))


def resume(scene: Scene) -> Scene:
    """Go on with the open draft where it stands."""
    draft = scene.draft
    if draft is None:
        return scene.to(waiting=Waiting.MENU)
    return scene.to(waiting=Waiting.STEP if draft.dialogue else Waiting.FIELD)


def enter(scene: Scene, key: str) -> Scene:
    """Give the open draft its dialogue, keeping every answer, and ask what is still open."""
    dialogue, draft = scene.book.dialogues[key], scene.opened
    length = draft.length if draft.length in dialogue.lengths else Length.ONE
    return proceed(
        scene.drafting(dialogue=key, revision=dialogue.revision, length=length, mode=Mode.ANSWER), after=None
    )


def open_dialogue(scene: Scene, key: str) -> Scene:
    """Begin an empty draft in a dialogue."""
    return enter(begin(scene, Draft(str(scene.seq))), key)


def change_length(scene: Scene, length: Length) -> Scene:
    """Ask more: the one message becomes the answer it already is."""
    draft, dialogue = scene.opened, scene.within
    answers = tuple(_recast(draft, dialogue, length, answer) for answer in draft.answers)
    return proceed(scene.drafting(length=length, answers=answers, mode=Mode.ANSWER), after=None)


def _recast(draft: Draft, dialogue: Dialogue, length: Length, answer: Answer) -> Answer:
    role = Role.IDEA if kind_of(draft) == "idea" else Role.PROBLEM
    plan = dialogue.plan(length)
    target = next((step for step in plan if isinstance(step, Ask) and step.role is role), None)
    in_plan = any(step.id == answer.step for step in plan)
    if answer.role != Role.MESSAGE or in_plan or target is None or draft.answer(target.id):
        return answer
    return replace(answer, step=target.id, role=role)


def proceed(scene: Scene, *, after: str | None) -> Scene:
    """Ask the next open step of the plan after this one, or show the card."""
    draft, dialogue = scene.opened, scene.within
    step = None if draft.mode is Mode.CHANGE else _next_open(draft, dialogue, after)
    return to_step(scene, step.id if step else _card_step(dialogue))


def _next_open(draft: Draft, dialogue: Dialogue, after: str | None) -> Step | None:
    plan = dialogue.plan(draft.length)
    ids = [step.id for step in plan]
    rest = plan[ids.index(after) + 1 :] if after in ids else plan
    return next((step for step in rest if _is_open(draft, step)), None)


def _is_open(draft: Draft, step: Step) -> bool:
    return not isinstance(step, Confirm) and step.id not in draft.skipped and draft.answer(step.id) is None


def _card_step(dialogue: Dialogue) -> str:
    return next(step.id for step in dialogue.steps if isinstance(step, Confirm))


def to_step(scene: Scene, step_id: str, mode: Mode = Mode.ANSWER) -> Scene:
    """Ask this step; the card is shown only when there is something on it."""
    draft, dialogue = scene.opened, scene.within
    if isinstance(dialogue.step(step_id), Confirm) and not (draft.words() or draft.files):
        first = next(step for step in dialogue.plan(draft.length) if isinstance(step, Ask))
        return to_step(scene.saying("card.empty").drafting(skipped=()), first.id)
    asked = scene.drafting(at=step_id, mode=mode).to(waiting=Waiting.STEP)
    return asked.noting(StepAsked(dialogue.key, step_id))


def to_card(scene: Scene) -> Scene:
    """Show the card."""
    dialogue = scene.within
    return to_step(scene, _card_step(dialogue))


def back(scene: Scene) -> Scene:
    """Go to the step before, out of a change to the card, or out of the first step to the menu."""
    draft, dialogue, state = scene.draft, scene.dialogue, scene.state
    if state.waiting in (Waiting.KIND, Waiting.PENDING) or (state.waiting is Waiting.MENU and draft):
        return resume(scene)
    if draft is None or dialogue is None or state.waiting is not Waiting.STEP:
        return scene.to(waiting=Waiting.MENU)
    if draft.mode is Mode.CHANGE:
        return to_card(scene)
    plan = [step.id for step in dialogue.plan(draft.length)]
    at = plan.index(draft.at) if draft.at in plan else len(plan) - 1
    return to_step(scene, plan[at - 1]) if at > 0 else scene.to(waiting=Waiting.MENU)


def skip(scene: Scene) -> Scene:
    """Leave the step as it is and go on."""
    draft, step = scene.draft, scene.step
    if draft is None or step is None or scene.state.waiting is not Waiting.STEP or isinstance(step, Confirm):
        return resume(scene)
    skipped = draft.skipped if draft.answer(step.id) else (*draft.skipped, step.id)
    follow_up = draft.mode is Mode.FOLLOW_UP
    moved = scene.drafting(skipped=skipped, mode=Mode.ANSWER if follow_up else draft.mode)
    return proceed(moved, after=step.id)


def drop(scene: Scene) -> Scene:
    """Throw the open draft away, to be taken back if it was a mistake."""
    draft = scene.draft
    if draft is None:
        return scene.saying("cancel.nothing").to(waiting=Waiting.MENU)
    gone = scene.to(draft=None, dropped=draft, waiting=Waiting.NOTHING)
    return gone.noting(DraftDropped(draft.id)).saying("cancel.done")


def undo(scene: Scene) -> Scene:
    """Take back the draft that was thrown away last."""
    dropped = scene.state.dropped
    if dropped is None:
        return scene.saying("undo.nothing")
    return resume(shelve(scene).to(draft=dropped, dropped=None))


def send(scene: Scene) -> Scene:
    """Send the contribution."""
    draft = scene.opened
    fact = ContributionSent(
        draft=draft.id,
        number=scene.receipt,
        dialogue=scene.within.key,
        revision=draft.revision,
        length=draft.length,
        language=scene.state.language or "de",
        kind=kind_of(draft),
        answers=_in_order(draft),
        files=draft.files,
    )
    thanked = scene.saying("sent.thanks", number=scene.receipt)
    if fact.kind == "defect":
        thanked = thanked.saying("sent.defect")
    sent = (*scene.state.sent, draft.id)[-SENT_REMEMBERED:]
    return thanked.noting(fact).to(draft=None, dropped=None, sent=sent, waiting=Waiting.NOTHING)


def _in_order(draft: Draft) -> tuple[Answer, ...]:
    rank = {role: place for place, role in enumerate(TEXT_ROLES)}
    return tuple(sorted(draft.answers, key=lambda answer: rank.get(Role(answer.role), len(rank))))


def mend(book: Book, state: State) -> State:
    """Fit a stored state to the book of today: dialogues, steps and languages may have changed since."""
    if state.language not in (None, *(code for code in book.texts.by_language)):
        state = replace(state, language=None)
    draft = state.draft
    if draft is None:
        needs_draft = (Waiting.FIELD, Waiting.STEP, Waiting.KIND, Waiting.PENDING, Waiting.PAUSE)
        return replace(state, waiting=Waiting.MENU) if state.waiting in needs_draft else state
    if draft.dialogue not in (None, *book.dialogues):
        lost = replace(draft, dialogue=None, at=None, mode=Mode.ANSWER)
        return replace(state, draft=lost, waiting=Waiting.FIELD)
    return replace(state, draft=_mend_draft(book, draft))


def _mend_draft(book: Book, draft: Draft) -> Draft:
    if draft.dialogue is None:
        return draft
    dialogue = book.dialogues[draft.dialogue]
    if draft.revision == dialogue.revision:
        return draft
    length = draft.length if draft.length in dialogue.lengths else Length.ONE
    fitted = replace(draft, revision=dialogue.revision, length=length)
    if draft.at is not None and dialogue.step(draft.at):
        return fitted
    step = _next_open(fitted, dialogue, None)
    return replace(fitted, at=step.id if step else _card_step(dialogue), mode=Mode.ANSWER)
