"""The ticket of somebody in a class: a signed random token in a cookie that the browser forgets when it closes.

Law of this file: a ticket says nothing about anybody; it becomes a participant by the salt of a class alone.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from itsdangerous import BadSignature, Signer
from starlette.requests import Request
from starlette.responses import Response

from bot.web.hall import Hall

COOKIE = "talstimme-klasse"
PATH = "/klasse"


@dataclass(frozen=True, slots=True, repr=False)
class Ticket:
    """A token, empty for somebody who has none."""

    token: str

    def fresh(self, token: str) -> Ticket:
        """Return the ticket of somebody new on this device."""
        return Ticket(token)

    def keep(self, response: Response, hall: Hall) -> None:
        """Let the browser keep the ticket until it closes."""
        signed = _signer(hall).sign(self.token).decode()
        response.set_cookie(COOKIE, signed, path=PATH, secure=hall.sessions.secure, httponly=True, samesite="lax")


def ticket_of(hall: Hall, request: Request) -> Ticket:
    """Return the ticket a request carries."""
    try:
        return Ticket(_signer(hall).unsign(request.cookies.get(COOKIE, "")).decode())
    except (BadSignature, UnicodeError):
        return Ticket("")


def _signer(hall: Hall) -> Signer:
    key = hall.keys.cookie_key
    return Signer(key, salt="talstimme.class.ticket", digest_method=hashlib.sha256, key_derivation="hmac")
