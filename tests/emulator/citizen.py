"""A citizen with Telegram in their hand, as a test plays them.

Law: a citizen can only do what the app offers: press a button that is shown, edit an own message.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from tests.emulator.deeds.registry import Impossible
from tests.emulator.errors import Json
from tests.emulator.files import sample_picture
from tests.emulator.screen import PATIENCE, Button, Screen, Seen, Toast

if TYPE_CHECKING:
    from tests.emulator.bot_api import BotApi
    from tests.emulator.group import Group


class Citizen:
    """One person; `where` is a group, else the private chat with the bot; `topic` a forum's topic."""

    def __init__(self, bot_api: BotApi, user: Json) -> None:
        self._bot_api, self.user = bot_api, user
        self.id: int = user["id"]
        self._last_tap = ("", self.screen)

    @property
    def screen(self) -> Screen:
        """The private chat with the bot."""
        return self._bot_api.screen(self.id)

    @property
    def messages(self) -> tuple[Seen, ...]:
        """The private chat as it looks now, oldest first."""
        return tuple(self.screen.messages.values())

    @property
    def heard(self) -> tuple[Seen, ...]:
        """What of it is the bot's."""
        return tuple(seen for seen in self.messages if seen.is_from_bot)

    @property
    def buttons(self) -> tuple[str, ...]:
        """The labels under the newest message with buttons; else those of the reply keyboard."""
        for seen in reversed(self.messages):
            if seen.buttons:
                return seen.labels
        return tuple(button.label for button in self.screen.keyboard)

    async def say(
        self,
        text: str,
        *,
        where: Group | None = None,
        topic: str | None = None,
        reply_to: Seen | None = None,
    ) -> Seen:
        """Type a text; gives the (last) message it became."""
        return await self._post("say", where, topic, reply_to, text=text)

    async def command(self, name: str, argument: str = "", *, where: Group | None = None) -> Seen:
        """Send a command; in groups with the bot's name, as the app completes it."""
        at = f"@{self._bot_api.username}" if where else ""
        return await self.say(f"/{name.removeprefix('/')}{at} {argument}".strip(), where=where)

    async def start(self, payload: str = "") -> Seen:
        """Press the start button, or follow a deep link."""
        return await self.command("start", payload)

    async def press(self, button: str, *, on: Seen | None = None, where: Group | None = None) -> str | None:
        """Press a button by label or data: the newest that fits, or that of an earlier message `on`.

        Gives the id of the tap, or None for a key of the reply keyboard, which just says its label.
        """
        screen = where.screen if where else self.screen
        found = _button_of(on, button) if on else screen.find(button)
        if found is None and button in {key.label for key in screen.keyboard}:
            await self.say(button, where=where)
            return None
        if found is None or found[1].data is None:
            raise Impossible(f"no button {button!r} among {self.buttons}")
        seen, pressed = found
        order = {"message_id": seen.message_id, "data": pressed.data}
        query_id: str = await self._order("press", where, **order)
        self._last_tap = (query_id, screen)
        return query_id

    async def answered(self, *, within: float = PATIENCE) -> Toast:
        """How the bot answers this citizen's last tap."""
        query_id, screen = self._last_tap
        return await screen.toast(query_id, within)

    async def hears(self, text: str | None = None, *, within: float = PATIENCE) -> Seen:
        """The bot's next message or edit in the private chat; with `text`, the next that contains it."""
        return await self.screen.hears(text, within)

    async def share_place(
        self,
        latitude: float,
        longitude: float,
        *,
        live_period: int | None = None,
        where: Group | None = None,
    ) -> Seen:
        """Share a place; with `live_period` (seconds) one that can move."""
        location: Json = {"latitude": latitude, "longitude": longitude}
        if live_period:
            location["live_period"] = live_period
        return await self._post("place", where, None, None, location=location)

    async def move(self, place: Seen, latitude: float, longitude: float) -> None:
        """Move a place that is shared live."""
        location = {"latitude": latitude, "longitude": longitude}
        await self._order("move", None, message_id=place.message_id, location=location)

    async def photo(
        self,
        content: bytes | None = None,
        *,
        caption: str = "",
        album: str | None = None,
        where: Group | None = None,
    ) -> Seen:
        """Send a picture; several with the same `album` belong together."""
        return await self._file("photos", content or sample_picture(), "photo.jpg", where,
                                caption=caption, album=album)  # fmt: skip

    async def voice(self, content: bytes = b"OggS", *, duration: int = 3, where: Group | None = None) -> Seen:
        """Send a voice message of `duration` seconds."""
        return await self._file("voice", content, "voice.oga", where, duration=duration)

    async def sticker(self, emoji: str = "👍", *, where: Group | None = None) -> Seen:
        """Send a sticker."""
        return await self._file("stickers", b"RIFF", "sticker.webp", where, emoji=emoji)

    async def document(
        self,
        content: bytes,
        name: str,
        *,
        mime: str = "application/octet-stream",
        caption: str = "",
        where: Group | None = None,
    ) -> Seen:
        """Send a file."""
        return await self._file("documents", content, name, where, mime=mime, caption=caption)

    async def contact(self, phone_number: str, *, where: Group | None = None) -> Seen:
        """Send the own contact card."""
        card = {"phone_number": phone_number, "first_name": self.user["first_name"]}
        card["user_id"] = self.id
        return await self._post("contact", where, None, None, contact=card)

    async def forward(self, text: str, *, origin: str = "Forwarded person") -> Seen:
        """Forward somebody else's text to the bot."""
        return await self._post("forward", None, None, None, text=text, origin=origin)

    async def edit(self, message: Seen, text: str, *, where: Group | None = None) -> Seen:
        """Change an own message."""
        return await self._post("edit", where, None, None, message_id=message.message_id, text=text)

    async def react(self, message: Seen, emoji: str = "👍", *, where: Group | None = None) -> None:
        """Put an emoji on a message."""
        await self._order("react", where, message_id=message.message_id, emoji=emoji)

    async def block(self) -> None:
        """Block the bot."""
        await self._order("block", None)

    async def unblock(self) -> None:
        """Let the bot in again."""
        await self._order("unblock", None)

    async def deactivate(self) -> None:
        """Delete the account."""
        await self._order("deactivate", None)

    async def _file(self, kind: str, content: bytes, name: str, where: Group | None, **more: Any) -> Seen:
        coded = base64.b64encode(content).decode()
        return await self._post("file", where, None, None,
                                kind=kind, content=coded, name=name, **more)  # fmt: skip

    async def _post(
        self, deed: str, where: Group | None, topic: str | None, reply_to: Seen | None, **more: Any
    ) -> Seen:
        thread = where.topics[topic] if where and topic else None
        reply = reply_to.message_id if reply_to else None
        message = await self._order(deed, where, thread=thread, reply_to=reply, **more)
        screen = where.screen if where else self.screen
        return screen.messages[message["message_id"]]

    async def _order(self, deed: str, where: Group | None, **more: Any) -> Any:
        chat = where.id if where else None
        return await self._bot_api.order(deed, citizen=self.user, chat=chat, **more)


def _button_of(seen: Seen, label: str) -> tuple[Seen, Button] | None:
    for button in seen.buttons:
        if label in (button.label, button.data):
            return seen, button
    return None
