"""The current question: from a state alone, so that it can be repeated at any time, also after a restart.

Law of this file: a question never changes the state, and every state has one.
"""

from __future__ import annotations

from typing import assert_never

from bot.dialogue import consents, objections
from bot.dialogue.browse import browse_question
from bot.dialogue.card import card, card_rows, length_row
from bot.dialogue.events import PlaceGuess
from bot.dialogue.model import Ask, Attach, Choose, Confirm, Group, Length, Locate, Step
from bot.dialogue.places import PLACES_OFFERED, certain_places, guess_button, meanings, place_of
from bot.dialogue.replies import Button, Rows, lines
from bot.dialogue.scene import Scene
from bot.dialogue.split import split_rows
from bot.dialogue.state import Draft, Mode, Waiting
from bot.dialogue.texts import Spans, quote

# Kinds a citizen can choose; what is an emergency or nothing of these is not theirs to decide.
KINDS = ("idea", "problem", "opinion", "question", "praise", "defect")
# So much of a text is quoted back where only its beginning matters (characters).
QUOTED = 200
# So much of a draft's beginning stands on the button that opens it (characters).
LABELLED = 30

Question = tuple[Spans, Rows]


def question(scene: Scene) -> Question:
    """Return what is asked now, and its buttons."""
    match scene.state.waiting:
        case Waiting.LANGUAGE:
            return _language(scene)
        case Waiting.NOTHING:
            return scene.text("idle.question"), (*_kept_rows(scene), *_idle_rows(scene))
        case Waiting.MENU:
            kept = () if scene.draft else _kept_rows(scene)
            return scene.text("menu.question"), (*kept, *_field_rows(scene), *_ideas_row(scene), *_menu_nav(scene))
        case Waiting.SCHOOL:
            asked = lines(_said(scene), scene.text("school.question"))
            return asked, (*_dialogue_rows(scene, Group.SCHOOL), _nav(scene, "back"))
        case Waiting.FIELD:
            return _proposal(scene)
        case Waiting.STEP:
            return _step(scene)
        case Waiting.KIND:
            return scene.text("kind.which"), (*_kind_rows(scene), _nav(scene, "back"))
        case Waiting.PENDING:
            return _pending(scene)
        case Waiting.PAUSE:
            rows = ((scene.button("button.resume", scene.of_draft("go:resume")), _drop(scene)),)
            return scene.text("pause.question"), rows
        case Waiting.CONSENTS | Waiting.AGE:
            return consents.question(scene)
        case Waiting.OBJECTION:
            return objections.question(scene)
        case Waiting.NEED:
            return scene.text("workshop.need_question"), ((scene.button("workshop.need_none", "ws:spare:need"),),)
        case Waiting.ERASURE | Waiting.ERASURE_LINK | Waiting.ERASURE_ALL | Waiting.ERASED:
            return _leaving(scene)
        case Waiting.BROWSE | Waiting.BROWSE_FIELD | Waiting.BROWSE_DISTRICT | Waiting.BROWSE_TOPIC:
            return browse_question(scene)
        case _ as never:
            assert_never(never)


def _leaving(scene: Scene) -> Question:
    spare = scene.button("rights.keep", "erase:no")
    match scene.state.waiting:
        case Waiting.ERASURE:
            choices = ((scene.button(f"rights.{each}", f"erase:{each}"),) for each in ("link", "all"))
            return scene.text("rights.question"), (*choices, (spare,))
        case Waiting.ERASED:
            return scene.text("rights.erased"), ((scene.button("rights.again", "go:menu"),),)
        case waiting:
            chosen = "all" if waiting is Waiting.ERASURE_ALL else "link"
            name, sure = f"sure_{chosen}", scene.button("rights.sure", f"erase:{chosen}:yes")
            return scene.text(f"rights.{name}"), ((sure,), (spare,))


def _language(scene: Scene) -> Question:
    buttons = [Button(language.name, f"lang:{language.code}") for language in scene.book.offered()]
    return scene.text("language.question"), pairs(buttons)


