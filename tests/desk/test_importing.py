"""Tables that staff bring in: looked at, matched, taken in once; exports that come back corrected; bad files."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime, timedelta
from typing import Any

import openpyxl
import pytest
from sqlalchemy import Connection, select

from storage import reviews
from storage.audits import Actor, deeds
from storage.imports import workbooks
from storage.models import Contribution
from tests.desk.shelf import fill, item, numbers
from tests.desk.site import Clerk, DeskSite, Leaf, open_desk_site, settings

HERE = "/desk/einlesen"
NOTES = "Notiz;Tisch;Datum\nMehr Bänke;1;14.09.2026\n'=1+1;2;gestern\n;3;\n"


def _kept(page: Leaf) -> dict[str, str]:
    return {"kept": next(each["value"] for each in page.inputs() if each.get("name") == "kept")}


async def _looked(clerk: Clerk, content: bytes, name: str = "notizen.csv") -> Leaf:
    await clerk.open(HERE)
    return await clerk.post(HERE, files={"file": (name, content)})


def _rows(connection: Connection) -> list[Any]:
    columns = (Contribution.text, Contribution.publishing, Contribution.channel, Contribution.origin)
    return list(connection.execute(select(*columns).order_by(Contribution.id)))


async def test_columns_are_matched_by_hand_and_nothing_comes_in_twice(desk_on_both: DeskSite) -> None:
    clerk = await desk_on_both.clerk("moderator", ["mobility"])
    page = await _looked(clerk, NOTES.encode())
    assert "hat keine Spalte mit den Texten" in page.text
    chosen = {**_kept(page), "column:text": "Notiz", "column:collector": "Tisch", "column:created_at": "Datum"}
    page = await clerk.post(HERE, {**chosen, "deed": "look"})
    assert "neu: 2" in page.text
    assert "Zeile 3: Eingang ist kein Datum." in page.text
    assert "Zeile 4 hat keinen Text." in page.text
    assert await desk_on_both.store.read(_rows) == []
    page = await clerk.post(HERE, {**chosen, "deed": "take", "origin": "Barmen"})
    assert "Neu: 2, schon da: 0" in page.text
    assert await desk_on_both.store.read(_rows) == [
        ("Mehr Bänke", None, "import", "Barmen"),
        ("=1+1", None, "import", "Barmen"),
    ]
    page = await _looked(clerk, NOTES.encode())
    page = await clerk.post(HERE, {**chosen, **_kept(page), "deed": "take", "origin": "Barmen"})
    assert "Neu: 0, schon da: 2" in page.text


async def test_only_who_ticks_the_box_lets_texts_be_shown(desk: DeskSite) -> None:
    clerk = await desk.clerk()
    page = await _looked(clerk, b"text\nEins\n")
    assert 'name="publishable" value="1">' in page.html
    await clerk.post(HERE, {**_kept(page), "deed": "take"})
    page = await _looked(clerk, b"text\nZwei\n", "andere.csv")
    await clerk.post(HERE, {**_kept(page), "deed": "take", "publishable": "1"})
    assert [(row.text, row.publishing) for row in await desk.store.read(_rows)] == [("Eins", None), ("Zwei", "import")]


async def _exported(clerk: Clerk) -> bytes:
    await clerk.open("/desk/ausfuhr")
    answer = await clerk.client.post("/desk/ausfuhr", data={"form_token": clerk.page.token, "format": "xlsx"})
    return answer.content


def _edited(content: bytes, **cells: dict[str, str]) -> bytes:
    """Write into the row of a number, by the headings of the columns."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book["smarte Mobilität"]
    heads = {cell.value: at for at, cell in enumerate(sheet[1], 1)}
    for row in sheet.iter_rows(min_row=2):
        if row[0].value in cells:
            for heading, text in cells[str(row[0].value)].items():
                row[heads[heading] - 1].value = text
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


async def test_corrections_come_back_and_what_was_changed_meanwhile_is_shown(desk_on_both: DeskSite) -> None:
    desk = desk_on_both
    one, two, three, _ = await fill(desk, 4)
    clerk = await desk.clerk()
    desk.clock.pass_by(minutes=1)
    content = await _exported(clerk)
    desk.clock.pass_by(minutes=1)
    await clerk.open("/desk/ansicht")
    await clerk.post(f"/desk/beitrag/{two}", {"deed": "tag", "field": "living"})
    cells = {
        one: {"Art": "Idee"},
        two: {"Handlungsfeld": "smarte Umwelt"},
        three: {"Handlungsfeld": "Raumfahrt"},
    }
    page = await _looked(clerk, _edited(content, **cells), "zurück.xlsx")
    assert "Berichtigungen: 1" in page.text
    assert "unverändert: 1" in page.text
    assert "neu: 0" in page.text
    assert f"{one} Art Problem" in page.text
    assert "wurde hier seit der Ausfuhr geändert" in page.text
    assert "diesen Wert gibt es nicht" in page.text
    page = await clerk.post(HERE, {**_kept(page), "deed": "take"})
    assert "berichtigt: 1" in page.text
    assert [(await item(desk, number)).kind for number in (one, three)] == ["idea", "problem"]
    assert (await item(desk, two)).field == "living"
    batch = page.path.partition("getan=")[2]
    await clerk.post(f"/desk/rueckgaengig/{batch}", {"back": HERE})
    assert (await item(desk, one)).kind == "problem"


