"""Reads the book from its folder: dialogues, texts, and the order of both.

Law of this file: every mistake is gathered and told at once; a book that loads is a book that checks.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from bot.cldr import plural_rules
from bot.dialogue.check import Mistake, check
from bot.dialogue.model import (
    Ask,
    Attach,
    Book,
    Choose,
    Confirm,
    Dialogue,
    Group,
    Language,
    Length,
    Locate,
    Role,
    Step,
)
from bot.dialogue.texts import FALLBACK, Texts, tongue

CONTENT = Path(__file__).parent / "content"
ORDER_FILE = "book.toml"
# So many hexadecimal digits tell the revisions of one dialogue apart.
REVISION_DIGITS = 8

_NO_NAMES: Mapping[str, str] = MappingProxyType({})
_BOOK_KEYS = {
    "notice_version": str,
    "consent_version": str,
    "dialogues": list,
    "districts": list,
    "names": dict,
    "language": list,
}
_LANGUAGE_FLAGS = {"offered": bool, "rtl": bool, "plain": bool}
_LANGUAGE_KEYS = {"code": str, "name": str, **_LANGUAGE_FLAGS, "reviewed": str, "fallback": list, "names": dict}
_DIALOGUE_KEYS = {"dialogue": dict, "lengths": dict, "step": list, "text": dict}
_HEAD_KEYS = {"key": str, "group": str, "emoji": str}
_STEP_KEYS: Mapping[str, Mapping[str, type]] = {
    "ask": {"id": str, "kind": str, "role": str, "thin_below": int},
    "choose": {"id": str, "kind": str, "role": str, "options": list, "other": bool},
    "locate": {"id": str, "kind": str},
    "attach": {"id": str, "kind": str},
    "confirm": {"id": str, "kind": str},
}


class BrokenBook(Exception):
    """The book has mistakes; `mistakes` names the file, the step and what to change for each of them."""

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        """Keep the mistakes in the order of the files."""
        super().__init__("\n".join(str(mistake) for mistake in mistakes))
        self.mistakes = mistakes


@dataclass(slots=True)
class _Reading:
    """What was read so far, and the mistakes on the way. The only thing here that changes."""

    folder: Path
    mistakes: list[Mistake] = field(default_factory=list)
    texts: dict[str, dict[str, str]] = field(default_factory=dict)

    def wrong(self, file: str, sentence: str, step: str = "") -> None:
        self.mistakes.append(Mistake(file, step, sentence))


def load_book(folder: Path | None = None, *, names: Mapping[str, str] = _NO_NAMES) -> Book:
    """Read and check the book of a folder, or the one that comes with the program.

    `names` fill the placeholders of every text, before those of `book.toml`. Raises `BrokenBook` with all mistakes.
    """
    reading = _Reading(folder or CONTENT)
    order = _read(reading, ORDER_FILE, _BOOK_KEYS)
    languages = _languages(reading, order)
    for language in languages:
        _add_texts(reading, f"texts/{language.code}.toml", language.code)
    dialogues = _dialogues(reading, order, languages)
    book = Book(
        dialogues={dialogue.key: dialogue for dialogue in dialogues},
        texts=Texts(reading.texts, _fallback(order), plural_rules({tongue(language.code) for language in languages})),
        languages=languages,
        districts=_list(reading, order, "districts"),
        notice_version=str(order.get("notice_version", "")),
        consent_version=str(order.get("consent_version", "")),
        names={**_names(reading, order), **names},
        own_names=_own_names(order),
    )
    mistakes = (*reading.mistakes, *check(book))
    if mistakes:
        raise BrokenBook(tuple(dict.fromkeys(mistakes)))
    return book


def _read(reading: _Reading, file: str, known: Mapping[str, type]) -> dict[str, Any]:
    path = reading.folder / file
    if not path.is_file():
        reading.wrong(file, "This file is missing.")
        return {}
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        reading.wrong(file, f"This is not valid TOML: {error}.")
        return {}
    return _known(reading, file, raw, known)


def _known(reading: _Reading, file: str, raw: Any, known: Mapping[str, type], step: str = "") -> dict[str, Any]:
    if not isinstance(raw, dict):
        reading.wrong(file, "A table with names and values is expected here.", step)
        return {}
    kept = {}
    for key, value in raw.items():
        if key not in known:
            reading.wrong(file, f"“{key}” is not known here; known are {', '.join(known)}.", step)
        elif type(value) is not known[key]:
            reading.wrong(file, f"“{key}” has to be {_NAMES_OF_TYPES[known[key]]}.", step)
        else:
            kept[key] = value
    return kept


_NAMES_OF_TYPES = {str: "a text", list: "a list", dict: "a table", int: "a whole number", bool: "true or false"}


def _language_tables(order: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    return ((str(raw.get("code", "")), raw) for raw in order.get("language", ()) if isinstance(raw, dict))


def _fallback(order: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    named = {code: raw.get("fallback") for code, raw in _language_tables(order)}
    return {code: tuple(str(other) for other in others) for code, others in named.items() if isinstance(others, list)}


def _languages(reading: _Reading, order: Mapping[str, Any]) -> tuple[Language, ...]:
    found = []
    for _, table in _language_tables(order):
        raw = _known(reading, ORDER_FILE, table, _LANGUAGE_KEYS)
        if not raw.get("code") or "name" not in raw:
            reading.wrong(ORDER_FILE, "Every language needs a code and a name.")
            continue
        facts = {key: value for key, value in raw.items() if key not in ("fallback", "names")}
        found.append(Language(**facts))
    if FALLBACK not in [language.code for language in found]:
        reading.wrong(ORDER_FILE, f"The language “{FALLBACK}” is missing; every other one falls back to it.")
    return tuple(found)


def _names(reading: _Reading, order: Mapping[str, Any]) -> dict[str, str]:
    names = order.get("names", {})
    for name in names:
        if not isinstance(names[name], str):
            reading.wrong(ORDER_FILE, f"“{name}” in [names] has to be a text.")
    return {name: str(value) for name, value in names.items()}


def _own_names(order: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Return the names that stand in the table of a language."""
    tables = ((code, raw.get("names", {})) for code, raw in _language_tables(order))
    return {code: {name: str(value) for name, value in names.items()} for code, names in tables if names}


