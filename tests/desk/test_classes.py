"""Classes at the desk: opened once, ended, answered, deleted."""

from __future__ import annotations

import re
import zlib
from typing import Any

from sqlalchemy import Connection

from storage import group_sessions
from storage.group_sessions import OpenSession
from storage.settings import BOT_NAME, write_setting
from tests.desk.site import Clerk, DeskSite

CLASSES = "/desk/klassen"
NEW = {"topics": ["learning", "climate"], "minutes": "45", "votes": "3", "language": "de"}


def _all(connection: Connection) -> list[OpenSession]:
    return group_sessions.newest(connection)


async def _opened(desk: DeskSite) -> tuple[Clerk, str]:
    clerk = await desk.clerk("strategist")
    await clerk.open(CLASSES)
    await clerk.post(CLASSES, NEW)
    return clerk, (await desk.store.read(_all))[0].code


async def test_codes_are_shown_once(desk: DeskSite) -> None:
    clerk, code = await _opened(desk)
    secret = re.search(r"http://desk\.example/lehrkraft/([\w-]+)", clerk.page.html)
    assert secret
    assert f"http://desk.example/klasse/{code}" in clerk.page.html
    assert f"http://desk.example/board/{code}" in clerk.page.html
    later = await clerk.open(CLASSES)
    assert code in later.text
    assert "lehrkraft/" not in later.html
    assert (await desk.store.read(_all))[0].topics == ("learning", "climate")


async def test_a_class_without_topic_or_of_two_minutes_is_not_opened(desk: DeskSite) -> None:
    clerk = await desk.clerk()
    await clerk.open(CLASSES)
    wrong: list[dict[str, Any]] = [{"topics": []}, {"minutes": "2"}, {"votes": "99"}, {"language": "xx"}]
    for each in wrong:
        assert "keine Klasse geöffnet" in (await clerk.post(CLASSES, {**NEW, **each})).text
    assert await desk.store.read(_all) == []


async def test_it_is_answered_and_ended(desk: DeskSite) -> None:
    clerk, code = await _opened(desk)
    here = f"{CLASSES}/{code}"
    page = await clerk.open(here)
    assert "wartet auf den Beginn" in page.text
    await clerk.post(here, {"deed": "answer", "text": "Danke, wir bauen es."})
    page = await clerk.post(here, {"deed": "end"})
    assert "Danke, wir bauen es." in page.text
    assert "Klasse beenden" not in page.text
    assert (await desk.store.read(_all))[0].closed_at is not None


async def test_it_is_deleted_only_by_who_says_so_twice(desk: DeskSite) -> None:
    clerk, code = await _opened(desk)
    here = f"{CLASSES}/{code}"
    await clerk.open(here)
    await clerk.post(here, {"deed": "delete"})
    assert len(await desk.store.read(_all)) == 1
    await clerk.open(here)
    await clerk.post(here, {"deed": "delete", "sure": "1"})
    assert await desk.store.read(_all) == []


async def test_its_papers_come_as_pdf(desk: DeskSite) -> None:
    clerk, code = await _opened(desk)
    for path in (f"{CLASSES}/{code}/aushang.pdf", f"{CLASSES}/mappe.pdf"):
        assert (await clerk.client.get(path)).content.startswith(b"%PDF")


async def test_its_sheet_names_the_way_by_telegram_where_there_is_a_bot(desk: DeskSite) -> None:
    clerk, code = await _opened(desk)
    here = f"{CLASSES}/{code}/aushang.pdf"
    before = _drawn((await clerk.client.get(here)).content)
    assert before == _drawn((await clerk.client.get(here)).content)
    await desk.store.write(write_setting, BOT_NAME, "talstimme_bot")
    assert before != _drawn((await clerk.client.get(here)).content)


def _drawn(pdf: bytes) -> list[bytes]:
    """Return what is written on the pages of a PDF, without its dates."""
    streams = re.findall(rb"/FlateDecode.*?stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    return [content for each in streams if b" Tf" in (content := zlib.decompress(each))]