def _kept_rows(scene: Scene) -> Rows:
    shelf = scene.state.shelf
    rows = [(_shelf_button(scene, draft, alone=len(shelf) == 1),) for draft in reversed(shelf)]
    if scene.state.dropped:
        rows.append((scene.button("button.undo", "go:undo"),))
    return tuple(rows)


def _idle_rows(scene: Scene) -> Rows:
    reacted = scene.state.reacted
    undo = ((scene.button("browse.undo", f"idea:undo:{reacted}"),),) if reacted else ()
    return (*undo, (scene.button("button.another", "go:menu"),), *_ideas_row(scene))


def _ideas_row(scene: Scene) -> Rows:
    return () if scene.draft else ((scene.button("browse.open", "go:ideas"),),)


def _shelf_button(scene: Scene, draft: Draft, *, alone: bool) -> Button:
    words = draft.words()
    if alone or not words:
        return scene.button("button.shelf", f"open:{draft.id}")
    return Button(f"📝 {shortened(' '.join(words.split()), LABELLED)}", f"open:{draft.id}")


def _field_rows(scene: Scene) -> Rows:
    return (*_dialogue_rows(scene, Group.FIELD), (scene.button("button.school", "go:school"),))


def _dialogue_rows(scene: Scene, group: Group) -> Rows:
    return tuple((dialogue_button(scene, dialogue.key),) for dialogue in scene.book.group(group))


def dialogue_button(scene: Scene, key: str) -> Button:
    """Return the button that chooses a dialogue: a move of the open draft where there is one."""
    label = f"{scene.book.dialogues[key].emoji} {scene.plain(f'{key}.name')}".strip()
    return Button(label, scene.of_draft(f"move:{key}") if scene.draft else f"field:{key}")


def _menu_nav(scene: Scene) -> Rows:
    verbs = ("back", "cancel") if scene.draft else ("language", "privacy", "help")
    return (_nav(scene, *(verb for verb in verbs if verb != "language" or len(scene.book.offered()) > 1)),)


def _nav(scene: Scene, *verbs: str) -> tuple[Button, ...]:
    return tuple(scene.button(f"button.{verb}", scene.of_draft(f"go:{verb}{_mark(scene, verb)}")) for verb in verbs)


def _mark(scene: Scene, verb: str) -> str:
    # Back and skip name the question they leave, so that a tap that comes twice moves once.
    return f":{scene.mark}" if verb in ("back", "skip") else ""


def _drop(scene: Scene) -> Button:
    return scene.button("button.cancel", scene.of_draft("go:cancel"))


def _proposal(scene: Scene) -> Question:
    keys = [key for key in scene.opened.guess.fields if key in scene.book.dialogues][:2]
    if not keys:
        return lines(_said(scene), scene.text("field.open")), (*_field_rows(scene), *split_rows(scene), (_drop(scene),))
    rows = tuple((dialogue_button(scene, key),) for key in keys)
    other = scene.button("button.other_field", scene.of_draft("go:fields"))
    return lines(_said(scene), scene.text("field.proposed")), (*rows, *split_rows(scene), (other, _drop(scene)))


def _said(scene: Scene) -> Spans:
    words = scene.draft.words() if scene.draft else ""
    return scene.text("field.kept", text=quote(shortened(words))) if words else ()


def shortened(text: str, most: int = QUOTED) -> str:
    """Return the beginning of a text, cut at a word."""
    return text if len(text) <= most else text[:most].rsplit(" ", 1)[0] + " …"


def _pending(scene: Scene) -> Question:
    held = scene.opened.held.text if scene.opened.held else ""
    join = scene.button("button.join", scene.of_draft("go:join"))
    apart = scene.button("button.apart", scene.of_draft("go:apart"))
    return scene.text("pending.question", text=quote(shortened(held))), ((join,), (apart,))


def _kind_rows(scene: Scene) -> Rows:
    return pairs([scene.button(f"kind.{kind}", scene.of_draft(f"kind:{kind}")) for kind in KINDS])