def _list(reading: _Reading, order: Mapping[str, Any], key: str) -> tuple[str, ...]:
    values = tuple(str(value) for value in order.get(key, ()))
    for value in sorted({value for value in values if values.count(value) > 1}):
        reading.wrong(ORDER_FILE, f"“{value}” stands in “{key}” more than once.")
    return tuple(dict.fromkeys(values))


def _dialogues(reading: _Reading, order: Mapping[str, Any], languages: tuple[Language, ...]) -> list[Dialogue]:
    keys = list(_list(reading, order, "dialogues"))
    _strays(reading, keys, [language.code for language in languages])
    found = [_dialogue(reading, key) for key in keys]
    for key in keys:
        for language in languages:
            overlay = f"dialogues/{key}.{language.code}.toml"
            if (reading.folder / overlay).is_file():
                texts = _read(reading, overlay, {"text": dict}).get("text", {})
                _add(reading, overlay, language.code, {key: texts})
    return [dialogue for dialogue in found if dialogue is not None]


def _strays(reading: _Reading, keys: list[str], codes: list[str]) -> None:
    wanted = {f"{key}.toml" for key in keys} | {f"{key}.{code}.toml" for key in keys for code in codes}
    for path in sorted((reading.folder / "dialogues").glob("*.toml")):
        if path.name not in wanted:
            reading.wrong(f"dialogues/{path.name}", f"{ORDER_FILE} names no such dialogue or language.")
    for path in sorted((reading.folder / "texts").glob("*.toml")):
        if path.stem not in codes:
            reading.wrong(f"texts/{path.name}", f"{ORDER_FILE} names no such language.")


