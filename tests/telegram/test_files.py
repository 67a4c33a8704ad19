"""Files come from Telegram within the limit, photos without what the camera knew."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from bot.dialogue.events import Sent
from bot.outcome import Later, Never
from bot.telegram.files import MOST, Fetched, fetch, fetch_photo
from bot.telegram.read import read
from bot.telegram.transport import Api
from tests.emulator import BotApi

GPS, ORIENTATION, MAKER = 0x8825, 0x0112, 0x010F


def _photo(kind: str = "JPEG", size: tuple[int, int] = (60, 40)) -> bytes:
    exif = Image.Exif()
    exif[MAKER], exif[ORIENTATION] = "Kamera von Person 1", 6
    exif.get_ifd(GPS).update({1: "N", 2: (51.0, 16.0, 0.0)})
    out = io.BytesIO()
    Image.new("RGB", size, "green").save(out, kind, exif=exif)
    return out.getvalue()


async def _sent(api: Api) -> Sent:
    update: Any = (await api.ask("getUpdates", {"offset": -1})).result[-1]
    event = read(update, seq=1)
    assert isinstance(event, Sent)
    return event


async def test_a_voice_message_comes_as_it_was_sent(api: Api, bot_api: BotApi) -> None:
    await bot_api.citizen().voice(b"OggS and sound")
    assert await fetch(api, (await _sent(api)).file) == Fetched(b"OggS and sound", "audio/ogg")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
async def test_a_photo_keeps_its_pixels_alone_and_stands_upright(api: Api, bot_api: BotApi, kind: str) -> None:
    await bot_api.citizen().photo(_photo(kind))
    fetched = await fetch_photo(api, (await _sent(api)).file)
    assert isinstance(fetched, Fetched)
    with Image.open(io.BytesIO(fetched.content)) as picture:
        assert dict(picture.getexif()) == {}
        assert picture.size == (40, 60)
    assert b"Person 1" not in fetched.content
    assert fetched.mime == "image/jpeg"


async def test_what_is_no_photo_is_refused(api: Api, bot_api: BotApi) -> None:
    await bot_api.citizen().document(b"\xff\xd8 no picture", "foto.jpg", mime="image/jpeg")
    assert await fetch_photo(api, (await _sent(api)).file) == Never("not a photo that can be opened")


async def test_a_file_over_the_limit_is_never_read(api: Api, bot_api: BotApi) -> None:
    await bot_api.citizen().voice(b"x" * 1001)
    file = (await _sent(api)).file
    assert await fetch(api, file, most=1000) == Never("file is too large")
    assert isinstance(await fetch(api, file, most=1001), Fetched)


async def test_a_file_that_telegram_does_not_let_bots_download_is_never_fetched(api: Api, bot_api: BotApi) -> None:
    await bot_api.citizen().document(b"x" * (MOST + 1), "plan.pdf", mime="application/pdf")
    assert await fetch(api, (await _sent(api)).file) == Never("400 file is too big")


async def test_an_unknown_reference_is_never_fetched(api: Api) -> None:
    assert isinstance(await fetch(api, "AgACunknown"), Never)


@pytest.mark.parametrize("code", [500, 502, 404, 401, None])
async def test_when_telegram_or_the_network_fails_it_is_fetched_later(
    api: Api, bot_api: BotApi, code: int | None
) -> None:
    await bot_api.citizen().voice()
    file = (await _sent(api)).file
    await bot_api.fail("getFile", code=code)
    assert isinstance(await fetch(api, file, attempts=2), Later)
    assert isinstance(await fetch(api, file), Fetched)
