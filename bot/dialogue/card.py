"""The summary card: what staff will read, and one tap to change each part.

Law of this file: the card shows what was understood and never hides what was said.
"""

from __future__ import annotations

from dataclasses import replace

from bot.dialogue.fit import kind_of, next_open
from bot.dialogue.model import Confirm, Length, Locate, Role
from bot.dialogue.places import given_place, guess_button, meanings, place_of, unsure_place
from bot.dialogue.replies import Button, Rows, lines
from bot.dialogue.scene import Scene
from bot.dialogue.similar import similar_rows, similar_texts
from bot.dialogue.split import is_offered, split_rows, split_texts
from bot.dialogue.state import Answer, Draft
from bot.dialogue.texts import Span, Spans, quote
from bot.dialogue.words import is_personal, is_rude, redacted

# Roles whose answers are the contribution's own text, in the order staff read them.
TEXT_ROLES = (Role.MESSAGE, Role.PROBLEM, Role.IDEA)


def card(scene: Scene) -> Spans:
    """Return the text of the card."""
    draft, dialogue = scene.opened, scene.within
    field = scene.text("card.field", value=scene.plain(f"{dialogue.key}.name"))
    rows = [field, *_kind(scene, draft), *_place(scene, draft), *_others(scene, draft), *_files(scene, draft)]
    told = (*_texts(scene, draft), _stacked(rows), *_hints(scene, draft), *split_texts(scene), *similar_texts(scene))
    asked = scene.text("similar.question" if draft.similar else "card.question")
    return lines(scene.text("card.title"), *told, asked)


def redacted_draft(draft: Draft) -> Draft:
    """Return the draft without the personal data that was found in it."""
    return replace(draft, answers=tuple(redacted(each) if is_personal(each) else each for each in draft.answers))


def _hints(scene: Scene, draft: Draft) -> list[Spans]:
    hints = {
        "card.personal": any(map(is_personal, draft.answers)),
        "card.rude": any(map(is_rude, draft.answers)),
        "card.defect": kind_of(draft) == "defect",
    }
    return [scene.text(key) for key, applies in hints.items() if applies]


def _texts(scene: Scene, draft: Draft) -> list[Spans]:
    said = [answer for answer in draft.answers if answer.role in TEXT_ROLES and answer.text]
    said.sort(key=lambda answer: [str(role) for role in TEXT_ROLES].index(answer.role))
    if len(said) == 1:
        return [quote(said[0].text)]
    return [(*label(scene, answer), Span("\n"), *quote(answer.text)) for answer in said]


def label(scene: Scene, answer: Answer) -> Spans:
    """Return the short name of an answered step."""
    return scene.text("card.label", value=_part(scene, answer.step))


def _part(scene: Scene, step_id: str) -> str:
    # An answer from another dialogue names its step with the key of that dialogue.
    key = f"{step_id}.label" if "." in step_id else f"{scene.within.key}.{step_id}.label"
    return scene.plain(key) if scene.has(key) else scene.plain("card.more")


def _kind(scene: Scene, draft: Draft) -> list[Spans]:
    kind = kind_of(draft)
    return [scene.text("card.kind", value=scene.plain(f"kind.{kind}"))] if kind else []


def _place(scene: Scene, draft: Draft) -> list[Spans]:
    place, unsure = place_of(draft), unsure_place(draft)
    if unsure:
        return [scene.text("card.place_unsure", value=unsure.text)]
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
    """Return the buttons of the card: send first, then what was noticed, then one for each part."""
    split = split_rows(scene)
    send = scene.button("split.whole" if is_offered(scene.state) else "button.send", scene.of_draft("go:send"))
    cancel = scene.button("button.cancel", scene.of_draft("go:cancel"))
    if scene.opened.similar:
        return ((send,), *similar_rows(scene), *_noticed_rows(scene), (cancel,))
    parts = _part_buttons(scene)
    rows = [tuple(parts[start : start + 2]) for start in range(0, len(parts), 2)]
    return ((send,), *split, *_noticed_rows(scene), *rows, *_more_rows(scene), (cancel,))


def _noticed_rows(scene: Scene) -> Rows:
    draft, where, unsure = scene.opened, _locate_step(scene), unsure_place(scene.opened)
    rows: list[tuple[Button, ...]] = []
    if any(map(is_personal, draft.answers)):
        rows.append((scene.button("button.redact", scene.of_draft("go:redact")),))
    if where and unsure:
        rows += [(guess_button(scene, where, meaning),) for meaning in meanings(scene, unsure)]
    return tuple(rows)


def _part_buttons(scene: Scene) -> list[Button]:
    draft, dialogue = scene.opened, scene.within
    edits = [step.id for step in dialogue.steps if not isinstance(step, Confirm) and draft.answer(step.id)]
    where = _locate_step(scene)
    if where and given_place(draft) is None:
        edits.append(where)
    known = [Button("✏️ " + _part(scene, step_id), scene.of_draft(f"edit:{step_id}")) for step_id in edits]
    field = scene.button("button.edit_field", scene.of_draft("go:fields"))
    files = [scene.button("button.unfile", scene.of_draft("go:unfile"))] if draft.files else []
    alone = [scene.button("similar.alone", scene.of_draft("idea:alone"))] if draft.adds_to else []
    return [*known, field, scene.button("button.edit_kind", scene.of_draft("go:kind")), *files, *alone]


def _locate_step(scene: Scene) -> str | None:
    return next((step.id for step in scene.within.steps if isinstance(step, Locate)), None)


def _more_rows(scene: Scene) -> Rows:
    draft = scene.opened
    if draft.length is Length.ONE:
        return (length_row(scene),)
    if draft.length is Length.FULL and next_open(draft, scene.within) is None:
        return ()
    return ((scene.button("button.more", scene.of_draft("len:full")),),)


def length_row(scene: Scene) -> tuple[Button, ...]:
    """Return the buttons that ask for more than one message."""
    longer = [length for length in (Length.SHORT, Length.FULL) if length in scene.within.lengths]
    return tuple(scene.button(f"button.{length}", scene.of_draft(f"len:{length}")) for length in longer)
