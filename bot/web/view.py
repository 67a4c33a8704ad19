"""What a template shows: messages, choices and the words of the page, made from transcript, state and book.

Law of this file: pure; every sentence comes from the book, none from Python.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.dialogue.engine import advance, current
from bot.dialogue.events import Commanded
from bot.dialogue.model import Book
from bot.dialogue.parse import Verb
from bot.dialogue.replies import Button, Reply, Rows
from bot.dialogue.state import State
from bot.dialogue.texts import FALLBACK, Look, Span
from bot.web.blocks import Block, blocks, revived
from bot.web.names import CHANNEL
from bot.web.render import SAY
from storage.outbox import Said

# What the menu offers at every step.
MENU = (Verb.HELP, Verb.BACK, Verb.PAUSE, Verb.RESUME, Verb.CANCEL, Verb.RESTART, Verb.MENU, Verb.LANGUAGE)
# Buttons that send something off stand out; those that only move about stay quiet.
_FORWARD = ("go:send", "go:join", "go:apart", "go:menu", "go:resume", "go:undo", "go:shelf", "go:school")


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


@dataclass(frozen=True, slots=True)
class Choice:
    """A button: what it shows, what it carries, and how loud it is (`strong`, `plain`, `quiet`)."""

    label: str
    tap: str
    look: str


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
    return Entry(row.id, row.method, (Block((Span(row.params["text"]),)),), spoken)


def greeting(book: Book) -> Reply:
    """Return what somebody hears who was never here: the engine's answer to a start that nobody stores."""
    return advance(book, State(channel=CHANNEL), Commanded(0, Verb.START.value)).replies[0]


def shown(book: Book, reply: Reply) -> Entry:
    """Return a reply that stands in no transcript as an entry."""
    return Entry(0, SAY, tuple(blocks(reply.spans)), voice(book, reply.language))


def choices(rows: Rows) -> tuple[tuple[Choice, ...], ...]:
    """Return rows of buttons with their looks."""
    return tuple(tuple(_choice(button) for button in row) for row in rows)


def choices_of(book: Book, entries: Sequence[Said], state: State) -> tuple[tuple[Choice, ...], ...]:
    """Return the buttons to choose from now: those of the last thing said, or of the current question."""
    last = next((row for row in reversed(entries) if row.method == SAY), None)
    if last is None:
        return choices(current(book, state).rows)
    return choices(tuple(tuple(Button(**button) for button in row) for row in last.params["rows"]))


def _choice(button: Button) -> Choice:
    verb = button.tap.partition("@")[0]
    if verb == "go:send":
        return Choice(button.label, button.tap, "strong")
    moves = verb.startswith("go:") and verb not in _FORWARD
    return Choice(button.label, button.tap, "quiet" if moves else "plain")


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
