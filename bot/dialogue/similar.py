"""Ideas of others that resemble the draft on the card: mean the same, add to one, or go on with one's own.

Law of this file: only what others may read is offered; whoever supports an idea instead keeps their own words.
"""

from __future__ import annotations

from dataclasses import replace

from bot.dialogue.events import Released
from bot.dialogue.facts import Reacted, ReactionTaken
from bot.dialogue.fit import card_step
from bot.dialogue.model import Confirm
from bot.dialogue.moves import resume, shelf_is_full, shelve, to_card
from bot.dialogue.parse import fold
from bot.dialogue.replies import Rows
from bot.dialogue.scene import Scene
from bot.dialogue.split import is_offered
from bot.dialogue.state import Draft, Waiting
from bot.dialogue.texts import Span, Spans, quote
from bot.dialogue.turn import Wanted

# So many similar ideas stand beside a card, each under its letter: numbers count the buttons already.
LETTERS = "ABC"
# So much of a similar idea is shown; who wants to read on finds it by its number (characters).
SHOWN = 240
AGREED = 1


def offer(scene: Scene) -> Scene:
    """Lay similar ideas of others beside the card that is shown now."""
    draft = scene.draft
    if draft is None or scene.state.waiting is not Waiting.STEP or not isinstance(scene.step, Confirm):
        return scene
    numbers = _candidates(scene, draft)
    if not (numbers or draft.adds_to):
        return scene.drafting(similar=()) if draft.similar else scene
    if scene.ideas is None:
        return scene.wanting(Wanted((*numbers, *([draft.adds_to] if draft.adds_to else []))))
    found = tuple(number for number in numbers if scene.idea(number))
    return scene.drafting(similar=found[: len(LETTERS)])


def _candidates(scene: Scene, draft: Draft) -> tuple[str, ...]:
    # Who has several ideas is asked about that first; each of them has similar ones of its own.
    is_settled = draft.is_own or draft.adds_to is not None or is_offered(scene.state)
    return () if is_settled else draft.guess.similar


def similar_texts(scene: Scene) -> list[Spans]:
    """Return what the card says of similar ideas, or of the one that the draft adds to."""
    draft = scene.opened
    if draft.adds_to:
        return [scene.text("similar.adds", text=quote(_words(scene.idea(draft.adds_to), draft.adds_to)))]
    if not draft.similar:
        return []
    told = [_entry(scene, *each) for each in zip(LETTERS, draft.similar, strict=False)]
    return [scene.text("similar.title"), *told]


def _entry(scene: Scene, letter: str, number: str) -> Spans:
    idea = scene.idea(number)
    head = (*scene.text("card.label", value=letter), Span(" "), *supported(scene, idea))
    return (*head, Span("\n"), *quote(_words(idea, number)))


def supported(scene: Scene, idea: Released | None) -> Spans:
    """Return how many mean the same, nothing where nobody has said so yet."""
    return scene.text("similar.supports", count=idea.supports) if idea and idea.supports else ()


def _words(idea: Released | None, number: str) -> str:
    return shortened(idea.text) if idea else number


def shortened(text: str, most: int = SHOWN) -> str:
    """Return the beginning of an idea in one line, cut at a word."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[:most].rsplit(" ", 1)[0] + " …"


def similar_rows(scene: Scene) -> Rows:
    """Return the buttons of the similar ideas, and the one that says that one's own is different."""
    pairs = tuple(zip(LETTERS, scene.opened.similar, strict=False))
    mean, add = (
        tuple(
            scene.button(f"similar.{verb}", scene.of_draft(f"idea:{verb}:{number}"), letter=letter)
            for letter, number in pairs
        )
        for verb in ("mean", "add")
    )
    differ = scene.button("similar.differ", scene.of_draft("idea:differ"))
    # A row of its own for each idea: half a row is too narrow for its words on a phone.
    return (*((button,) for button in mean), add, (differ,)) if pairs else ()


def typed_similar(scene: Scene, text: str) -> str | None:
    """Return the tap that a letter means, or the name of a button without its letter where there is one idea."""
    draft = scene.draft
    if draft is None or not draft.similar or not isinstance(scene.step, Confirm):
        return None
    said = fold(text)
    letters = dict(zip(fold(" ".join(LETTERS)).split(), draft.similar, strict=False))
    if said in letters:
        return scene.of_draft(f"idea:mean:{letters[said]}")
    named = (verb for verb in ("mean", "add") if said and said == fold(scene.plain(f"similar.{verb}", letter="")))
    verb = next(named, None)
    number = draft.similar[0] if len(draft.similar) == 1 else "which"
    return scene.of_draft(f"idea:{verb}:{number}") if verb else None


def press_similar(scene: Scene, verb: str, number: str, draft_id: str) -> Scene:
    """Do what a button below the similar ideas means; one whose draft is gone still supports its idea."""
    is_open = scene.draft is not None and scene.draft.id == draft_id
    match verb:
        case "mean" | "add" if number == "which":
            return scene.saying("similar.which")
        case "mean" | "add" if scene.ideas is None:
            return scene.wanting(Wanted((number,)))
        case "mean" | "add" if scene.idea(number) is None:
            return scene.saying("similar.gone")
        case "mean":
            return _meant(scene, number, draft_id if is_open else "")
        case "add" if is_open:
            return _to_card(scene.drafting(adds_to=number, is_own=True))
        case "differ" if is_open:
            return _to_card(scene.drafting(is_own=True))
        case "alone" if is_open:
            return _to_card(scene.drafting(adds_to=None, is_own=True))
        case _:
            return scene.saying("stale.button")


def _to_card(scene: Scene) -> Scene:
    draft, dialogue = scene.opened, scene.dialogue
    if dialogue is None or draft.held:
        return resume(scene)
    at_card = draft.at == card_step(dialogue) and scene.state.waiting is Waiting.STEP
    return scene if at_card else to_card(scene)


def _meant(scene: Scene, number: str, draft_id: str) -> Scene:
    meant = scene.noting(Reacted(number, AGREED)).saying("similar.meant", number=number)
    if not draft_id:
        return meant
    aside = replace(scene.opened, liked=number, is_own=True)
    gone = meant.saying("similar.kept").to(draft=None, dropped=aside, waiting=Waiting.NOTHING)
    return gone.to(reacted=number)


def take_back(scene: Scene, number: str) -> Scene:
    """Take back what was said to an idea; a draft that was laid aside for it is open again."""
    taken = scene.noting(ReactionTaken(number)).to(reacted=None).saying("similar.taken")
    dropped = scene.state.dropped
    if dropped is None or dropped.liked != number or shelf_is_full(taken):
        return taken
    return resume(shelve(taken).to(draft=replace(dropped, liked=None, is_own=False), dropped=None))
