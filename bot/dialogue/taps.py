"""What a tap on a button means, also a late one, a second one, or one that was made up.

Law of this file: a tap is `verb:argument…@draft`; its effect depends on what it names, never on how often it comes.
"""

from __future__ import annotations

from typing import NamedTuple

from bot.dialogue.answers import answer, choose, first_words, guessed_place, join, thin
from bot.dialogue.commands import obey
from bot.dialogue.events import NOTHING
from bot.dialogue.model import Confirm, Length
from bot.dialogue.moves import (
    begin,
    change_length,
    enter,
    open_dialogue,
    resume,
    send,
    shelf_is_full,
    shelve,
    speak,
    to_step,
    unshelve,
    welcome,
)
from bot.dialogue.parse import Verb
from bot.dialogue.questions import KINDS
from bot.dialogue.scene import Scene
from bot.dialogue.state import Draft, Mode, Waiting


class Tap(NamedTuple):
    """A tap taken apart; `draft` is empty for buttons that belong to no draft."""

    verb: str
    first: str
    second: str
    draft: str


def parse(carried: str) -> Tap:
    """Take apart what a button carried; missing parts are empty."""
    body, _, draft = carried.partition("@")
    verb, _, rest = body.partition(":")
    first, _, second = rest.partition(":")
    return Tap(verb, first, second, draft)


def press(scene: Scene, carried: str) -> Scene:
    """Do what a tap means now."""
    tap = parse(carried)
    if tap.draft and (scene.draft is None or scene.draft.id != tap.draft):
        return _late(scene, tap)
    if scene.state.notice != scene.book.notice_version and tap.verb != "lang" and tap[:2] != ("go", "privacy"):
        return welcome(scene)
    match tap.verb:
        case "lang":
            return _language(scene, tap.first)
        case "field":
            return _field(scene, tap.first)
        case "go":
            return _go(scene, tap)
        case _ if scene.draft is not None and tap.draft:
            return _in_draft(scene, tap)
        case _:
            return scene.saying("stale.button")


def _late(scene: Scene, tap: Tap) -> Scene:
    if tap.draft in scene.state.sent:
        return scene.saying("stale.sent")
    if scene.state.dropped and scene.state.dropped.id == tap.draft:
        return scene.saying("stale.dropped")
    return scene.saying("stale.button")


def _language(scene: Scene, code: str) -> Scene:
    if code not in scene.book.texts.by_language:
        return scene.saying("stale.button")
    if scene.state.language == code and scene.state.waiting is not Waiting.LANGUAGE:
        return scene.hushed("toast.noted")
    return _spoken(speak(scene, code))


def _spoken(scene: Scene) -> Scene:
    draft = scene.draft
    if draft and draft.pending:
        return welcome(scene).to(waiting=Waiting.PENDING)
    return welcome(scene)


def _field(scene: Scene, key: str) -> Scene:
    draft = scene.draft
    if key not in scene.book.dialogues:
        return scene.saying("stale.button")
    if draft and draft.dialogue == key and not draft.words():
        return scene.hushed("toast.noted")
    if draft and draft.dialogue is None and not draft.words():
        return enter(scene, key)
    if draft and shelf_is_full(scene):
        return scene.saying("shelf.full")
    laid_aside = scene.saying("shelf.kept") if draft and draft.words() else scene
    return open_dialogue(laid_aside, key)


def _in_draft(scene: Scene, tap: Tap) -> Scene:
    match tap.verb:
        case "move":
            return _move(scene, tap.first)
        case "len":
            return _length(scene, tap.first)
        case "opt":
            return choose(scene, tap.first, tap.second)
        case "guess":
            return guessed_place(scene, tap.first, tap.second)
        case "edit":
            return _edit(scene, tap.first)
        case "kind":
            return _kind(scene, tap.first)
        case _:
            return scene.saying("stale.button")


def _move(scene: Scene, key: str) -> Scene:
    draft = scene.draft
    if draft is None or key not in scene.book.dialogues:
        return scene.saying("stale.button")
    if draft.dialogue == key and scene.state.waiting is not Waiting.MENU:
        return scene.hushed("toast.noted")
    return thin(enter(scene, key))


def _length(scene: Scene, length: str) -> Scene:
    dialogue, draft = scene.dialogue, scene.draft
    if dialogue is None or draft is None or length not in dialogue.lengths:
        return scene.saying("stale.button")
    if draft.length == length:
        return scene.hushed("toast.noted")
    return change_length(scene, Length(length))


def _edit(scene: Scene, step_id: str) -> Scene:
    step = scene.dialogue.step(step_id) if scene.dialogue else None
    if step is None or isinstance(step, Confirm):
        return scene.saying("stale.button")
    return to_step(scene, step_id, Mode.CHANGE)


def _kind(scene: Scene, kind: str) -> Scene:
    if kind not in KINDS:
        return scene.saying("stale.button")
    return resume(scene.drafting(kind=kind))


def _go(scene: Scene, tap: Tap) -> Scene:
    if tap.second and (scene.draft is None or scene.draft.at != tap.second):
        return scene.hushed("toast.noted")
    match tap.first:
        case "school":
            return scene.to(waiting=Waiting.SCHOOL)
        case "shelf" if scene.state.shelf:
            return unshelve(shelve(scene)) if scene.draft is None else resume(scene)
        case "fields" if scene.draft:
            return scene.to(waiting=Waiting.MENU)
        case "kind" if scene.draft and scene.dialogue:
            return scene.to(waiting=Waiting.KIND)
        case "send" if isinstance(scene.step, Confirm):
            return send(scene)
        case "join" if scene.draft and scene.draft.pending:
            return resume(join(scene))
        case "apart" if scene.draft and scene.draft.pending:
            return _apart(scene)
        case word if word in tuple(Verb):
            return obey(scene, Verb(word), "")
        case _:
            return scene.saying("stale.button")


def _apart(scene: Scene) -> Scene:
    draft = scene.opened
    text, alone = draft.pending, resume(scene.drafting(pending=""))
    if alone.step is not None and not isinstance(alone.step, Confirm):
        return answer(alone, text, NOTHING, "")
    if shelf_is_full(scene):
        return resume(join(scene)).saying("shelf.full")
    return begin(alone, Draft(str(scene.seq), answers=(first_words(text),))).saying("shelf.kept")
