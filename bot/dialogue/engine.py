"""`advance(book, state, event) -> Turn`: the only door of the dialogue core.

Law of this file: the engine never waits, logs, rolls dice or reads a clock; the same input gives the same turn,
every event has one, and a turn says at most one message.
"""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from bot.dialogue.answers import answer, first_words, hold, learn, locate, may_continue
from bot.dialogue.commands import obey
from bot.dialogue.events import (
    Blocked,
    Commanded,
    Edited,
    Event,
    Located,
    Moved,
    Pressed,
    Returned,
    Said,
    Sent,
    Understanding,
)
from bot.dialogue.facts import CareGiven, ReachabilityChanged
from bot.dialogue.model import Attach, Book, Confirm
from bot.dialogue.moves import begin, mend, proceed, welcome
from bot.dialogue.parse import command, tap, verb
from bot.dialogue.questions import question
from bot.dialogue.replies import Reply, lines
from bot.dialogue.scene import Scene
from bot.dialogue.state import Draft, Kept, State, Waiting
from bot.dialogue.taps import press
from bot.dialogue.turn import Turn

# Files a contribution can hold; more are refused with a word.
FILES_PER_DRAFT = 5


def advance(book: Book, state: State, event: Event) -> Turn:
    """Return what follows from an event in a state of a conversation.

    Never raises for anything a citizen can do. A state stored by an earlier revision of the book is fitted first.
    """
    scene = Scene(book, mend(book, state), event.seq)
    match event:
        case Said():
            return turn(_heard(replace(scene, receipt=event.receipt), event))
        case Pressed():
            return turn(press(replace(scene, receipt=event.receipt), event.tap))
        case Commanded():
            return turn(_commanded(replace(scene, receipt=event.receipt), event))
        case Located():
            return turn(_located(scene, event))
        case Sent():
            return turn(_received(scene, event))
        case Edited():
            return turn(_edited(scene, event))
        case Blocked():
            return Turn(scene.state, facts=(ReachabilityChanged(reachable=False),))
        case Returned():
            return Turn(scene.state, facts=(ReachabilityChanged(reachable=True),))
        case Moved():
            return Turn(scene.state)
        case _ as never:
            assert_never(never)


def turn(scene: Scene) -> Turn:
    """Return what a scene has come to: the leading words and the current question as one message."""
    if scene.silent:
        return Turn(scene.state, facts=scene.facts, toast=scene.toast)
    asked, rows = question(scene)
    reply = Reply(lines(*scene.lead, asked), rows, language=scene.voice)
    return Turn(scene.state, (reply,), scene.facts, scene.toast)


def current(book: Book, state: State) -> Reply:
    """Return the current question of a stored state, to be shown again (a reloaded page, a restart)."""
    scene = Scene(book, mend(book, state), 0)
    asked, rows = question(scene)
    return Reply(asked, rows, language=scene.voice)


def _commanded(scene: Scene, event: Commanded) -> Scene:
    known = command(scene.book.texts, event.name)
    if known is None:
        return welcome(scene.saying("command.unknown")) if _stranger(scene) else scene.saying("command.unknown")
    return obey(scene, known, event.payload)


def _stranger(scene: Scene) -> bool:
    return scene.state.notice != scene.book.notice_version


def _heard(scene: Scene, event: Said) -> Scene:
    text = event.text.strip()
    if not text:
        return scene
    scene = _cared(scene, event.understanding)
    said = verb(scene.book.texts, scene.voice, text)
    if said is not None:
        return obey(scene, said, "")
    pressed = tap(text, question(scene)[1], numbers=_numbers_choose(scene))
    if pressed is not None:
        return press(scene, pressed)
    return _told(scene, event, text)


def _numbers_choose(scene: Scene) -> bool:
    # Where own words are asked for, a number is an answer; everywhere else it counts the buttons.
    return scene.state.waiting is not Waiting.STEP or isinstance(scene.step, Confirm)


def _cared(scene: Scene, understanding: Understanding) -> Scene:
    if understanding.care is None:
        return scene
    return scene.saying(f"care.{understanding.care}").noting(CareGiven(understanding.care))


def _told(scene: Scene, event: Said, text: str) -> Scene:
    waiting = scene.state.waiting
    if waiting is Waiting.STEP and scene.draft and may_continue(scene.draft):
        return hold(scene, text)
    if waiting is Waiting.STEP:
        return answer(scene, text, event.understanding, event.message)
    if scene.draft is not None:
        return _beside(scene, event, text)
    draft = Draft(str(scene.seq), answers=(first_words(text, event.message),))
    return welcome(learn(begin(scene, draft), event.understanding))


def _beside(scene: Scene, event: Said, text: str) -> Scene:
    draft = scene.opened
    if draft.dialogue is None and not draft.words():
        told = scene.drafting(answers=(*draft.answers, first_words(text, event.message)))
        return welcome(learn(told, event.understanding))
    if any(each.text == text for each in draft.answers):
        return scene
    held = hold(learn(scene, event.understanding), text)
    return welcome(held.to(waiting=scene.state.waiting)) if _stranger(scene) else held


def _located(scene: Scene, event: Located) -> Scene:
    if scene.draft is None:
        scene = welcome(begin(scene, Draft(str(scene.seq))))
    return locate(scene, event.latitude, event.longitude, event.district)


def _received(scene: Scene, event: Sent) -> Scene:
    if event.media not in ("photo", "voice"):
        refused = scene.saying(f"media.{event.media}")
        return welcome(refused) if _stranger(scene) else refused
    if scene.draft is None:
        scene = welcome(begin(scene, Draft(str(scene.seq))))
    draft = scene.opened
    if any(kept.file == event.file for kept in draft.files):
        return scene
    if len(draft.files) >= FILES_PER_DRAFT:
        return scene.saying("media.too_many", count=FILES_PER_DRAFT)
    kept = scene.drafting(files=(*draft.files, Kept(event.media, event.file))).saying(f"media.{event.media}")
    return _captioned(kept, event)


def _captioned(scene: Scene, event: Sent) -> Scene:
    caption = event.caption.strip()
    if caption and scene.state.waiting is Waiting.STEP and not isinstance(scene.step, Attach):
        return answer(_cared(scene, event.understanding), caption, event.understanding, "")
    if caption:
        told = Said(event.seq, caption, understanding=event.understanding)
        return _beside(_cared(scene, event.understanding), told, caption)
    if isinstance(scene.step, Attach) and scene.state.waiting is Waiting.STEP:
        return proceed(scene, after=scene.step.id)
    return scene


def _edited(scene: Scene, event: Edited) -> Scene:
    draft = scene.draft
    text = event.text.strip()
    found = (
        next((each for each in draft.answers if event.message and each.source == event.message), None)
        if draft
        else None
    )
    if draft is None or found is None or not text:
        late = scene.saying("edited.late")
        return welcome(late) if _stranger(scene) else late
    changed = scene.drafting(
        answers=tuple(replace(each, text=text) if each == found else each for each in draft.answers)
    )
    return learn(_cared(changed, event.understanding), event.understanding).saying("edited.taken")


__all__ = ["FILES_PER_DRAFT", "advance", "current", "turn"]
