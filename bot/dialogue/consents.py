"""What a citizen allows beyond sending: to be written to, to have the text shown, to have it reused.

Law of this file: nothing is allowed before the citizen says so; every tap names what it brings about, so that it does
the same however often it comes; under 16 nobody is asked for more than to have the text shown.
"""

from __future__ import annotations

from bot.dialogue.facts import ConsentGiven, ConsentWithdrawn, YouthTold
from bot.dialogue.moves import resume
from bot.dialogue.parse import fold
from bot.dialogue.replies import Button, Rows
from bot.dialogue.scene import Scene
from bot.dialogue.state import Age, Waiting
from bot.dialogue.texts import Spans

TAP = "agree:"
CONTACT, PUBLISH, REUSE = "contact", "publish", "reuse"
KINDS = (CONTACT, PUBLISH, REUSE)
# What somebody under 16 may allow: their text is shown without anything that leads to them.
OF_YOUNG = (PUBLISH,)
GIVE, TAKE_BACK = "1", "0"
# Nothing is given by these, so that they work before the notice was shown, too.
FOR_STRANGERS = (TAKE_BACK, "none", "done", "young")


def ask(scene: Scene) -> Scene:
    """Ask for all consents at once."""
    return scene.to(waiting=Waiting.CONSENTS, asked=scene.book.consent_version)


def ask_after_sending(scene: Scene, *, at_school: bool) -> Scene:
    """Ask once, after the first contribution; students are asked for their age before."""
    if scene.state.asked == scene.book.consent_version:
        return scene.to(waiting=Waiting.NOTHING)
    return _ask_age(ask(scene)) if at_school and scene.state.age is Age.UNKNOWN else ask(scene)


def revoke(scene: Scene) -> Scene:
    """Say what withdrawing means, and offer it."""
    return ask(scene).saying("rights.revoke")


def question(scene: Scene) -> tuple[Spans, Rows]:
    """Return the question for consents, each with a button that gives it or takes it back."""
    if scene.state.waiting is Waiting.AGE:
        rows = ((_button(scene, "grown"),), (_button(scene, "young"),))
        return scene.text("consents.age"), rows
    is_young = scene.state.age is Age.YOUNG
    toggles: Rows = tuple((_toggle(scene, kind),) for kind in _offered(scene))
    none = ((_button(scene, "none"),),) if scene.state.agreed else ()
    older = ((_button(scene, "grown"),),) if is_young else ()
    asked = scene.text("consents.question_young" if is_young else "consents.question")
    return asked, (*toggles, *none, *older, (_button(scene, "done"),))


def act(scene: Scene, what: str, choice: str) -> Scene:
    """Do what a tap of these questions means."""
    match what, choice:
        case (("contact" | "publish" | "reuse"), "1"):
            return _give(scene, what)
        case (("contact" | "publish" | "reuse"), "0"):
            return _take_back(scene, what)
        case "none", "":
            return _take_back(scene, *scene.state.agreed)
        case (("grown" | "young"), ""):
            return tell_age(scene, grown=what == "grown")
        case "done", "":
            return done(scene)
        case _:
            return scene.saying("stale.button")


def typed(scene: Scene, text: str) -> str | None:
    """Return the tap of the consent that a whole text names without its yes or no, None when it names none."""
    if scene.state.waiting is not Waiting.CONSENTS:
        return None
    labels = {fold(scene.plain(f"consents.{kind}")): kind for kind in _offered(scene)}
    kind = labels.get(fold(text))
    return _tap(scene, kind) if kind else None


def tell_age(scene: Scene, *, grown: bool) -> Scene:
    """Go on as somebody of this age may; under 16 what was allowed before is taken back, but for the showing."""
    wanted = scene.state.wanted
    if grown:
        known = ask(scene.to(age=Age.GROWN, wanted=None))
        return _give(known, wanted) if wanted else known
    kept = tuple(kind for kind in scene.state.agreed if kind in OF_YOUNG)
    young = scene.to(age=Age.YOUNG, wanted=None, agreed=kept).noting(YouthTold())
    return ask(young.saying("consents.protected"))


def done(scene: Scene) -> Scene:
    """Leave the question and go on where the citizen was."""
    if scene.state.waiting not in (Waiting.CONSENTS, Waiting.AGE):
        return scene.hushed("toast.noted")
    rest = scene.to(wanted=None)
    return resume(rest) if rest.draft else rest.to(waiting=Waiting.NOTHING)


def _give(scene: Scene, kind: str) -> Scene:
    if kind in scene.state.agreed:
        return ask(scene).saying("toast.noted")
    if kind not in OF_YOUNG and scene.state.age is not Age.GROWN:
        young = scene.state.age is Age.YOUNG
        return ask(scene).saying("consents.protected") if young else _ask_age(ask(scene).to(wanted=kind))
    licence = scene.book.names["licence"] if kind == REUSE else None
    agreed = tuple(each for each in KINDS if each in (*scene.state.agreed, kind))
    given = ask(scene).to(agreed=agreed).noting(ConsentGiven(kind, scene.book.consent_version, licence))
    told = given.saying(f"consents.{kind}_given")
    return told.saying("consents.reuse_waits") if kind == REUSE and PUBLISH not in agreed else told


def _take_back(scene: Scene, *kinds: str) -> Scene:
    standing = [kind for kind in kinds if kind in scene.state.agreed]
    if not standing:
        return ask(scene).saying("toast.noted")
    agreed = tuple(kind for kind in scene.state.agreed if kind not in standing)
    taken = ask(scene).to(agreed=agreed).noting(*map(ConsentWithdrawn, standing))
    for kind in standing:
        taken = taken.saying(f"consents.{kind}_withdrawn")
    return taken


def _ask_age(scene: Scene) -> Scene:
    return scene.to(waiting=Waiting.AGE)


def _offered(scene: Scene) -> tuple[str, ...]:
    # What stands can always be taken back, whoever may give it.
    young = scene.state.age is Age.YOUNG
    return tuple(kind for kind in KINDS if not young or kind in OF_YOUNG or kind in scene.state.agreed)


def _toggle(scene: Scene, kind: str) -> Button:
    stands = kind in scene.state.agreed
    label = scene.plain("consents.yes" if stands else "consents.no", value=scene.plain(f"consents.{kind}"))
    return Button(f"{'☑' if stands else '☐'} {label}", _tap(scene, kind))


def _tap(scene: Scene, kind: str) -> str:
    return f"{TAP}{kind}:{TAKE_BACK if kind in scene.state.agreed else GIVE}"


def _button(scene: Scene, name: str) -> Button:
    return scene.button(f"consents.{name}", f"{TAP}{name}")
