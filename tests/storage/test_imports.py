"""Files from elsewhere come in whole, once, and with a sentence for whatever can't be used."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from storage.exports import export
from storage.imports import UnreadableTable, add_rows, read_file
from storage.listing import list_for_export
from storage.models import Contribution, Tag

ROWS = (
    'document_id;title;text;lat;lon\nB1;Radweg;"Hier endet der Radweg; schade, größer wäre schön";50,734382;7,10385\n'
)
HEADING = "Kennung;Beitrag;Datum;Kategorie;Breite;Länge (Geo)"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "workshop.csv"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_encoding_is_detected(file: Path, encoding: str) -> None:
    file.write_bytes(ROWS.encode(encoding))
    [row] = read_file(file).rows
    assert row.text == "Radweg\nHier endet der Radweg; schade, größer wäre schön"


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_delimiter_is_detected(file: Path, delimiter: str) -> None:
    lines = ["id", "text", "lat"], ["1", '"Bänke, bitte; viele | bald"', '"51,25"'], ["2", '"Licht, hell"', '"51.26"']
    file.write_text("\n".join(delimiter.join(line) for line in lines), encoding="utf-8")
    assert [(row.origin_id, row.text, row.latitude) for row in read_file(file).rows] == [
        ("1", "Bänke, bitte; viele | bald", 51.25),
        ("2", "Licht, hell", 51.26),
    ]


def test_options_overrule_detection(file: Path) -> None:
    file.write_bytes("text#id\nGrün#1\n".encode("cp1252"))
    intake = read_file(file, delimiter="#", encoding="cp1252")
    assert [(row.text, row.origin_id) for row in intake.rows] == [("Grün", "1")]


def test_single_column_is_not_torn_at_its_commas(file: Path) -> None:
    file.write_text("Idee\nBänke, Bäume; Licht\n", encoding="utf-8")
    assert [row.text for row in read_file(file).rows] == ["Bänke, Bäume; Licht"]


def test_places_are_rounded_to_a_hundred_metres(file: Path) -> None:
    file.write_text(ROWS, encoding="utf-8")
    [row] = read_file(file).rows
    assert (row.latitude, row.longitude) == (50.734, 7.104)


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("14.09.2026", datetime(2026, 9, 13, 22, tzinfo=UTC)),
        ("14.09.2026 10:30", datetime(2026, 9, 14, 8, 30, tzinfo=UTC)),
        ("2026-01-14", datetime(2026, 1, 13, 23, tzinfo=UTC)),
        ("2026-09-14T08:30:00Z", datetime(2026, 9, 14, 8, 30, tzinfo=UTC)),
    ],
)
def test_dates_are_the_citys(file: Path, written: str, moment: datetime) -> None:
    file.write_text(f"{HEADING}\nK1;Licht;{written};;;\n", encoding="utf-8")
    [row] = read_file(file).rows
    assert row.created_at == moment


def test_category_of_another_platform_becomes_a_topic(file: Path) -> None:
    file.write_text(f"{HEADING}\nK1;Licht;;smarte Mobilität;;\nK2;Bank;;Parkbänke;;\n", encoding="utf-8")
    first, second = read_file(file).rows
    assert (first.field, first.topics) == ("mobility", ())
    assert (second.field, second.topics) == (None, ("Parkbänke",))


def test_what_cannot_be_used_is_named_and_not_quoted(file: Path) -> None:
    rows = ["K1;Licht;gestern Abend;;;", "K2;Bank;;;neunzig;200", "K3;   ;;;;", "K4;Weg;;;;;zu viel"]
    file.write_text("\n".join([HEADING, *rows]), encoding="utf-8")
    intake = read_file(file)
    assert [row.origin_id for row in intake.rows] == ["K1", "K2", "K4"]
    assert [str(problem) for problem in intake.problems] == [
        "line 2: created_at is no date: write 2026-09-14 or 14.09.2026.",
        "line 3: latitude is no number.",
        "line 3: longitude is not between -180 and 180.",
        "line 4 has no text.",
        "line 5 has more cells than the heading.",
    ]


def test_status_of_another_platform_releases_nothing(file: Path) -> None:
    file.write_text("text;status\nLicht;released\n", encoding="utf-8")
    assert read_file(file).rows[0].status == "received"


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.csv", b"", "is empty"),
        ("a.csv", b"id;lat\n1;2\n", "no column with the texts"),
        ("a.xlsx", b"PK\x03\x04 broken", "no workbook"),
        ("a.xlsx", b"text;id\n", "no workbook"),
    ],
)
def test_unreadable_file_gets_one_sentence(tmp_path: Path, name: str, content: bytes, sentence: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UnreadableTable, match=sentence):
        read_file(tmp_path / name)


def test_missing_file_and_wrong_encoding_get_one_sentence(file: Path) -> None:
    with pytest.raises(UnreadableTable, match="can't be read"):
        read_file(file)
    file.write_bytes("text\nGrün\n".encode("cp1252"))
    with pytest.raises(UnreadableTable, match="encoding"):
        read_file(file, encoding="utf-8")


def test_import_twice_makes_no_doubles(connection: Connection, file: Path, now: datetime) -> None:
    file.write_text("text\nMehr Licht\nMehr Licht\nMehr Bänke\n", encoding="utf-8")
    assert add_rows(connection, read_file(file).rows, origin="workshop", now=now) == 3
    assert add_rows(connection, read_file(file).rows, origin="workshop", now=now) == 0
    assert add_rows(connection, read_file(file).rows, origin="another workshop", now=now) == 3
    assert len(set(connection.scalars(select(Contribution.number)))) == 6


def test_same_id_for_different_texts_loses_neither(file: Path) -> None:
    file.write_text("id;text\n1;Licht\n1;Bank\n1;Licht\n2;Weg\n", encoding="utf-8")
    rows = [(row.origin_id, row.text) for row in read_file(file).rows]
    assert rows == [("1", "Licht"), ("1#2", "Bank"), ("2", "Weg")]


def test_numbers_of_a_returned_export_are_not_given_again(
    connection: Connection, tmp_path: Path, now: datetime
) -> None:
    first, returned = tmp_path / "first.csv", tmp_path / "returned.csv"
    first.write_text("text\nLicht\nBank\n", encoding="utf-8")
    add_rows(connection, read_file(first).rows, origin="a", now=now)
    export(list_for_export(connection, original=True), returned, "csv", original=True)
    for table in ("contribution", "setting"):
        connection.exec_driver_sql(f"DELETE FROM {table}")
    assert add_rows(connection, read_file(returned).rows, origin="b", now=now) == 2
    assert add_rows(connection, read_file(first).rows, origin="c", now=now) == 2


def test_workbook_of_ours_comes_back(connection: Connection, file: Path, tmp_path: Path, now: datetime) -> None:
    file.write_text("text;Handlungsfeld;Themen\n=1+1;mobility;Licht | Licht am Weg\nBank;living;\n", encoding="utf-8")
    add_rows(connection, read_file(file).rows, origin="a", now=now)
    book = tmp_path / "out.xlsx"
    export(list_for_export(connection, original=True), book, "xlsx", original=True)
    rows = {row.text: row for row in read_file(book).rows}
    assert set(rows) == {"=1+1", "Bank"}
    first = rows["=1+1"]
    assert (first.field, first.topics, first.channel) == ("mobility", ("Licht", "Licht am Weg"), "import")
    assert add_rows(connection, list(rows.values()), origin="b", now=now) == 0


def test_workbook_of_others_is_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Nr", "Anliegen", "Datum"])
    sheet.append([7, "Mehr Licht", datetime(2026, 9, 14, 10, 30)])  # noqa: DTZ001  # a workbook knows no zones
    book.save(tmp_path / "notes.xlsx")
    [row] = read_file(tmp_path / "notes.xlsx").rows
    assert (row.text, row.origin_id, row.created_at) == ("Mehr Licht", "7", datetime(2026, 9, 14, 8, 30, tzinfo=UTC))


def test_what_a_file_says_is_tagged_as_imported(connection: Connection, file: Path, now: datetime) -> None:
    file.write_text("text;Handlungsfeld;Themen\nLicht;mobility;Licht am Weg\n", encoding="utf-8")
    add_rows(connection, read_file(file).rows, origin="a", now=now)
    tags = select(Tag.label_type, Tag.value, Tag.source).order_by(Tag.id)
    assert connection.execute(tags).all() == [("field", "mobility", "import"), ("topic", "Licht am Weg", "import")]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=300) | st.text(max_size=300).map(lambda words: f"text;id\n{words}".encode()))
def test_any_file_is_read_or_refused_with_a_sentence(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    try:
        rows, sentence = read_file(file).rows, "fine."
    except UnreadableTable as refused:
        rows, sentence = (), str(refused)
    assert sentence.endswith(".")
    assert all(row.text.strip() for row in rows)