REJECTED = {"Stand": "Abgelehnt", "Begründung": "Das gibt es schon."}


async def test_a_status_in_a_file_is_a_decision_like_one_at_the_desk(desk_on_both: DeskSite) -> None:
    desk = desk_on_both
    one, two, three = await fill(desk, 3)
    clerk = await desk.clerk("moderator", ["mobility"])
    desk.clock.pass_by(minutes=1)
    cells = {one: {"Stand": "freigegeben"}, two: {**REJECTED, "Art": "Idee"}}
    page = await _looked(clerk, _edited(await _exported(clerk), **cells), "zurück.xlsx")
    assert f"{one} Stand eingegangen freigegeben" in page.text
    assert f"{two} Stand eingegangen abgelehnt Das gibt es schon." in page.text
    assert "Darunter Entscheidungen: 2. Sie gelten sofort; wer beteiligt ist, bekommt Bescheid." in page.text
    assert "unverändert: 1" in page.text
    page = await clerk.post(HERE, {**_kept(page), "deed": "take"})
    assert "berichtigt: 2" in page.text
    found = [await item(desk, number) for number in (one, two, three)]
    assert [(each.status, each.reason, each.kind) for each in found] == [
        ("released", None, "problem"),
        ("rejected", "Das gibt es schon.", "idea"),
        ("received", None, "problem"),
    ]
    noted = {(deed.action, deed.subject) for deed in await desk.store.read(deeds)}
    assert {("released", one), ("rejected", two)} <= noted
    await clerk.post(f"/desk/rueckgaengig/{page.path.partition('getan=')[2]}", {"back": HERE})
    back = [await item(desk, number) for number in (one, two)]
    assert [(each.status, each.reason, each.kind) for each in back] == [("received", None, "problem")] * 2


async def test_what_the_desk_would_refuse_to_decide_is_refused_row_by_row(desk: DeskSite) -> None:
    bare, merged, reasoned, decided, unknown, withdrawn = await fill(desk, 6)
    clerk = await desk.clerk()
    await desk.store.write(reviews.decide, withdrawn, "withdrawn", None, Actor("x", "citizen"), now=desk.clock())
    desk.clock.pass_by(minutes=1)
    content = await _exported(clerk)
    desk.clock.pass_by(minutes=1)
    await clerk.open("/desk/ansicht")
    await clerk.post(f"/desk/beitrag/{decided}", {"status": "released"})
    cells = {
        bare: {"Stand": "abgelehnt"},
        merged: {"Stand": "zusammengeführt"},
        reasoned: {"Begründung": "Das gibt es schon."},
        decided: REJECTED,
        unknown: {"Stand": "vertagt"},
        withdrawn: {"Stand": "freigegeben"},
    }
    page = await _looked(clerk, _edited(content, **cells), "zurück.xlsx")
    for said in (
        "„abgelehnt“ braucht einen Grund in der Spalte „Begründung“",
        "zusammenführen und zurückziehen geht nicht mit einer Datei",
        "eine Begründung gilt nur zusammen mit dem Stand",
        "wurde hier seit der Ausfuhr geändert",
        "Den Stand gibt es nicht. Möglich sind eingegangen, freigegeben, beantwortet, abgelehnt",
        "wer den Beitrag schrieb, hat ihn zurückgezogen",
    ):
        assert page.text.count(said) == 1, said
    assert "Berichtigungen: 0" in page.text
    await clerk.post(HERE, {**_kept(page), "deed": "take"})
    states = [(await item(desk, number)).status for number in (bare, merged, reasoned, decided, unknown, withdrawn)]
    assert states == ["received", "received", "received", "released", "received", "withdrawn"]


async def test_the_reason_of_an_earlier_decision_is_none_for_a_new_one_but_can_be_mended(desk: DeskSite) -> None:
    one, two = await fill(desk, 2)
    clerk = await desk.clerk()
    await clerk.open("/desk/ansicht")
    for number in (one, two):
        await clerk.post(f"/desk/beitrag/{number}", {"status": "answered", "reason": "Kommt 2027."})
    desk.clock.pass_by(minutes=1)
    cells = {one: {"Stand": "freigegeben"}, two: {"Begründung": "Kommt 2028."}}
    page = await _looked(clerk, _edited(await _exported(clerk), **cells), "zurück.xlsx")
    await clerk.post(HERE, {**_kept(page), "deed": "take"})
    found = [await item(desk, number) for number in (one, two)]
    assert [(each.status, each.reason) for each in found] == [("released", None), ("answered", "Kommt 2028.")]


