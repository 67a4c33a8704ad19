"""Telegram shows the bot's commands and descriptions in the languages of the book."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.dialogue.model import Book, Language
from bot.dialogue.parse import Verb
from bot.dialogue.parse import command as verb_of
from bot.dialogue.texts import Texts
from bot.telegram.profile import introduce
from bot.telegram.transport import Api
from tests.emulator import BotApi

GERMAN = {
    "words.start": "anfang, start",
    "words.help": "hilfe, was kannst du",
    "words.back": "zurück, zurueck",
    "commands.start": "Anfang",
    "commands.help": "Hilfe von {bot}",
    "commands.back": "Eine Frage zurück",
    "profile.description": "{bot} sammelt Ideen.",
    "profile.short_description": "Ideen für {city}",
}
ARABIC = {"words.help": "مساعدة", "commands.help": "مساعدة", "profile.description": "مرحبا"}
SETTINGS = ("setMyCommands", "setMyDescription", "setMyShortDescription", "setChatMenuButton")


@pytest.fixture
def book() -> Book:
    return Book(
        dialogues={},
        texts=Texts({"de": GERMAN, "de-du": {}, "ar": ARABIC}),
        languages=(Language("de", "Deutsch"), Language("de-plain", "Leichte Sprache"), Language("ar", "العربية")),
        districts=(),
        notice_version="1",
        consent_version="1",
        names={"bot": "Talstimme", "city": "Wuppertal"},
    )


async def _shown(api: Api, language: str) -> dict[str, str]:
    where = {"language_code": language} if language else {}
    commands = (await api.ask("getMyCommands", where)).result
    return {command["command"]: command["description"] for command in commands}


async def test_commands_have_names_of_the_language_and_german_is_for_everybody_else(
    api: Api, bot_api: BotApi, book: Book
) -> None:
    await introduce(api, book)
    german = {"start": "Anfang", "hilfe": "Hilfe von Talstimme", "zurueck": "Eine Frage zurück"}
    assert await _shown(api, "") == await _shown(api, "de") == german
    assert (await _shown(api, "ar"))["help"] == "مساعدة"
    assert bot_api.violations == []


async def test_every_command_that_is_shown_is_understood(api: Api, book: Book) -> None:
    await introduce(api, book)
    for language in ("", "de", "ar"):
        verbs = [verb_of(book.texts, name) for name in await _shown(api, language)]
        assert verbs == [Verb.START, Verb.BACK, Verb.HELP]


async def test_descriptions_are_shown_in_the_languages_that_have_them(api: Api, bot_api: BotApi, book: Book) -> None:
    await introduce(api, book)
    about = await bot_api.about()
    assert about["description "] == about["description de"] == "Talstimme sammelt Ideen."
    assert about["description ar"] == "مرحبا"
    assert about["short_description "] == "Ideen für Wuppertal"
    assert "short_description ar" not in about


async def test_only_what_differs_is_set(api: Api, bot_api: BotApi, book: Book) -> None:
    await introduce(api, book)
    before = len([call for call in await bot_api.calls() if call.method in SETTINGS])
    await introduce(api, book)
    changed = {**GERMAN, "profile.description": "Neu"}
    await introduce(
        api, replace(book, texts=replace(book.texts, by_language={**book.texts.by_language, "de": changed}))
    )
    calls = [call.method for call in await bot_api.calls() if call.method in SETTINGS]
    assert calls[before:] == ["setMyDescription"] * 2


async def test_that_telegram_refuses_or_is_away_stops_nothing(
    api: Api, bot_api: BotApi, book: Book, caplog: pytest.LogCaptureFixture
) -> None:
    await bot_api.fail("setMyDescription", times=9, code=429, retry_after=9000)
    await bot_api.fail("getMyCommands", times=9)
    await bot_api.fail("setMyCommands", times=1)
    await introduce(api, book)
    assert "Telegram shows an old description" in caplog.text
    assert "short_description " in await bot_api.about()
