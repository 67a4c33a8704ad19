"""A raw update becomes an event.

Law of this file: pure; every update gives an event, or None when it is none of the bot's business, or raises
`Unreadable`, whose message never holds what a citizen wrote. In groups only commands and answers to the bot count.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from telegram import CallbackQuery, ChatMember, ChatMemberUpdated, Document, Message, PhotoSize, Update
from telegram.constants import ChatMemberStatus, ChatType, FileSizeLimit

from bot.dialogue.events import (
    NOTHING,
    Blocked,
    Commanded,
    Edited,
    Event,
    Located,
    Moved,
    Pressed,
    Returned,
    Said,
    Sent,
    Understanding,
)
from bot.telegram.raw import chat_of, external_id, is_readable, migration_of, storable, tap_of, text_of, thread_of

DistrictAt = Callable[[float, float], str | None]

# Shared places are kept to about 100 m: three decimals of a degree.
PLACE_DECIMALS = 3
# A photo sent "as a file" is a photo all the same when it is of a kind that can be opened here.
PICTURES = frozenset({"image/jpeg", "image/png", "image/webp"})
# A command is a slash, a name, perhaps @ and the bot it is for, perhaps a payload; nothing but that at the beginning.
_COMMAND = re.compile(r"/(?P<name>\w{1,64})(?:@(?P<bot>\w+))?(?:\s+(?P<payload>.*))?", re.S)
_GONE = (ChatMemberStatus.LEFT, ChatMemberStatus.BANNED)


class Unreadable(Exception):
    """An update that is not as the Bot API describes it; the message says what is wrong, without its content."""


def nowhere(latitude: float, longitude: float) -> str | None:
    """Return None: no place lies in a known district."""
    del latitude, longitude
    return None


@dataclass(frozen=True, slots=True)
class _Reader:
    seq: int
    receipt: str
    understanding: Understanding
    bot_name: str
    district_at: DistrictAt


def read(
    update: Mapping[str, Any],
    *,
    seq: int,
    receipt: str = "",
    understanding: Understanding = NOTHING,
    bot_name: str = "",
    district_at: DistrictAt = nowhere,
) -> Event | None:
    """Return the event an update tells of, or None when it concerns nobody here.

    `bot_name` is the bot's own user name, without @; while it is not known every @name is taken for ours.
    `district_at(latitude, longitude)` names the Stadtbezirk of a rounded place. Raises `Unreadable`.
    """
    reader = _Reader(seq, receipt, understanding, bot_name.lower(), district_at)
    try:
        return _event(reader, Update.de_json(dict(update), None))
    except Unreadable:
        raise
    except Exception as error:  # a parser of a foreign format fails in as many ways as there are formats
        # Only the kind of the error: its text may quote the update.
        raise Unreadable(f"not as the Bot API describes it ({type(error).__name__})") from None


def _event(reader: _Reader, update: Update) -> Event | None:
    if update.message:
        return _from_message(reader, update.message)
    if update.edited_message:
        return _from_edit(reader, update.edited_message)
    if update.callback_query:
        return _from_tap(reader, update.callback_query)
    if update.my_chat_member:
        return _from_membership(reader, update.my_chat_member)
    return None


def _from_message(reader: _Reader, message: Message) -> Event | None:
    if message.migrate_to_chat_id or message.migrate_from_chat_id:
        return Moved(reader.seq)
    if _is_of_a_bot(message) or message.chat.type == ChatType.CHANNEL:
        return None
    command = None if message.forward_origin else _command(reader, message)
    if message.chat.type != ChatType.PRIVATE and command is None and not _answers_bot(reader, message):
        return None
    return command or _content(reader, message)


def _is_of_a_bot(message: Message) -> bool:
    # An administrator who stays anonymous writes as a bot too, but with the group as `sender_chat`.
    return bool(message.from_user and message.from_user.is_bot and not message.sender_chat)


def _command(reader: _Reader, message: Message) -> Commanded | None:
    if message.text is None or not (found := _COMMAND.fullmatch(_text(message.text).strip())):
        return None
    meant = (found["bot"] or "").lower()
    if meant and reader.bot_name and meant != reader.bot_name:
        return None
    return Commanded(reader.seq, found["name"].lower(), (found["payload"] or "").strip(), reader.receipt)


def _answers_bot(reader: _Reader, message: Message) -> bool:
    answered = message.reply_to_message
    # In a topic every message refers to the one that opened the topic: that is no answer.
    if answered is None or answered.forum_topic_created or answered.from_user is None:
        return False
    name = (answered.from_user.username or "").lower()
    return answered.from_user.is_bot and reader.bot_name in ("", name)


def _content(reader: _Reader, message: Message) -> Event | None:
    if message.text is not None:
        return _said(reader, message)
    place = message.location or (message.venue and message.venue.location)
    if place:
        return _located(reader, place.latitude, place.longitude)
    return _sent(reader, message) if message.effective_attachment else None


def _said(reader: _Reader, message: Message) -> Said:
    return Said(
        reader.seq,
        _text(message.text),
        reader.receipt,
        str(message.message_id),
        reader.understanding,
        forwarded=message.forward_origin is not None,
    )


def _located(reader: _Reader, latitude: object, longitude: object) -> Located:
    if not (isinstance(latitude, int | float) and isinstance(longitude, int | float)):
        raise Unreadable("a place without numbers")
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        raise Unreadable("a place that is not on earth")
    near = round(float(latitude), PLACE_DECIMALS), round(float(longitude), PLACE_DECIMALS)
    return Located(reader.seq, *near, district=reader.district_at(*near))


def _sent(reader: _Reader, message: Message) -> Sent:
    media, file, size = _file(message)
    caption = _text(message.caption) if message.caption is not None else ""
    return Sent(reader.seq, media, file, size, caption, reader.understanding, str(message.message_id))


def _file(message: Message) -> tuple[str, str, int]:
    """Return kind, file id and size in bytes of what was sent; empty where nothing will ever be fetched."""
    if message.photo:
        return _taken("photo", _best(message.photo))
    if message.voice:
        return "voice", message.voice.file_id, message.voice.file_size or 0
    if message.document and not message.animation:
        is_picture = message.document.mime_type in PICTURES
        return _taken("photo" if is_picture else "document", message.document)
    if message.sticker:
        return "sticker", "", 0
    return ("contact", "", 0) if message.contact else ("other", "", 0)


def _taken(media: str, file: PhotoSize | Document) -> tuple[str, str, int]:
    return media, file.file_id, file.file_size or 0


def _best(sizes: tuple[PhotoSize, ...]) -> PhotoSize:
    """Return the largest size that a bot may download."""
    fetchable = [size for size in sizes if (size.file_size or 0) <= FileSizeLimit.FILESIZE_DOWNLOAD]
    return max(fetchable or sizes, key=lambda size: size.width * size.height)


def _from_edit(reader: _Reader, message: Message) -> Edited | None:
    # A live location moves by edits: the place was taken when it was first shared.
    text = message.text if message.text is not None else message.caption
    if text is None or _is_of_a_bot(message):
        return None
    if message.chat.type != ChatType.PRIVATE and not _answers_bot(reader, message):
        return None
    return Edited(reader.seq, _text(text), str(message.message_id), reader.understanding)


def _from_tap(reader: _Reader, query: CallbackQuery) -> Pressed:
    return Pressed(reader.seq, _text(query.data or ""), reader.receipt)


def _from_membership(reader: _Reader, change: ChatMemberUpdated) -> Event | None:
    if change.chat.type == ChatType.CHANNEL:
        return None
    was, is_now = _is_there(change.old_chat_member), _is_there(change.new_chat_member)
    if was == is_now:
        return None
    return Returned(reader.seq) if is_now else Blocked(reader.seq)


def _is_there(member: ChatMember) -> bool:
    # Someone restricted may have left all the same.
    return member.status not in _GONE and getattr(member, "is_member", True) is not False


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise Unreadable("a text that is no text")
    return storable(value)


__all__ = [
    "Unreadable",
    "chat_of",
    "external_id",
    "is_readable",
    "migration_of",
    "nowhere",
    "read",
    "tap_of",
    "text_of",
    "thread_of",
]
