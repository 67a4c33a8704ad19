"""Reading the ideas of others, one after another: for, against, or on to the next.

Law of this file: the question follows from the state alone, the idea itself comes inside the event; a tap names its
idea, so that it counts the same however often and late it comes.
"""

from __future__ import annotations

from dataclasses import replace

from bot.dialogue.events import Released
from bot.dialogue.facts import Reacted
from bot.dialogue.model import Book, Choose, Role
from bot.dialogue.moves import shelf_is_full, shelve
from bot.dialogue.parse import Verb
from bot.dialogue.replies import Button, Rows, lines
from bot.dialogue.scene import Scene
from bot.dialogue.similar import supported, take_back
from bot.dialogue.state import BROWSING, LEAVING, Browse, Choice, State, Waiting
from bot.dialogue.texts import Span, Spans, quote
from bot.dialogue.turn import Wanted

VALUES = {"for": 1, "against": -1, "pass": 0}
# A deep link may open the ideas at once, all of them or those of a field: ?start=ideas, ?start=ideas_mobility
PAYLOAD = "ideas"

Question = tuple[Spans, Rows]


def open_ideas(scene: Scene, choice: Choice | None = None) -> Scene:
    """Show an idea of somebody else, the open draft laid aside where there is room for it."""
    if shelf_is_full(scene):
        return scene.saying("shelf.full").to(waiting=Waiting.MENU)
    before = scene.state.browse or Browse()
    browse = replace(before, choice=choice, at=None) if choice else before
    return shelve(scene).to(waiting=Waiting.BROWSE, browse=browse)


def linked(scene: Scene, payload: str) -> Scene | None:
    """Return what a link to the ideas opens, None for a link to something else."""
    name, _, field = payload.partition("_")
    if name != PAYLOAD or (field and field not in scene.book.dialogues):
        return None
    return open_ideas(scene.to(browse=None), Choice(field or None))


def find(scene: Scene) -> Scene:
    """Put the idea on the screen that comes next, and forget the reading once something else has begun."""
    state = scene.state
    if state.waiting is not Waiting.BROWSE:
        return _left(scene)
    browse = state.browse or Browse()
    reacted = (state.reacted,) if state.reacted else ()
    if scene.ideas is None:
        shown = (browse.at,) if browse.at else ()
        return scene.to(browse=browse).wanting(Wanted(shown, browse.choice, reacted))
    others = [each.number for each in scene.ideas if each.number not in reacted]
    at = browse.at if browse.at in others else next(iter(others), None)
    return scene.to(browse=replace(browse, at=at))


def _left(scene: Scene) -> Scene:
    waiting = scene.state.waiting
    if waiting in (*BROWSING, Waiting.LANGUAGE, *LEAVING):
        return scene
    reacted = scene.state.reacted if waiting is Waiting.NOTHING else None
    return scene.to(browse=None, reacted=reacted)


def mended(book: Book, state: State) -> State:
    """Return the state with a choice that the book of today knows, and no draft open while ideas are read."""
    browse = state.browse
    if state.waiting in BROWSING and state.draft is not None:
        return replace(state, browse=None)
    if browse is None:
        return replace(state, browse=Browse()) if state.waiting in BROWSING else state
    chosen = browse.choice
    field = chosen.field if chosen.field in book.dialogues else None
    district = chosen.district if chosen.district in book.districts else None
    topic = chosen.topic if chosen.topic in _topics(book, field) else None
    return replace(state, browse=replace(browse, choice=Choice(field, district, topic)))


def _topics(book: Book, field: str | None) -> tuple[str, ...]:
    steps = book.dialogues[field].steps if field and field in book.dialogues else ()
    return next((step.options for step in steps if isinstance(step, Choose) and step.role is Role.TOPIC), ())


def _topic_step(scene: Scene, field: str) -> str:
    steps = scene.book.dialogues[field].steps
    return next(step.id for step in steps if isinstance(step, Choose) and step.role is Role.TOPIC)


def browse_question(scene: Scene) -> Question:
    """Return what somebody is asked who reads the ideas of others."""
    match scene.state.waiting:
        case Waiting.BROWSE_FIELD:
            return scene.text("browse.which"), _field_rows(scene)
        case Waiting.BROWSE_DISTRICT:
            names = [Button(name, f"see:d:{at}") for at, name in enumerate(scene.book.districts)]
            return scene.text("browse.which_district"), (*_pairs(names), *_back(scene))
        case Waiting.BROWSE_TOPIC:
            return scene.text("browse.which_topic"), (*_topic_rows(scene), *_back(scene))
        case _:
            return _idea(scene)


def _idea(scene: Scene) -> Question:
    browse = scene.state.browse or Browse()
    undo = ((scene.button("browse.undo", f"idea:undo:{scene.state.reacted}"),),) if scene.state.reacted else ()
    leave = (scene.button("browse.choose", "see:fields"), scene.button("browse.done", "go:menu"))
    if browse.at is None:
        return lines(_chosen(scene), scene.text("browse.none")), (*undo, leave)
    number = browse.at
    said = tuple(scene.button(f"browse.{verb}", f"idea:{verb}:{number}") for verb in ("for", "against"))
    on = (scene.button("browse.pass", f"idea:pass:{number}"),)
    shown = _shown(scene, scene.idea(number), number)
    return lines(_chosen(scene), shown, scene.text("browse.question")), (said, on, *undo, leave)


