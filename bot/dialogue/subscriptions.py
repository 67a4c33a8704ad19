"""What the city may write of its own accord: which announcements a citizen hears of, and how one looks.

Law of this file: on by a tap, off by a tap; every announcement carries the button that ends its kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from bot.dialogue.events import Commanded, Event, Pressed, Said
from bot.dialogue.facts import SubscriptionChosen
from bot.dialogue.model import Book
from bot.dialogue.parse import Verb, command, fold, verb
from bot.dialogue.replies import Button, Reply, lines
from bot.dialogue.scene import Scene
from bot.dialogue.state import State
from bot.dialogue.texts import FALLBACK, Look, Span, Spans, Texts, Value, tongue

CATEGORIES = ("process", "workshops", "results", "digest")
TAP = "abo:"
# Nobody types more than a button shows to mean one.
TYPED = 60
_TURNS = {"on": "turn_on", "off": "turn_off"}
_TURNED = {"on": "turned_on", "off": "turned_off"}
_ABOUT = {category: f"about_{category}" for category in CATEGORIES}


@dataclass(frozen=True, slots=True)
class Notification:
    """An announcement as it is written: title and text by language, German always, and its category."""

    texts: Mapping[str, Mapping[str, str]]
    category: str


def asks_for_subscriptions(book: Book, state: State, event: Event) -> bool:
    """Say whether the engine needs to know what the citizen hears of to answer this event."""
    match event:
        case Pressed():
            return event.tap.startswith(TAP)
        case Commanded():
            return command(book.texts, event.name) is Verb.SUBSCRIPTIONS
        case Said() if len(event.text) <= TYPED:
            scene = Scene(book, state, event.seq)
            meant = verb(book.texts, scene.voice, event.text)
            return meant is Verb.SUBSCRIPTIONS or typed(scene, event.text) is not None
        case _:
            return False


def show(scene: Scene) -> Scene:
    """List the kinds of announcements, each with the button that turns it on or off."""
    listed = scene.saying("subscriptions.title")
    entries = tuple(_entry(scene, each) for each in CATEGORIES)
    rows = tuple((_button(scene, "off" if each in scene.subscribed else "on", each),) for each in CATEGORIES)
    return replace(listed, lead=(*listed.lead, lines(*entries)), extra=rows)


def turn(scene: Scene, way: str, category: str) -> Scene:
    """Turn a kind of announcements on or off, and show all of them."""
    if way not in _TURNS or category not in CATEGORIES:
        return scene.saying("stale.button")
    others = tuple(each for each in scene.subscribed if each != category)
    wanted = (*others, category) if way == "on" else others
    done = scene.noting(SubscriptionChosen(category, wanted=way == "on"))
    done = done.saying(f"subscriptions.{_TURNED[way]}", name=_name(scene, category))
    return show(replace(done, subscribed=wanted))


def typed(scene: Scene, text: str) -> str | None:
    """Return the tap of the button that a whole text names, None when it names none."""
    folded = fold(text)
    ways = ((way, category) for way in _TURNS for category in CATEGORIES)
    return next((_button(scene, *each).tap for each in ways if fold(_button(scene, *each).label) == folded), None)


def notification(book: Book, language: str, announced: Notification) -> Reply:
    """Return an announcement in a language; where it has no text in it the German one, with a word about that."""
    scene = Scene(book, State(language=language), 0)
    spoken = spoken_in(language, announced.texts)
    note = scene.text("subscriptions.german") if spoken != language.removesuffix("-du") and spoken != language else ()
    off = _button(scene, "off", announced.category)
    return Reply(lines(*_written(announced.texts[spoken], scene), note), ((off,),), language=language)


def spoken_in(language: str, texts: Iterable[str]) -> str:
    """Return the language among these in which somebody is written to: their own, or German."""
    known = set(texts)
    return next((code for code in (language, tongue(language)) if code in known), FALLBACK)


def _written(words: Mapping[str, str], scene: Scene) -> tuple[Spans, ...]:
    title = (Span(words["title"], Look.STRONG),) if words.get("title") else ()
    values: dict[str, Value] = {**scene.book.names_in(scene.voice)}
    return (title, Texts({FALLBACK: {"text": words["text"]}}).spans(FALLBACK, "text", **values))


def _entry(scene: Scene, category: str) -> Spans:
    key = "subscriptions.on" if category in scene.subscribed else "subscriptions.off"
    return scene.text(key, name=_name(scene, category), about=scene.plain(f"subscriptions.{_ABOUT[category]}"))


def _button(scene: Scene, way: str, category: str) -> Button:
    return scene.button(f"subscriptions.{_TURNS[way]}", f"{TAP}{way}:{category}", name=_name(scene, category))


def _name(scene: Scene, category: str) -> str:
    return scene.plain(f"subscriptions.{category}")
