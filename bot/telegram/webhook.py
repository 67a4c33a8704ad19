"""The webhook: Telegram brings updates to our web port instead of being asked for them.

Law of this file: 200 only after the commit; who does not know both secrets, that of the path and that of the header,
learns nothing and changes nothing. Any other answer than 2xx lets Telegram come again, for up to 24 hours.
"""

from __future__ import annotations

import hmac
import json
import logging
import re
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.config import BrokenConfig
from bot.telegram.answers import reason
from bot.telegram.receive import ALLOWED_UPDATES, Persist
from bot.telegram.transport import Api

HEADER = "X-Telegram-Bot-Api-Secret-Token"
# Bytes; Telegram's updates stay far below.
LARGEST_BODY = 2**20
# Bot API, setWebhook: 1-256 characters. https://core.telegram.org/bots/api#setwebhook
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_log = logging.getLogger(__name__)


def webhook_route(path: str, secret: str, persist: Persist) -> Route:
    """Return the route `/telegram/<path>` that persists what Telegram brings.

    `persist([update])` returns when it is committed. Raises `BrokenConfig` when a secret is missing or has other signs.
    """
    _check(path, secret)

    async def receive(request: Request) -> Response:
        if not _same(request.path_params["path"], path):
            return Response(status_code=HTTPStatus.NOT_FOUND)
        if not _same(request.headers.get(HEADER, ""), secret):
            return Response(status_code=HTTPStatus.FORBIDDEN)
        return await _received(request, persist)

    return Route("/telegram/{path}", receive, methods=["POST"])


async def set_webhook(api: Api, address: str, secret: str) -> None:
    """Tell Telegram where to bring updates, again and again until it has heard; waiting updates stay.

    Raises `WrongToken`, or `BrokenConfig` when Telegram does not accept the address.
    """
    wish = {"url": address, "secret_token": secret, "allowed_updates": ALLOWED_UPDATES}
    failures = 0
    while not (answer := await api.ask("setWebhook", wish)).is_ok:
        if answer.code == HTTPStatus.BAD_REQUEST:
            raise BrokenConfig(f"web.public_url: Telegram refuses the webhook ({reason(answer)}); it must be https")
        if answer.doubts_token:
            await api.confirm_token()
        _log.warning("the webhook is not set yet: %s", reason(answer))
        await api.pace.sleep(answer.retry_after or api.pace.backoff(failures))
        failures += 1


def _check(path: str, secret: str) -> None:
    for key, value in (("webhook_path", path), ("webhook_secret", secret)):
        if not _SECRET.fullmatch(value):
            raise BrokenConfig(f"telegram.{key}: must be 1 to 256 letters, digits, _ or -, best a random word")


def _same(given: str, expected: str) -> bool:
    # In constant time, so that nobody can guess a secret letter by letter.
    return hmac.compare_digest(given.encode(), expected.encode())


async def _received(request: Request, persist: Persist) -> Response:
    body = await _body(request)
    if body is None:
        return Response(status_code=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):
        return Response(status_code=HTTPStatus.BAD_REQUEST)
    try:
        await persist([update])
    except Exception as error:  # whatever the storage says: Telegram brings it again
        _log.warning("an update can't be kept (%s)", type(error).__name__)
        return Response(status_code=HTTPStatus.SERVICE_UNAVAILABLE)
    return Response(status_code=HTTPStatus.OK)


async def _body(request: Request) -> bytes | None:
    """Return the body, or None as soon as it is too large."""
    read = bytearray()
    async for chunk in request.stream():
        read += chunk
        if len(read) > LARGEST_BODY:
            return None
    return bytes(read)
