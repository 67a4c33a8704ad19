"""What a tap on a button means, also a late one, a second one, or one that was made up.

Law of this file: a tap is `verb:argument…@draft`; its effect depends on what it names, never on how often it comes.
"""

from __future__ import annotations

from typing import NamedTuple

from bot.dialogue import consents, objections, subscriptions
from bot.dialogue.answers import join, part
from bot.dialogue.browse import VALUES, press_choice, react, undo_reaction
from bot.dialogue.card import redacted_draft
from bot.dialogue.choices import choose, guessed_place
from bot.dialogue.commands import obey
from bot.dialogue.endings import send
from bot.dialogue.fit import card_step
from bot.dialogue.mine import act
from bot.dialogue.model import Confirm, Length
from bot.dialogue.moves import (
    change_length,
    enter,
    open_dialogue,
    resume,
    shelve,
    speak,
    to_card,
    to_step,
    unshelve,
    welcome,
)
from bot.dialogue.parse import Verb
from bot.dialogue.questions import KINDS
from bot.dialogue.rights import erasure_tap
from bot.dialogue.scene import Scene
from bot.dialogue.similar import press_similar
from bot.dialogue.split import split, together
from bot.dialogue.state import Mode, Waiting
from bot.dialogue.workshops import press_workshop

# What a citizen may do before the notice was shown: choose a language, read the pages of law, throw a draft away.
_FOR_STRANGERS = ("language", "privacy", "help", "cancel", "undo")
# What a button on the card of a draft may do with it.
_OF_A_DRAFT = ("fields", "kind", "send", "join", "apart", "redact", "unfile", "split", "together")


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
    if tap.verb in ("idea", "see") and not scene.is_stranger:
        return _on_ideas(scene, tap)
    if tap.draft and (scene.draft is None or scene.draft.id != tap.draft):
        return _late(scene, tap)
    if scene.is_stranger and not _is_for_strangers(tap):
        return welcome(scene)
    match tap.verb:
        case "lang":
            return _language(scene, tap.first)
        case "mine":
            return act(scene, tap.first, tap.second)
        case "agree":
            return consents.act(scene, tap.first, tap.second)
        case "object":
            return objections.act(scene, tap.first)
        case "abo":
            return subscriptions.turn(scene, tap.first, tap.second)
        case "erase":
            return erasure_tap(scene, tap.first, tap.second)
        case "ws":
            return press_workshop(scene, tap.first, tap.second)
        case "field":
            return _field(scene, tap.first)
        case "open":
            return _open(scene, tap.first)
        case "go":
            return _go(scene, tap)
        case _ if scene.draft is not None and tap.draft:
            return _in_draft(scene, tap)
        case _:
            return scene.saying("stale.button")


def _on_ideas(scene: Scene, tap: Tap) -> Scene:
    match tap.verb, tap.first:
        case "see", word:
            return press_choice(scene, word, tap.second)
        case "idea", verb if verb in VALUES:
            return react(scene, verb, tap.second)
        case "idea", "undo":
            return undo_reaction(scene, tap.second)
        case _, verb:
            return press_similar(scene, verb, tap.second, tap.draft)


def _is_for_strangers(tap: Tap) -> bool:
    match tap.verb:
        case "go":
            return tap.first in _FOR_STRANGERS
        case "agree":
            return tap.first in consents.FOR_STRANGERS or tap.second in consents.FOR_STRANGERS
        case verb:
            return verb in ("lang", "erase", "mine", "object", "abo")


def _late(scene: Scene, tap: Tap) -> Scene:
    if tap.draft in scene.state.sent:
        return scene.saying("stale.sent")
    if scene.state.dropped and scene.state.dropped.id == tap.draft:
        return scene.saying("stale.dropped")
    if tap.draft not in [draft.id for draft in scene.state.shelf]:
        return scene.saying("stale.button")
    return scene.saying("stale.shelved") if scene.draft else unshelve(scene.saying("shelf.opened"), tap.draft)


def _language(scene: Scene, code: str) -> Scene:
    if code not in [language.code for language in scene.book.offered()]:
        return scene.saying("stale.button")
    if scene.state.language == code and scene.state.waiting is not Waiting.LANGUAGE:
        return scene.hushed("toast.noted")
    return welcome(speak(scene, code))


def _field(scene: Scene, key: str) -> Scene:
    draft = scene.draft
    if key not in scene.book.dialogues:
        return scene.saying("stale.button")
    if draft and draft.dialogue == key and not draft.words():
        return scene.hushed("toast.noted")
    return open_dialogue(scene, key)


def _open(scene: Scene, draft_id: str) -> Scene:
    if scene.draft and scene.draft.id == draft_id:
        return scene.hushed("toast.noted")
    if draft_id not in [draft.id for draft in scene.state.shelf]:
        return scene.saying("stale.button")
    # One comes from the shelf, so that there is room for the open one.
    return unshelve(shelve(scene), draft_id)


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
    if draft.dialogue == key and scene.state.waiting not in (Waiting.MENU, Waiting.SCHOOL, Waiting.FIELD):
        return scene.hushed("toast.noted")
    return enter(scene, key)


def _length(scene: Scene, length: str) -> Scene:
    dialogue, draft = scene.dialogue, scene.draft
    if dialogue is None or draft is None or length not in dialogue.lengths:
        return scene.saying("stale.button")
    if draft.length == length and draft.at != card_step(dialogue):
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
    if tap.second and tap.second != scene.mark:
        return scene.hushed("toast.noted")
    match tap.first:
        case "school":
            return scene.to(waiting=Waiting.SCHOOL)
        case "shelf" if scene.state.shelf:
            return resume(scene) if scene.draft else unshelve(scene, scene.state.shelf[-1].id)
        case "resume":
            return resume(scene)
        case word if word in _OF_A_DRAFT and scene.draft and tap.draft:
            return _go_in_draft(scene, tap.first)
        case word if word in tuple(Verb):
            return obey(scene, Verb(word))
        case _:
            return scene.saying("stale.button")


def _go_in_draft(scene: Scene, word: str) -> Scene:
    draft = scene.opened
    match word:
        case "fields":
            return scene.to(waiting=Waiting.MENU)
        case "kind" if draft.dialogue:
            return scene.to(waiting=Waiting.KIND)
        case "send" if isinstance(scene.step, Confirm):
            return send(scene)
        case "split":
            return split(scene)
        case "together":
            return together(scene)
        case "join" if draft.held:
            return join(scene)
        case "apart" if draft.held:
            return part(scene)
        case "redact" if redacted_draft(draft) != draft:
            return scene.to(draft=redacted_draft(draft)).saying("card.redacted")
        case "unfile" if draft.files and draft.dialogue:
            return to_card(scene.drafting(files=()).saying("media.removed"))
        case "join" | "apart" | "redact" | "unfile":
            return scene.hushed("toast.noted")
        case _:
            return scene.saying("stale.button")