def _shown(scene: Scene, idea: Released | None, number: str) -> Spans:
    if idea is None:
        return quote(number)
    name = scene.plain(f"{idea.field}.name") if idea.field in scene.book.dialogues else ""
    about = " · ".join(part for part in (name, idea.district or "") if part and part != "stadtweit")
    head = scene.text("browse.about", value=about) if about else ()
    supports = supported(scene, idea)
    told = (*head, *((Span("\n"),) if head else ()), *quote(idea.text))
    return (*told, Span("\n"), *supports) if supports else told


def _chosen(scene: Scene) -> Spans:
    choice = (scene.state.browse or Browse()).choice
    names = [scene.plain(f"{choice.field}.name")] if choice.field else []
    if choice.field and choice.topic:
        step = _topic_step(scene, choice.field)
        names.append(scene.plain(f"{choice.field}.{step}.option.{choice.topic}"))
    names += [choice.district] if choice.district else []
    return scene.text("browse.chosen", value=", ".join(names)) if names else ()


def _field_rows(scene: Scene) -> Rows:
    choice = (scene.state.browse or Browse()).choice
    fields = [
        (Button(f"{each.emoji} {scene.plain(f'{key}.name')}".strip(), f"see:f:{key}"),)
        for key, each in scene.book.dialogues.items()
    ]
    closer = [scene.button("browse.by_district", "see:districts")]
    if _topics(scene.book, choice.field):
        closer.append(scene.button("browse.by_topic", "see:topics"))
    return ((scene.button("browse.all", "see:all"),), tuple(closer), *fields, *_back(scene))


def _topic_rows(scene: Scene) -> Rows:
    field = (scene.state.browse or Browse()).choice.field
    if field is None:
        return ()
    key = f"{field}.{_topic_step(scene, field)}.option" if _topics(scene.book, field) else ""
    return tuple((scene.button(f"{key}.{each}", f"see:t:{each}"),) for each in _topics(scene.book, field))


def _back(scene: Scene) -> Rows:
    return ((scene.button("button.back", "see:ideas"),),)


def _pairs(buttons: list[Button]) -> Rows:
    return tuple(tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2))


def press_choice(scene: Scene, word: str, value: str) -> Scene:
    """Do what a button means that chooses which ideas are shown."""
    choice = (scene.state.browse or Browse()).choice
    match word:
        case "ideas":
            return open_ideas(scene)
        case "fields":
            return open_ideas(scene).to(waiting=Waiting.BROWSE_FIELD)
        case "districts":
            return open_ideas(scene).to(waiting=Waiting.BROWSE_DISTRICT)
        case "topics" if _topics(scene.book, choice.field):
            return open_ideas(scene).to(waiting=Waiting.BROWSE_TOPIC)
        case "all":
            return open_ideas(scene, Choice())
        case "f" if value in scene.book.dialogues:
            return open_ideas(scene, Choice(value, choice.district))
        case "d" if value.isdecimal() and value.isascii() and int(value) < len(scene.book.districts):
            return open_ideas(scene, replace(choice, district=scene.book.districts[int(value)]))
        case "t" if value in _topics(scene.book, choice.field):
            return open_ideas(scene, replace(choice, topic=value))
        case _:
            return scene.saying("stale.button")


def react(scene: Scene, verb: str, number: str) -> Scene:
    """Note what somebody thinks of an idea, wherever they are now, and show the next one if they read ideas."""
    if scene.ideas is None:
        scene = scene.wanting(Wanted((number,)))
    if scene.idea(number) is None:
        return _on(scene.saying("similar.gone"), number, None)
    said = scene.noting(Reacted(number, VALUES[verb]))
    counted = {"for": "browse.said_for", "against": "browse.said_against"}.get(verb)
    return _on(said.saying(counted, number=number) if counted else said, number, number)


def _on(scene: Scene, number: str, reacted: str | None) -> Scene:
    browse = scene.state.browse
    if scene.state.waiting is not Waiting.BROWSE or browse is None:
        return scene
    return scene.to(reacted=reacted, browse=replace(browse, at=None if browse.at == number else browse.at))


def undo_reaction(scene: Scene, number: str) -> Scene:
    """Take back what was said to an idea; whoever reads ideas sees it again."""
    browse, taken = scene.state.browse, take_back(scene, number)
    reads = scene.state.waiting is Waiting.BROWSE and browse is not None
    return taken.to(browse=replace(browse, at=number)) if reads and browse else taken


def obey_browsing(scene: Scene, verb: Verb) -> Scene | None:
    """Return what a word means to somebody who reads ideas; None where it means what it always does."""
    state = scene.state
    at = state.browse.at if state.browse and state.waiting is Waiting.BROWSE else None
    match verb:
        case Verb.SKIP | Verb.RESUME if state.waiting in BROWSING:
            return react(scene, "pass", at) if at else open_ideas(scene)
        case Verb.BACK if state.waiting in BROWSING:
            is_choosing = state.waiting is not Waiting.BROWSE
            return open_ideas(scene) if is_choosing else scene.to(waiting=Waiting.MENU)
        case Verb.UNDO if state.reacted and state.waiting in BROWSING:
            return undo_reaction(scene, state.reacted)
        case _:
            return None
