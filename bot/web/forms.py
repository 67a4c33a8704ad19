"""What a citizen did on the page: a posted form becomes a raw update, or a refusal that says what to do instead.

Law of this file: nothing is cut; what can't be taken is refused with a sentence, and the page keeps the words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from anyio import to_thread
from starlette.datastructures import FormData, UploadFile

from bot import photos
from bot.dialogue.parse import Verb
from bot.dialogue.replies import TAP_BYTES
from bot.web.read import PLACE_DECIMALS

# As the city's own form allows; many times what people write.
TEXT_LENGTH = 10_000
_MEGABYTE = 1_000_000

_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")
_PLACE = re.compile(r"(-?\d{1,2}(?:\.\d{1,15})?),(-?\d{1,3}(?:\.\d{1,15})?)")
# PostgreSQL stores no NUL, UTF-8 no lone halves of surrogate pairs.
UNSTORABLE = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Action:
    """Something to put into the inbox; `id` is unique within the conversation, `photo` the cleaned picture."""

    id: str
    raw: dict[str, Any]
    photo: bytes | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a form was not taken: the HTTP status and the text's key under `web.`; `text` is what stays in the input."""

    status: int
    key: str
    values: dict[str, str | int]
    text: str = ""


def payload_of(value: str) -> str:
    """Return the payload of a deep link, or nothing where it is none (same letters as in Telegram's)."""
    return value if _PAYLOAD.fullmatch(value) else ""


async def action_of(form: FormData) -> Action | Refusal | None:
    """Return what a form asks for; None for an empty message."""
    page_id = _field(form, "id")
    if not _ID.fullmatch(page_id):
        return _broken()
    if tap := _field(form, "tap"):
        return Action(f"{page_id}:{tap}", {"tap": tap}) if len(tap.encode()) <= TAP_BYTES else _broken()
    if command := _field(form, "command"):
        known = command in tuple(Verb)
        return Action(f"{page_id}:{command}", {"command": command, "payload": ""}) if known else _broken()
    if place := _field(form, "place"):
        return _placed(page_id, place)
    return await _written(form, page_id)


async def _written(form: FormData, page_id: str) -> Action | Refusal | None:
    text = _field(form, "text").replace("\r\n", "\n")
    if len(text) > TEXT_LENGTH:
        return Refusal(413, "too_long", {}, text)
    photo = form.get("photo")
    if isinstance(photo, UploadFile) and photo.size:
        return await _pictured(photo, page_id, text)
    return Action(page_id, {"text": text, "id": page_id}) if text.strip() else None


async def _pictured(upload: UploadFile, page_id: str, text: str) -> Action | Refusal:
    if (upload.size or 0) > photos.MEGABYTES * _MEGABYTE:
        return Refusal(413, "photo_too_big", {"megabytes": photos.MEGABYTES}, text)
    content = await upload.read()
    photo = await to_thread.run_sync(photos.cleaned, content)
    if photo is None:
        return Refusal(422, "photo_unreadable", {}, text)
    # The reference is added where the conversation is known.
    return Action(page_id, {"photo": {"file": "", "size": len(photo)}, "text": text}, photo)


def _placed(page_id: str, place: str) -> Action | Refusal:
    found = _PLACE.fullmatch(place)
    if found is None:
        return _broken()
    latitude, longitude = (round(float(degrees), PLACE_DECIMALS) for degrees in found.groups())
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        return _broken()
    return Action(page_id, {"place": [latitude, longitude]})


def _field(form: FormData, name: str) -> str:
    value = form.get(name)
    return UNSTORABLE.sub("\ufffd", value) if isinstance(value, str) else ""


def _broken() -> Refusal:
    return Refusal(400, "broken", {})