def _step(scene: Scene) -> Question:
    step = scene.asked
    match step:
        case Confirm():
            return card(scene), card_rows(scene)
        case Ask():
            return _asked(scene, step), (*_length_rows(scene), _step_nav(scene, step))
        case Choose():
            return _asked(scene, step), (*_option_rows(scene, step), _step_nav(scene, step))
        case Locate():
            return _located(scene, step)
        case Attach():
            return _asked(scene, step), (_step_nav(scene, step),)
        case _ as never:
            assert_never(never)


def _asked(scene: Scene, step: Step) -> Spans:
    draft, dialogue = scene.opened, scene.within
    follow_up = f"{dialogue.key}.{step.id}.follow_up"
    if draft.mode is Mode.FOLLOW_UP and scene.has(follow_up):
        return scene.text(follow_up)
    asked = scene.text(f"{dialogue.key}.{step.id}.question")
    answer = draft.answer(step.id)
    before = scene.text("step.before", text=quote(shortened(answer.text))) if answer and answer.text else ()
    return lines(_progress(scene, step), asked, before)


def _progress(scene: Scene, step: Step) -> Spans:
    draft, dialogue = scene.draft, scene.dialogue
    if draft is None or dialogue is None or draft.mode is Mode.CHANGE or draft.length is Length.ONE:
        return ()
    plan = [each.id for each in dialogue.plan(draft.length) if not isinstance(each, Confirm)]
    if step.id not in plan:
        return ()
    return scene.text("step.progress", number=plan.index(step.id) + 1, total=len(plan))


def _length_rows(scene: Scene) -> Rows:
    draft = scene.opened
    is_first = draft.length is Length.ONE and draft.mode is Mode.ANSWER and not draft.words()
    return (length_row(scene),) if is_first else ()


def _option_rows(scene: Scene, step: Choose) -> Rows:
    dialogue = scene.within
    key = f"{dialogue.key}.{step.id}.option"
    return tuple((scene.button(f"{key}.{each}", scene.of_draft(f"opt:{step.id}:{each}")),) for each in step.options)


def _located(scene: Scene, step: Locate) -> Question:
    draft = scene.opened
    answer = draft.answer(step.id)
    if draft.mode is Mode.FOLLOW_UP and answer:
        asked = scene.text("place.which_district", text=quote(answer.text))
    else:
        asked = _asked(scene, step)
    return asked, (*_place_rows(scene, step), _step_nav(scene, step))


def _place_rows(scene: Scene, step: Locate) -> Rows:
    draft = scene.opened
    known = [(guess_button(scene, step.id, place),) for place in _proposed_places(scene, step)]
    districts = [Button(name, scene.of_draft(f"opt:{step.id}:{at}")) for at, name in enumerate(scene.book.districts)]
    city = scene.button("place.whole_city", scene.of_draft(f"opt:{step.id}:all"))
    none = scene.button("place.none", scene.of_draft(f"opt:{step.id}:none"))
    can_go = draft.mode is Mode.CHANGE and place_of(draft) is not None
    return (*known[:PLACES_OFFERED], *pairs(districts), (city, none) if can_go else (city,))


def _proposed_places(scene: Scene, step: Locate) -> list[PlaceGuess]:
    draft = scene.opened
    given = draft.answer(step.id)
    unsure = [place for place in draft.guess.places if place.candidates]
    if draft.mode is Mode.FOLLOW_UP and given:
        unsure = [place for place in unsure if place.text in given.text]
    asked = [meaning for place in unsure for meaning in meanings(scene, place)]
    return asked if draft.mode is Mode.FOLLOW_UP else [*certain_places(draft), *asked]


def _step_nav(scene: Scene, step: Step) -> tuple[Button, ...]:
    draft = scene.opened
    if draft.mode is Mode.CHANGE:
        return (scene.button("button.keep", scene.of_draft(f"go:skip{_mark(scene, 'skip')}")),)
    can_skip = draft.length is not Length.ONE or draft.words() or draft.files
    return _nav(scene, "back", "skip") if can_skip else _nav(scene, "back")


def pairs(buttons: list[Button]) -> Rows:
    """Lay buttons out two in a row."""
    return tuple(tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2))
