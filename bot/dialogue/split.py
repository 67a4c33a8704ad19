"""Several ideas in one message: each can become a draft of its own.

Law of this file: the parts hold every word of the whole; whoever does not want it sends the whole by the same tap.
"""

from __future__ import annotations

from dataclasses import replace

from bot.dialogue.events import Part, Understanding
from bot.dialogue.fit import card_step
from bot.dialogue.model import Length, Role
from bot.dialogue.moves import resume, unshelve
from bot.dialogue.places import given_place
from bot.dialogue.replies import Rows
from bot.dialogue.scene import Scene
from bot.dialogue.state import SHELF_PLACES, Answer, Draft, State
from bot.dialogue.texts import Spans
from bot.dialogue.words import is_personal, is_rude, redacted, told

# Between the parts stand signs of a list at most: "2." or "b)".
SIGN_LENGTH = 2


def is_offered(state: State) -> bool:
    """Say whether the open draft is one message with several ideas, each of which can have a draft."""
    draft = state.draft
    if draft is None or draft.length is not Length.ONE or draft.held or draft.split_from or draft.adds_to:
        return False
    said = _said(draft)
    parts = draft.guess.parts
    room = SHELF_PLACES - len(state.shelf) + 1
    is_one_message = len(said) == 1 and len(said[0].pieces) == 1
    return is_one_message and 1 < len(parts) <= room and _covers(said[0].text, parts)


def _covers(text: str, parts: tuple[Part, ...]) -> bool:
    rest = text
    left: list[str] = []
    for part in parts:
        before, found, rest = rest.partition(part.text)
        if not found:
            return False
        left.append(before)
    words = "".join(letter if letter.isalnum() else " " for letter in " ".join((*left, rest))).split()
    return all(len(word) <= SIGN_LENGTH for word in words)


def _said(draft: Draft) -> list[Answer]:
    return [answer for answer in draft.answers if answer.option is None and answer.role != Role.PLACE]


def split_texts(scene: Scene) -> list[Spans]:
    """Return what is said where several ideas were found."""
    return [scene.text("split.offer", count=len(scene.opened.guess.parts))] if is_offered(scene.state) else []


def split_rows(scene: Scene) -> Rows:
    """Return the button that makes a draft of each part, or the one that makes one of them again."""
    if _parts(scene.state):
        return ((scene.button("split.together", scene.of_draft("go:together")),),)
    if not is_offered(scene.state):
        return ()
    return ((scene.button("split.apart", scene.of_draft("go:split"), count=len(scene.opened.guess.parts)),),)


def split(scene: Scene) -> Scene:
    """Make a draft of each part: the first is open, the others lie aside until it is sent."""
    if not is_offered(scene.state):
        return scene.saying("stale.button")
    whole = scene.opened
    first, *others = (_draft(scene, at, part) for at, part in enumerate(whole.guess.parts, 1))
    # The last one put aside is offered first, so they go there in reverse.
    laid = scene.to(draft=first, shelf=(*scene.state.shelf, *reversed(others)))
    return resume(laid.saying("split.done", count=len(others) + 1))


def together(scene: Scene) -> Scene:
    """Make one draft again of the parts of a message, none of which is sent."""
    parts = _parts(scene.state)
    if not parts:
        return scene.saying("stale.button")
    others = {each.id for each in parts[1:]}
    shelf = tuple(each for each in scene.state.shelf if each.id not in others)
    return resume(scene.to(draft=_whole(parts), shelf=shelf))


def _parts(state: State) -> tuple[Draft, ...]:
    """Return the parts of a message where the first is open, the others wait, and each is still one text."""
    first = state.draft
    if first is None or not first.split_from or first.id != _part_id(first.split_from, 1):
        return ()
    waiting = [each for each in state.shelf if each.split_from == first.split_from]
    parts = (first, *reversed(waiting))
    return parts if waiting and all(len(_said(each)) == 1 for each in parts) else ()


def _whole(parts: tuple[Draft, ...]) -> Draft:
    first, answers = parts[0], [_said(each)[0] for each in parts]
    text = "\n".join(answer.text for answer in answers)
    free = "\n".join(redacted(answer).text for answer in answers) if any(map(is_personal, answers)) else None
    pairs = zip(answers, parts, strict=True)
    guess = Understanding(
        language=first.guess.language,
        fields=tuple(dict.fromkeys(field for each in parts for field in each.guess.fields)),
        kind=first.guess.kind,
        topics=tuple(dict.fromkeys(topic for each in parts for topic in each.guess.topics)),
        insult=any(map(is_rude, answers)),
        redacted=free,
        parts=tuple(Part(answer.text, each.guess) for answer, each in pairs),
    )
    said = replace(told(text, guess), step=answers[0].step, role=answers[0].role)
    kept = tuple(said if each is answers[0] else each for each in first.answers)
    return replace(first, id=first.split_from or first.id, answers=kept, guess=guess, split_from=None)


def _part_id(whole: str, at: int) -> str:
    return f"{whole}.{at}"


def _draft(scene: Scene, at: int, part: Part) -> Draft:
    whole, dialogue = scene.opened, scene.dialogue
    stays = dialogue is not None and (not part.guess.fields or part.guess.fields[0] == dialogue.key)
    answer = told(part.text, part.guess)
    place = given_place(whole)
    kept = [each for each in whole.answers if each.option is not None or each.role == Role.PLACE]
    answers = (answer, *kept) if at == 1 else (answer, *([place] if place else []))
    return Draft(
        _part_id(whole.id, at),
        dialogue=whole.dialogue if stays else None,
        revision=whole.revision,
        at=card_step(dialogue) if dialogue and stays else None,
        answers=answers,
        guess=part.guess,
        files=whole.files if at == 1 else (),
        split_from=whole.id,
    )


def next_part(scene: Scene, sent: Draft) -> Scene:
    """Open the next part of the message that the sent draft was a part of, if there is one."""
    waiting = [each for each in scene.state.shelf if sent.split_from and each.split_from == sent.split_from]
    if not waiting:
        return scene
    return unshelve(scene.saying("split.next"), waiting[-1].id)
