"""Files that the bot sends and fetches."""

from __future__ import annotations

from typing import Final

from telegram.constants import FileSizeLimit

from tests.emulator import limits
from tests.emulator.errors import WRONG_FILE, Json, Refused, bad_request, broken_rule
from tests.emulator.files import UNREADABLE_SIZE, StoredFile, image_size
from tests.emulator.methods.registry import Call, Upload, answers
from tests.emulator.methods.sending import as_caption, send
from tests.emulator.world import World

_FOLDERS: Final = {"photo": "photos", "document": "documents", "voice": "voice"}
_DAY_OF_MUSIC: Final = 0  # seconds; the emulator doesn't listen to what it stores


def described(file: StoredFile, kind: str) -> Json:
    """The message's field for a file of this kind."""
    match kind:
        case "photo":
            width, height = image_size(file.content) or UNREADABLE_SIZE
            return {"photo": [{**file.described(), "width": width, "height": height}]}
        case "voice":
            return {"voice": {**file.described(), "duration": _DAY_OF_MUSIC}}
        case _:
            about = {"file_name": file.name, "mime_type": file.mime or "application/octet-stream"}
            return {"document": {**file.described(), **about}}


def given_file(world: World, call: Call, kind: str, value: str) -> StoredFile:
    """An upload, or a file that is known by its id."""
    if value.startswith("attach://"):
        upload = call.uploads.get(value.removeprefix("attach://"))
        if upload is None:
            raise broken_rule("Wrong file identifier/HTTP URL specified")
        _check_upload(upload, kind)
        return world.files.keep(upload.content, _FOLDERS[kind], upload.name, upload.mime)
    known = world.files.find(value)
    if known is None:
        raise bad_request(WRONG_FILE)
    return known


def _check_upload(upload: Upload, kind: str) -> None:
    most = FileSizeLimit.PHOTOSIZE_UPLOAD if kind == "photo" else FileSizeLimit.FILESIZE_UPLOAD
    if not upload.content:
        raise broken_rule("File must be non-empty")
    if len(upload.content) > most:
        raise Refused(413, "Request Entity Too Large", is_violation=True)
    if kind == "photo" and not image_size(upload.content):
        raise broken_rule("IMAGE_PROCESS_FAILED")


@answers("sendPhoto", "sendDocument", "sendVoice")
def send_file(world: World, call: Call) -> Json:
    """One file with a caption."""
    kind = call.method.removeprefix("send").lower()
    caption = as_caption(call.fields)
    file = given_file(world, call, kind, call.fields[kind])
    return send(world, call, {**described(file, kind), **caption})


@answers("sendMediaGroup")
def send_album(world: World, call: Call) -> list[Json]:
    """2 to 10 photos or documents that belong together."""
    limits.check_album(call.fields["media"])
    parts = []
    for part in call.fields["media"]:
        if part["type"] not in ("photo", "document"):
            raise broken_rule("The emulator knows albums of photos or documents only")
        file = given_file(world, call, part["type"], part["media"])
        parts.append({**described(file, part["type"]), **as_caption(part)})
    album = {"media_group_id": str(world.dice.randrange(10**16, 10**17))}
    return [send(world, call, {**part, **album}) for part in parts]


@answers("getFile")
def get_file(world: World, call: Call) -> Json:
    """Where a file can be downloaded; 20 MB at most."""
    file = world.files.by_id(call.fields["file_id"])
    if len(file.content) > FileSizeLimit.FILESIZE_DOWNLOAD:
        raise bad_request("Bad Request: file is too big")
    return {**file.described(), "file_path": file.path}
