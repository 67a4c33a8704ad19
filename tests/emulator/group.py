"""A Telegram group with the bot in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.emulator.screen import PATIENCE, Screen, Seen

if TYPE_CHECKING:
    from tests.emulator.bot_api import BotApi
    from tests.emulator.citizen import Citizen


class Group:
    """One group; `topics` maps names to thread ids when it is a forum."""

    def __init__(self, bot_api: BotApi, group_id: int, topics: dict[str, int]) -> None:
        self._bot_api, self.id, self.topics = bot_api, group_id, topics

    @property
    def screen(self) -> Screen:
        """What the members see."""
        return self._bot_api.screen(self.id)

    @property
    def messages(self) -> tuple[Seen, ...]:
        """The group as it looks now, oldest first."""
        return tuple(self.screen.messages.values())

    async def hears(self, text: str | None = None, *, within: float = PATIENCE) -> Seen:
        """The bot's next message or edit in the group; with `text`, the next that contains it."""
        return await self.screen.hears(text, within)

    async def join(self, citizen: Citizen) -> None:
        """A citizen comes in."""
        await self._bot_api.order("join", chat=self.id, citizen=citizen.user)

    async def leave(self, citizen: Citizen) -> None:
        """A citizen goes."""
        await self._bot_api.order("leave", chat=self.id, citizen=citizen.user)

    async def open_topic(self, citizen: Citizen, name: str) -> int:
        """A citizen opens a topic of the forum; gives its thread id."""
        order = {"chat": self.id, "citizen": citizen.user, "name": name}
        thread: int = await self._bot_api.order("topic", **order)
        self.topics[name] = thread
        return thread

    async def set_bot(self, status: str) -> None:
        """Make the bot `administrator` or `member`, or throw it out (`kicked`)."""
        await self._bot_api.order("set bot", chat=self.id, status=status)

    async def migrate(self) -> int:
        """Turn into a supergroup; gives the new id, under which this object goes on."""
        new_id: int = await self._bot_api.order("migrate", chat=self.id)
        self._bot_api.move_screen(self.id, new_id)
        self.id = new_id
        return new_id
