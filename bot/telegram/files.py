"""Files that citizens have sent, fetched from Telegram.

Law of this file: no more than the limit is ever read; of a photo only its pixels leave this file.
Telegram keeps a file under its reference for ever, but lets a bot download 20 MB at most.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import PurePosixPath
from typing import TypeAlias

from aiohttp import ClientError, ClientResponse
from telegram.constants import FileSizeLimit

from bot.outcome import Later, Never
from bot.photos import MIME, cleaned
from bot.telegram.answers import NO_ANSWER, Answer, outcome
from bot.telegram.transport import Api

MOST = int(FileSizeLimit.FILESIZE_DOWNLOAD)
_CHUNK = 64 * 1024
_UNKNOWN = "application/octet-stream"
# By the suffix of Telegram's path: what the server says of its files is always the same.
_MIMES = {
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".oga": "audio/ogg",
    ".ogg": "audio/ogg",
    ".mp3": "audio/mpeg",
    ".m4a": "audio/mp4",
    ".pdf": "application/pdf",
}


@dataclass(frozen=True, slots=True)
class Fetched:
    """The content of a file and what kind it is of."""

    content: bytes
    mime: str


Fetching: TypeAlias = Fetched | Later | Never


async def fetch(api: Api, file: str, *, most: int = MOST, attempts: int = 0) -> Fetching:
    """Return the file of a reference as `read` gave it, of at most `most` bytes, or when to try again, or why never."""
    answer = await api.ask("getFile", {"file_id": file})
    path = answer.result.get("file_path") if answer.is_ok and isinstance(answer.result, dict) else None
    if path is None:
        return _failed(answer if not answer.is_ok else Answer(NO_ANSWER, description="no path"), api, attempts)
    if answer.result.get("file_size", 0) > most:
        return Never("file is too large")
    content = await _download(api, str(path), most)
    if isinstance(content, bytes):
        return Fetched(content, _MIMES.get(PurePosixPath(str(path)).suffix.lower(), _UNKNOWN))
    return Never("file is too large") if content is None else _failed(content, api, attempts)


async def fetch_photo(api: Api, file: str, *, most: int = MOST, attempts: int = 0) -> Fetching:
    """Return a photo without anything that a camera wrote beside the pixels, or when to try again, or why never."""
    fetched = await fetch(api, file, most=most, attempts=attempts)
    if not isinstance(fetched, Fetched):
        return fetched
    pixels = await asyncio.to_thread(cleaned, fetched.content)
    return Fetched(pixels, MIME) if pixels is not None else Never("not a photo that can be opened")


async def _download(api: Api, path: str, most: int) -> bytes | Answer | None:
    """Return the content, an answer where there is none, or None as soon as it is more than `most` bytes."""
    try:
        async with api.session.get(api.file_address(path), allow_redirects=False) as response:
            if response.status == HTTPStatus.OK:
                return await _read(response, most)
            return Answer(NO_ANSWER, description=f"HTTP {response.status}")
    except (ClientError, TimeoutError, OSError) as error:
        return Answer(NO_ANSWER, description=type(error).__name__)


async def _read(response: ClientResponse, most: int) -> bytes | None:
    read = bytearray()
    async for chunk in response.content.iter_chunked(_CHUNK):
        read += chunk
        if len(read) > most:
            return None
    return bytes(read)


def _failed(answer: Answer, api: Api, attempts: int) -> Later | Never:
    came_to = outcome(answer, wait=api.pace.backoff(attempts))
    return came_to if isinstance(came_to, Later | Never) else Never("no file")
