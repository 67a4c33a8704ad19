"""What a template shows: messages, choices and the words of the page, made from transcript, state and book.

Law of this file: pure; every sentence comes from the book, none from Python.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.dialogue.engine import advance, current
from bot.dialogue.events import Commanded, Workshop
from bot.dialogue.model import Book
from bot.dialogue.parse import Verb
from bot.dialogue.replies import Button, Reply, Rows
from bot.dialogue.state import State
from bot.dialogue.texts import FALLBACK, Look, Span
from bot.web.blocks import Block, blocks, revived
from bot.web.names import CHANNEL
from bot.web.render import SAY
from bot.web.signs import Signed, signed
from storage.outbox import Said

# What the menu offers at every step.
MENU = (
    *(Verb.HELP, Verb.BACK, Verb.PAUSE, Verb.RESUME, Verb.CANCEL, Verb.RESTART, Verb.MENU, Verb.MINE, Verb.IDEAS),
    Verb.LANGUAGE,
)
# Buttons that send something off stand out; those that only move about stay quiet.
_QUIET = ("back", "skip", "cancel", "language", "privacy", "help", "restart", "pause")
# From so many rows of one button on, a wide page sets them two abreast.
_ABREAST = 4


@dataclass(frozen=True, slots=True)
class Voice:
    """A language as a page needs it: the book's code, the tag for browsers and the direction of writing."""

    code: str
    tag: str
    direction: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the transcript. `id` 0 is not stored: the answer to a stranger, or the question asked again."""

    id: int
    method: str
    blocks: tuple[Block, ...]
    voice: Voice
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A button: what it shows, what it carries, and how loud it is (`strong`, `plain`, `quiet`)."""

    label: Signed
    tap: str
    look: str


@dataclass(frozen=True, slots=True)
class Row:
    """Buttons side by side; `half` rows go two abreast where there is room."""

    choices: tuple[Choice, ...]
    half: bool = False


def voice(book: Book, code: str | None) -> Voice:
    """Return a language's tag and direction; `de-du` and `de-plain` are German to a browser."""
    wanted = code or FALLBACK
    base = wanted.removesuffix("-du")
    rtl = any(language.rtl for language in book.languages if language.code == base)
    return Voice(wanted, wanted.partition("-")[0], "rtl" if rtl else "ltr")


def entry(book: Book, row: Said) -> Entry:
    """Return a row of the outbox as an entry."""
    spoken = voice(book, row.params.get("language"))
    if row.method == SAY:
        return Entry(row.id, SAY, tuple(blocks(revived(row.params["spans"]))), spoken)
    label = signed(row.params["text"]) if row.params.get("tapped") else Signed(row.params["text"])
    return Entry(row.id, row.method, (Block((Span(label.words),)),), spoken, label.icon)


def greeting(book: Book, payload: str = "", workshops: tuple[Workshop, ...] = ()) -> Reply:
    """Return what somebody hears who was never here: the engine's answer to a start that nobody stores.

    A link opens its dialogue, or one of these workshops; buttons of a draft that nobody stores are left out. What else
    needs the database comes later.
    """
    turn = advance(book, State(channel=CHANNEL), Commanded(0, Verb.START.value, payload, workshops=workshops))
    if turn.wants is not None:
        return greeting(book)
    rows = (tuple(button for button in row if "@" not in button.tap) for row in turn.replies[0].rows)
    return replace(turn.replies[0], rows=tuple(row for row in rows if row))


def shown(book: Book, reply: Reply) -> Entry:
    """Return a reply that stands in no transcript as an entry."""
    return Entry(0, SAY, tuple(blocks(reply.spans)), voice(book, reply.language))


def menu(book: Book) -> tuple[Verb, ...]:
    """Return what the menu offers: a choice of languages only where there is one."""
    return tuple(verb for verb in MENU if verb is not Verb.LANGUAGE or len(book.offered()) > 1)


def choices(rows: Rows) -> tuple[Row, ...]:
    """Return rows of buttons with their looks."""
    looked = [tuple(_choice(button) for button in row) for row in rows]
    single = [len(row) == 1 and row[0].look == "plain" for row in looked]
    return tuple(Row(row, half=alone and sum(single) >= _ABREAST) for row, alone in zip(looked, single, strict=True))


def choices_of(book: Book, entries: Sequence[Said], state: State) -> tuple[Row, ...]:
    """Return the buttons to choose from now: those of the last thing said, or of the current question."""
    last = next((row for row in reversed(entries) if row.method == SAY), None)
    if last is None:
        return choices(current(book, state).rows)
    return choices(tuple(tuple(Button(**button) for button in row) for row in last.params["rows"]))


def _choice(button: Button) -> Choice:
    verb, _, rest = button.tap.partition("@")[0].partition(":")
    word = rest.partition(":")[0] if verb == "go" else ""
    look = "strong" if word == "send" else "quiet" if word in _QUIET else "plain"
    return Choice(signed(button.label), button.tap, look)


def headed(found: Sequence[Block]) -> list[tuple[str, Block | None]]:
    """Return the paragraphs of a page of law, each with the heading its emphasised beginning makes."""
    return [_headed(block) for block in found]


def _headed(block: Block) -> tuple[str, Block | None]:
    first, *rest = block.spans
    if first.look is not Look.STRONG:
        return "", block
    text = "".join(span.text for span in rest).strip()
    spans = (Span(rest[0].text.lstrip(), rest[0].look, rest[0].href), *rest[1:]) if text else ()
    return first.text, Block(spans) if spans else None
