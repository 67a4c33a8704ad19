"""The limits hold whatever comes, and what they allow is used."""

from __future__ import annotations

from bisect import bisect_left
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.telegram.limiter import HEADROOM, Limiter

PER_SECOND, PER_CHAT, BURST, PER_MINUTE = 28, 1.0, 3, 20
TOLERANCE = 1e-6  # seconds; far below what a clock on the other side can tell


def _limiter() -> Limiter:
    return Limiter(PER_SECOND, PER_CHAT, BURST, PER_MINUTE)


def _most_within(times: list[float], seconds: float) -> int:
    return max((bisect_left(times, start + seconds - TOLERANCE) - at for at, start in enumerate(times)), default=0)


class _Sender:
    """Sends one message after the other as early as it may, waking up late as schedulers do."""

    def __init__(self) -> None:
        self.limiter, self.now = _limiter(), 0.0
        self.sent: list[tuple[float, str]] = []

    def send(self, chat: str, late: float) -> None:
        delay = self.limiter.delay(chat, chat.startswith("-"), self.now)
        if delay:
            self.now += delay + late
        assert self.limiter.delay(chat, chat.startswith("-"), self.now) == 0
        self.limiter.take(chat, chat.startswith("-"), self.now)
        self.sent.append((self.now, chat))

    def times(self, chat: str | None = None) -> list[float]:
        return [time for time, to in self.sent if chat in (None, to)]


CHATS = st.sampled_from([*(str(number) for number in range(40)), "-1", "-2"])
STEPS = st.lists(
    st.tuples(CHATS, st.floats(0, 0.02), st.one_of(st.just(0.0), st.floats(0, 3))), min_size=1, max_size=200
)


@settings(deadline=None)
@given(STEPS)
def test_no_window_ever_holds_more_than_the_limits(steps: list[tuple[str, float, float]]) -> None:
    sender = _Sender()
    for chat, late, pause in steps:
        sender.now += pause
        sender.send(chat, late)
    assert _most_within(sender.times(), 1.0) <= PER_SECOND
    for chat in {chat for _, chat in sender.sent}:
        times = sender.times(chat)
        for seconds in (1.0, 5.0, 30.0):
            assert _most_within(times, seconds) <= BURST + PER_CHAT * seconds
        if chat.startswith("-"):
            assert _most_within(times, 60.0) <= PER_MINUTE


@settings(deadline=None, max_examples=25)
@given(st.floats(0, 0.005))
def test_when_there_is_work_the_rate_is_used_also_by_a_sender_that_wakes_late(late: float) -> None:
    sender = _Sender()
    for number in range(2000):
        sender.send(str(number), late)
    times = sender.times()
    assert len(times) / (times[-1] - times[0]) >= 0.97 * PER_SECOND


def test_who_was_idle_may_not_make_up_for_it_within_a_second() -> None:
    sender = _Sender()
    for number in range(100):
        sender.send(str(number), 0)
    assert _most_within(sender.times(), 1.0) == PER_SECOND


def test_a_reply_never_waits_long_behind_a_broadcast() -> None:
    sender = _Sender()
    for number in range(1000):
        sender.send(str(number), 0.001)
    waits = [later - earlier for earlier, later in pairwise(sender.times())]
    assert max(waits[28:]) < 0.2


def test_three_messages_to_a_chat_may_leave_at_once_then_one_a_second() -> None:
    limiter = _limiter()
    for _ in range(3):
        assert limiter.delay("7", False, 100.0) == 0
        limiter.take("7", False, 100.0)
    assert limiter.delay("7", False, 100.0) == 1
    assert limiter.delay("8", False, 100.0) == 0


def test_a_halt_holds_one_chat_or_all_until_its_end_and_a_shorter_one_does_not_shorten_it() -> None:
    limiter = _limiter()
    limiter.halt(30.0, "7")
    limiter.halt(20.0, "7")
    assert limiter.delay("7", False, 10.0) == 20
    assert limiter.delay("8", False, 10.0) == 0
    limiter.halt(15.0)
    assert limiter.delay("8", False, 10.0) == limiter.overall_delay(10.0) == 5
    assert limiter.delay("7", False, 40.0) == 0


def test_limits_below_one_a_second_hold_too() -> None:
    limiter = Limiter(0.5, 0.1, 1, 6)
    limiter.take("7", False, 0.0)
    assert limiter.delay("8", False, 0.0) == 2
    assert limiter.delay("7", False, 0.0) == 10


def test_what_is_long_past_is_forgotten_without_loosening_a_limit() -> None:
    limiter = Limiter(1_000_000, PER_CHAT, BURST, PER_MINUTE)
    limiter.halt(9_999.0, "77")
    for number in range(5000):
        limiter.take(str(-number), True, number / 1000)
    for _ in range(PER_MINUTE):
        limiter.take("-6", True, 10.0)
    for _ in range(BURST):
        limiter.take("88", False, 30.0)
    for number in range(100, 5000):
        limiter.take(str(number), False, 30.0)
    assert limiter.delay("-6", True, 30.0) == 40
    assert limiter.delay("88", False, 30.0) == 1
    assert limiter.delay("77", False, 30.0) == 9969


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from([0.0, 0.0, 0.0, 0.02, 0.3]), min_size=200, max_size=200), st.sampled_from([0.0, 0.08]))
def test_however_unevenly_the_way_takes_few_more_arrive_in_a_second(late: list[float], trip: float) -> None:
    sender = _Sender()
    arrived = []
    for at, jam in enumerate([0.0, *late]):  # the first shows how long the way takes at least
        sender.send(str(at), 0.0)
        # What is held up on the way arrives as late as it may: just before its answer is sent.
        arrived.append(sender.now + trip / 2 + jam)
        sender.limiter.landed(sender.now, sender.now + trip + jam)
    assert _most_within(sorted(arrived), 1.0) <= PER_SECOND + HEADROOM


def test_a_way_that_takes_equally_long_for_all_costs_nothing() -> None:
    sender = _Sender()
    for at in range(20 * PER_SECOND):
        sender.send(str(at), 0.0)
        sender.limiter.landed(sender.now, sender.now + 0.2)
    assert sender.now <= 20.1
