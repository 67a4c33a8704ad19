"""Who is talking: a random token in a signed cookie, known to the database only by its hash.

Law of this file: nobody gets a cookie before they act. A page shown to a stranger carries a signed token in its forms,
the `visit`; the first message makes it the cookie, so that the same first message sent twice stays one conversation.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from itsdangerous import BadSignature, Signer
from starlette.requests import Request
from starlette.responses import Response

_DAY = 24 * 60 * 60


@dataclass(frozen=True, slots=True, repr=False)
class Guest:
    """Somebody who acts. `chat` is the hash that the database knows, `met` says whether they had the cookie already."""

    token: str
    chat: str
    met: bool


@dataclass(frozen=True, slots=True, repr=False)
class Sessions:
    """How cookies are made: the signing key, whether pages come by https, for how many days they last."""

    key: bytes
    secure: bool
    days: int
    fresh: Callable[[], str]

    @property
    def cookie(self) -> str:
        """The cookie's name; `__Host-` binds it to this very host where https allows it (RFC 6265bis 4.1.3.2)."""
        return "__Host-talstimme" if self.secure else "talstimme"

    def known(self, request: Request) -> Guest | None:
        """Return who sent this request, or None for a stranger."""
        return self._guest("cookie", request.cookies.get(self.cookie, ""), met=True)

    def visit(self) -> str:
        """Return a signed token for the forms of a page that a stranger sees."""
        return self._sign("visit", self.fresh())

    def admitted(self, visit: str) -> Guest | None:
        """Return who a stranger becomes by acting on a page with this visit; None when no page of ours held it."""
        return self._guest("visit", visit, met=False)

    def keep(self, response: Response, guest: Guest) -> None:
        """Let the browser keep the conversation for as long as its drafts are kept."""
        response.set_cookie(
            self.cookie,
            self._sign("cookie", guest.token),
            max_age=self.days * _DAY,
            path="/",
            secure=self.secure,
            httponly=True,
            samesite="lax",
        )

    def leave(self, response: Response) -> None:
        """Let the browser forget the conversation."""
        response.delete_cookie(self.cookie, path="/", secure=self.secure, httponly=True, samesite="lax")

    def _sign(self, purpose: str, token: str) -> str:
        return self._signer(purpose).sign(token).decode()

    def _guest(self, purpose: str, signed: str, *, met: bool) -> Guest | None:
        try:
            token = self._signer(purpose).unsign(signed).decode()
        except (BadSignature, UnicodeError):
            return None
        return Guest(token, hashlib.sha256(token.encode()).hexdigest(), met)

    def _signer(self, purpose: str) -> Signer:
        return Signer(self.key, salt=f"talstimme.web.{purpose}", digest_method=hashlib.sha256, key_derivation="hmac")
