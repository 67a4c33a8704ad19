"""Taking contributions out at the desk: what is filtered on the screen, as a file that says what it is."""

from __future__ import annotations

import csv
import io
import json
import re

import openpyxl
import pytest
from sqlalchemy import Connection, func, select

from storage.audits import deeds
from storage.models import Snapshot
from tests.desk.site import DeskSite
from tests.figures.crowd import fill


async def _taken(desk: DeskSite, role: str = "strategist", **fields: object) -> bytes:
    await desk.store.write(fill, 20, desk.clock())
    clerk = await desk.clerk(role, ["living"] if role == "moderator" else [])
    await clerk.open("/desk/ausfuhr?feld=mobility")
    sent = {"form_token": clerk.page.token, "filter": "feld=mobility", **fields}
    answer = await clerk.client.post("/desk/ausfuhr", data=sent)
    assert answer.status_code == 200
    assert re.search(r'"talstimme-\d+\.', answer.headers["content-disposition"])
    return answer.content


def _latest(connection: Connection) -> int | None:
    return connection.scalar(select(func.max(Snapshot.id)))


async def test_the_workbook_says_what_was_counted(desk_on_both: DeskSite) -> None:
    book = openpyxl.load_workbook(io.BytesIO(await _taken(desk_on_both, format="xlsx")))
    assert book.sheetnames[-1] == "Zählung"
    told = [str(cell.value) for row in book["Zählung"].iter_rows() for cell in row if cell.value is not None]
    assert "Testsystem, keine echten Beiträge" in told
    assert "8 gültige von 8 eingegangenen Beiträgen" in told
    assert "Filter: Handlungsfeld: smarte Mobilität" in told
    sheet = book["smarte Mobilität"]
    heads = [cell.value for cell in sheet[1]]
    first = dict(zip(heads, [cell.value for cell in sheet[2]], strict=True))
    assert sheet.max_row == 9
    assert first["Schnappschuss"] == await desk_on_both.store.read(_latest)
    assert first["Fassung des Modells"] == "5"
    assert first["Fassung des Dialogs"] == "7"
    assert first["Geprüft"] == "nein"
    assert first["In der Redaktion öffnen"] == f'=HYPERLINK("http://desk.example/desk/beitrag/{first["Nummer"]}")'
    assert "exported" in [deed.action for deed in await desk_on_both.store.read(deeds)]


@pytest.mark.parametrize("chosen", ["csv", "csv-excel", "jsonl", "geojson"])
async def test_every_format_holds_what_was_filtered_in_the_columns_that_were_chosen(
    desk: DeskSite, chosen: str
) -> None:
    text = (await _taken(desk, format=chosen, columns=["field", "number", "snapshot"])).decode("utf-8-sig")
    match chosen:
        case "jsonl":
            rows = [json.loads(line) for line in text.splitlines()]
        case "geojson":
            whole = json.loads(text)
            assert whole["counting"]["snapshot"] == 1
            rows = [feature["properties"] for feature in whole["features"]]
        case _:
            rows = list(csv.DictReader(io.StringIO(text), delimiter=";" if chosen == "csv-excel" else ","))
    assert len(rows) == 8
    assert set(rows[0]) == {"number", "field", "snapshot"}
    assert {str(row["snapshot"]) for row in rows} == {"1"}


async def test_a_moderator_takes_out_no_other_field(desk: DeskSite) -> None:
    text = (await _taken(desk, "moderator", format="csv")).decode()
    assert len(text.splitlines()) == 1


async def test_an_unknown_format_is_refused(desk: DeskSite) -> None:
    clerk = await desk.clerk()
    await clerk.open("/desk/ausfuhr")
    assert (await clerk.post("/desk/ausfuhr", {"format": "exe"})).status == 400
