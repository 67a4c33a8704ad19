"""Files on the emulator: what citizens and bot have sent, by file id and by download path."""

from __future__ import annotations

import base64
import hashlib
import io
import random
from dataclasses import dataclass
from typing import Final

from PIL import Image

from tests.emulator.errors import Json, Refused, bad_request

UNREADABLE_SIZE: Final = (1280, 960)  # what Telegram scales photos to


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One file; `kind` is the folder it is offered in, such as photos or voice."""

    file_id: str
    unique_id: str
    content: bytes
    kind: str
    name: str
    mime: str | None = None

    @property
    def path(self) -> str:
        """The path under which it can be downloaded."""
        return f"{self.kind}/{self.unique_id}{self._suffix()}"

    def described(self) -> Json:
        """The fields that every file object of the Bot API has."""
        return {
            "file_id": self.file_id,
            "file_unique_id": self.unique_id,
            "file_size": len(self.content),
        }

    def _suffix(self) -> str:
        _, dot, suffix = self.name.rpartition(".")
        return dot + suffix


class Files:
    """Keeps every file under its id; the same content keeps the same unique id, as at Telegram."""

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice
        self._by_id: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}

    def keep(self, content: bytes, kind: str, name: str, mime: str | None = None) -> StoredFile:
        """Store `content` and give it a fresh file id."""
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode()
        token = base64.urlsafe_b64encode(self._dice.randbytes(33)).decode()
        kept = StoredFile(f"AgAC{token}", f"AQAD{digest[:12]}", content, kind, name, mime)
        self._by_id[kept.file_id] = self._by_path[kept.path] = kept
        return kept

    def by_id(self, file_id: str) -> StoredFile:
        """The file of this id; refuses an unknown one."""
        if file_id not in self._by_id:
            raise bad_request("Bad Request: invalid file_id")
        return self._by_id[file_id]

    def by_path(self, path: str) -> StoredFile:
        """The file at this download path; refuses an unknown one."""
        if path not in self._by_path:
            raise Refused(404, "Not Found")
        return self._by_path[path]

    def find(self, file_id: str) -> StoredFile | None:
        """The file of this id, if there is one."""
        return self._by_id.get(file_id)


def image_size(content: bytes) -> tuple[int, int] | None:
    """Width and height in pixels, or None when this is no picture."""
    try:
        with Image.open(io.BytesIO(content)) as picture:
            return picture.size
    except OSError:
        return None


def sample_picture() -> bytes:
    """A small grey JPEG for citizens who don't care which photo they send."""
    out = io.BytesIO()
    Image.new("RGB", (320, 240), "grey").save(out, "JPEG")
    return out.getvalue()
