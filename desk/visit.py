"""One request at the desk: who asks, what they sent, and how they are answered.

Law of this file: a page is made of a template and the reader's language; what was sent is read as text.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import quote

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from desk import ROOT as ROOT
from desk.parts import Desk
from desk.rights import Right, may
from desk.words import GERMAN, LANGUAGES, Words
from storage.audits import Actor
from storage.staff import Account

HOME = f"{ROOT}/"
FORM_TOKEN = "form_token"  # noqa: S105  (the name of a field)


class Refused(Exception):
    """A request is answered with a page that says why not; `key` names its texts."""

    def __init__(self, status: int, key: str) -> None:
        super().__init__(key)
        self.status = status
        self.key = key


@dataclass(frozen=True, slots=True)
class Visit:
    """A request. `account` is None for strangers, whose `token` is empty."""

    desk: Desk
    request: Request
    account: Account | None = None
    token: str = field(default="", repr=False)
    fields: FormData = field(default_factory=FormData, repr=False)

    @property
    def now(self) -> datetime:
        """The moment, by the program's clock."""
        return self.desk.clock()

    @property
    def who(self) -> Account:
        """Who is logged in."""
        assert self.account is not None, "the door lets nobody in without an account"
        return self.account

    @property
    def actor(self) -> Actor:
        """Who acts, for the audit."""
        return Actor(self.who.name, self.who.role)

    @property
    def words(self) -> Words:
        """The texts in the reader's language."""
        return self.desk.words[self.language]

    @property
    def language(self) -> str:
        """The reader's language: their account's, or what address or browser of a stranger ask for."""
        if self.account is not None:
            return self.account.language
        asked = self.request.query_params.get("sprache") or self.request.headers.get("accept-language", "")[:2]
        return asked if asked in LANGUAGES else GERMAN

    @property
    def form_token(self) -> str:
        """What our forms carry, and nobody else's can: bound to the session."""
        return hmac.new(self.token.encode(), b"form", hashlib.sha256).hexdigest() if self.token else ""

    @property
    def here(self) -> str:
        """The address of this page within the desk, filters and all."""
        query = self.request.url.query
        return self.request.url.path + (f"?{query}" if query else "")

    def may(self, right: str) -> bool:
        """Tell whether the reader has a right."""
        return self.account is not None and may(self.account.role, Right(right))

    def typed(self, name: str) -> str:
        """Return what was typed into a field, without the space around it."""
        value = self.fields.get(name)
        return value.replace("\r\n", "\n").strip() if isinstance(value, str) else ""

    def picked(self, name: str) -> list[str]:
        """Return all values of a field that can be there several times."""
        return [value for value in self.fields.getlist(name) if isinstance(value, str) and value]

    def file(self, name: str) -> UploadFile | None:
        """Return a file that was sent."""
        value = self.fields.get(name)
        return value if isinstance(value, UploadFile) and value.filename else None

    def page(self, template: str, *, status: int = 200, **context: Any) -> Response:
        """Return a page."""
        made = self.desk.pages.get_template(template).render(
            t=self.words,
            visit=self,
            choices=self.desk.choices,
            path=self.request.url.path,
            at=partial(at, self.request),
            **context,
        )
        return HTMLResponse(made, status)

    def go(self, path: str) -> Response:
        """Send the reader on to another page of the desk."""
        return Response(status_code=303, headers={"Location": quote(path, safe="/?&=#%:,+-._~")})

    def back(self) -> str:
        """Return the page of ours a form came from, or the first one."""
        return ours(self.typed("back")) or HOME


def ours(path: str) -> str:
    """Return an address within the desk, or nothing where it would lead elsewhere."""
    inside = path == ROOT or path.startswith((f"{ROOT}/", f"{ROOT}?"))
    return path if inside and "\\" not in path and not any(sign < " " for sign in path) else ""


def at(request: Request, **changes: str | None) -> str:
    """Return this page's address with some of its filters changed; None takes one away."""
    left = [(key, value) for key, value in request.query_params.multi_items() if key not in changes]
    asked = [*left, *((key, value) for key, value in changes.items() if value is not None)]
    query = "&".join(f"{quote(key)}={quote(value)}" for key, value in asked)
    return request.url.path + (f"?{query}" if query else "")


def texts_of(fields: FormData) -> Mapping[str, str]:
    """Return what somebody wrote in a form that can't be taken now, so that they can copy it."""
    sent = {key: value for key, value in fields.items() if isinstance(value, str) and value.strip()}
    return {key: value for key, value in sent.items() if key.partition(":")[0] in KEPT_FIELDS}


# Fields in which people write whole sentences.
KEPT_FIELDS = frozenset({"text", "reason", "note", "redacted_text", "translation"})
