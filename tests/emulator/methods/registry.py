"""Which function answers which method of the Bot API."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from tests.emulator.errors import Json
from tests.emulator.world import World


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a request."""

    name: str
    content: bytes
    mime: str | None


@dataclass(frozen=True, slots=True)
class Call:
    """One request, decoded: nested fields are objects, files lie beside them."""

    method: str
    fields: Json
    uploads: Mapping[str, Upload]

    @property
    def chat_id(self) -> int | None:
        """The chat it is about, if it names one by number."""
        chat_id = self.fields.get("chat_id")
        return chat_id if isinstance(chat_id, int) else None


Handler = Callable[[World, Call], Any]
HANDLERS: Final[dict[str, Handler]] = {}


def answers(*methods: str) -> Callable[[Handler], Handler]:
    """Register the decorated function for these methods."""

    def register(handler: Handler) -> Handler:
        HANDLERS.update(dict.fromkeys(methods, handler))
        return handler

    return register
