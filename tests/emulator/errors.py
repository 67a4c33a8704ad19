"""How the Bot API says no. The texts are Telegram's own, because clients tell errors apart by them.

Law: a refusal changes nothing in the world.
"""

from __future__ import annotations

import math
from typing import Any, Final

Json = dict[str, Any]

CHAT_NOT_FOUND: Final = "Bad Request: chat not found"
TEXT_EMPTY: Final = "Bad Request: message text is empty"
TEXT_TOO_LONG: Final = "Bad Request: message is too long"
CAPTION_TOO_LONG: Final = "Bad Request: message caption is too long"
NOT_MODIFIED: Final = (
    "Bad Request: message is not modified: specified new message content and reply markup "
    "are exactly the same as a current content and reply markup of the message"
)
EDIT_NOT_FOUND: Final = "Bad Request: message to edit not found"
EDIT_FORBIDDEN: Final = "Bad Request: message can't be edited"
NO_TEXT: Final = "Bad Request: there is no text in the message to edit"
NO_CAPTION: Final = "Bad Request: there is no caption in the message to edit"
DELETE_NOT_FOUND: Final = "Bad Request: message to delete not found"
DELETE_FORBIDDEN: Final = "Bad Request: message can't be deleted"
DELETE_TOO_OLD: Final = "Bad Request: message can't be deleted for everyone"
REPLY_NOT_FOUND: Final = "Bad Request: message to be replied not found"
THREAD_NOT_FOUND: Final = "Bad Request: message thread not found"
QUERY_TOO_OLD: Final = "Bad Request: query is too old and response timeout expired or query ID is invalid"
UPGRADED: Final = "Bad Request: group chat was upgraded to a supergroup chat"
WRONG_FILE: Final = "Bad Request: wrong file identifier/HTTP URL specified"
BLOCKED: Final = "Forbidden: bot was blocked by the user"
DEACTIVATED: Final = "Forbidden: user is deactivated"
OTHER_POLLER: Final = (
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
)
WEBHOOK_ACTIVE: Final = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
WEBHOOK_SET: Final = "Conflict: terminated by setWebhook request"


class Refused(Exception):
    """An answer with `ok: false`; `is_violation` marks what a correct bot would never have sent."""

    def __init__(
        self,
        code: int,
        description: str,
        *,
        parameters: Json | None = None,
        is_violation: bool = False,
    ) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters
        self.is_violation = is_violation

    def body(self) -> Json:
        """The JSON body that a client gets."""
        answer: Json = {"ok": False, "error_code": self.code, "description": self.description}
        return answer | {"parameters": self.parameters} if self.parameters else answer


def bad_request(description: str) -> Refused:
    """A 400 that depends on the state of the world, so a correct bot can meet it."""
    return Refused(400, description)


def broken_rule(description: str) -> Refused:
    """A 400 that depends on the request alone: a mistake in the bot."""
    return Refused(400, f"Bad Request: {_lower_first(description)}", is_violation=True)


def forbidden(description: str) -> Refused:
    """A 403: the chat can't be reached."""
    return Refused(403, description)


def upgraded(chat_id: int) -> Refused:
    """A 400 that names the supergroup into which the group has turned."""
    return Refused(400, UPGRADED, parameters={"migrate_to_chat_id": chat_id})


def too_many(seconds: float) -> Refused:
    """A 429; `seconds` until the next try, given to the client in whole seconds, at least 1."""
    wait = max(1, math.ceil(seconds))
    return Refused(429, f"Too Many Requests: retry after {wait}", parameters={"retry_after": wait})


def _lower_first(text: str) -> str:
    """Telegram lowers the first letter, except in codes such as BUTTON_DATA_INVALID."""
    return text if text[:2].isupper() else text[:1].lower() + text[1:]
