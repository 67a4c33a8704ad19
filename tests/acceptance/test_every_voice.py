"""Every dialogue in every language, played to its end against the program as an operator starts it.

Eleven variants (nine languages, du and Einfache Sprache) times nine dialogues, once through Telegram and once on the
web page, by people who press what is offered, in whatever script it is written.
"""

from __future__ import annotations

import asyncio
import csv
from functools import cache
from pathlib import Path

import httpx
import pytest

from bot.book import load_book
from bot.dialogue.model import Book, Group
from tests.acceptance.program import Program, running
from tests.emulator import BotApi, Citizen, emulator
from tests.web.site import Page

WORDS = {
    "de": "Am Bahnhof fehlt eine Bank im Schatten",
    "tr": "İstasyonda gölgede bir bank yok",
    "ar": "لا يوجد مقعد في الظل عند المحطة",
    "en": "There is no bench in the shade at the station",
    "uk": "На станції немає лавки в тіні",
    "ru": "На станции нет скамейки в тени",
    "it": "Alla stazione manca una panchina all'ombra",
    "el": "Στον σταθμό λείπει ένα παγκάκι στη σκιά",
    "pl": "Na stacji brakuje ławki w cieniu",
}
# So many talk at once; the machine has few cores.
AT_ONCE = 12


@cache
def book() -> Book:
    """Return the book that comes with the program."""
    return load_book()


VOICES = [language.code for language in book().offered()]


def test_there_are_eleven_variants_and_nine_dialogues() -> None:
    assert len(VOICES) == 11
    assert len(book().dialogues) == 9


def words_of(voice: str) -> str:
    """Return an idea in the language of a voice."""
    return WORDS[voice.partition("-")[0]]


def way_to(voice: str, key: str) -> list[str]:
    """Return the taps that lead from the first question to a dialogue."""
    school = ["go:school"] if book().dialogues[key].group is Group.SCHOOL else []
    return [f"lang:{voice}", *school, f"field:{key}"]


def sending(taps: list[str]) -> str:
    """Return the tap that sends a contribution, among those offered."""
    return next(tap for tap in taps if tap.startswith("go:send"))


async def by_telegram(citizen: Citizen, voice: str, key: str) -> None:
    """Play one dialogue to its receipt in Telegram."""
    await citizen.start()
    await citizen.hears()
    for tap in way_to(voice, key):
        await citizen.press(tap)
        await citizen.hears()
    await citizen.say(words_of(voice))
    card = await citizen.hears()
    await citizen.press(sending([button.data or "" for button in card.buttons]))
    await citizen.hears("T-")


async def by_web(program: Program, voice: str, key: str) -> None:
    """Play one dialogue to its receipt in the web chat, without script."""
    async with httpx.AsyncClient(
        base_url=program.address, headers={"Origin": program.address}, follow_redirects=True, timeout=60
    ) as client:
        page = Page((await client.get("/")).text)
        for tap in way_to(voice, key):
            page = Page((await client.post("/say", data=page.hidden("composer") | {"tap": tap})).text)
            assert page.said, tap
        page = Page((await client.post("/say", data=page.hidden("composer") | {"text": words_of(voice)})).text)
        page = Page((await client.post("/say", data=page.hidden("composer") | {"tap": sending(page.taps)})).text)
        assert any("T-" in said for said in page.said)


@pytest.mark.slow
@pytest.mark.parametrize("channel", ["telegram", "web"])
async def test_every_variant_plays_every_dialogue_to_its_end(tmp_path: Path, channel: str) -> None:
    gate = asyncio.Semaphore(AT_ONCE)
    settings = {"TALSTIMME_TELEGRAM__MESSAGES_PER_SECOND": "500", "TALSTIMME_TELEGRAM__PER_CHAT_PER_SECOND": "50"}
    async with emulator() as bot_api, running(tmp_path, bot_api, **settings) as program:

        async def play(voice: str, key: str) -> None:
            async with gate:
                await _play(bot_api, program, channel, voice, key)

        await asyncio.gather(*(play(voice, key) for voice in VOICES for key in book().dialogues))
        assert bot_api.violations == []
        await program.stop()
        code, _, told = await program.command("export", "--format", "csv", "--output", "all.csv")
        assert code == 0, told
    with (tmp_path / "all.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(VOICES) * len(book().dialogues)
    assert {row["field"] for row in rows} == set(book().dialogues)
    assert {row["channel"] for row in rows} == {channel}


async def _play(bot_api: BotApi, program: Program, channel: str, voice: str, key: str) -> None:
    if channel == "telegram":
        await by_telegram(bot_api.citizen(), voice, key)
    else:
        await by_web(program, voice, key)
