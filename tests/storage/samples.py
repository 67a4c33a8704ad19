"""Rows to begin with, as short as a test can name them."""

from __future__ import annotations

from typing import Any

from storage.inbox import Received
from storage.outbox import Outgoing


def received(external_id: str, chat: str = "7", *, raw: str = "{}", has_text: bool = False) -> Received:
    """An update as Telegram would hand it over."""
    return Received("telegram", "main", external_id, chat, raw, has_text)


def outgoing(cause: str, chat: str = "7", **changes: Any) -> Outgoing:
    """A message to a chat on Telegram."""
    fields: dict[str, Any] = {"channel": "telegram", "bot": "main", "method": "sendMessage", "params": {"text": cause}}
    return Outgoing(cause=cause, ordinal=0, chat=chat, **fields | changes)
