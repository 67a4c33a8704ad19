"""What Telegram's answers mean.

Law of this file: pure; no reason ever holds what a citizen wrote, though Telegram's own words may quote it.
Codes and words: https://core.telegram.org/bots/api#making-requests and tdlib/telegram-bot-api, `Client.cpp`.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from bot.outcome import BLOCKED, FLOOD, Later, Moved, Never, Outcome, Sent

# `Answer.code` when there was none: the network failed, or what came was not the Bot API's.
NO_ANSWER = 0
# Refusals that mean that the wish is already fulfilled or has become pointless.
_AS_GOOD_AS_DONE = (
    "message is not modified",
    "query is too old",
    "query_id_invalid",
    "message to delete not found",
)
# Codes that are believed even when a gateway says them in HTML. Not 403: a proxy's "Forbidden" blocks no citizen.
_BELIEVED = frozenset(
    {
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.NOT_FOUND,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.TOO_MANY_REQUESTS,
    }
)
_TOKEN_CODES = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND})
_LONGEST_REASON = 80


class WrongToken(Exception):
    """Telegram does not know this bot; the message says what to change, without the token."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of the Bot API. `result` is set when `code` is 200, `description` and `parameters` otherwise."""

    code: int
    result: Any = None
    description: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)

    @property
    def is_ok(self) -> bool:
        """Say whether the Bot API has done what it was asked for."""
        return self.code == HTTPStatus.OK

    @property
    def doubts_token(self) -> bool:
        """Say whether the token, or the address it belongs to, may be wrong."""
        return self.code in _TOKEN_CODES

    @property
    def retry_after(self) -> float | None:
        """Return how many seconds Telegram wants us to wait, when it says so."""
        seconds = self.parameters.get("retry_after")
        return float(seconds) if isinstance(seconds, int | float) else None


def parse(code: int, body: bytes) -> Answer:
    """Return the answer in an HTTP response; what is not the Bot API's JSON counts as no answer."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return _foreign(code)
    if not isinstance(found, dict) or not isinstance(found.get("ok"), bool):
        return _foreign(code)
    if found["ok"]:
        return Answer(int(HTTPStatus.OK), found.get("result"))
    return _refusal(code, found)


def _foreign(code: int) -> Answer:
    is_believed = code in _BELIEVED or code >= HTTPStatus.INTERNAL_SERVER_ERROR
    return Answer(code if is_believed else NO_ANSWER, description=f"HTTP {code}, not the Bot API")


def _refusal(code: int, found: dict[str, Any]) -> Answer:
    said, more = found.get("error_code"), found.get("parameters")
    return Answer(
        said if isinstance(said, int) else code,
        description=str(found.get("description", "")),
        parameters=more if isinstance(more, dict) else {},
    )


def outcome(answer: Answer, *, wait: float) -> Outcome:
    """Return what an answer means for the request.

    `wait` is how long to wait where Telegram doesn't say, in seconds.
    """
    match answer.code:
        case HTTPStatus.OK:
            return Sent(_message_id(answer.result))
        case HTTPStatus.BAD_REQUEST:
            return _bad_request(answer, wait)
        case HTTPStatus.FORBIDDEN:
            return Never(BLOCKED)
        case HTTPStatus.TOO_MANY_REQUESTS:
            return Later(answer.retry_after or wait, FLOOD)
        case HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            return Never("request is too large")
        case _:
            return Later(answer.retry_after or wait, reason(answer))


def reason(answer: Answer) -> str:
    """Return what went wrong in some words, for logs and rows.

    Only the head of Telegram's description: behind its second colon and between quotation marks stands what was sent.
    """
    if answer.code == NO_ANSWER:
        return answer.description
    head = re.sub(r"^[A-Z][A-Za-z ]+: ", "", answer.description).partition(":")[0]
    plain = re.sub(r"\"[^\"]*\"?", "…", head)[:_LONGEST_REASON].strip()
    return f"{answer.code} {plain}".strip()


def _bad_request(answer: Answer, wait: float) -> Outcome:
    moved = answer.parameters.get("migrate_to_chat_id")
    if isinstance(moved, int):
        return Moved(str(moved))
    said = answer.description.casefold()
    if "temporarily unavailable" in said:
        return Later(wait, reason(answer))
    return Sent() if any(each in said for each in _AS_GOOD_AS_DONE) else Never(reason(answer))


def _message_id(result: object) -> str | None:
    # An album is answered by a list; its first message stands for all.
    first = result[0] if isinstance(result, list) and result else result
    found = first.get("message_id") if isinstance(first, dict) else None
    return str(found) if isinstance(found, int) else None
