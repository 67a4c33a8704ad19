"""Papers of the desk, typeset by Typst: a case for the e-file, a card to write on.

Law of this file: what stands on a paper is the redacted text, and every word of ours comes from the desk's texts.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from desk.words import Words, choices_of
from storage.items import Item
from storage.notes import Remark

_FOLDER = Path(__file__).with_name("papers")


def case_paper(words: Words, item: Item, remarks: list[Remark], *, test: str, made_on: str) -> bytes:
    """Return a contribution as PDF for the e-file."""
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
    parts += [(f"{words('remark.' + each.kind)}, {words.moment(each.created_at)}", each.text) for each in remarks]
    values = {"number": item.number, "title": words("desk.title"), "language": words.language, "test": test}
    values |= {"footer": words("paper.footer", day=made_on)}
    return _typeset(
        "case", {**values, "rows": [row for row in rows if row[1]], "parts": [each for each in parts if each[1]]}
    )


def card_paper(words: Words, *, city: str, address: str) -> bytes:
    """Return a card to write on as PDF; its QR code leads to the web chat."""
    import segno

    drawn = io.BytesIO()
    segno.make(address, error="q").save(drawn, kind="svg", border=0)
    keys = ("title", "intro", "question", "place", "fields_title", "privacy", "office")
    values: dict[str, Any] = {key: words(f"card.{key}", city=city, address=address) for key in keys}
    values |= {"city": city, "address": address, "language": words.language, "qr": drawn.getvalue().decode()}
    return _typeset("card", {**values, "fields": [words.value("field", key) for key in choices_of("field")[:6]]})


def _typeset(name: str, values: Mapping[str, Any]) -> bytes:
    import typst  # slow to load

    inputs = {"said": json.dumps(dict(values), ensure_ascii=False)}
    made = typst.compile(_FOLDER / f"{name}.typ", root=_FOLDER, format="pdf", sys_inputs=inputs)
    assert isinstance(made, bytes), "one file was asked for"
    return made
