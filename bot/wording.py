"""The words of an announcement, read from a file: German alone, or several languages.

Law of this file: what cannot be sent as one message, or asks for a value nobody has, is refused before anybody gets it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.dialogue.model import Book
from bot.dialogue.texts import FALLBACK, placeholders

# One message, also with its title and the note on the language (Bot API, sendMessage.text: 4096).
LONGEST = 3500
_FENCE = "+++"
_LINK = re.compile(r"\]\((?P<href>[^)\s]*)\)")
_KEYS = {"title", "text"}

Words = dict[str, dict[str, str]]


@dataclass(frozen=True, slots=True)
class Flaw:
    """What keeps a text from being sent: empty, long, placeholder or link; `detail` is what is wrong."""

    kind: str
    detail: str = ""


class Unsendable(Exception):
    """The words can't be sent as they are; the message says what to change."""


def read_words(file: Path, title: str, book: Book) -> Words:
    """Return title and text by language: a plain file is German, a `.toml` file has a table for each language.

    A plain file may begin with such tables between two lines of `+++`. Raises `Unsendable`.
    """
    try:
        content = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise Unsendable(f"{file}: is not UTF-8 text; save it as UTF-8.") from None
    tables, german = _parted(file, content)
    words = {language: _words(file, language, table) for language, table in tables.items()}
    if german:
        words[FALLBACK] = {**words.get(FALLBACK, {}), "text": german}
    if FALLBACK in words:
        words[FALLBACK].setdefault("title", title)
    _check(file, words, book)
    return words


def _parted(file: Path, content: str) -> tuple[dict[str, Any], str]:
    if file.suffix.casefold() == ".toml":
        return _parsed(file, content), ""
    if not content.startswith(_FENCE):
        return {}, content.strip()
    head, fence, body = content.removeprefix(_FENCE).partition(f"\n{_FENCE}")
    if not fence:
        raise Unsendable(f"{file}: begins with +++, but no second line of +++ ends the tables; add it.")
    return _parsed(file, head), body.strip()


def _parsed(file: Path, content: str) -> dict[str, Any]:
    try:
        return tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        raise Unsendable(f"{file}: is not valid TOML: {error}.") from None


def _words(file: Path, language: str, table: Any) -> dict[str, str]:
    if not isinstance(table, dict) or set(table) - _KEYS or not all(isinstance(each, str) for each in table.values()):
        raise Unsendable(f'{file}: write [{language}] as a table with "title" and "text", both texts.')
    return {key: value.strip() for key, value in table.items()}


def _check(file: Path, words: Mapping[str, Mapping[str, str]], book: Book) -> None:
    known = [language.code for language in book.languages]
    if FALLBACK not in words:
        raise Unsendable(f"{file}: has no German text; whoever has no text in their language gets the German one.")
    for language, each in words.items():
        if language not in known:
            raise Unsendable(f"{file}: [{language}] is no language of the book; known are {', '.join(known)}.")
        _check_text(f"{file}: the text in {language}", each.get("text", ""), book.names)


def _check_text(where: str, text: str, names: Mapping[str, str]) -> None:
    flaw = next(flaws(text, names), None)
    if flaw is not None:
        raise Unsendable(f"{where} {_sentence(flaw, names)}")


def flaws(text: str, names: Mapping[str, str]) -> Iterator[Flaw]:
    """Return what keeps a text from being sent; `names` are the values that can be filled in."""
    if not text:
        yield Flaw("empty")
    if len(text) > LONGEST:
        yield Flaw("long", str(len(text)))
    yield from (Flaw("placeholder", each) for each in sorted(placeholders(text) - set(names)))
    hrefs = [link["href"] for link in _LINK.finditer(text)]
    yield from (Flaw("link", each) for each in hrefs if not each.startswith(("https://", "http://")))


def _sentence(flaw: Flaw, names: Mapping[str, str]) -> str:
    match flaw.kind:
        case "empty":
            return "is empty."
        case "long":
            return f"has {flaw.detail} characters; {LONGEST} are the most that fit into one message."
        case "placeholder":
            return f"asks for {{{flaw.detail}}}, which nobody fills in; known are {', '.join(names)}."
        case _:
            return f"links to {flaw.detail!r}; a link begins with https://."
