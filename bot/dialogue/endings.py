"""How a draft ends: thrown away, taken back, or sent.

Law of this file: what is thrown away can be taken back once; what is sent is what stood on the card.
"""

from __future__ import annotations

from dataclasses import replace

from bot.dialogue.card import TEXT_ROLES
from bot.dialogue.consents import ask_after_sending
from bot.dialogue.facts import ContributionSent, DraftDropped
from bot.dialogue.fit import kind_of
from bot.dialogue.model import Group
from bot.dialogue.moves import resume, shelf_is_full, shelve, to_card
from bot.dialogue.places import given_place, place_of
from bot.dialogue.scene import Scene
from bot.dialogue.split import next_part
from bot.dialogue.state import SENT_REMEMBERED, Answer, Draft, Waiting
from bot.dialogue.texts import FALLBACK, tongue


def drop(scene: Scene) -> Scene:
    """Throw the open draft away, to be taken back if it was a mistake."""
    draft = scene.draft
    if draft is None:
        return scene.saying("cancel.nothing")
    gone = scene.to(draft=None, dropped=draft, waiting=Waiting.NOTHING)
    return gone.noting(DraftDropped(draft.id)).saying("cancel.done")


def undo(scene: Scene) -> Scene:
    """Take back the draft that was thrown away last."""
    dropped = scene.state.dropped
    if dropped is None:
        return scene.saying("undo.nothing")
    if shelf_is_full(scene):
        return scene.saying("shelf.full")
    return resume(shelve(scene).to(draft=replace(dropped, liked=None), dropped=None))


def send(scene: Scene) -> Scene:
    """Send the contribution that stands on the card; words that lie beside it are asked for first."""
    draft = scene.opened
    if draft.held:
        return scene.to(waiting=Waiting.PENDING)
    if not (draft.words() or draft.files):
        return to_card(scene)
    fact = _contribution(scene, draft)
    thanked = scene.saying("sent.thanks", number=scene.receipt)
    if scene.secret:
        thanked = thanked.saying("mine.code", code=scene.secret)
    if fact.kind == "defect":
        thanked = thanked.saying("sent.defect")
    sent = (*scene.state.sent, draft.id)[-SENT_REMEMBERED:]
    done = thanked.noting(fact).to(draft=None, dropped=None, sent=sent, waiting=Waiting.NOTHING)
    going_on = next_part(done, draft)
    at_school = scene.within.group is Group.SCHOOL
    return going_on if going_on.draft else ask_after_sending(done, at_school=at_school)


def _contribution(scene: Scene, draft: Draft) -> ContributionSent:
    return ContributionSent(
        draft=draft.id,
        number=scene.receipt,
        dialogue=scene.within.key,
        revision=draft.revision,
        length=draft.length,
        language=tongue(scene.state.language or FALLBACK),
        kind=kind_of(draft),
        answers=_in_order(draft),
        files=draft.files,
        secret=scene.secret,
        adds_to=draft.adds_to,
        workshop=draft.workshop,
    )


def _in_order(draft: Draft) -> tuple[Answer, ...]:
    rank = {str(role): place for place, role in enumerate(TEXT_ROLES)}
    told = sorted(draft.answers, key=lambda answer: rank.get(answer.role, len(rank)))
    understood = None if given_place(draft) else place_of(draft)
    return (*told, understood) if understood else tuple(told)
