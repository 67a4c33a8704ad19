"""The poller: fetches updates and hands them on, persisted before they are acknowledged.

Law of this file: the next offset is sent only after `persist` has returned, and lives in memory alone: after a start
there is none, so that Telegram gives again whatever was not acknowledged. Updates are handed on as they came.
Nothing but a wrong token or the end of the task stops the poller.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

from telegram import Update
from telegram.constants import PollingLimit

from bot.telegram.answers import NO_ANSWER, Answer, reason
from bot.telegram.raw import update_id
from bot.telegram.transport import Api

# Given every time: Telegram keeps the previous choice when it is left out.
ALLOWED_UPDATES = [Update.MESSAGE, Update.EDITED_MESSAGE, Update.CALLBACK_QUERY, Update.MY_CHAT_MEMBER]
# Seconds: Telegram cuts longer polls to 50; the network gets some more to bring the answer.
LONG_POLL = 50
GRACE = 15.0
# Seconds to leave to another poller: it may be our own predecessor that is just ending.
CONFLICT_WAIT = 5.0
# A server that answers "nothing" sooner than this, in seconds, does not wait for updates: then we do.
HASTY = 0.5

Persist = Callable[[list[Any]], Awaitable[object]]
_log = logging.getLogger(__name__)


class Poller:
    """Fetches the updates of one bot. `persist(batch)` returns when the batch is committed, or raises.

    `last_success` is when updates were last fetched and kept (seconds of the pace's clock), for the watchdog.
    """

    def __init__(self, api: Api, persist: Persist, *, long_poll: int = LONG_POLL) -> None:
        self._api, self._persist, self._pace = api, persist, api.pace
        self._long_poll = min(long_poll, LONG_POLL)
        self._offset: int | None = None
        self._failures = 0
        self._trouble = ""
        self.last_success = self._pace.now()

    @property
    def silent_seconds(self) -> float:
        """How long ago the last success is, in seconds."""
        return self._pace.now() - self.last_success

    async def run(self) -> None:
        """Fetch until the task is cancelled; a batch that has come in is persisted before it ends.

        Raises `WrongToken` when Telegram does not know the bot, however often it is asked.
        """
        while not await self._take_down_webhook():
            pass
        while True:
            await self._fetch()

    async def _take_down_webhook(self) -> bool:
        # Without it Telegram refuses getUpdates; waiting updates stay.
        answer = await self._api.ask("deleteWebhook", {"drop_pending_updates": False})
        if not answer.is_ok:
            await self._bear(answer)
        return answer.is_ok

    async def _fetch(self) -> None:
        begun = self._pace.now()
        answer = await self._api.ask("getUpdates", self._wish(), seconds=self._long_poll + GRACE)
        if not answer.is_ok:
            await self._bear(answer)
        elif not isinstance(answer.result, list):
            await self._bear(Answer(NO_ANSWER, description="not a list of updates"))
        elif await self._keep(answer.result) and not answer.result and self._pace.now() - begun < HASTY:
            await self._pace.sleep(HASTY)

    def _wish(self) -> dict[str, Any]:
        offset = {} if self._offset is None else {"offset": self._offset}
        limit = int(PollingLimit.MAX_LIMIT)
        return {**offset, "limit": limit, "timeout": self._long_poll, "allowed_updates": ALLOWED_UPDATES}

    async def _keep(self, batch: list[Any]) -> bool:
        if batch and not await self._persisted(batch):
            return False
        ids = [number for number in map(update_id, batch) if number is not None]
        if batch and not ids:
            # Nothing can be acknowledged: Telegram will give the same again, and persisting it twice is a no-op.
            await self._wait("updates without an update id", self._pace.backoff(self._failures))
            return False
        self._offset = max(ids) + 1 if ids else self._offset
        self._succeed()
        return True

    async def _persisted(self, batch: list[Any]) -> bool:
        saving = asyncio.ensure_future(self._persist(batch))
        try:
            await asyncio.shield(saving)
        except asyncio.CancelledError:
            await asyncio.gather(saving, return_exceptions=True)
            raise
        except Exception as error:  # whatever the storage says: the batch is not acknowledged and comes again
            await self._wait(f"updates can't be kept ({type(error).__name__})", self._pace.backoff(self._failures))
            return False
        return True

    async def _bear(self, answer: Answer) -> None:
        """Wait as an answer that is none demands."""
        if answer.doubts_token:
            await self._api.confirm_token()
        if answer.code == HTTPStatus.CONFLICT:
            await self._wait(_conflict(answer), CONFLICT_WAIT * (0.5 + self._pace.chance()))
        else:
            await self._wait(reason(answer), answer.retry_after or self._pace.backoff(self._failures))

    def _succeed(self) -> None:
        if self._trouble:
            _log.info("updates from Telegram come again")
        self._failures, self._trouble, self.last_success = 0, "", self._pace.now()

    async def _wait(self, why: str, seconds: float) -> None:
        # One trouble is told once, not at every attempt.
        level = logging.DEBUG if why == self._trouble else logging.WARNING
        _log.log(level, "no updates from Telegram: %s; trying again, first in %.1f s", why, seconds)
        self._failures, self._trouble = self._failures + 1, why
        await self._pace.sleep(seconds)


def _conflict(answer: Answer) -> str:
    if "webhook" in answer.description.casefold():
        return "a webhook is set for this bot; restart without the other program that sets it"
    return "another program fetches the updates of this bot; stop one of the two"
