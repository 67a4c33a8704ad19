"""What the bot says: spans and buttons, free of any channel."""

from __future__ import annotations

from dataclasses import dataclass

from bot.dialogue.texts import Span, Spans

# Bot API, InlineKeyboardButton.callback_data: 1-64 bytes. https://core.telegram.org/bots/api#inlinekeyboardbutton
TAP_BYTES = 64


@dataclass(frozen=True, slots=True)
class Button:
    """A button: what it shows and what a tap on it carries."""

    label: str
    tap: str


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A small file of text that goes with a message: its name, its kind (MIME) and its words."""

    name: str
    mime: str
    content: str


@dataclass(frozen=True, slots=True)
class Reply:
    """One message to the citizen. `language` sets direction and voice; `wants_place` lets a channel offer a map."""

    spans: Spans
    rows: Rows = ()
    language: str = "de"
    wants_place: bool = False
    wants_photo: bool = False
    enclosed: Enclosed | None = None

    @property
    def text(self) -> str:
        """The words alone."""
        return "".join(span.text for span in self.spans)


def lines(*paragraphs: Spans) -> Spans:
    """Join paragraphs with an empty line between them."""
    joined: list[Span] = []
    for paragraph in paragraphs:
        if paragraph and joined:
            joined.append(Span("\n\n"))
        joined.extend(paragraph)
    return tuple(joined)
