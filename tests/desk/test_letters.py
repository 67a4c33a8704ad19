"""Letters of the desk, through a real mail server: links to log in, questions to departments, what was assigned."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import datetime

import pytest
import pytest_asyncio
from sqlalchemy import Connection, select, update

from bot.config import Mail, Settings
from storage import outbox, staff
from storage.models import Contribution, Staff
from storage.models.desk import ADMIN, MODERATOR
from tests.acceptance.test_mail import Mailbox, mailbox, sent
from tests.desk.shelf import WORDS, fill
from tests.desk.site import DeskSite, open_desk_site, settings

LOGIN = "/desk/anmelden"
ROSA = "rosa@stadt.example"

__all__ = ["mailbox"]


@pytest_asyncio.fixture
async def post(
    sqlite_url: str, now: datetime, mailbox: tuple[Mailbox, Mail]
) -> AsyncIterator[tuple[DeskSite, Mailbox]]:
    """A desk whose letters reach a mailbox."""
    box, mail = mailbox
    async with open_desk_site(sqlite_url, now, settings().model_copy(update={"mail": mail})) as desk:
        yield desk, box


async def account(desk: DeskSite, name: str, address: str, role: str = MODERATOR) -> int:
    """Open an account with an address."""

    def do(connection: Connection) -> int:
        return staff.open_account(connection, name, role, (), address=address, now=desk.clock()).id

    return await desk.store.write(do)


async def arrived(desk: DeskSite, box: Mailbox, number: int) -> None:
    """Send what waits until so many letters have arrived."""
    await sent(desk.store, desk.settings, box, number, desk.clock())


async def test_a_mailed_link_lets_in_and_leads_to_where_one_wanted_to_be(post: tuple[DeskSite, Mailbox]) -> None:
    desk, box = post
    await account(desk, "Rosa", ROSA, ADMIN)
    clerk = desk.stranger()
    await clerk.open("/desk/team")
    onward = next(each["value"] for each in clerk.page.inputs() if each.get("name") == "onward")
    await clerk.post(LOGIN, {"address": "Rosa@Stadt.example", "onward": onward})
    await arrived(desk, box, 1)
    [letter] = box.letters
    assert letter["To"] == ROSA
    assert "Testsystem" in letter.get_content()
    link = re.search(r"http://desk\.example(\S+)", letter.get_content())
    assert link is not None
    await clerk.open(link[1])
    onward = next(each["value"] for each in clerk.page.inputs() if each.get("name") == "onward")
    await clerk.post(link[1], {"onward": onward})
    assert clerk.page.path == "/desk/team"


async def test_the_answer_is_the_same_whether_somebody_is_known_or_not(post: tuple[DeskSite, Mailbox]) -> None:
    desk, box = post
    await account(desk, "Rosa", ROSA)
    known, unknown = desk.stranger(), desk.stranger()
    answers = [await known.post(LOGIN, {"address": ROSA}), await unknown.post(LOGIN, {"address": "x@stadt.example"})]
    assert answers[0].html == answers[1].html
    assert answers[0].status == answers[1].status == 200
    for clerk, address in ((known, ROSA), (unknown, "x@stadt.example")):
        statuses = [(await clerk.post(LOGIN, {"address": address})).status for _ in range(6)]
        assert statuses == [200, 200, 200, 200, 429, 429]
    desk.clock.pass_by(minutes=2)
    await known.post(LOGIN, {"address": ROSA})
    await arrived(desk, box, 3)
    # Three unused links are enough, however often somebody asks.
    assert {letter["To"] for letter in box.letters} == {ROSA}
    assert len(await _waiting(desk)) == 0


async def _waiting(desk: DeskSite) -> list[object]:
    found = await desk.store.read(outbox.take_waiting, now=desk.clock(), limit=10)
    return [each for each in found if each.channel == "mail"]


async def test_a_department_is_asked_with_the_redacted_text_and_answers_to_whoever_asked(
    post: tuple[DeskSite, Mailbox],
) -> None:
    desk, box = post
    [number] = await fill(desk, 1)
    clerk = await desk.clerk(MODERATOR)
    await _give_address(desk, "Rosa Test", ROSA)
    await clerk.open(f"/desk/beitrag/{number}")
    form = {"kind": "question", "note": "Geht das?", "address": "verkehr@stadt.example"}
    await clerk.post(f"/desk/beitrag/{number}/notiz", form)
    await arrived(desk, box, 1)
    [letter] = box.letters
    body = letter.get_content()
    assert (letter["To"], letter["Reply-To"]) == ("verkehr@stadt.example", ROSA)
    assert WORDS in body
    assert "[Person]" in body
    assert "Frau Geheim" not in letter.as_string()
    assert f"http://desk.example/desk/beitrag/{number}" in body
    assert "verkehr@stadt.example" in (await clerk.open(f"/desk/beitrag/{number}")).text


@pytest.mark.parametrize("address", ["", "x", "a@b\nBcc: c@d", "a@b,c@d", "ä@b.de", "<a@b>"])
async def test_what_is_no_address_is_asked_nothing(post: tuple[DeskSite, Mailbox], address: str) -> None:
    desk, _ = post
    [number] = await fill(desk, 1)
    clerk = await desk.clerk(MODERATOR)
    await clerk.open(f"/desk/beitrag/{number}")
    page = await clerk.post(f"/desk/beitrag/{number}/notiz", {"kind": "question", "note": "Ja?", "address": address})
    assert page.status == 400
    assert "keine E-Mail-Adresse" in page.text
    assert await _waiting(desk) == []


async def _give_address(desk: DeskSite, name: str, address: str) -> None:
    def do(connection: Connection) -> None:
        connection.execute(update(Staff).where(Staff.name == name).values(address=address))

    await desk.store.write(do)


async def test_whoever_gets_a_case_is_told_once(post: tuple[DeskSite, Mailbox]) -> None:
    desk, box = post
    numbers = await fill(desk, 3)
    ali = await account(desk, "Ali", "ali@stadt.example")
    clerk = await desk.clerk(MODERATOR)
    await _give_address(desk, "Rosa Test", ROSA)
    await clerk.open("/desk/beitraege?stand=received")
    both = {"numbers": numbers[:2], "deed": "assign", "assignee": str(ali)}
    await clerk.post("/desk/sammel", both)
    await clerk.post(f"/desk/beitrag/{numbers[0]}", {"deed": "assign", "assignee": str(ali), "file_reference": "4711"})
    await arrived(desk, box, 1)
    [letter] = box.letters
    assert letter["To"] == "ali@stadt.example"
    assert all(f"/desk/beitrag/{number}" in letter.get_content() for number in numbers[:2])
    assert "Ampel" not in letter.get_content()
    assert await _waiting(desk) == []
    mine = await _id_of(desk, ROSA)
    await clerk.post(f"/desk/beitrag/{numbers[2]}", {"deed": "assign", "assignee": str(mine)})
    assert await _waiting(desk) == []
    assert await desk.store.read(_assigned, mine) == [numbers[2]]


async def _id_of(desk: DeskSite, address: str) -> int:
    found = await desk.store.read(staff.account_by_address, address)
    assert found is not None
    return found.id


def _assigned(connection: Connection, staff_id: int) -> list[str]:
    return list(connection.scalars(select(Contribution.number).where(Contribution.assignee_id == staff_id)))


async def test_without_mail_the_page_says_so_and_names_the_command(desk: DeskSite) -> None:
    assert Settings().mail.host == ""
    page = await desk.stranger().open(LOGIN)
    assert "verschickt keine E-Mails" in page.text
    assert "talstimme desk-link" in page.text
    assert "address" not in [each.get("name") for each in page.inputs()]


async def test_without_mail_nobody_is_offered_to_ask_by_mail(desk: DeskSite) -> None:
    [number] = await fill(desk, 1)
    clerk = await desk.clerk(MODERATOR)
    page = await clerk.open(f"/desk/beitrag/{number}")
    assert "verschickt keine E-Mails" in page.text
    assert "question" not in [each.get("value") for each in page.inputs()]
    form = {"kind": "question", "note": "Geht das?", "address": "verkehr@stadt.example"}
    assert "nicht eingerichtet" in (await clerk.post(f"/desk/beitrag/{number}/notiz", form)).text
