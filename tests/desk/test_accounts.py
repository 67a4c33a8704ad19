"""Accounts of the staff."""

from __future__ import annotations

from storage import staff
from storage.audits import deeds
from storage.models.desk import ADMIN, MODERATOR
from tests.desk.site import DeskSite


async def test_an_admin_opens_an_account_whose_link_lets_in(desk_on_both: DeskSite) -> None:
    desk, admin = desk_on_both, await desk_on_both.clerk(ADMIN)
    await admin.open("/desk/team")
    await admin.post(
        "/desk/team", {"name": "Neu", "role": MODERATOR, "address": "neu@stadt.example", "fields": "mobility"}
    )
    assert "Neu" in admin.page.text
    account = await desk.store.read(staff.account_by_address, "NEU@stadt.example")
    assert account is not None
    assert account.fields == {"mobility"}
    page = await admin.post(f"/desk/team/{account.id}", {"deed": "link"})
    link = next(each["value"] for each in page.inputs() if each.get("id") == "link")
    clerk = desk.stranger()
    assert "Guten Tag, Neu" in (await clerk.enter(link)).text
    assert "smarte Mobilität" in clerk.page.text


async def test_a_closed_account_is_out_at_once(desk: DeskSite) -> None:
    admin, clerk = await desk.clerk(ADMIN), await desk.clerk(MODERATOR, name="Geht")
    account = next(each for each in await desk.store.read(staff.accounts) if each.name == "Geht")
    await admin.open("/desk/team")
    await admin.post(f"/desk/team/{account.id}", {"deed": "close"})
    assert (await clerk.open("/desk/")).path.startswith("/desk/anmelden")
    assert "account_closed" in [deed.action for deed in await desk.store.read(deeds)]


async def test_the_last_admin_stays(desk: DeskSite) -> None:
    admin = await desk.clerk(ADMIN)
    account = (await desk.store.read(staff.accounts))[0]
    await admin.open("/desk/team")
    for fields in ({"deed": "close"}, {"deed": "change", "name": "Rosa", "role": MODERATOR}):
        page = await admin.post(f"/desk/team/{account.id}", fields)
        assert page.status == 409
        assert "letzte Konto" in page.text
        await admin.open("/desk/team")


async def test_an_address_belongs_to_one_account(desk: DeskSite) -> None:
    admin = await desk.clerk(ADMIN)
    await admin.open("/desk/team")
    form = {"name": "A", "role": MODERATOR, "address": "a@stadt.example"}
    await admin.post("/desk/team", form)
    page = await admin.post("/desk/team", form)
    assert page.status == 409
    assert "vergeben" in page.text


async def test_unused_accounts_are_forgotten(desk: DeskSite) -> None:
    from datetime import timedelta

    await desk.clerk(ADMIN)
    await desk.store.write(staff.forget_accounts, now=desk.clock() + timedelta(days=731), after=timedelta(days=730))
    assert await desk.store.read(staff.accounts) == []
