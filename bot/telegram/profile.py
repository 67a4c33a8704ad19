"""What Telegram shows of the bot before anybody has said a word: commands, descriptions, menu button, per language.

Law of this file: only what differs is set, because Telegram allows few changes a day; a failure is logged and harms
nobody. German is what people see whose language the book does not speak.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.dialogue.model import Book
from bot.dialogue.parse import Verb, command
from bot.dialogue.texts import FALLBACK
from bot.telegram.answers import reason
from bot.telegram.transport import Api

# Bot API, BotCommand: 1-32 of a-z 0-9 _. https://core.telegram.org/bots/api#botcommand
_NAME = re.compile(r"[a-z0-9_]{1,32}")
# Bot API: language_code is a two-letter ISO 639-1 code; voices such as `de-du` are the book's own.
_CODE_LENGTH = 2
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Wish:
    """One thing that Telegram should show; `key` is the parameter that sets it and the field it is read from.

    `language` is empty for what is shown to people of all other languages.
    """

    subject: str
    key: str
    value: Any
    language: str = ""

    @property
    def where(self) -> dict[str, str]:
        """The parameters that say for whom."""
        return {"language_code": self.language} if self.language else {}


async def introduce(api: Api, book: Book) -> None:
    """Let Telegram show what the book says of the bot, in all languages at once; never raises."""
    await asyncio.gather(*(_fulfil(api, wish) for wish in wishes(book)))


def wishes(book: Book) -> tuple[Wish, ...]:
    """Return everything that Telegram should show."""
    languages = {each.code: each.code for each in book.offered() if len(each.code) == _CODE_LENGTH}
    spoken = {"": FALLBACK, **languages}
    told = (wish for shown, language in spoken.items() for wish in _told(book, language, shown))
    return (Wish("ChatMenuButton", "menu_button", {"type": "commands"}), *told)


def _told(book: Book, language: str, shown: str) -> Iterator[Wish]:
    yield Wish("MyCommands", "commands", commands(book, language), shown)
    for subject, key in (("MyDescription", "description"), ("MyShortDescription", "short_description")):
        text = f"profile.{key}"
        if text in book.texts.by_language.get(language, {}):
            yield Wish(subject, key, book.texts.plain(language, text, **book.names_in(language)), shown)


def commands(book: Book, language: str) -> list[dict[str, str]]:
    """Return the commands with a description in this language; their names are words of the language where they can."""
    keys = {verb: f"commands.{verb}" for verb in Verb}
    return [
        {
            "command": command_name(book, language, verb),
            "description": book.texts.plain(language, key, **book.names_in(language)),
        }
        for verb, key in keys.items()
        if book.texts.has(language, key)
    ]


def command_name(book: Book, language: str, verb: Verb) -> str:
    """Return the name under which a verb stands in the menu: the first of its words that may be a command's name."""
    if verb is Verb.START:  # Telegram's own start button says so in every language
        return verb.value
    words = book.texts.words(language, f"words.{verb}")
    named = (word for word in words if _NAME.fullmatch(word) and command(book.texts, word) is verb)
    return next(named, verb.value)


async def _fulfil(api: Api, wish: Wish) -> None:
    found = await api.ask(f"get{wish.subject}", wish.where)
    if found.is_ok and _value(found.result, wish.key) == wish.value:
        return
    answer = await api.ask(f"set{wish.subject}", {**wish.where, wish.key: wish.value})
    if not answer.is_ok:
        _log.warning("Telegram shows an old %s (%s): %s", wish.key, wish.language or "all", reason(answer))


def _value(result: Any, key: str) -> Any:
    return result[key] if isinstance(result, Mapping) and key in result else result
