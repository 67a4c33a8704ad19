"""The first page: what waits for a role, that nothing does, and where this role goes from there."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from storage import workshops
from storage.models.desk import ADMIN, MODERATOR, ROLES, STRATEGIST
from storage.workshops import NewWorkshop
from tests.desk.shelf import fill
from tests.desk.site import DeskSite

NOTHING = "Zurzeit wartet nichts"


@pytest.mark.parametrize("role", ROLES)
async def test_where_nothing_waits_it_says_so_and_every_way_on_is_open(desk: DeskSite, role: str) -> None:
    clerk = await desk.clerk(role)
    page = await clerk.open("/desk/")
    assert NOTHING in page.text
    ways = re.findall(r'class="sheet" href="([^"]+)"><span class="way">', page.html)
    assert 2 <= len(ways) <= 3
    for way in ways:
        assert (await clerk.open(way.replace("&amp;", "&"))).status == 200


@pytest.mark.parametrize("role", [MODERATOR, ADMIN])
async def test_a_new_contribution_waits_for_who_reviews(desk: DeskSite, role: str) -> None:
    clerk = await desk.clerk(role)
    await fill(desk, 2)
    page = await clerk.open("/desk/")
    assert NOTHING not in page.text
    assert "2 Neu, unsicher zuerst" in page.text


async def test_a_workshop_ahead_waits_for_who_plans_and_a_cancelled_one_for_nobody(desk: DeskSite) -> None:
    clerk, begins = await desk.clerk(STRATEGIST), desk.clock() + timedelta(days=3)
    meeting = NewWorkshop("a", {"de": "Werkstatt"}, begins, begins + timedelta(hours=1))
    await desk.store.write(workshops.add, [meeting], now=desk.clock())
    page = await clerk.open("/desk/")
    assert NOTHING not in page.text
    assert "1 Workshops, die bevorstehen" in page.text
    here = f"/desk/workshops/{workshops.code_of('a')}"
    seen = next(each["value"] for each in (await clerk.open(here)).inputs() if each.get("name") == "seen")
    await clerk.post(here, {"seen": seen, "deed": "cancel"})
    assert NOTHING in (await clerk.open("/desk/")).text
