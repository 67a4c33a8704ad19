"""What a chat shows to the people in it: messages, buttons, toasts; and waiting for the bot's next word.

Law: a screen only mirrors events; it is the same in process and over HTTP.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, TypeVar

from tests.emulator.clock import Signal
from tests.emulator.errors import Json

T = TypeVar("T")
PATIENCE: Final = 30.0  # seconds of real time that a citizen waits for the bot; a busy machine is slow


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message; without `data` and `url` it is a key of the reply keyboard."""

    label: str
    data: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """A message as people see it; `raw` is the Bot API's object."""

    message_id: int
    text: str
    is_from_bot: bool
    is_edited: bool
    rows: tuple[tuple[Button, ...], ...]
    markup: Json | None
    raw: Json

    @property
    def buttons(self) -> tuple[Button, ...]:
        """All buttons, row by row."""
        return tuple(button for row in self.rows for button in row)

    @property
    def labels(self) -> tuple[str, ...]:
        """What stands on the buttons."""
        return tuple(button.label for button in self.buttons)


@dataclass(frozen=True, slots=True)
class Toast:
    """How the bot answered a tap; `text` may be empty, then only the spinner ends."""

    query_id: str
    text: str
    is_alert: bool
    url: str | None


class Screen:
    """One chat's messages in order, and which of the bot's nobody has listened to yet."""

    def __init__(self) -> None:
        self.messages: dict[int, Seen] = {}
        self.toasts: dict[str, Toast] = {}
        self.actions: list[str] = []
        self.reactions: dict[int, list[str]] = {}
        self.keyboard: tuple[Button, ...] = ()
        self._unheard: deque[Seen] = deque()
        self._changed = Signal()

    def receive(self, event: Json) -> None:
        """Show what has happened."""
        match event:
            case {"kind": "message" | "edited", "message": message}:
                self._show(message, event.get("markup"))
            case {"kind": "deleted", "message_id": message_id}:
                self.messages.pop(message_id, None)
                self._unheard = deque(s for s in self._unheard if s.message_id != message_id)
            case {"kind": "answer", "query_id": query_id, "text": text, "show_alert": alert}:
                toast = Toast(query_id, text or "", bool(alert), event.get("url"))
                self.toasts[query_id] = toast
            case {"kind": "action", "action": action}:
                self.actions.append(action)
            case {"kind": "reaction", "message_id": message_id, "emoji": emoji}:
                self.reactions[message_id] = emoji
        self._changed.fire()

    async def hears(self, text: str | None, seconds: float) -> Seen:
        """The bot's next message or edit (that contains `text`); earlier ones count as heard."""
        return await self._wait(lambda: self._next(text), seconds, "heard nothing that fits")

    async def toast(self, query_id: str, seconds: float) -> Toast:
        """How the bot answers this tap."""
        return await self._wait(lambda: self.toasts.get(query_id), seconds, "the tap got no answer")

    async def shows(self, look: Callable[[], T | None], seconds: float) -> T:
        """Wait until `look()` finds something on the screen."""
        return await self._wait(look, seconds, "the screen never showed it")

    def find(self, label: str) -> tuple[Seen, Button] | None:
        """The newest message that has a button with this label or data."""
        for seen in reversed(self.messages.values()):
            for button in seen.buttons:
                if label in (button.label, button.data):
                    return seen, button
        return None

    def _show(self, message: Json, markup: Json | None) -> None:
        seen = _seen(message, markup)
        self.messages[seen.message_id] = seen
        if not seen.is_from_bot:
            return
        match markup:
            case {"keyboard": rows}:
                self.keyboard = tuple(Button(_label(key)) for row in rows for key in row)
            case {"remove_keyboard": True}:
                self.keyboard = ()
        stale = (s for s in self._unheard if s.message_id != seen.message_id)
        self._unheard = deque([*stale, seen])

    def _next(self, text: str | None) -> Seen | None:
        for index, seen in enumerate(self._unheard):
            if text is None or text in seen.text:
                for _ in range(index + 1):
                    self._unheard.popleft()
                return seen
        return None

    async def _wait(self, look: Callable[[], T | None], seconds: float, problem: str) -> T:
        try:
            return await self._changed.until(look, seconds)
        except TimeoutError:
            shown = len(self.messages)
            raise TimeoutError(f"{problem} within {seconds} s ({shown} messages shown)") from None


def _seen(message: Json, markup: Json | None) -> Seen:
    keyboard = message.get("reply_markup", {}).get("inline_keyboard", [])
    return Seen(
        message["message_id"],
        message.get("text") or message.get("caption") or "",
        message["from"]["is_bot"],
        "edit_date" in message,
        tuple(tuple(_inline(row)) for row in keyboard),
        markup or message.get("reply_markup"),
        message,
    )


def _inline(row: list[Json]) -> Iterator[Button]:
    for key in row:
        yield Button(key["text"], key.get("callback_data"), key.get("url"))


def _label(key: Json | str) -> str:
    return key if isinstance(key, str) else str(key["text"])
