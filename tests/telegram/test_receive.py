"""Nothing that Telegram has handed out is ever lost, whatever fails in between; and nothing stops the poller."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bot.telegram.answers import WrongToken
from bot.telegram.pace import Pace
from bot.telegram.raw import text_of, update_id
from bot.telegram.receive import ALLOWED_UPDATES, CONFLICT_WAIT, Poller
from bot.telegram.transport import Api
from tests.emulator import BotApi
from tests.emulator.clock import Signal
from tests.telegram.conftest import Watch

PATIENCE = 10.0  # seconds of real time; only a broken poller needs them


class Inbox:
    """Keeps what it gets; `before` is run first and may fail."""

    def __init__(self, before: Callable[[], Awaitable[object]] | None = None) -> None:
        self.batches: list[list[Any]] = []
        self.changed = Signal()
        self.before = before

    async def persist(self, batch: list[Any]) -> None:
        if self.before:
            await self.before()
        self.batches.append(batch)
        self.changed.fire()

    @property
    def texts(self) -> list[str | None]:
        return [text_of(update) for batch in self.batches for update in batch]

    async def holds(self, number: int) -> None:
        await self.changed.until(lambda: len(self.texts) >= number or None, PATIENCE)


@asynccontextmanager
async def polling(poller: Poller) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(poller.run())
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _calls(bot_api: BotApi, method: str, number: int) -> None:
    """Return when the emulator has got that many requests of a method (yields, never sleeps)."""
    async with asyncio.timeout(PATIENCE):
        while len(await bot_api.calls(method)) < number:  # noqa: ASYNC110 (the emulator has no bell for this)
            await asyncio.sleep(0)


async def test_updates_are_handed_on_untouched_and_acknowledged_by_the_next_call(api: Api, bot_api: BotApi) -> None:
    inbox, citizen = Inbox(), bot_api.citizen()
    await bot_api.hand_out({"hologram": {"ß": [None, 1.5]}})
    await citizen.say("eins")
    async with polling(Poller(api, inbox.persist)):
        await inbox.holds(2)
        await citizen.say("zwei")
        await inbox.holds(3)
        await _calls(bot_api, "getUpdates", 3)
        journal = await bot_api.journal()
    assert inbox.batches[0][0]["hologram"] == {"ß": [None, 1.5]}
    assert inbox.texts == [None, "eins", "zwei"]
    assert [len(entry.handed_out) for entry in journal] == [1, 1, 1]
    assert all(entry.confirmed_at is not None for entry in journal)


async def test_nothing_is_acknowledged_before_it_is_kept(api: Api, bot_api: BotApi) -> None:
    seen: list[float | None] = []

    async def look() -> None:
        seen.extend(entry.confirmed_at for entry in await bot_api.journal())

    inbox = Inbox(look)
    await bot_api.citizen().say("eins")
    async with polling(Poller(api, inbox.persist)):
        await inbox.holds(1)
    assert seen == [None]


async def test_what_cannot_be_kept_comes_again(api: Api, bot_api: BotApi, watch: Watch) -> None:
    failures = iter([OSError(28, "No space left on device"), RuntimeError("geheim")])

    async def fail() -> None:
        for failure in failures:
            raise failure

    inbox = Inbox(fail)
    await bot_api.citizen().say("eins")
    poller = Poller(api, inbox.persist)
    async with polling(poller):
        await inbox.holds(1)
        assert (await bot_api.journal())[0].confirmed_at is None
        assert watch.naps == [0.5, 1.0]
    assert inbox.texts == ["eins"]


async def test_a_batch_that_has_come_in_is_kept_before_the_poller_ends(api: Api, bot_api: BotApi) -> None:
    begun, may_go_on = asyncio.Event(), asyncio.Event()

    async def wait() -> None:
        begun.set()
        await may_go_on.wait()

    inbox = Inbox(wait)
    await bot_api.citizen().say("eins")
    task = asyncio.create_task(Poller(api, inbox.persist).run())
    await begun.wait()
    task.cancel()
    await asyncio.sleep(0)
    assert not task.done()
    may_go_on.set()
    await asyncio.gather(task, return_exceptions=True)
    assert task.cancelled()
    assert inbox.texts == ["eins"]


async def test_a_new_poller_gets_again_what_was_not_acknowledged(api: Api, bot_api: BotApi) -> None:
    inbox, citizen = Inbox(), bot_api.citizen()
    await citizen.say("eins")
    await bot_api.fail("getUpdates", when="after")
    async with polling(Poller(api, inbox.persist)):
        await inbox.holds(1)
    again = Inbox()
    await citizen.say("zwei")
    async with polling(Poller(api, again.persist)):
        await again.holds(1)
    assert "zwei" in again.texts
    assert {*inbox.texts, *again.texts} == {"eins", "zwei"}


@pytest.mark.parametrize("code", [500, 502, 429, 404, 401, None])
async def test_no_failure_of_telegram_or_the_network_stops_it(
    api: Api, bot_api: BotApi, watch: Watch, code: int | None
) -> None:
    inbox = Inbox()
    await bot_api.fail("deleteWebhook", code=code, retry_after=7)
    await bot_api.fail("getUpdates", times=3, code=code, retry_after=7)
    async with polling(Poller(api, inbox.persist)):
        await _calls(bot_api, "getUpdates", 4)
        await bot_api.citizen().say("endlich")
        await inbox.holds(1)
    expected = [7, 7, 7, 7] if code == 429 else [0.5, 1, 2, 4]
    assert watch.naps == expected


async def test_a_wrong_token_ends_it_only_after_repeated_checks(api: Api, bot_api: BotApi, watch: Watch) -> None:
    await bot_api.fail(times=99, code=404)
    with pytest.raises(WrongToken):
        await asyncio.wait_for(Poller(api, Inbox().persist).run(), PATIENCE)
    assert watch.naps == [2, 2]
    assert len(await bot_api.calls("getMe")) == 3


async def test_another_poller_is_told_of_and_waited_for(
    api: Api, bot_api: BotApi, watch: Watch, caplog: pytest.LogCaptureFixture
) -> None:
    inbox = Inbox()
    async with polling(Poller(api, inbox.persist)):
        await _calls(bot_api, "getUpdates", 1)
        other = await api.ask("getUpdates")
        assert other.is_ok
        await _calls(bot_api, "getUpdates", 3)
        await bot_api.citizen().say("eins")
        await inbox.holds(1)
    assert watch.naps == [CONFLICT_WAIT * 1.5]
    assert "another program fetches the updates" in caplog.text


async def test_a_webhook_is_taken_down_and_what_waits_for_it_is_fetched(api: Api, bot_api: BotApi) -> None:
    inbox = Inbox()
    await api.ask("setWebhook", {"url": "https://127.0.0.1:8443/nowhere"})
    await bot_api.citizen().say("eins")
    async with polling(Poller(api, inbox.persist)):
        await inbox.holds(1)
    assert inbox.texts == ["eins"]


async def test_members_that_are_no_updates_are_handed_on_and_stop_nothing(api: Api, bot_api: BotApi) -> None:
    inbox = Inbox()
    for strange in (None, 7, ["x"], "x"):
        await bot_api.hand_out(strange)
    await bot_api.citizen().say("eins")
    async with polling(Poller(api, inbox.persist)):
        await inbox.holds(5)
        await _calls(bot_api, "getUpdates", 2)
        assert all(entry.confirmed_at is not None for entry in await bot_api.journal())
    assert [update_id(update) is not None for update in inbox.batches[0]] == [False] * 4 + [True]


async def test_a_batch_of_strange_members_alone_is_kept_and_tried_again_at_leisure(
    api: Api, bot_api: BotApi, watch: Watch
) -> None:
    inbox = Inbox()
    await bot_api.hand_out("x")
    async with polling(Poller(api, inbox.persist)):
        await inbox.holds(8)
    assert watch.naps[:7] == [0.5, 1, 2, 4, 8, 16, 32]


async def test_every_call_says_which_updates_it_wants_and_waits_long(api: Api, bot_api: BotApi) -> None:
    inbox, citizen = Inbox(), bot_api.citizen()
    async with polling(Poller(api, inbox.persist, long_poll=500)):
        await _calls(bot_api, "getUpdates", 1)
        await bot_api.advance(49)
        await citizen.block()
        await inbox.holds(1)
    first = (await bot_api.calls("getUpdates"))[0]
    assert first.finished_at == first.started_at + 49
    assert set(ALLOWED_UPDATES) == {"message", "edited_message", "callback_query", "my_chat_member"}


async def test_the_watchdog_sees_how_long_ago_the_last_success_is(api: Api, bot_api: BotApi, watch: Watch) -> None:
    inbox = Inbox()
    poller = Poller(api, inbox.persist)
    await bot_api.fail("getUpdates", times=9, code=500)
    await bot_api.citizen().say("eins")
    silences: list[float] = []

    async def look() -> None:
        silences.append(poller.silent_seconds)

    inbox.before = look
    async with polling(poller):
        await _calls(bot_api, "getUpdates", 11)
        assert poller.silent_seconds == 0
    assert silences == [sum(watch.naps)]
    assert silences[0] > 100


async def test_a_server_that_does_not_wait_is_not_asked_without_a_pause(api: Api, bot_api: BotApi) -> None:
    rested = asyncio.Event()

    async def sleep(seconds: float) -> None:
        assert seconds > 0
        rested.set()
        await asyncio.Event().wait()

    hasty = Pace(lambda: 0.0, sleep, lambda: 1.0)
    impatient = Api(api.session, base_url=bot_api.base_url, token=bot_api.token, pace=hasty)
    async with polling(Poller(impatient, Inbox().persist, long_poll=0)):
        await asyncio.wait_for(rested.wait(), PATIENCE)
    assert len(await bot_api.calls("getUpdates")) == 1


async def test_one_trouble_is_told_once_and_so_is_its_end(
    api: Api, bot_api: BotApi, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "bot.telegram.receive")
    inbox = Inbox()
    await bot_api.fail("getUpdates", times=5, code=500)
    await bot_api.citizen().say("geheim")
    async with polling(Poller(api, inbox.persist)):
        await _calls(bot_api, "getUpdates", 7)
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]
    assert "geheim" not in caplog.text
    assert bot_api.token not in caplog.text
