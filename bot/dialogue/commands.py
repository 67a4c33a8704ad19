"""What can be asked at any moment: back, skip, pause, cancel, restart, help and the pages of law.

Law of this file: a command never needs a certain state; where it has nothing to do, it says so.
"""

from __future__ import annotations

import re

from bot.dialogue import consents, objections, subscriptions
from bot.dialogue.agenda import show_list
from bot.dialogue.answers import join
from bot.dialogue.browse import linked, obey_browsing, open_ideas
from bot.dialogue.endings import drop, undo
from bot.dialogue.facts import SourceNoted
from bot.dialogue.mine import show
from bot.dialogue.moves import back, menu, open_dialogue, resume, skip, unshelve
from bot.dialogue.parse import Verb
from bot.dialogue.rights import ask_account, ask_erasure
from bot.dialogue.scene import Scene
from bot.dialogue.state import ASIDE, Waiting
from bot.dialogue.workshops import DOOR_LINK, OPEN_LINK, arrive

_PAGES = {
    Verb.HELP: "help.text",
    Verb.PRIVACY: "privacy.text",
    Verb.IMPRINT: "imprint.text",
    Verb.ACCESSIBILITY: "accessibility.text",
}
# A deep link may open a dialogue at once: t.me/<bot>?start=field_mobility
FIELD_PAYLOAD = "field_"
# What a deep link can carry: https://core.telegram.org/bots/features#deep-linking
_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")


def obey(scene: Scene, verb: Verb, payload: str = "") -> Scene:
    """Do what was asked, wherever the conversation stands."""
    if (browsed := obey_browsing(scene, verb)) is not None:
        return browsed
    match verb:
        case page if page in _PAGES:
            return scene.saying(_PAGES[page])
        case Verb.MINE:
            return show(scene)
        case Verb.IDEAS:
            return open_ideas(scene)
        case Verb.WORKSHOPS:
            return show_list(scene)
        case Verb.SUBSCRIPTIONS:
            return subscriptions.show(scene)
        case Verb.ACCOUNT:
            return ask_account(scene)
        case Verb.CONSENTS:
            return consents.ask(scene)
        case Verb.REVOKE:
            return consents.revoke(scene)
        case Verb.OBJECT:
            return objections.ask(scene)
        case Verb.ERASE:
            return ask_erasure(scene)
        case Verb.LANGUAGE:
            return scene.to(waiting=Waiting.LANGUAGE)
        case Verb.CANCEL:
            return drop(scene)
        case Verb.UNDO:
            return undo(scene)
        case Verb.START:
            return _greeted(scene, payload)
        case Verb.MENU:
            return menu(scene)
        case Verb.RESTART:
            return (drop(scene) if scene.draft else scene).to(waiting=Waiting.MENU)
        case Verb.PAUSE:
            return scene.to(waiting=Waiting.PAUSE) if scene.draft else scene.saying("pause.nothing")
        case _:
            return _moved(scene, verb)


def is_link(payload: str) -> bool:
    """Say whether this came with a link and was not written by the citizen."""
    return _PAYLOAD.fullmatch(payload) is not None


def _moved(scene: Scene, verb: Verb) -> Scene:
    if scene.state.waiting is Waiting.PENDING:
        # Whoever goes on without an answer loses nothing: what was said last belongs together.
        return join(scene).saying("pending.joined")
    if scene.draft and scene.draft.held:
        return resume(scene)
    match verb:
        case Verb.BACK:
            return back(scene)
        case Verb.SKIP:
            return skip(scene)
        case _:
            return _resumed(scene)


def _greeted(scene: Scene, payload: str) -> Scene:
    scene = scene.to(browse=None)
    if not is_link(payload):
        return _welcomed(scene)
    if payload.startswith(DOOR_LINK):
        # What opens a door is written down nowhere.
        return _arrived(scene, payload)
    scene = scene.noting(SourceNoted(payload))
    if (ideas := linked(scene, payload)) is not None:
        return ideas
    if payload.startswith(OPEN_LINK):
        return _arrived(scene, payload)
    key = payload.removeprefix(FIELD_PAYLOAD)
    if payload.startswith(FIELD_PAYLOAD) and key in scene.book.dialogues:
        return open_dialogue(scene, key)
    return _welcomed(scene)


def _arrived(scene: Scene, payload: str) -> Scene:
    return _welcomed(arrive(scene, payload)) if scene.is_stranger else arrive(scene, payload)


def _welcomed(scene: Scene) -> Scene:
    if scene.state.waiting in ASIDE:
        return resume(scene)
    return resume(scene.saying("start.again") if scene.draft and not scene.is_stranger else scene)


def _resumed(scene: Scene) -> Scene:
    if scene.draft is None and scene.state.shelf:
        return unshelve(scene, scene.state.shelf[-1].id)
    if scene.draft is None:
        return scene.saying("resume.nothing")
    # "weiter" in the middle of a question means the next one.
    return skip(scene) if scene.state.waiting is Waiting.STEP else resume(scene)
