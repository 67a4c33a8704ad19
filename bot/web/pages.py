"""Templates: from views to HTML.

Law of this file: everything is escaped; whoever reads a page gets it in the language of their conversation.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from bot.dialogue.model import Group
from bot.dialogue.texts import Value
from bot.web.hall import Hall
from bot.web.view import Voice

HERE = Path(__file__).parent
STATIC_FOLDER = HERE / "static"
# So many digits tell the versions of a static file apart.
_DIGITS = 10


def environment() -> Environment:
    """Return the templates with the addresses of the static files."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["static"] = {file.name: _address(file) for file in sorted(STATIC_FOLDER.iterdir())}
    return made


def _address(file: Path) -> str:
    return f"/static/{file.name}?v={hashlib.sha256(file.read_bytes()).hexdigest()[:_DIGITS]}"


def words(hall: Hall, voice: Voice) -> Callable[..., str]:
    """Return how a template asks for a text of the page: `t("send")` is `web.send` of the book."""
    texts, names = hall.book.texts, hall.book.names_in(voice.code)

    def t(key: str, **values: Value) -> str:
        return texts.plain(voice.code, key if "." in key else f"web.{key}", **{**names, **values})

    return t


def html(hall: Hall, template: str, voice: Voice, *, status: int = 200, **context: Any) -> HTMLResponse:
    """Return a page in a language."""
    made = hall.pages.get_template(template).render(
        t=words(hall, voice),
        spans=partial(hall.book.texts.spans, voice.code, **hall.book.names_in(voice.code)),
        voice=voice,
        is_test=hall.settings.instance.kind == "test",
        path="/",
        has_classes=any(dialogue.group is Group.SCHOOL for dialogue in hall.book.dialogues.values()),
        **context,
    )
    return HTMLResponse(made, status)