async def test_with_four_eyes_a_decision_in_a_file_waits_for_a_second_person(sqlite_url: str, now: datetime) -> None:
    async with open_desk_site(sqlite_url, now, settings(four_eyes=True)) as desk:
        (one,) = await fill(desk, 1)
        clerk = await desk.clerk()
        desk.clock.pass_by(minutes=1)
        cells = {one: {**REJECTED, "Art": "Idee"}}
        page = await _looked(clerk, _edited(await _exported(clerk), **cells), "zurück.xlsx")
        assert "Sie gelten, sobald eine zweite Person zustimmt." in page.text
        await clerk.post(HERE, {**_kept(page), "deed": "take"})
        waiting = await item(desk, one)
        assert (waiting.status, waiting.planned, waiting.kind) == ("received", "rejected", "idea")
        other = await desk.clerk(name="Zweite")
        await other.open("/desk/ansicht")
        await other.post(f"/desk/beitrag/{one}", {"deed": "agree"})
        assert (await item(desk, one)).reason == "Das gibt es schon."


async def test_an_export_that_comes_back_as_it_was_changes_nothing(desk: DeskSite) -> None:
    await fill(desk, 3)
    clerk = await desk.clerk()
    desk.clock.pass_by(minutes=1)
    page = await _looked(clerk, await _exported(clerk), "zurück.xlsx")
    assert "Berichtigungen: 0 unverändert: 3" in page.text
    assert "Das lässt sich nicht verwenden" not in page.text


async def test_numbers_that_are_not_here_and_other_peoples_fields_bring_nothing_in(desk: DeskSite) -> None:
    (one,), strange = await fill(desk, 1), numbers(9)[8]
    clerk = await desk.clerk("moderator", ["living"])
    table = f"number;text;status;kind\n{one};Anders;released;idea\n{strange};Fremd;released;idea\n"
    page = await _looked(clerk, table.encode())
    assert f"1 Zeilen tragen eine Nummer, die es hier nicht gibt, zuerst {strange}." in page.text
    assert "gehört zu einem Handlungsfeld, in dem Sie nicht arbeiten" in page.text
    await clerk.post(HERE, {**_kept(page), "deed": "take"})
    assert len(await desk.store.read(_rows)) == 1
    assert (await item(desk, one)).kind == "problem"


def _packed(parts: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


def _workbook(rows: int = 2) -> bytes:
    book = openpyxl.Workbook()
    for row in range(rows):
        book.active.append(["text", row])  # type: ignore[union-attr]
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", b"", "ist leer"),
        ("a.csv", bytes(range(256)) * 4, "ist keine Tabelle"),
        ("a.csv", b'text\n"' + b"x" * 11_000_000, "ist kein CSV"),
        ("a.xlsx", _workbook()[:-900], "keine lesbare Arbeitsmappe"),
        ("a.xlsx", _packed({"xl/workbook.xml": b"<broken"}), "keine lesbare Arbeitsmappe"),
        ("a.xlsx", _packed({"xl/worksheets/sheet1.xml": b"0" * 3_000_000}), "entpackt sich zu viel mehr"),
        ("a.xlsx", _packed({f"xl/{at}.xml": b"" for at in range(2001)}), "entpackt sich zu viel mehr"),
        ("a.txt", _packed({"a": b"0" * 3_000_000}), "entpackt sich zu viel mehr"),
    ],
    ids=["empty", "binary", "endless", "truncated", "no-workbook", "bomb", "many-parts", "renamed-bomb"],
)
async def test_a_bad_file_gets_one_sentence(desk: DeskSite, name: str, content: bytes, said: str) -> None:
    clerk = await desk.clerk()
    page = await _looked(clerk, content, name)
    assert (page.status, said in page.text) == (400, True)
    assert page.text.count("„a.") <= 1


async def test_an_upload_of_fifty_megabytes_is_refused(desk: DeskSite) -> None:
    clerk = await desk.clerk()
    page = await _looked(clerk, bytes(50_000_000), "a.xlsx")
    assert (page.status, "Eine Datei darf 20 MB groß sein." in page.text) == (413, True)


async def test_too_many_rows_are_refused(desk: DeskSite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MOST_ROWS", 10)
    clerk = await desk.clerk()
    assert "hat mehr als 10 Zeilen" in (await _looked(clerk, _workbook(12), "a.xlsx")).text


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-8-sig"])
async def test_umlauts_come_in_whatever_the_encoding(desk: DeskSite, encoding: str) -> None:
    clerk = await desk.clerk()
    page = await _looked(clerk, "text;id\nGrüne Wege für Ältere;1\n".encode(encoding))
    assert "Grüne Wege für Ältere" in page.text


async def test_script_in_a_file_is_shown_as_text(desk: DeskSite) -> None:
    clerk = await desk.clerk()
    page = await _looked(clerk, b"text;<img src=x onerror=alert(1)>\n<script>alert(1)</script>;1\n", "<b>.csv")
    assert "<script>alert" not in page.html
    assert "<img src=x" not in page.html
    assert "<b>" not in page.html


async def test_a_file_lies_ready_for_half_an_hour(desk: DeskSite) -> None:
    clerk = await desk.clerk()
    page = await _looked(clerk, b"text\nEins\n")
    desk.clock.at += timedelta(minutes=31)
    assert "nicht mehr da" in (await clerk.post(HERE, {**_kept(page), "deed": "take"})).text
