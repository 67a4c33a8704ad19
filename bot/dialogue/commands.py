"""What can be asked at any moment: back, skip, pause, cancel, restart, help and the pages of law.

Law of this file: a command never needs a certain state; where it has nothing to do, it says so.
"""

from __future__ import annotations

from bot.dialogue.facts import SourceNoted
from bot.dialogue.moves import back, drop, open_dialogue, resume, shelve, skip, undo, unshelve, welcome
from bot.dialogue.parse import Verb
from bot.dialogue.scene import Scene
from bot.dialogue.state import Waiting

_PAGES = {
    Verb.HELP: "help.text",
    Verb.PRIVACY: "privacy.text",
    Verb.IMPRINT: "imprint.text",
    Verb.ACCESSIBILITY: "accessibility.text",
}
# A deep link may open a dialogue at once: t.me/<bot>?start=field_mobility
FIELD_PAYLOAD = "field_"


def obey(scene: Scene, verb: Verb, payload: str) -> Scene:
    """Do what was asked, wherever the conversation stands."""
    if verb in _PAGES:
        return _page(scene, verb)
    if verb is Verb.LANGUAGE:
        return scene.to(waiting=Waiting.LANGUAGE)
    if scene.state.notice != scene.book.notice_version:
        return _greeted(scene, payload)
    match verb:
        case Verb.START:
            return _greeted(scene, payload)
        case Verb.MENU:
            return shelve(scene).to(waiting=Waiting.MENU)
        case Verb.RESTART:
            return drop(scene).to(waiting=Waiting.MENU)
        case Verb.PAUSE:
            return _pause(scene)
        case Verb.RESUME:
            return _resumed(scene)
        case Verb.BACK:
            return back(scene)
        case Verb.SKIP:
            return skip(scene)
        case Verb.CANCEL:
            return drop(scene)
        case _:
            return undo(scene)


def _page(scene: Scene, verb: Verb) -> Scene:
    paged = scene.saying(_PAGES[verb])
    return welcome(paged) if scene.state.notice != scene.book.notice_version else paged


def _greeted(scene: Scene, payload: str) -> Scene:
    if payload:
        scene = scene.noting(SourceNoted(payload))
    known = scene.state.notice == scene.book.notice_version
    if scene.draft and known:
        return resume(scene.saying("start.again"))
    key = payload.removeprefix(FIELD_PAYLOAD)
    greeted = welcome(scene)
    if payload.startswith(FIELD_PAYLOAD) and key in scene.book.dialogues and greeted.state.language:
        return open_dialogue(greeted, key)
    return greeted


def _pause(scene: Scene) -> Scene:
    if scene.draft is None:
        return scene.saying("pause.nothing")
    return scene.to(waiting=Waiting.PAUSE)


def _resumed(scene: Scene) -> Scene:
    if scene.draft is None and scene.state.shelf:
        return unshelve(scene)
    if scene.draft is None:
        return scene.saying("resume.nothing")
    # "weiter" in the middle of a question means the next one.
    return skip(scene) if scene.state.waiting is Waiting.STEP else resume(scene)
