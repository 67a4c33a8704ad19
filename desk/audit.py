"""The audit: who of the staff did what. Names are shown to admins alone, for an occasion that they state.

Law of this file: nothing is counted by person, and each look is a deed of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from sqlalchemy import Connection
from starlette.responses import Response

from desk.doors import Door
from desk.rights import Right
from desk.visit import Refused, Visit
from desk.words import Words
from storage.audits import Deed, deeds, note_deed

_SHOWN = 100
_SHORTEST_OCCASION = 10


async def show(visit: Visit) -> Response:
    """Show the latest deeds by role, without names."""
    subject = meant(visit.words, visit.request.query_params.get("zu", "").strip()[:64]) or None
    found = await visit.desk.store.read(deeds, subject=subject, limit=_SHOWN)
    return _page(visit, found, subject or "", with_names=False)


async def reveal(visit: Visit) -> Response:
    """Show the deeds done to one subject with names, for an occasion that is written down."""
    subject, occasion = meant(visit.words, visit.typed("subject")[:64]), visit.typed("occasion")[:500]
    if not subject or len(occasion) < _SHORTEST_OCCASION:
        raise Refused(400, "no_occasion")
    found = await visit.desk.store.write(_reveal, visit, subject, occasion)
    return _page(visit, found, subject, with_names=True)


def _page(visit: Visit, found: Sequence[Deed], subject: str, *, with_names: bool) -> Response:
    named = partial(said, visit.words)
    return visit.page("audit.html", found=found, with_names=with_names, subject=named(subject), said=named)


def said(words: Words, subject: str) -> str:
    """Return what a deed was done to as people say it: `workshop:3` is Workshop 3, a public number stays one."""
    kind, _, rest = subject.partition(":")
    word = words.texts.get(f"subject.{kind}")
    return f"{word} {rest}".strip() if word else subject


def meant(words: Words, typed: str) -> str:
    """Return the subject that somebody wrote as people say it."""
    known = {text: key.removeprefix("subject.") for key, text in words.texts.items() if key.startswith("subject.")}
    word = next((each for each in known if f"{typed} ".casefold().startswith(f"{each} ".casefold())), None)
    rest = typed[len(word) :].strip() if word else ""
    return typed if word is None else f"{known[word]}:{rest}".rstrip(":")


def _reveal(connection: Connection, visit: Visit, subject: str, occasion: str) -> list[Deed]:
    note_deed(connection, visit.actor, "names_shown", subject, now=visit.now, detail={"occasion": occasion})
    return deeds(connection, subject=subject, limit=_SHOWN)


DOORS = (
    Door("GET", "/protokoll", show, Right.MANAGE),
    Door("POST", "/protokoll", reveal, Right.MANAGE),
)
