"""What stands before every page: who may post, how much, what a browser may do with it, and what becomes of mistakes.

Law of this file: nothing of a third party is ever loaded; neither error page nor log holds what was sent.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.photos import MEGABYTES
from bot.reason import reason_of
from desk import ROOT

log = logging.getLogger(__name__)

# A photo, its caption and the form around it.
BODY_BYTES = (MEGABYTES + 1) * 1_000_000
_YEAR = 365 * 24 * 60 * 60

# https://www.w3.org/TR/CSP3/ : scripts, styles, pictures and requests of this host alone, nothing inline.
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    # With no-referrer browsers would send `Origin: null` with our own forms.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(self), camera=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
# The addresses of these files change with their content.
STATIC = ("/static/", f"{ROOT}/static/")
STATIC_CACHE = "public, max-age=31536000, immutable"

ErrorPage = Callable[[Request, int, str], Awaitable[Response]]


class Shield:
    """Adds the security headers where a page has not set its own, and answers what breaks with a page."""

    def __init__(self, app: ASGIApp, *, secure: bool, error_page: ErrorPage) -> None:
        self.app = app
        self.headers = HEADERS | ({"Strict-Transport-Security": f"max-age={_YEAR}"} if secure else {})
        self.error_page = error_page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = False

        async def sending(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                self._protect(MutableHeaders(scope=message), scope["path"])
            await send(message)

        try:
            await self.app(scope, receive, sending)
        except Exception as error:  # whatever broke, the citizen gets a page and the log no words of theirs
            log.error("a page failed: %s", reason_of(error))  # noqa: TRY400 (a traceback may quote a citizen)
            if begun:
                raise ConnectionAbortedError("a page failed while it was sent") from None
            response = await self.error_page(Request(scope, receive), 500, "broken")
            await response(scope, receive, sending)

    def _protect(self, headers: MutableHeaders, path: str) -> None:
        for name, value in self.headers.items():
            headers.setdefault(name, value)
        if path.startswith(STATIC):
            headers["Cache-Control"] = STATIC_CACHE


def is_too_big(headers: Headers) -> bool:
    """Say whether a posted body is larger than a photo may be, or does not say how large it is."""
    length = headers.get("content-length", "")
    return not length.isascii() or not length.isdecimal() or int(length) > BODY_BYTES


def is_ours(headers: Headers, public_url: str) -> bool:
    """Say whether a post comes from our own page: by `Origin`, or by `Sec-Fetch-Site` where a browser leaves that out.

    What sends neither is no browser of these years, has no foreign page in it, and the cookie's SameSite still holds.
    """
    origin = headers.get("origin")
    if origin is None:
        return headers.get("sec-fetch-site", "same-origin") == "same-origin"
    return urlsplit(origin).netloc in {headers.get("host", ""), urlsplit(public_url).netloc} - {""}