def _dialogue(reading: _Reading, key: str) -> Dialogue | None:
    file = f"dialogues/{key}.toml"
    raw = _read(reading, file, _DIALOGUE_KEYS)
    if not raw:
        return None
    _add(reading, file, FALLBACK, {key: raw.get("text", {})})
    head = _known(reading, file, raw.get("dialogue", {}), _HEAD_KEYS)
    if head.get("key") != key:
        reading.wrong(file, f"“key” in [dialogue] has to be “{key}”, as the file is called.")
    group = head.get("group", "")
    if group not in tuple(Group):
        reading.wrong(file, f"“group” in [dialogue] has to be one of {', '.join(Group)}.")
        group = Group.FIELD
    steps = [_step(reading, file, table) for table in raw.get("step", ())]
    lengths = _lengths(reading, file, raw.get("lengths", {}))
    known = tuple(step for step in steps if step is not None)
    return Dialogue(key, Group(group), head.get("emoji", ""), revision_of(raw), known, lengths)


def revision_of(raw: Mapping[str, Any]) -> str:
    """Return a short hash of a dialogue's structure: its steps and lengths, not its words."""
    structure = json.dumps([raw.get("step", []), raw.get("lengths", {})], sort_keys=True, default=str)
    return hashlib.sha256(structure.encode()).hexdigest()[:REVISION_DIGITS]


def _lengths(reading: _Reading, file: str, raw: Mapping[str, Any]) -> dict[Length, tuple[str, ...]]:
    lengths = _known(reading, file, raw, dict.fromkeys((length.value for length in Length), list))
    return {Length(name): tuple(str(step) for step in steps) for name, steps in lengths.items()}


def _step(reading: _Reading, file: str, table: Any) -> Step | None:
    kind = str(table.get("kind", "")) if isinstance(table, dict) else ""
    step_id = str(table.get("id", "")) if isinstance(table, dict) else ""
    if kind not in _STEP_KEYS:
        reading.wrong(file, f"“kind” has to be one of {', '.join(_STEP_KEYS)}.", step_id)
        return None
    raw = _known(reading, file, table, _STEP_KEYS[kind], step_id)
    if "id" not in raw:
        reading.wrong(file, "A step has no “id”.")
        return None
    match kind:
        case "locate":
            return Locate(step_id)
        case "attach":
            return Attach(step_id)
        case "confirm":
            return Confirm(step_id)
        case "ask":
            return Ask(step_id, _role(reading, file, raw), raw.get("thin_below", 0))
        case _:
            options = tuple(str(option) for option in raw.get("options", ()))
            return Choose(step_id, _role(reading, file, raw), options, raw.get("other", True))


def _role(reading: _Reading, file: str, raw: Mapping[str, Any]) -> Role:
    role = raw.get("role", "")
    if role in tuple(Role):
        return Role(role)
    reading.wrong(file, f"“role” has to be one of {', '.join(Role)}.", raw["id"])
    return Role.DETAIL


def _add_texts(reading: _Reading, file: str, language: str) -> None:
    path = reading.folder / file
    if not path.is_file():
        reading.wrong(file, f"This file is missing, but {ORDER_FILE} names the language “{language}”.")
        return
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        reading.wrong(file, f"This is not valid TOML: {error}.")
        return
    _add(reading, file, language, raw)


def _add(reading: _Reading, file: str, language: str, tables: Mapping[str, Any]) -> None:
    texts = reading.texts.setdefault(language, {})
    for key, text in _flat(tables):
        if not isinstance(text, str):
            reading.wrong(file, f"“{key}” has to be a text in quotation marks.")
        else:
            texts[key] = text.strip()


def _flat(tables: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in tables.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value
