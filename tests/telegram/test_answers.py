"""What Telegram says, in its own words, and what it means for the row in the outbox."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.outcome import BLOCKED, FLOOD, Later, Moved, Never, Outcome, Sent
from bot.telegram.answers import NO_ANSWER, outcome, parse

WAIT = 3.0


def _body(code: int, description: str, **parameters: Any) -> bytes:
    return json.dumps({"ok": False, "error_code": code, "description": description, "parameters": parameters}).encode()


@pytest.mark.parametrize(
    ("code", "body", "expected"),
    [
        (200, b'{"ok": true, "result": {"message_id": 7}}', Sent("7")),
        (200, b'{"ok": true, "result": [{"message_id": 7}, {"message_id": 8}]}', Sent("7")),
        (200, b'{"ok": true, "result": true}', Sent()),
        (403, _body(403, "Forbidden: bot was blocked by the user"), Never(BLOCKED)),
        (403, _body(403, "Forbidden: user is deactivated"), Never(BLOCKED)),
        (403, _body(403, "Forbidden: bot was kicked from the supergroup chat"), Never(BLOCKED)),
        (400, _body(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-1007), Moved("-1007")),
        (400, _body(400, "Bad Request: message is not modified: specified new message content"), Sent()),
        (400, _body(400, "Bad Request: query is too old and response timeout expired"), Sent()),
        (400, _body(400, "Bad Request: message to delete not found"), Sent()),
        (400, _body(400, "Bad Request: chat not found"), Never("400 chat not found")),
        (400, _body(400, "Bad Request: BUTTON_DATA_INVALID"), Never("400 BUTTON_DATA_INVALID")),
        (400, _body(400, "Bad Request: wrong file_id or the file is temporarily unavailable"),
         Later(WAIT, "400 wrong file_id or the file is temporarily unavailable")),
        (429, _body(429, "Too Many Requests: retry after 17", retry_after=17), Later(17, FLOOD)),
        (429, b"<html>slow down</html>", Later(WAIT, FLOOD)),
        (500, _body(500, "Internal Server Error"), Later(WAIT, "500 Internal Server Error")),
        (413, b"<html></html>", Never("request is too large")),
    ],
)  # fmt: skip
def test_each_answer_has_its_outcome(code: int, body: bytes, expected: Outcome) -> None:
    assert outcome(parse(code, body), wait=WAIT) == expected


@pytest.mark.parametrize("code", [200, 204, 302, 403, 407, 400])
@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"ok": 1}', b"{}", b"\xff", b"[" * 100_000])
def test_what_is_not_the_bot_api_is_no_answer_and_comes_to_later(code: int, body: bytes) -> None:
    answer = parse(code, body)
    assert answer.code == NO_ANSWER
    assert isinstance(outcome(answer, wait=WAIT), Later)


@pytest.mark.parametrize(
    "description",
    [
        "Bad Request: can't parse entities: unexpected geheim at byte offset 4",
        'Bad Request: unsupported start tag "geheim" at byte offset 4',
        'Bad Request: unclosed "geheim',
        "Bad Request: " + "x" * 100 + "geheim",
    ],
)
def test_no_reason_quotes_what_was_sent(description: str) -> None:
    came_to = outcome(parse(400, _body(400, description)), wait=WAIT)
    assert isinstance(came_to, Never)
    assert "geheim" not in came_to.reason
