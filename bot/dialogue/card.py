"""The summary card: what staff will read, and one tap to change each part.

Law of this file: the card shows what was understood and never hides what was said.
"""

from __future__ import annotations

from bot.dialogue.events import PlaceGuess
from bot.dialogue.model import Confirm, Length, Locate, Role
from bot.dialogue.replies import Button, Rows, lines
from bot.dialogue.scene import Scene
from bot.dialogue.state import Answer, Draft
from bot.dialogue.texts import Span, Spans, quote

# Roles whose answers are the contribution's own text, in the order staff read them.
TEXT_ROLES = (Role.MESSAGE, Role.PROBLEM, Role.IDEA)


def kind_of(draft: Draft) -> str | None:
    """Return the kind the citizen chose, or else the one that was understood."""
    return draft.kind or draft.guess.kind


def certain_places(draft: Draft) -> list[PlaceGuess]:
    """Return the places understood from the words whose district is known."""
    return [place for place in draft.guess.places if place.name and place.district]


def place_of(draft: Draft) -> Answer | None:
    """Return the place the citizen gave, or else the one certain place that was understood."""
    given = next((answer for answer in draft.answers if answer.role == Role.PLACE), None)
    certain = certain_places(draft)
    if given or not certain:
        return given
    return Answer("place", Role.PLACE, text=certain[0].name or "", district=certain[0].district)


def card(scene: Scene) -> Spans:
    """Return the text of the card."""
    draft, dialogue = scene.opened, scene.within
    field = scene.text("card.field", value=scene.plain(f"{dialogue.key}.name"))
    rows = [field, *_kind(scene, draft), *_place(scene, draft), *_others(scene, draft), *_files(scene, draft)]
    return lines(scene.text("card.title"), *_texts(scene, draft), _stacked(rows), scene.text("card.question"))


def _texts(scene: Scene, draft: Draft) -> list[Spans]:
    said = [answer for answer in draft.answers if answer.role in TEXT_ROLES and answer.text]
    said.sort(key=lambda answer: TEXT_ROLES.index(Role(answer.role)))
    if len(said) == 1:
        return [quote(said[0].text)]
    return [(*label(scene, answer), Span("\n"), *quote(answer.text)) for answer in said]


def label(scene: Scene, answer: Answer) -> Spans:
    """Return the short name of an answered step."""
    dialogue = scene.dialogue
    key = f"{dialogue.key}.{answer.step}.label" if dialogue else ""
    return scene.text("card.label", value=scene.plain(key) if scene.has(key) else scene.plain("card.more"))


def _kind(scene: Scene, draft: Draft) -> list[Spans]:
    kind = kind_of(draft)
    return [scene.text("card.kind", value=scene.plain(f"kind.{kind}"))] if kind else []


def _place(scene: Scene, draft: Draft) -> list[Spans]:
    place = place_of(draft)
    if place is None:
        return []
    district = place.district if place.district and place.district != place.text else None
    city = scene.plain("place.whole_city")
    shown = place.text if district in (None, "stadtweit") else f"{place.text} ({district})"
    return [scene.text("card.place", value=shown or city)]


def _others(scene: Scene, draft: Draft) -> list[Spans]:
    told = [answer for answer in draft.answers if answer.role not in (*TEXT_ROLES, Role.PLACE) and answer.text]
    return [(*label(scene, answer), Span(" "), Span(answer.text)) for answer in told]


def _files(scene: Scene, draft: Draft) -> list[Spans]:
    return [scene.text("card.files", count=len(draft.files))] if draft.files else []


def _stacked(rows: list[Spans]) -> Spans:
    stacked: list[Span] = []
    for row in rows:
        stacked.extend((Span("\n"), *row) if stacked else row)
    return tuple(stacked)


def card_rows(scene: Scene) -> Rows:
    """Return the buttons of the card: send first, then one for each part."""
    send = scene.button("button.send", scene.of_draft("go:send"))
    more = _more(scene)
    parts = _part_buttons(scene)
    rows = [tuple(parts[start : start + 2]) for start in range(0, len(parts), 2)]
    return ((send,), *rows, (*more, scene.button("button.cancel", scene.of_draft("go:cancel"))))


def _part_buttons(scene: Scene) -> list[Button]:
    draft, dialogue = scene.opened, scene.within
    steps = [step for step in dialogue.steps if not isinstance(step, Confirm) and draft.answer(step.id)]
    edits = [*(step.id for step in steps), *_missing_place(scene, draft)]
    known = [Button("✏️ " + _part(scene, step_id), scene.of_draft(f"edit:{step_id}")) for step_id in edits]
    field = scene.button("button.edit_field", scene.of_draft("go:fields"))
    return [*known, field, scene.button("button.edit_kind", scene.of_draft("go:kind"))]


def _missing_place(scene: Scene, draft: Draft) -> list[str]:
    steps = scene.dialogue.steps if scene.dialogue else ()
    given = any(answer.role == Role.PLACE for answer in draft.answers)
    return [] if given else [step.id for step in steps if isinstance(step, Locate)][:1]


def _part(scene: Scene, step_id: str) -> str:
    dialogue = scene.dialogue
    key = f"{dialogue.key}.{step_id}.label" if dialogue else ""
    return scene.plain(key) if scene.has(key) else scene.plain("card.more")


def _more(scene: Scene) -> tuple[Button, ...]:
    draft = scene.draft
    if draft is None or draft.length is Length.FULL:
        return ()
    return (scene.button("button.more", scene.of_draft("len:full")),)
