"""What setWebhook accepts."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from telegram.constants import SUPPORTED_WEBHOOK_PORTS, WebhookLimit

from tests.emulator.errors import Json, broken_rule

_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{1,256}")
_LOOPBACK: Final = {"127.0.0.1", "localhost", "::1"}


def check_webhook(fields: Json) -> None:
    """HTTPS on Telegram's ports (plain HTTP on any port of this machine), a clean secret."""
    url = urlsplit(fields.get("url") or "")
    secret = fields.get("secret_token")
    connections = fields.get("max_connections") or WebhookLimit.MIN_CONNECTIONS_LIMIT
    if url.geturl() and url.hostname not in _LOOPBACK:
        _require(url.scheme == "https", "Bad webhook: an HTTPS URL must be provided for webhook")
        _require((url.port or 443) in SUPPORTED_WEBHOOK_PORTS, "Bad webhook: port is not allowed")
    _require(secret is None or bool(_SECRET.fullmatch(secret)), "Secret token is not allowed")
    low, high = WebhookLimit.MIN_CONNECTIONS_LIMIT, WebhookLimit.MAX_CONNECTIONS_LIMIT
    _require(low <= connections <= high, "Max_connections is out of range")


def _require(is_kept: bool, rule: str) -> None:
    if not is_kept:
        raise broken_rule(rule)
