"""What the service centre gets: listed, taken out, noted as received; a moderator sees their own fields alone."""

from __future__ import annotations

import io

import openpyxl

from storage import handovers
from tests.desk.shelf import fill
from tests.desk.site import DeskSite

HERE = "/desk/uebergabe"


async def test_what_was_received_is_noted_and_leaves_the_list(desk: DeskSite) -> None:
    first, second = await fill(desk, 2, kind="defect")
    clerk = await desk.clerk("moderator", ["mobility"])
    page = await clerk.open(HERE)
    assert first in page.text
    book = openpyxl.load_workbook(io.BytesIO((await clerk.client.get(f"{HERE}/liste.xlsx")).content))
    assert [row[0].value for row in book.active.iter_rows(min_row=2)] == [first, second]  # type: ignore[union-attr]
    page = await clerk.post(HERE, {"numbers": [first]})
    assert "In den letzten 30 Tagen übergeben" in page.text
    assert [each.number for each in await desk.store.read(handovers.cases)] == [second]
    assert "Kein Beitrag markiert" in (await clerk.post(HERE)).text


async def test_a_moderator_of_another_field_sees_and_notes_nothing(desk: DeskSite) -> None:
    first, _ = await fill(desk, 2, kind="defect")
    clerk = await desk.clerk("moderator", ["living"])
    assert "Nichts zu übergeben." in (await clerk.open(HERE)).text
    await clerk.open("/desk/ansicht")
    assert (await clerk.post(HERE, {"numbers": [first]})).status == 403
    assert len(await desk.store.read(handovers.cases)) == 2
