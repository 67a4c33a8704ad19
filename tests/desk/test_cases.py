"""Cases: who stands in for whom, what waits too long, templates to begin with, reasons in the reader's language."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest_asyncio
from sqlalchemy import Connection, update

from bot.config import Mail
from bot.housekeeping import jobs
from bot.mailing.office import jobs as mail_jobs
from bot.schedule import run_due
from desk.first_answers import first_answers
from storage import absences, answers, citizens, outbox
from storage.citizens import NewCitizen
from storage.models import Citizen, Contribution, Staff
from storage.models.desk import ADMIN, MODERATOR, STRATEGIST
from storage.staff import account_for
from tests.desk.shelf import fill
from tests.desk.site import DeskSite, open_desk_site, settings

MINE = "/desk/beitraege?bei=mir&folge=oldest"


async def staff_id(desk: DeskSite, name: str, role: str = MODERATOR, *fields: str, address: str = "") -> int:
    """Return the number of an account, opened where there is none."""

    def do(connection: Connection) -> int:
        account = account_for(connection, name, role, fields, now=desk.clock())
        if address:
            connection.execute(update(Staff).where(Staff.id == account.id).values(address=address))
        return account.id

    return await desk.store.write(do)


async def give(desk: DeskSite, number: str, staff: int | None, **values: object) -> None:
    """Assign a contribution."""

    def do(connection: Connection) -> None:
        changed = update(Contribution).where(Contribution.number == number)
        connection.execute(changed.values(assignee_id=staff, **values))

    await desk.store.write(do)


async def test_while_somebody_is_away_their_cases_are_on_the_stand_ins_list(desk_on_both: DeskSite) -> None:
    desk = desk_on_both
    [number] = await fill(desk, 1)
    ali = await desk.clerk(MODERATOR, name="Ali")
    rosa_id = await staff_id(desk, "Rosa")
    rosa = await desk.clerk(MODERATOR, name="Rosa")
    await give(desk, number, await staff_id(desk, "Ali"))
    assert number not in (await rosa.open(MINE)).text
    await ali.open("/desk/ansicht")
    days = {"since": "2026-09-15", "until": "2026-09-16", "stand_in": str(rosa_id), "back": "/desk/ansicht"}
    assert (await ali.post("/desk/vertretung", days)).status == 200
    assert number not in (await rosa.open(MINE)).text
    desk.clock.pass_by(days=1)
    rosa = await desk.clerk(MODERATOR, name="Rosa")
    assert number in (await rosa.open(MINE)).text
    assert "Sie vertreten Ali bis 16.09.2026" in (await rosa.open("/desk/")).text
    desk.clock.pass_by(days=2)
    rosa = await desk.clerk(MODERATOR, name="Rosa")
    assert number not in (await rosa.open(MINE)).text
    await run_due(desk.store, [each for each in jobs(desk.store, desk.settings) if each.name == "desk"], desk.clock())
    assert await desk.store.read(absences.absences) == {}


async def test_nobody_stands_in_who_may_do_less_and_only_admins_say_so_for_others(desk: DeskSite) -> None:
    clerk = await desk.clerk(MODERATOR, name="Ali")
    own = await staff_id(desk, "Ali")
    narrow, other, boss = (
        await staff_id(desk, "Eng", MODERATOR, "mobility"),
        await staff_id(desk, "Strategin", STRATEGIST),
        await staff_id(desk, "Rosa", ADMIN),
    )
    page = await clerk.open("/desk/ansicht")
    days = {"since": "2026-09-15", "until": "2026-09-16"}
    for wrong in (narrow, other, own, 999):
        assert f'<option value="{wrong}">' not in page.html
        assert (await clerk.post("/desk/vertretung", {**days, "stand_in": str(wrong)})).status == 400
        await clerk.open("/desk/ansicht")
    backwards = {"since": "2026-09-16", "until": "2026-09-15", "stand_in": str(boss)}
    assert (await clerk.post("/desk/vertretung", backwards)).status == 400
    await clerk.open("/desk/ansicht")
    assert (await clerk.post("/desk/vertretung", {**days, "stand_in": str(boss), "staff": str(boss)})).status == 403
    admin = await desk.clerk(ADMIN, name="Rosa")
    await admin.open("/desk/team")
    await admin.post("/desk/vertretung", {**days, "stand_in": str(boss), "staff": str(own), "back": "/desk/team"})
    assert "abwesend bis 16.09.2026" in admin.page.text
    await admin.post("/desk/vertretung", {"deed": "back", "staff": str(own), "back": "/desk/team"})
    assert "abwesend" not in admin.page.text.replace("Abwesend von", "")


@pytest_asyncio.fixture
async def writing(sqlite_url: str, now: datetime) -> AsyncIterator[DeskSite]:
    """A desk that writes letters; nobody fetches them."""
    mail = Mail(host="127.0.0.1", sender="t@stadt.example", team=("team@stadt.example",))
    async with open_desk_site(sqlite_url, now, settings().model_copy(update={"mail": mail})) as desk:
        yield desk


async def letters(desk: DeskSite) -> dict[str, str]:
    """Do what is due and return the letters that wait, by address."""
    due = [each for each in mail_jobs(desk.store, desk.settings, lambda: None) if each.name == "mail-mornings"]
    await run_due(desk.store, due, desk.clock())
    found = await desk.store.read(outbox.take_waiting, now=desk.clock(), limit=20)
    return {each.params["to"]: f"{each.params['subject']}\n{each.params['text']}" for each in found}


async def test_what_turned_old_and_what_comes_back_is_written_once_to_whose_it_is(writing: DeskSite) -> None:
    desk = writing
    assert await letters(desk) == {}
    old, back, young = await fill(desk, 3)
    ali = await staff_id(desk, "Ali", address="ali@stadt.example")
    rosa = await staff_id(desk, "Rosa", address="rosa@stadt.example")
    today = desk.clock().date() + timedelta(days=1)
    away = absences.Absence(rosa, today, today)
    await desk.store.write(absences.note_absence, ali, away)
    await give(desk, old, ali, created_at=desk.clock() - timedelta(days=13))
    await give(desk, back, rosa, follow_up_on=today)
    desk.clock.pass_by(days=1)
    written = await letters(desk)
    assert set(written) == {"team@stadt.example", "ali@stadt.example", "rosa@stadt.example"}
    assert written["team@stadt.example"].startswith("Seit 14 Tagen offen: 1 Beitrag mehr\nTestsystem")
    assert written["ali@stadt.example"].startswith("Bei Ihnen: 1 seit 14 Tagen offen\n")
    assert written["rosa@stadt.example"].startswith("Bei Ihnen: 1 zur Wiedervorlage, 1 seit 14 Tagen offen\n")
    assert f"/desk/beitrag/{back}" in written["rosa@stadt.example"]
    assert not any("Ampel" in letter or young in letter for letter in written.values())
    assert await letters(desk) == written


async def test_what_waits_too_long_stands_out_on_the_list_and_is_counted_on_the_first_page(desk: DeskSite) -> None:
    old, _ = await fill(desk, 2)
    await give(desk, old, None, created_at=desk.clock() - timedelta(days=20))
    clerk = await desk.clerk(MODERATOR)
    assert "1 Älter als 14 Tage" in (await clerk.open("/desk/")).text
    assert (await clerk.open("/desk/beitraege?stand=received")).text.count("wartet seit 20 Tagen") == 1


async def test_a_new_desk_has_templates_in_two_languages_and_who_deletes_them_keeps_none(desk: DeskSite) -> None:
    begun = await desk.store.write(answers.begin_with, first_answers(), now=desk.clock())
    found = await desk.store.read(answers.templates)
    assert begun == len(found) > 5
    assert {each.status for each in found} == {"answered", "rejected"}
    assert all(each.texts.keys() == {"de", "en"} for each in found)
    clerk = await desk.clerk(MODERATOR)
    assert "Zu wenig Angaben" in (await clerk.open("/desk/vorlagen")).text
    for each in found:
        await desk.store.write(answers.drop_template, each.id)
    assert await desk.store.write(answers.begin_with, first_answers(), now=desk.clock()) == 0
    assert await desk.store.read(answers.templates) == []


async def test_the_note_that_reasons_are_german_stands_only_where_they_are(desk: DeskSite) -> None:
    [number] = await fill(desk, 1)
    await desk.store.write(_let_write, desk.clock())
    clerk = await desk.clerk(MODERATOR)
    await clerk.open(f"/desk/beitrag/{number}")
    note, form = "The team gives its reasons in German.", {"status": "rejected", "reason": "Leider nein"}
    page = await clerk.post(f"/desk/beitrag/{number}/vorschau", form)
    assert note in page.text
    await clerk.open(f"/desk/beitrag/{number}")
    page = await clerk.post(f"/desk/beitrag/{number}/vorschau", {**form, "reason:en": "Sorry, no"})
    assert "Sorry, no" in page.text
    assert note not in page.text


def _let_write(connection: Connection, now: datetime) -> None:
    people = citizens.find_or_add(connection, [NewCitizen("a", "telegram", "main", "7")], now=now)
    connection.execute(update(Citizen).values(language="en"))
    connection.execute(update(Contribution).values(citizen_id=people["a"].id))


async def test_names_of_colleagues_are_text_wherever_an_absence_shows_them(desk: DeskSite) -> None:
    evil = "<script>alert(1)</script>"
    own, away = await staff_id(desk, "Rosa", ADMIN), await staff_id(desk, evil, ADMIN)
    today = desk.clock().date()
    await desk.store.write(absences.note_absence, away, absences.Absence(own, today, today))
    clerk = await desk.clerk(ADMIN, name="Rosa")
    for path in ("/desk/", "/desk/team", "/desk/ansicht"):
        page = await clerk.open(path)
        assert evil in page.text
        assert evil not in page.html
