"""Fits drafts to a dialogue: one chosen anew, one of another length, one that editors changed since.

Law of this file: an answer that has no place in the dialogue of today stays in the draft and on the card.
"""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from bot.dialogue.model import Ask, Attach, Book, Choose, Confirm, Dialogue, Length, Locate, Role, Step
from bot.dialogue.state import Answer, Draft, Mode, State, Waiting

# Roles that mean the same in every dialogue, so that an answer finds its step under another name.
_SHARED = (Role.PROBLEM, Role.IDEA, Role.PLACE, Role.BENEFIT)
_NEED_DRAFT = (Waiting.FIELD, Waiting.STEP, Waiting.KIND, Waiting.PENDING, Waiting.PAUSE)
_NEED_DIALOGUE = (Waiting.STEP, Waiting.KIND)


def kind_of(draft: Draft) -> str | None:
    """Return the kind the citizen chose, or else the one that was understood."""
    return draft.kind or draft.guess.kind


def mend(book: Book, state: State) -> State:
    """Fit a stored state to the book of today: languages, dialogues and steps may have changed since."""
    known = state.language if state.language in book.texts.by_language else None
    fitted = replace(
        state,
        language=known,
        draft=_mended(book, state.draft) if state.draft else None,
        shelf=tuple(_mended(book, draft) for draft in state.shelf),
        dropped=_mended(book, state.dropped) if state.dropped else None,
    )
    return replace(fitted, waiting=_waiting(fitted))


def _waiting(state: State) -> Waiting:
    draft, waiting = state.draft, state.waiting
    if draft is None:
        return Waiting.MENU if waiting in _NEED_DRAFT else waiting
    if draft.dialogue is None and waiting in _NEED_DIALOGUE:
        return Waiting.FIELD
    if waiting is Waiting.NOTHING or (waiting is Waiting.PENDING and draft.held is None):
        return Waiting.STEP if draft.dialogue else Waiting.FIELD
    return waiting


def _mended(book: Book, draft: Draft) -> Draft:
    if draft.dialogue is None:
        return draft
    dialogue = book.dialogues.get(draft.dialogue)
    if dialogue is None:
        return replace(draft, dialogue=None, at=None, mode=Mode.ANSWER)
    if draft.revision == dialogue.revision:
        return draft
    fitted = fit(draft, dialogue)
    if draft.at is not None and dialogue.step(draft.at):
        return replace(fitted, mode=Mode.CHANGE if draft.mode is Mode.CHANGE else Mode.ANSWER)
    step = next_open(fitted, dialogue)
    return replace(fitted, at=step.id if step else card_step(dialogue), mode=Mode.ANSWER)


def fit(draft: Draft, dialogue: Dialogue) -> Draft:
    """Return the draft in this dialogue, every answer at the step where it belongs there."""
    length = draft.length if draft.length in dialogue.lengths else Length.ONE
    answers: tuple[Answer, ...] = ()
    for answer in draft.answers:
        answers = (*answers, _placed(answer, draft.dialogue or "former", dialogue, answers))
    fitted = replace(draft, dialogue=dialogue.key, revision=dialogue.revision, length=length, answers=answers)
    return recast(fitted, dialogue)


def _placed(answer: Answer, former: str, dialogue: Dialogue, taken: tuple[Answer, ...]) -> Answer:
    bare = answer.step.rpartition(".")[2]
    own = [step for step in dialogue.steps if step.id == bare]
    same = [step for step in dialogue.steps if answer.role in _SHARED and _role(step) == answer.role]
    used = {each.step for each in taken}
    found = next((step for step in (*own, *same) if step.id not in used and _suits(step, answer)), None)
    if found is not None:
        return replace(answer, step=found.id, role=_role(found) or answer.role)
    # Named after the dialogue it comes from, where its label stands and to which it may return.
    role = Role.DETAIL if answer.role == Role.TOPIC else answer.role
    return replace(answer, step=answer.step if "." in answer.step else f"{former}.{bare}", role=role)


def _role(step: Step) -> Role | None:
    return None if isinstance(step, Confirm) else step.role


def _suits(step: Step, answer: Answer) -> bool:
    match step:
        case Ask():
            return answer.option is None and answer.role != Role.PLACE
        case Choose():
            return answer.option in step.options or (answer.option is None and step.other)
        case Locate():
            return answer.role == Role.PLACE
        case Attach():
            return answer.role == Role.PHOTO
        case Confirm():
            return False
        case _ as never:
            assert_never(never)


def recast(draft: Draft, dialogue: Dialogue) -> Draft:
    """Return the draft with its one message as the answer that it already is in a longer plan."""
    role = Role.IDEA if kind_of(draft) == "idea" else Role.PROBLEM
    plan = dialogue.plan(draft.length)
    said = next((answer for answer in draft.answers if answer.role == Role.MESSAGE), None)
    target = next((step for step in plan if isinstance(step, Ask) and step.role is role), None)
    if said is None or target is None or any(step.id == said.step for step in plan) or draft.answer(target.id):
        return draft
    new = replace(said, step=target.id, role=role)
    return replace(draft, answers=tuple(new if answer == said else answer for answer in draft.answers))


def next_open(draft: Draft, dialogue: Dialogue, after: str | None = None) -> Step | None:
    """Return the next step of the plan after this one that is neither answered nor skipped."""
    plan = dialogue.plan(draft.length)
    ids = [step.id for step in plan]
    rest = plan[ids.index(after) + 1 :] if after in ids else plan
    return next((step for step in rest if _is_open(draft, step)), None)


def _is_open(draft: Draft, step: Step) -> bool:
    return not isinstance(step, Confirm) and step.id not in draft.skipped and draft.answer(step.id) is None


def card_step(dialogue: Dialogue) -> str:
    """Return the id of the step that shows the card."""
    return next(step.id for step in dialogue.steps if isinstance(step, Confirm))
