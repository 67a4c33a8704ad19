"""Announcements at the desk: written, looked at, tried, planned once, stopped and resumed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, select

from storage import announcements, citizens
from storage.announcements import Announced
from storage.audits import deeds
from storage.citizens import NewCitizen
from storage.models import Outbox
from tests.desk.site import Clerk, DeskSite, Leaf

NEW = "/desk/ankuendigungen/neu"
WORDS = {"title:de": "Werkstatt Mobilität", "text:de": "Kommen Sie am 5. Mai.", "category": "process"}


def _live(connection: Connection, now: datetime, spoken: Mapping[str, str | None]) -> None:
    keys = [NewCitizen(f"key{chat}", "telegram", "main", chat) for chat in spoken]
    people = citizens.find_or_add(connection, keys, now=now)
    languages = [(people[f"key{chat}"].id, code) for chat, code in spoken.items() if code]
    citizens.set_language(connection, languages)


async def _writer(desk: DeskSite, spoken: Mapping[str, str | None]) -> Clerk:
    await desk.store.write(_live, desk.clock(), spoken)
    clerk = await desk.clerk("strategist")
    await clerk.open(NEW)
    return clerk


def _checked(page: Leaf) -> dict[str, str]:
    return {"checked": next(each["value"] for each in page.inputs() if each.get("name") == "checked")}


async def _planned(clerk: Clerk, **more: str) -> Leaf:
    page = await clerk.post(NEW, {**WORDS, **more, "deed": "check"})
    return await clerk.post(NEW, {**WORDS, **more, **_checked(page), "deed": "plan"})


def _all(connection: Connection) -> list[Announced]:
    return announcements.listed(connection)


async def test_it_is_planned_after_its_writer_saw_how_it_reads_and_whom_it_reaches(desk_on_both: DeskSite) -> None:
    clerk = await _writer(desk_on_both, {"1": None, "2": "tr", "3": "ar"})
    page = await clerk.post(
        NEW, {**WORDS, "text:tr": "Gelin.", "deed": "check", "audience": ["language:tr", "language:de"]}
    )
    assert "erreicht 2 Menschen" in page.text
    assert "Gelin." in page.text
    assert "den eigenen Text" in page.text
    assert await desk_on_both.store.read(_all) == []
    sent = {
        **WORDS,
        "text:tr": "Gelin.",
        "audience": ["language:tr", "language:de"],
        "day": "2026-11-02",
        "hour": "17:30",
    }
    page = await clerk.post(NEW, {**sent, "deed": "check", "repeats": "weekly"})
    page = await clerk.post(NEW, {**sent, **_checked(page), "deed": "plan", "repeats": "weekly"})
    (one,) = await desk_on_both.store.read(_all)
    assert (one.title, one.repeats, one.due_at.isoformat()) == (
        "Werkstatt Mobilität",
        "weekly",
        "2026-11-02T16:30:00+00:00",
    )
    assert one.audience == ("language:tr", "language:de")
    assert "geplant" in page.text
    assert "02.11.2026, 17:30, wöchentlich" in page.text


async def test_pressed_twice_it_is_planned_once(desk: DeskSite) -> None:
    clerk = await _writer(desk, {"1": None})
    first = await _planned(clerk)
    desk.clock.pass_by(seconds=2)
    await clerk.open(NEW)
    assert (await _planned(clerk)).path == first.path
    assert len(await desk.store.read(_all)) == 1


async def test_what_was_changed_after_the_preview_is_shown_again_first(desk: DeskSite) -> None:
    clerk = await _writer(desk, {"1": None})
    page = await clerk.post(NEW, {**WORDS, "deed": "check"})
    page = await clerk.post(NEW, {**WORDS, "text:de": "Etwas anderes.", **_checked(page), "deed": "plan"})
    assert await desk.store.read(_all) == []
    assert "erreicht 1 Menschen" in page.text
    assert page.text.count("Etwas anderes.") == 2


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"text:de": ""}, "Deutsch: Der Text fehlt."),
        ({"title:de": "", "text:de": ""}, "Der deutsche Text fehlt."),
        ({"title:de": "", "text:de": "Ohne Titel"}, "Der Titel fehlt."),
        ({"text:de": "x" * 3501}, "3501 Zeichen"),
        ({"text:de": "Hallo {vorname}"}, "Für {vorname} gibt es keinen Wert."),
        ({"text:de": "[hier](javascript:alert(1))"}, "muss mit https:// beginnen"),
        ({"day": "2027-03-28", "hour": "02:30"}, "Diesen Zeitpunkt gibt es nicht."),
        ({"day": "morgen"}, "Diesen Zeitpunkt gibt es nicht."),
        ({"hour": "17:00"}, "Diesen Zeitpunkt gibt es nicht."),
        ({"day": "2020-01-01"}, "Der Zeitpunkt ist vorbei."),
    ],
)
async def test_what_cannot_be_sent_is_said_and_stays_in_the_form(
    desk: DeskSite, typed: dict[str, str], said: str
) -> None:
    clerk = await _writer(desk, {"1": None})
    page = await clerk.post(NEW, {**WORDS, **typed, "title:en": "Kept", "text:en": "x", "deed": "plan"})
    assert page.status == 400
    assert said in page.text
    assert 'value="Kept"' in page.html
    assert await desk.store.read(_all) == []


def _to(connection: Connection) -> list[str]:
    return list(connection.scalars(select(Outbox.chat).order_by(Outbox.id)))


async def test_a_sample_goes_to_one_chat_and_nobody_else(desk: DeskSite) -> None:
    clerk = await _writer(desk, {"1": None, "2": None})
    page = await clerk.post(NEW, {**WORDS, "text:en": "Come.", "chat": "2", "deed": "try"})
    assert "Anzahl der Sprachen: 2." in page.text
    assert await desk.store.read(_to) == ["2", "2"]
    assert await desk.store.read(_all) == []
    page = await clerk.post(NEW, {**WORDS, "chat": "99", "deed": "try"})
    assert "Unter dieser Nummer spricht niemand mit dem Bot." in page.text
    assert await desk.store.read(_to) == ["2", "2"]


async def test_it_is_stopped_and_resumed_and_both_are_in_the_audit(desk: DeskSite) -> None:
    clerk = await _writer(desk, {"1": None})
    page = await _planned(clerk, day=(desk.clock() + timedelta(days=2)).date().isoformat())
    page = await clerk.post(page.path, {"deed": "stopped"})
    assert "angehalten" in page.text
    assert "Es wurde nichts geändert" in (await clerk.post(page.path, {"deed": "stopped"})).text
    page = await clerk.open(page.path)
    page = await clerk.post(page.path, {"deed": "resumed"})
    assert "geplant" in page.text
    told = [deed.action for deed in await desk.store.read(deeds)]
    assert {"announced", "stopped", "resumed"} <= set(told)


async def test_an_earlier_one_lends_its_words(desk: DeskSite) -> None:
    clerk = await _writer(desk, {"1": None})
    page = await _planned(clerk, audience="field:mobility")
    page = await clerk.open(f"{NEW}?wie={page.path.rpartition('/')[2]}")
    assert 'value="Werkstatt Mobilität"' in page.html
    assert re.search(r'value="field:mobility" checked', page.html)


@pytest.mark.parametrize("number", ["7", "99999999999999999999999", "-1", "x"])
async def test_a_guessed_number_leads_nowhere(desk: DeskSite, number: str) -> None:
    clerk = await desk.clerk()
    for path in (f"/desk/ankuendigungen/{number}", f"/desk/workshops/{number}", f"/desk/klassen/{number}"):
        assert (await clerk.open(path)).status == 404
    assert (await clerk.open(f"{NEW}?wie={number}")).status == 200
    await clerk.open("/desk/ansicht")
    assert (await clerk.post(f"/desk/ankuendigungen/{number}", {"deed": "stopped"})).status in (404, 409)
