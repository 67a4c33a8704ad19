"""Themes at the desk: found, shaped by hand, kept at the next count, and each deed undone."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import datetime

import numpy as np
import pytest
import pytest_asyncio
from sqlalchemy import Connection, select, update

from storage.audits import Actor
from storage.erasures import erase_contribution
from storage.figures import themes
from storage.models import Contribution
from tests.desk.site import Clerk, DeskSite
from tests.figures.crowd import fill


def two_groups(connection: Connection, now: datetime) -> None:
    """Keep two groups of six, each alike: about trees and about buses."""
    noise = np.random.default_rng(5)
    for group, words in enumerate(("Mehr Bäume für die Straße", "Mehr Busse am Abend")):
        for serial, number in enumerate(fill(connection, 6, now, start=1 + 6 * group, field="living")):
            vector = np.zeros(512, dtype=np.float32)
            vector[group] = 1
            vector += noise.standard_normal(512).astype(np.float32) * 0.005
            stored = (vector / np.linalg.norm(vector)).astype(np.float16).tobytes()
            row = update(Contribution).where(Contribution.number == number)
            connection.execute(row.values(embedding=stored, redacted_text=f"{words} {serial}"))


@pytest_asyncio.fixture
async def clerk(desk_on_both: DeskSite) -> AsyncIterator[Clerk]:
    """A strategist whose desk has found two themes."""
    await desk_on_both.store.write(two_groups, desk_on_both.clock())
    come = await desk_on_both.clerk("strategist")
    await come.open("/desk/themen")
    await come.post("/desk/themen/zaehlen", {"field": "living"})
    yield come


async def _state(desk: DeskSite) -> dict[str, int]:
    return {each.name: each.number for each in await desk.store.read(themes.themes)}


async def _open(clerk: Clerk, desk: DeskSite, place: int = 0) -> tuple[int, list[int]]:
    """Open a theme and return its id and its contributions."""
    theme = sorted(await desk.store.read(themes.themes), key=lambda each: each.id)[place].id
    await clerk.open(f"/desk/themen/{theme}")
    return theme, [each.id for each in await desk.store.read(themes.members, theme)]


async def test_a_count_finds_what_belongs_together(clerk: Clerk, desk_on_both: DeskSite) -> None:
    assert sorted((await _state(desk_on_both)).values()) == [6, 6]
    await _open(clerk, desk_on_both)
    assert "Mehr " in clerk.page.text
    assert "steht für das Bündel" in clerk.page.text


@pytest.mark.parametrize("deed", ["rename", "merge", "move", "split", "out"])
async def test_each_deed_changes_and_is_undone(clerk: Clerk, desk_on_both: DeskSite, deed: str) -> None:
    desk = desk_on_both
    before = await _state(desk)
    other, _ = await _open(clerk, desk, 1)
    theme, ids = await _open(clerk, desk, 0)
    sent = {"deed": deed, "name": "Stadtgrün", "into": str(other), "members": [str(each) for each in ids[:2]]}
    await clerk.post(f"/desk/themen/{theme}", sent)
    after = await _state(desk)
    expected = {"rename": [6, 6], "merge": [12], "move": [4, 8], "split": [2, 4, 6], "out": [4, 6]}
    assert sorted(after.values()) == expected[deed]
    assert ("Stadtgrün" in after) == (deed in ("rename", "split"))
    change = await desk.store.read(themes.last_change)
    assert change is not None
    await clerk.open("/desk/themen")
    await clerk.post("/desk/themen/rueckgaengig", {"change": str(change[0])})
    assert await _state(desk) == before
    page = await clerk.post("/desk/themen/rueckgaengig", {"change": str(change[0])})
    assert page.status == 409


async def test_the_audit_says_it_in_words_and_finds_it_by_them(clerk: Clerk, desk_on_both: DeskSite) -> None:
    admin = await desk_on_both.clerk()
    page = await admin.open("/desk/protokoll")
    found = re.search(r"Themenbündel neu gesucht (Änderung am Themenbündel \d+)", page.text)
    assert found is not None
    asked = {"subject": found[1], "occasion": "Eine Nachfrage des Rats"}
    page = await admin.post("/desk/protokoll", asked)
    assert "Rosa Test Themenbündel neu gesucht" in page.text


async def test_what_was_done_by_hand_survives_the_next_count(clerk: Clerk, desk_on_both: DeskSite) -> None:
    desk = desk_on_both
    other, _ = await _open(clerk, desk, 1)
    theme, ids = await _open(clerk, desk, 0)
    moved = {"deed": "move", "into": str(other), "members": [str(each) for each in ids[:2]]}
    await clerk.post(f"/desk/themen/{theme}", moved)
    await clerk.open(f"/desk/themen/{theme}")
    await clerk.post(f"/desk/themen/{theme}", {"deed": "rename", "name": "Stadtgrün"})
    await clerk.open("/desk/themen")
    await clerk.post("/desk/themen/zaehlen", {"field": "living"})
    assert (await _state(desk))["Stadtgrün"] == 4
    assert set(ids[:2]) <= {each.id for each in await desk.store.read(themes.members, other)}


async def test_a_theme_made_by_hand_takes_in_what_is_like_it_at_the_next_count(desk_on_both: DeskSite) -> None:
    desk = desk_on_both
    await desk.store.write(two_groups, desk.clock())
    trees = [row[0] for row in (await desk.store.read(themes.candidates, "living"))[:3]]
    made = await desk.store.write(themes.gather, "living", "Stadtgrün", trees, Actor("amt", "admin"), now=desk.clock())
    clerk = await desk.clerk("strategist")
    await clerk.open("/desk/themen")
    await clerk.post("/desk/themen/zaehlen", {"field": "living"})
    assert (await _state(desk))["Stadtgrün"] == 6
    assert set(trees) < {each.id for each in await desk.store.read(themes.members, made)}


async def test_undoing_brings_back_nobody_who_was_erased(clerk: Clerk, desk_on_both: DeskSite) -> None:
    desk = desk_on_both
    theme, ids = await _open(clerk, desk, 0)
    await clerk.post(f"/desk/themen/{theme}", {"deed": "out", "members": [str(ids[0])]})
    number = await desk.store.read(_number, ids[0])
    await desk.store.write(erase_contribution, number, now=desk.clock())
    change = await desk.store.read(themes.last_change)
    assert change is not None
    await clerk.open("/desk/themen")
    await clerk.post("/desk/themen/rueckgaengig", {"change": str(change[0])})
    assert sorted((await _state(desk)).values()) == [5, 6]


def _number(connection: Connection, row_id: int) -> str:
    return connection.execute(select(Contribution.number).where(Contribution.id == row_id)).scalar_one()


@pytest.mark.parametrize(
    "sent", [{}, {"deed": "merge"}, {"deed": "merge", "into": "99"}, {"deed": "split", "name": "x"}]
)
async def test_what_makes_no_sense_changes_nothing(clerk: Clerk, desk_on_both: DeskSite, sent: dict[str, str]) -> None:
    before = await _state(desk_on_both)
    theme, _ = await _open(clerk, desk_on_both)
    assert (await clerk.post(f"/desk/themen/{theme}", sent)).status == 400
    assert await _state(desk_on_both) == before
