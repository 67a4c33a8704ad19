"""The load of `make bench` in small: a class on each way on real HTTP, a kill while they collect."""

from __future__ import annotations

from tests.bench.classes import play, small


async def test_a_kill_in_mid_round_loses_and_doubles_nothing_on_any_way() -> None:
    played = await play(small())
    assert all(played.texts.values())
    assert all(played.dots.values())
    assert (played.lost, played.doubled, played.wrong_votes, played.refused) == (0, 0, 0, 0)
