"""The list of workshops: by field, district or month, page by page, and what may be shown of each.

Law of this file: what it shows came inside the event; the same agenda has the same buttons, so that each can be typed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from bot.dialogue.events import Workshop
from bot.dialogue.replies import Button, Rows
from bot.dialogue.scene import Scene
from bot.dialogue.state import Agenda, Waiting
from bot.dialogue.texts import Span, Spans

TAP = "ws:"
# So many workshops stand in one message.
PAGE = 5
# A button shows so much of a title beside its day (characters).
LABELLED = 28
FILTERS = ("field", "district", "month")
MINE = "mine"
STATUSES = ("planned", "open", "full", "cancelled", "held")
STANDING = ("registered", "waiting", "offered", "checked_in")


def show_list(scene: Scene, by: str = "", value: str = "", page: str = "") -> Scene:
    """List the workshops to come: all of them, those of a field, district or month, or the citizen's own."""
    agenda = Agenda("list", by, value, int(page) if page.isascii() and page.isdecimal() and len(page) < 4 else 0)
    return put(scene, agenda, list_of(scene, agenda))


def show_filter(scene: Scene, by: str) -> Scene:
    """Ask for which field, district or month."""
    if by not in FILTERS:
        return scene.saying("stale.button")
    return put(scene, Agenda("filter", by), scene.text(f"workshop.which_{by}"))


def put(scene: Scene, agenda: Agenda, *paragraphs: Spans) -> Scene:
    """Put something of the workshops on the screen, before whatever question is open."""
    calm = scene.to(waiting=Waiting.NOTHING) if scene.draft is None and scene.state.waiting in _BROAD else scene
    shown = replace(calm.to(agenda=agenda), lead=(*calm.lead, *paragraphs))
    return replace(shown, extra=list_rows(shown, agenda) if agenda.view in ("list", "filter") else shown.extra)


def list_of(scene: Scene, agenda: Agenda) -> Spans:
    """Return the words of a list."""
    chosen = listed(scene, agenda)
    if not chosen:
        return scene.text("workshop.none_here" if agenda.by and to_come(scene) else "workshop.none")
    on_page = page_of(chosen, agenda)
    parts: list[Span] = [*scene.text("workshop.title")]
    for each in on_page:
        parts += [Span("\n\n"), *entry(scene, each)]
    if len(chosen) > PAGE:
        number, total = _page(chosen, agenda) + 1, _pages(chosen)
        parts += [Span("\n\n"), *scene.text("workshop.page", page=number, pages=total)]
    return tuple(parts)


def entry(scene: Scene, workshop: Workshop) -> Spans:
    """Return one workshop in a few lines: title, day, place and how it stands."""
    told = [when(scene, workshop), (Span(workshop.place),) if workshop.place else (), standing(scene, workshop)]
    return (*scene.text("workshop.name", title=workshop.title), *lined(told))


def lined(told: Iterable[Spans]) -> Spans:
    """Return what is told, each on a line of its own, behind a line that is there."""
    return tuple(span for each in told if each for span in (Span("\n"), *each))


def when(scene: Scene, workshop: Workshop) -> Spans:
    """Return day and hours."""
    return scene.text("workshop.when", day=workshop.day, begins=workshop.begins, ends=workshop.ends)


def standing(scene: Scene, workshop: Workshop) -> Spans:
    """Return how a workshop stands for this citizen: their registration, or whether there is a place."""
    if workshop.status in ("cancelled", "held") or workshop.mine not in STANDING:
        return _places(scene, workshop)
    return scene.text(f"workshop.mine_{workshop.mine}", position=workshop.position, until=workshop.until)


def _places(scene: Scene, workshop: Workshop) -> Spans:
    status = workshop.status if workshop.status in STATUSES else "planned"
    if status == "open" and workshop.free is not None:
        return scene.text("workshop.free", free=workshop.free)
    return scene.text(f"workshop.{status}", waiting=workshop.waiting)


def to_come(scene: Scene) -> tuple[Workshop, ...]:
    """Return the workshops that are not over."""
    return tuple(each for each in scene.workshops if not each.is_past)


