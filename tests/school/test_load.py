"""The load of `make bench` in small: two classes on real HTTP, a kill while they collect."""

from __future__ import annotations

from tests.bench.classes import play, small


async def test_a_kill_in_mid_round_loses_and_doubles_nothing() -> None:
    played = await play(small())
    assert sum(map(len, played.texts.values())) > 0
    assert sum(map(len, played.dots.values())) > 0
    assert (played.lost, played.doubled, played.wrong_votes) == (0, 0, 0)
