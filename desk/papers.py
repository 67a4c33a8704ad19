"""Papers of the desk, typeset by Typst: a case for the e-file, a card to write on, a sign for a workshop.

Law of this file: of a citizen's words the redacted ones alone stand on a paper; ours come from the desk's texts.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import shorten
from typing import Any

from desk.words import Words, choices_of
from storage.city import CITY_TIME
from storage.items import Item
from storage.notes import Remark
from storage.workshops import Workshop, in_language

# Beside title and QR code there is room for so many characters of description.
_POSTER_HOLDS = 420
_FOLDER = Path(__file__).with_name("papers")


@dataclass(frozen=True, slots=True)
class Case:
    """What belongs to a contribution within the city: remarks, and changes as `items.changes_of` returns them."""

    remarks: Sequence[Remark]
    changes: Sequence[Any]


def case_paper(words: Words, item: Item, case: Case, *, test: str, made_on: str) -> bytes:
    """Return a contribution as PDF for the e-file; what was done stands there by role."""
    rows = [
        (words("paper.received"), words.moment(item.created_at)),
        (words("filter.kanal"), words.value("channel", item.channel)),
        (words("filter.feld"), words.value("field", item.field)),
        (words("filter.art"), words.value("kind", item.kind)),
        (words("filter.bezirk"), item.district or ""),
        (words("contribution.file_reference"), item.file_reference or ""),
        (words("filter.stand"), words.value("status", item.status)),
        (words("paper.decided"), words.moment(item.decided_at)),
        (words("paper.supports"), str(item.supports)),
    ]
    parts = [(words("contribution.words"), item.text or ""), (words("item.translation_person"), item.translation or "")]
    parts += [(words("paper.reason"), item.reason or "")]
    parts += [(f"{words('remark.' + each.kind)}, {words.moment(each.created_at)}", each.text) for each in case.remarks]
    parts += [(words("contribution.history"), "\n".join(_done(words, each) for each in case.changes))]
    values = {"number": item.number, "title": words("desk.title"), "language": words.language, "test": test}
    values |= {"footer": words("paper.footer", day=made_on)}
    return _typeset(
        "case", {**values, "rows": [row for row in rows if row[1]], "parts": [each for each in parts if each[1]]}
    )


def _done(words: Words, change: Any) -> str:
    undone = f" ({words('contribution.undone')})" if change.undone_at else ""
    role = words.maybe("role", change.role)
    return f"{words.moment(change.at)}: {words.maybe('action', change.action)}, {role}{undone}"


def card_paper(words: Words, *, city: str, address: str) -> bytes:
    """Return a card to write on as PDF; its QR code leads to the web chat."""
    keys = ("title", "intro", "question", "place", "fields_title", "privacy", "office")
    values: dict[str, Any] = {key: words(f"card.{key}", city=city, address=address) for key in keys}
    values |= {"city": city, "address": address, "language": words.language, "qr": _qr(address)}
    return _typeset("card", {**values, "fields": [words.value("field", key) for key in choices_of("field")[:6]]})


def sign_paper(words: Words, it: Workshop, kind: str, *, address: str, test: str) -> bytes:
    """Return the poster of a workshop, or the sign for its door, as PDF; its QR code leads to `address`."""
    end = it.ends_at.astimezone(CITY_TIME)
    when = words("sign.when", begins=words.moment(it.starts_at), ends=f"{end:%H:%M}")
    where = ", ".join(each for each in (it.place, it.address) if each) or words("sign.online")
    rows = [when, where, it.access_notes or "", it.contact or ""]
    values: dict[str, Any] = {"title": it.title(words.language), "rows": [row for row in rows if row], "test": test}
    values |= {"call": words(f"sign.{kind}"), "hint": words(f"sign.{kind}_hint", address=address)}
    about = shorten(in_language(it.descriptions, words.language), _POSTER_HOLDS, placeholder=" …")
    values |= {"about": about if kind == "poster" else ""}
    return _typeset("sign", {**values, "qr": _qr(address), "address": address, "language": words.language})


def _qr(address: str) -> str:
    import segno

    drawn = io.BytesIO()
    segno.make(address, error="q").save(drawn, kind="svg", border=0)
    return drawn.getvalue().decode()


def _typeset(name: str, values: Mapping[str, Any]) -> bytes:
    import typst  # slow to load

    inputs = {"said": json.dumps(dict(values), ensure_ascii=False)}
    made = typst.compile(_FOLDER / f"{name}.typ", root=_FOLDER, format="pdf", sys_inputs=inputs)
    assert isinstance(made, bytes), "one file was asked for"
    return made
