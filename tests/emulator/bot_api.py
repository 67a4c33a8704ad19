"""The emulator in a test's hand: its addresses, its people, its books and its faults."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any, Final, Literal

from tests.emulator.citizen import Citizen
from tests.emulator.clock import Signal
from tests.emulator.errors import Json
from tests.emulator.flood import Limits
from tests.emulator.group import Group
from tests.emulator.links import Link
from tests.emulator.screen import PATIENCE, Screen
from tests.emulator.updates import Entry
from tests.emulator.world import CallRecord, Violation

_FIRST_USER_ID: Final = 5_104_288_310  # ten digits, as Telegram gives today
_WIDEST_GAP: Final = 49_999
_VISIBLE: Final = ("send", "edit", "delete")
_OK: Final = 200


class BotApi:
    """One emulator with one bot; `base_url` is what PTB calls so (without the token)."""

    def __init__(self, root: str, token: str, *, seed: int, username: str) -> None:
        self.root, self.token, self.username = root, token, username
        self.base_url, self.base_file_url = f"{root}/bot", f"{root}/file/bot"
        self.violations: list[Violation] = []
        self.link: Link | None = None
        self._screens: dict[int, Screen] = {}
        self._dice = random.Random(seed)
        self._last_id = _FIRST_USER_ID
        self._people = 0
        self._requested: Counter[str] = Counter()
        self._called = Signal()

    def citizen(self, *, language_code: str | None = "de", username: str | None = None) -> Citizen:
        """A new person, unknown to the bot until they write; without a language when None."""
        self._last_id += self._dice.randrange(1, _WIDEST_GAP)
        self._people += 1
        names: Json = {"first_name": f"Person {self._people}"}
        names |= {"language_code": language_code} if language_code else {}
        names |= {"username": username} if username else {}
        return Citizen(self, {"id": self._last_id, "is_bot": False, **names})

    def citizens(self, number: int, *, language_code: str | None = "de") -> list[Citizen]:
        """Many at once."""
        return [self.citizen(language_code=language_code) for _ in range(number)]

    async def meet(self, citizens: Iterable[Citizen]) -> None:
        """Let these people have started the bot long ago: it can write to them."""
        await self.order("meet", citizens=[citizen.user for citizen in citizens])

    async def group(
        self,
        title: str,
        members: Iterable[Citizen],
        *,
        topics: Iterable[str] = (),
        is_supergroup: bool = False,
        is_admin: bool = False,
    ) -> Group:
        """A new group with the bot in it, founded by the first member; a forum when it has topics."""
        order = {"title": title, "members": [member.user for member in members]}
        kind = {"is_supergroup": is_supergroup, "is_admin": is_admin, "topics": list(topics)}
        made = await self.order("found", **order, **kind)
        return Group(self, made["id"], made["topics"])

    async def fail(
        self,
        method: str = "*",
        *,
        times: int = 1,
        code: int | None = None,
        when: Literal["before", "after"] = "before",
        retry_after: float = 1.0,
        chat_id: int | None = None,
    ) -> None:
        """The next `times` requests are answered with `code`, or dropped when it is None.

        `when` is `before` or `after` the effect; after it the bot can't know that it happened.
        """
        await self.order("fail", method=method, times=times, code=code, when=when,
                         retry_after=retry_after, chat_id=chat_id)  # fmt: skip

    async def heal(self) -> None:
        """End all faults, latency and pause."""
        await self.order("heal")

    async def latency(self, milliseconds: float) -> None:
        """Let every request take this long from now on."""
        await self.order("latency", seconds=milliseconds / 1000)

    async def pause(self) -> None:
        """Hold all requests until `resume`."""
        await self.order("pause", paused=True)

    async def resume(self) -> None:
        """Let all held requests go."""
        await self.order("pause", paused=False)

    async def limit(self, limits: Limits | None) -> None:
        """Switch sending limits on, or off with None."""
        await self.order("limit", limits=asdict(limits) if limits else None)

    async def advance(self, seconds: float) -> float:
        """Move the emulator's clock ahead; gives its new time in seconds since 1970."""
        return float(await self.order("advance", seconds=seconds))

    async def hand_out(self, update: Any) -> int:
        """Queue any JSON value as an update, malformed or not."""
        return int(await self.order("hand out", update=update))

    async def journal(self) -> list[Entry]:
        """What became of every update."""
        return [Entry(**line) for line in await self.order("journal")]

    async def calls(self, method: str | None = None) -> list[CallRecord]:
        """The bot's requests in order, or those of one method."""
        return [CallRecord(**line) for line in await self.order("calls", method=method)]

    async def requested(self, method: str, times: int = 1, *, within: float = PATIENCE) -> None:
        """Return when the bot has sent that many requests of a method, answered or not."""
        await self._called.until(lambda: True if self._requested[method] >= times else None, within)

    async def unanswered(self) -> list[Entry]:
        """Updates that were handed out, and after that nothing succeeded in being shown in their chat."""
        last: dict[int, float] = {}
        for call in await self.calls():
            if call.code == _OK and call.chat_id and call.method.startswith(_VISIBLE):
                last[call.chat_id] = call.started_at
        return [
            entry
            for entry in await self.journal()
            if entry.handed_out and entry.chat_id
            if last.get(entry.chat_id, 0.0) < entry.handed_out[0]
        ]

    async def about(self) -> Json:
        """Commands, descriptions and menu buttons that the bot has set."""
        told: Json = await self.order("about")
        return told

    async def catch_up(self) -> None:
        """Return when screens and violations show everything that has happened so far."""
        await self.order("nothing")

    async def order(self, deed: str, **order: Any) -> Any:
        """Have a deed done; raises Impossible when it can't be."""
        assert self.link, "the emulator is not connected"
        return await self.link.order(deed, order)

    def screen(self, chat_id: int) -> Screen:
        """What the people in a chat see."""
        return self._screens.setdefault(chat_id, Screen())

    def move_screen(self, old_id: int, new_id: int) -> None:
        """A group goes on under a new id: its messages stay on the screen."""
        moved = self.screen(old_id)
        self._screens.setdefault(new_id, moved)

    def receive(self, event: Json) -> None:
        """Mirror what has happened."""
        if event["kind"] == "violation":
            self.violations.append(Violation(**event["violation"]))
        elif event["kind"] == "call":
            self._requested[event["method"]] += 1
            self._called.fire()
        elif event["chat_id"] is not None:
            self.screen(event["chat_id"]).receive(event)
