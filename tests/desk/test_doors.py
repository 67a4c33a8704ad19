"""Every address of the desk for every role: who passes, and what stands before each form."""

from __future__ import annotations

import re

import pytest

from desk.app import DOORS
from desk.doors import Door
from desk.rights import Right
from desk.visit import FORM_TOKEN
from storage.models.desk import ADMIN, MODERATOR, ROLES, STRATEGIST
from tests.desk.site import ORIGIN, DeskSite

# What each role may, written down once more: a change of rights is made in two places, on purpose.
ALLOWED = {
    MODERATOR: {Right.COME_IN, Right.READ, Right.REVIEW, Right.ENTER},
    STRATEGIST: {Right.COME_IN, Right.READ, Right.SHAPE, Right.OUTREACH},
    ADMIN: {Right.COME_IN, Right.READ, Right.REVIEW, Right.ENTER, Right.SHAPE, Right.OUTREACH, Right.MANAGE},
}
_PARAMETERS = {
    "id:int": "1",
    "number": "T-482-913-756",
    "token": "x",
    "file": "kinds.svg",
    "batch": "x",
    "code": "abc123",
    "language": "tr",
}


def address_of(door: Door) -> str:
    """Return an address that this door stands at."""
    return "/desk" + re.sub(r"\{(.+?)\}", lambda found: _PARAMETERS[found[1]], door.path)


each_door = pytest.mark.parametrize("door", DOORS, ids=lambda door: f"{door.method} {door.path}")
each_form = pytest.mark.parametrize(
    "door", [door for door in DOORS if door.method == "POST"], ids=lambda door: door.path
)
each_guarded_form = pytest.mark.parametrize(
    "door", [door for door in DOORS if door.method == "POST" and door.right], ids=lambda door: door.path
)


@each_door
async def test_a_stranger_is_asked_to_log_in(desk: DeskSite, door: Door) -> None:
    stranger = desk.stranger()
    answer = await stranger.client.request(door.method, address_of(door), data={}, follow_redirects=False)
    if door.right is None:
        assert answer.status_code in (200, 303, 404, 410)
        return
    if door.method == "GET":
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/desk/anmelden")
    else:
        assert answer.status_code == 403


@each_door
@pytest.mark.parametrize("role", ROLES)
async def test_a_role_passes_where_it_has_the_right(desk: DeskSite, door: Door, role: str) -> None:
    clerk = await desk.clerk(role)
    token = (await clerk.open("/desk/ansicht")).token
    answer = await clerk.client.request(
        door.method, address_of(door), data={FORM_TOKEN: token} if door.method == "POST" else None
    )
    refused = answer.status_code == 403 and "Nicht Ihr Bereich" in answer.text
    assert refused == (door.right is not None and door.right not in ALLOWED[role])
    assert answer.status_code < 500


@each_guarded_form
async def test_a_form_without_its_token_changes_nothing(desk: DeskSite, door: Door) -> None:
    clerk = await desk.clerk()
    for token in ("", "0" * 64):
        answer = await clerk.client.post(address_of(door), data={FORM_TOKEN: token})
        assert answer.status_code == 403
        assert "veraltet" in answer.text


@each_form
@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://desk.example.evil.example"])
async def test_a_form_from_elsewhere_is_refused(desk: DeskSite, door: Door, origin: str) -> None:
    clerk = await desk.clerk()
    token = (await clerk.open("/desk/ansicht")).token
    answer = await clerk.client.post(address_of(door), data={FORM_TOKEN: token}, headers={"Origin": origin})
    assert answer.status_code == 403
    assert "fremden Seite" in answer.text


async def test_a_token_of_another_session_is_worth_nothing(desk: DeskSite) -> None:
    one, two = await desk.clerk(), await desk.clerk()
    foreign = (await one.open("/desk/ansicht")).token
    answer = await two.client.post("/desk/ansicht", data={FORM_TOKEN: foreign})
    assert answer.status_code == 403


@each_door
async def test_every_page_is_shielded(desk: DeskSite, door: Door) -> None:
    clerk = await desk.clerk()
    answer = await clerk.client.request(door.method, address_of(door), data=None, follow_redirects=False)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert "permissions-policy" in answer.headers


@each_door
async def test_no_page_asks_another_host_for_anything(desk: DeskSite, door: Door) -> None:
    if door.method == "POST":
        return
    clerk = await desk.clerk()
    page = await clerk.open(address_of(door))
    assert re.findall(r'(?:src|href|action)="(?:https?:)?//[^"]*', page.html.replace(ORIGIN, "")) == []
    assert not re.search(r"<[^>]+\son\w+=|<script>|<style|\sstyle=", page.html)


async def test_what_is_too_large_is_refused(desk: DeskSite) -> None:
    clerk = await desk.clerk()
    token = (await clerk.open("/desk/ansicht")).token
    answer = await clerk.client.post("/desk/ansicht", data={FORM_TOKEN: token, "text": "x" * 1_100_000})
    assert answer.status_code == 413
    assert "zu groß" in answer.text


async def test_a_broken_form_is_refused(desk: DeskSite) -> None:
    clerk = await desk.clerk()
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = await clerk.client.post("/desk/ansicht", content=b"--x\r\nbroken", headers=kind)
    assert answer.status_code in (400, 403)


async def test_an_unknown_address_says_so(desk: DeskSite) -> None:
    clerk = await desk.clerk()
    page = await clerk.open("/desk/gibt-es-nicht")
    assert page.status == 404
    assert "Das gibt es hier nicht" in page.text