def listed(scene: Scene, agenda: Agenda) -> tuple[Workshop, ...]:
    """Return the workshops that an agenda is about; the citizen's own ones may be over."""
    if agenda.by == MINE:
        return tuple(each for each in scene.workshops if each.mine in STANDING)
    if agenda.by not in FILTERS:
        return to_come(scene)
    return tuple(each for each in to_come(scene) if _key(scene, agenda.by, each) == agenda.value)


def page_of(chosen: tuple[Workshop, ...], agenda: Agenda) -> tuple[Workshop, ...]:
    """Return the workshops of one page; behind the last one comes the last one."""
    start = _page(chosen, agenda) * PAGE
    return chosen[start : start + PAGE]


def list_rows(scene: Scene, agenda: Agenda) -> Rows:
    """Return the buttons of a list or of the question for which."""
    if agenda.view == "filter":
        found = {_key(scene, agenda.by, each): each for each in to_come(scene)}
        choices = ((_choice(scene, agenda.by, key, each),) for key, each in found.items() if key)
        return (*choices, (scene.button("workshop.all", _list_tap()),))
    chosen = listed(scene, agenda)
    rows = tuple((open_button(each),) for each in page_of(chosen, agenda))
    return (*rows, *_turning(scene, agenda, chosen), *_narrowing(scene, agenda))


def open_button(workshop: Workshop) -> Button:
    """Return the button that opens a workshop, labelled with day and title."""
    title = workshop.title
    label = title if len(title) <= LABELLED else f"{title[:LABELLED].rstrip()} …"
    return Button(f"{workshop.short} · {label}", f"{TAP}one:{workshop.code}")


def _turning(scene: Scene, agenda: Agenda, chosen: tuple[Workshop, ...]) -> Rows:
    page, last = _page(chosen, agenda), _pages(chosen) - 1
    turn: Callable[[int], str] = lambda to: _list_tap(agenda.by, agenda.value, to)  # noqa: E731  # said three times
    earlier = [scene.button("workshop.earlier", turn(page - 1))] if page > 0 else []
    later = [scene.button("workshop.later", turn(page + 1))] if page < last else []
    row = (*earlier, *later)
    return (row,) if row else ()


def _narrowing(scene: Scene, agenda: Agenda) -> Rows:
    if agenda.by:
        return ((scene.button("workshop.all", _list_tap()),),)
    if len(to_come(scene)) <= 1:
        return ()
    kinds = [by for by in FILTERS if len({_key(scene, by, each) for each in to_come(scene)} - {""}) > 1]
    filters = tuple(scene.button(f"workshop.by_{by}", f"{TAP}by:{by}") for by in kinds)
    mine = any(each.mine in STANDING for each in scene.workshops)
    own = ((scene.button("workshop.mine", _list_tap(MINE)),),) if mine else ()
    return (*((filters,) if filters else ()), *own)


def _choice(scene: Scene, by: str, key: str, workshop: Workshop) -> Button:
    tap = _list_tap(by, key)
    match by:
        case "field":
            dialogue = scene.book.dialogues.get(key)
            return Button(f"{dialogue.emoji} {scene.plain(f'{key}.name')}".strip() if dialogue else key, tap)
        case "district":
            return Button(workshop.district or "", tap)
        case _:
            return Button(workshop.month_name, tap)


def _key(scene: Scene, by: str, workshop: Workshop) -> str:
    """Return what a workshop is listed under, short enough for a tap; empty when it has none."""
    match by:
        case "field":
            return workshop.field or ""
        case "district":
            known = workshop.district in scene.book.districts
            return str(scene.book.districts.index(workshop.district or "")) if known else ""
        case _:
            return workshop.month


def _list_tap(by: str = "", value: str = "", page: int = 0) -> str:
    return f"{TAP}list:{by}:{value}:{page}"


def _page(chosen: tuple[Workshop, ...], agenda: Agenda) -> int:
    return max(0, min(agenda.page, _pages(chosen) - 1))


def _pages(chosen: tuple[Workshop, ...]) -> int:
    return -(-len(chosen) // PAGE)


# Below a list of workshops no second list is needed.
_BROAD = (Waiting.MENU, Waiting.SCHOOL, Waiting.NEED)
