"""Cards, calls and stands; templates and translations; papers; the audit."""

from __future__ import annotations

import re

from sqlalchemy import Connection, func, select

from storage import tracing
from storage.audits import deeds
from storage.models import Contribution
from storage.models.desk import ADMIN, MODERATOR
from tests.desk.shelf import fill, item
from tests.desk.site import KEYS, DeskSite

ENTRY = "/desk/erfassen"


def _count(connection: Connection) -> int:
    return connection.scalar(select(func.count()).select_from(Contribution)) or 0


async def test_a_card_gets_a_receipt_and_the_same_form_twice_is_one_contribution(desk_on_both: DeskSite) -> None:
    desk, clerk = desk_on_both, await desk_on_both.clerk(MODERATOR)
    await clerk.open(ENTRY)
    form = {
        "card": "k1",
        "channel": "paper",
        "language": "tr",
        "collector": "Infostand Barmen",
        "text": "Daha çok bank",
    }
    page = await clerk.post(ENTRY, form)
    number = re.findall(r"E-\d{3}-\d{3}-\d{3}", page.text)[0]
    code = re.findall(r"\w{4}-\w{4}-\w{4}", page.text)[0]
    kept = await item(desk, number)
    assert (kept.channel, kept.language, kept.collector) == ("paper", "tr", "Infostand Barmen")
    assert await desk.store.read(tracing.code_hash_of, number) == KEYS.code(number, code)
    assert 'value="Infostand Barmen"' in page.html
    again = await clerk.post(ENTRY, form)
    assert "schon erfasst" in again.text
    assert await desk.store.read(_count) == 1


async def test_an_empty_card_is_no_contribution(desk: DeskSite) -> None:
    clerk = await desk.clerk(MODERATOR)
    await clerk.open(ENTRY)
    for form in ({"channel": "paper", "text": " "}, {"channel": "telegram", "text": "x"}):
        await clerk.open(ENTRY)
        assert (await clerk.post(ENTRY, form)).status == 400
    assert await desk.store.read(_count) == 0


async def test_papers_are_pdf(desk: DeskSite) -> None:
    (number,) = await fill(desk, 1)
    clerk = await desk.clerk(MODERATOR)
    for path in (f"{ENTRY}/karte.pdf", f"/desk/beitrag/{number}/akte.pdf"):
        answer = await clerk.client.get(path)
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF-")
        assert b"Geheim" not in answer.content


async def test_a_template_is_kept_used_and_previewed_and_dropped(desk: DeskSite) -> None:
    (number,) = await fill(desk, 1)
    clerk = await desk.clerk(MODERATOR)
    await clerk.open("/desk/vorlagen")
    form = {"name": "Doppelt", "status": "rejected", "text:de": "Das gibt es schon.", "text:tr": "Zaten var."}
    await clerk.post("/desk/vorlagen", form)
    assert "Doppelt" in clerk.page.text
    template = re.findall(r'name="id" value="(\d+)"', clerk.page.html)[0]
    await clerk.open(f"/desk/beitrag/{number}")
    page = await clerk.post(f"/desk/beitrag/{number}/vorschau", {"status": "rejected", "template": template})
    assert "Das gibt es schon." in page.text
    assert number in page.text
    await clerk.open("/desk/vorlagen")
    await clerk.post("/desk/vorlagen", {"deed": "drop", "id": template})
    assert "Doppelt" not in clerk.page.text


async def test_names_in_the_audit_need_an_occasion_that_is_noted(desk: DeskSite) -> None:
    (number,) = await fill(desk, 1)
    clerk = await desk.clerk(MODERATOR, name="Sofie Beispiel")
    await clerk.open(f"/desk/beitrag/{number}")
    await clerk.post(f"/desk/beitrag/{number}", {"deed": "decide", "status": "released"})
    admin = await desk.clerk(ADMIN)
    page = await admin.open("/desk/protokoll")
    assert "Freigegeben" in page.text
    assert "Sofie" not in page.html
    assert (await admin.post("/desk/protokoll", {"subject": number, "occasion": "weil"})).status == 400
    await admin.open("/desk/protokoll")
    page = await admin.post("/desk/protokoll", {"subject": number, "occasion": "Beschwerde vom 12.09.2026"})
    assert "Sofie Beispiel" in page.text
    latest = (await desk.store.read(deeds, subject=number))[0]
    assert (latest.action, latest.detail) == ("names_shown", {"occasion": "Beschwerde vom 12.09.2026"})
