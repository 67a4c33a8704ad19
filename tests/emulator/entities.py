"""Formatted text, read by Telegram's own parser (TDLib through tdjson, offline).

Law: offsets and lengths count UTF-16 code units, as Telegram does.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

import tdjson

from tests.emulator.errors import Json, broken_rule

_PARSE_MODES: Final[dict[str, Json]] = {
    "html": {"@type": "textParseModeHTML"},
    "markdown": {"@type": "textParseModeMarkdown", "version": 1},
    "markdownv2": {"@type": "textParseModeMarkdown", "version": 2},
}
_RENAMED: Final = {
    "block_quote": "blockquote",
    "expandable_block_quote": "expandable_blockquote",
    "email_address": "email",
    "text_url": "text_link",
    "pre_code": "pre",
    "mention_name": "text_mention",
}
_UNSEEN: Final = {"bank_card_number", "media_timestamp"}  # TDLib knows them, the Bot API doesn't
_QUIET: Final = json.dumps({"@type": "setLogVerbosityLevel", "new_verbosity_level": 0}).encode()
tdjson.td_execute(_QUIET)


def utf16_length(text: str) -> int:
    """Length of `text` in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def parse(text: str, parse_mode: str | None) -> tuple[str, list[Json]]:
    """Plain text and entities; raises Refused with Telegram's words when the markup is wrong."""
    if not parse_mode:
        return _trimmed(text, found_in(text))
    mode = _PARSE_MODES.get(parse_mode.lower())
    if mode is None:
        raise broken_rule("Unsupported parse_mode")
    answer = _ask({"@type": "parseTextEntities", "text": text, "parse_mode": mode})
    if answer["@type"] == "error":
        raise broken_rule(str(answer["message"]))
    plain, marked = str(answer["text"]), [_entity(e) for e in answer["entities"]]
    return _trimmed(plain, sorted(marked + found_in(plain), key=_place))


def found_in(text: str) -> list[Json]:
    """Entities that Telegram finds by itself: commands, mentions, addresses, hashtags."""
    answer = _ask({"@type": "getTextEntities", "text": text})
    return [_entity(e) for e in answer["entities"] if _kind(e) not in _UNSEEN]


def _ask(question: Json) -> Json:
    answer = tdjson.td_execute(json.dumps(question).encode())
    assert answer is not None
    parsed: Json = json.loads(answer)
    return parsed


def _kind(entity: Json) -> str:
    name = str(entity["type"]["@type"]).removeprefix("textEntityType")
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def _entity(entity: Json) -> Json:
    kind, details = _kind(entity), entity["type"]
    made: Json = {
        "type": _RENAMED.get(kind, kind),
        "offset": entity["offset"],
        "length": entity["length"],
    }
    match kind:
        case "text_url":
            made["url"] = details["url"]
        case "pre_code":
            made["language"] = details["language"]
        case "custom_emoji":
            made["custom_emoji_id"] = str(details["custom_emoji_id"])
        case "mention_name":
            made["user"] = {"id": details["user_id"], "is_bot": False, "first_name": "?"}
    return made


def _place(entity: Json) -> tuple[int, int]:
    return entity["offset"], -entity["length"]


def _trimmed(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Telegram drops white space at both ends and what of the entities lay in it."""
    stripped = text.strip()
    lead = utf16_length(text[: len(text) - len(text.lstrip())])
    end = utf16_length(stripped)
    kept: list[Json] = []
    for entity in entities:
        start = max(0, entity["offset"] - lead)
        stop = min(end, entity["offset"] + entity["length"] - lead)
        if stop > start:
            kept.append({**entity, "offset": start, "length": stop - start})
    return stripped, kept


def checked(text: str, given: Any) -> tuple[str, list[Json]]:
    """Plain text with entities that the bot lists itself, which must lie inside the text."""
    end = utf16_length(text)
    for entity in given:
        if entity["offset"] < 0 or entity["offset"] + entity["length"] > end:
            raise broken_rule("ENTITY_BOUNDS_INVALID")
    return _trimmed(text, sorted([*given, *found_in(text)], key=_place))
