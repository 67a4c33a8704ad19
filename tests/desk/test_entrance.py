"""Getting in: a link works once and for a while, opening it changes nothing, and a session ends."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage import entering
from tests.desk.site import ORIGIN, DeskSite

LOGIN = "/desk/anmelden"


async def test_a_link_shows_a_button_however_often_it_is_opened_and_lets_in_once(desk_on_both: DeskSite) -> None:
    desk, link = desk_on_both, await desk_on_both.link()
    gateway, clerk, thief = desk.stranger(), desk.stranger(), desk.stranger()
    for _ in range(3):
        assert "Jetzt anmelden" in (await gateway.open(link)).text
    assert "Guten Tag, Rosa Test" in (await clerk.enter(link)).text
    assert (await thief.enter(link)).status == 410
    assert "gilt nicht mehr" in thief.page.text
    assert (await thief.open("/desk/")).path.startswith(LOGIN)


async def test_an_old_link_lets_nobody_in(desk: DeskSite) -> None:
    link, clerk = await desk.link(), desk.stranger()
    desk.clock.pass_by(minutes=30)
    assert (await clerk.open(link)).status == 410
    assert (await clerk.enter(link)).status == 410


async def test_a_made_up_link_lets_nobody_in(desk: DeskSite) -> None:
    clerk = desk.stranger()
    for token in ("x" * 32, "%00", "%F0%9F%98%80"):
        assert (await clerk.enter(f"{LOGIN}/{token}")).status in (404, 410)


async def test_a_session_ends_after_a_break_and_after_a_day(desk: DeskSite) -> None:
    idle, busy = await desk.clerk(), await desk.clerk()
    desk.clock.pass_by(minutes=50)
    assert (await busy.open("/desk/")).status == 200
    assert busy.page.path == "/desk/"
    desk.clock.pass_by(minutes=11)
    assert (await idle.open("/desk/")).path.startswith(LOGIN)
    for _ in range(15):
        desk.clock.pass_by(minutes=50)
        await busy.open("/desk/")
    assert busy.page.path.startswith(LOGIN)


async def test_logging_out_ends_the_session_and_not_only_the_cookie(desk: DeskSite) -> None:
    clerk = await desk.clerk()
    cookie = clerk.client.cookies["talstimme-desk"]
    await clerk.post("/desk/abmelden")
    assert clerk.page.path == LOGIN
    clerk.client.cookies.set("talstimme-desk", cookie)
    assert (await clerk.open("/desk/")).path.startswith(LOGIN)


async def test_logging_out_everywhere_ends_all_sessions_and_unused_links(desk: DeskSite) -> None:
    here, there, link = await desk.clerk(), await desk.clerk(), await desk.link()
    await here.open("/desk/ansicht")
    await here.post("/desk/abmelden", {"everywhere": "1"})
    assert (await there.open("/desk/")).path.startswith(LOGIN)
    assert (await desk.stranger().enter(link)).status == 410


async def test_a_session_planted_before_the_login_is_not_the_one_after_it(desk: DeskSite) -> None:
    """Session fixation: what came as a cookie is worth nothing, and a login ends the session it was made in."""
    victim = desk.stranger()
    victim.client.cookies.set("talstimme-desk", "planted", domain="desk.example", path="/")
    await victim.enter(await desk.link())
    sent = victim.client.cookies.get("talstimme-desk", domain="", path="/") or dict(victim.client.cookies.items())
    assert "planted" not in str(sent)
    planted = desk.stranger()
    planted.client.cookies.set("talstimme-desk", "planted")
    assert (await planted.open("/desk/")).path.startswith(LOGIN)


async def test_a_new_login_ends_the_session_it_was_made_in(desk: DeskSite) -> None:
    clerk = await desk.clerk()
    before = clerk.client.cookies["talstimme-desk"]
    await clerk.enter(await desk.link())
    old = desk.stranger()
    old.client.cookies.set("talstimme-desk", before)
    assert (await old.open("/desk/")).path.startswith(LOGIN)


async def test_the_cookie_is_kept_from_scripts_and_other_sites(desk: DeskSite) -> None:
    clerk, link = desk.stranger(), await desk.link()
    clerk.client.follow_redirects = False
    answer = await clerk.client.post(link)
    assert answer.status_code == 303
    set_cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in set_cookie
    assert "samesite=lax" in set_cookie


async def test_the_database_keeps_neither_link_nor_cookie(desk: DeskSite) -> None:
    link, clerk = await desk.link(), await desk.clerk()
    secrets = (link.rsplit("/", 1)[1], clerk.client.cookies["talstimme-desk"])
    raw = b"".join(file.read_bytes() for file in _files(desk))
    assert all(secret.encode() not in raw for secret in secrets)


def _files(desk: DeskSite) -> list[Path]:
    from storage.database import file_of

    file = file_of(str(desk.store.writer.url))
    assert file is not None
    return [each for each in file.parent.iterdir() if each.name.startswith(file.name) and each.suffix != ".lock"]


async def test_after_the_login_one_is_where_one_wanted_to_be_but_never_elsewhere(desk: DeskSite) -> None:
    clerk = desk.stranger()
    assert "weiter=%2Fdesk%2Fteam" in (await clerk.open("/desk/team")).path
    for wanted in ("https://evil.example/", "//evil.example", "/desk\\evil", "/deskevil", "/desk/\r\nX: y"):
        link = await desk.link()
        clerk = desk.stranger()
        answer = await clerk.client.post(link, data={"onward": wanted}, follow_redirects=False)
        assert answer.headers["location"] == "/desk/"


async def test_ended_links_and_sessions_are_forgotten(desk: DeskSite) -> None:
    await desk.link()
    await desk.clerk()
    desk.clock.pass_by(days=2)
    lasting = _lasting(desk)
    await desk.store.write(entering.forget_entries, now=desk.clock(), lasting=lasting)
    assert await desk.store.read(_rows) == 0


def _lasting(desk: DeskSite) -> entering.Lasting:
    from bot.desk import choices_of

    return choices_of(desk.settings).lasting


def _rows(connection: object) -> int:
    from sqlalchemy import Connection, func, select

    from storage.models import DeskSession, LoginLink

    assert isinstance(connection, Connection)
    return sum(connection.scalar(select(func.count()).select_from(table)) or 0 for table in (DeskSession, LoginLink))


@pytest.mark.parametrize("language", ["de", "en"])
async def test_a_stranger_is_greeted_in_their_language(desk: DeskSite, language: str) -> None:
    clerk = desk.stranger(**{"Accept-Language": language})
    page = await clerk.open(LOGIN)
    assert f'lang="{language}"' in page.html
    assert ("Log in" if language == "en" else "Anmelden") in page.text


async def test_a_clerk_chooses_language_and_shortcuts(desk: DeskSite) -> None:
    clerk = await desk.clerk()
    await clerk.open("/desk/ansicht")
    assert "data-shortcuts" in clerk.page.html
    await clerk.post("/desk/ansicht", {"language": "en", "back": "/desk/"})
    assert "Hello Rosa Test" in clerk.page.text
    assert "data-shortcuts" not in clerk.page.html


async def test_a_test_instance_says_so_on_every_page(desk: DeskSite) -> None:
    clerk = await desk.clerk()
    for path in ("/desk/", "/desk/team", "/desk/gibt-es-nicht", LOGIN):
        assert "Testsystem, keine echten Beiträge" in (await clerk.open(path)).text
    assert ORIGIN.startswith("http")
