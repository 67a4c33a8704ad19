"""Exports hold every contribution, no formulas, and a CSV comes back unchanged."""

from __future__ import annotations

import csv
import json
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, text

from storage import analyses, citizens, contributions, reviews, supports
from storage.analyses import Analysed
from storage.audits import Actor
from storage.citizens import NewCitizen
from storage.contributions import NewContribution, NewPlace, NewTag
from storage.database import open_engine
from storage.exports import FORMATS, export
from storage.exports.cells import COLUMNS, PROVENANCE, Layout, guarded, unguarded
from storage.imports import add_rows, read_file
from storage.labels import german_labels
from storage.listing import Filter, Listed, list_for_export
from storage.migrations import upgrade
from storage.numbers import public_number

STAFF = Actor("moderation", "moderator")
FIRST_COLUMNS = "number,created_at,channel,language,field,kind,status,text,places,district,topics,supports,theme"


@pytest.fixture
def filled(connection: Connection, now: datetime) -> Connection:
    """Two analysed contributions, the first released and supported, and one nobody has analysed."""
    people = citizens.find_or_add(connection, [NewCitizen("a", "web", ""), NewCitizen("b", "web", "")], now=now)
    rows = [
        _said(1, "Mehr Bänke, ruft mich an: 0202 1", field="mobility", kind="idea", citizen_id=people["a"].id),
        _said(2, '=HYPERLINK("http://böse.example")', field="living", kind="problem", citizen_id=people["b"].id),
        _said(3, "Neu", citizen_id=people["b"].id),
    ]
    contributions.add(connection, rows, now=now)
    first, second, _ = contributions.unanalysed(connection)
    place = NewPlace("Nordbahntrasse", "model:1", "way", "Elberfeld", 51.26, 7.15)
    tags = [NewTag("topic", "Bänke", "model:1"), NewTag("topic", "Trasse", "model:1")]
    found = [
        Analysed(
            first.id, "Mehr Bänke,\nruft mich an: [Telefon]", "de", tags=tags, places=[place], district="Elberfeld"
        ),
        Analysed(second.id, '=HYPERLINK("http://böse.example")', "de"),
    ]
    analyses.note_analysis(connection, found, now=now)
    supports.support(connection, [(first.id, people["b"].id)], now=now)
    reviews.decide(connection, first.number, "released", None, STAFF, now=now)
    return connection


def _said(serial: int, words: str, **fields: object) -> NewContribution:
    return NewContribution(public_number(serial), words, "web", draft=str(serial), **fields)  # type: ignore[arg-type]


def test_csv_begins_with_the_columns_others_rely_on(filled: Connection, tmp_path: Path) -> None:
    file = tmp_path / "out.csv"
    assert export(list_for_export(filled), file, "csv") == 3
    assert file.read_text(encoding="utf-8").startswith(FIRST_COLUMNS + ",")
    [first, *_] = _csv_rows(file)
    assert first["created_at"] == "2026-09-14T08:30:00Z"
    assert (first["text"], first["places"]) == ("Mehr Bänke,\nruft mich an: [Telefon]", "Nordbahntrasse")
    assert (first["topics"], first["supports"], first["status"]) == ("Bänke | Trasse", "1", "released")
    assert (first["district"], first["field"], first["kind"]) == ("Elberfeld", "mobility", "idea")


@pytest.mark.parametrize("file_format", FORMATS)
def test_original_leaves_only_when_asked_for(filled: Connection, tmp_path: Path, file_format: str) -> None:
    for original in (False, True):
        file = tmp_path / f"out-{original}.{file_format}"
        export(list_for_export(filled, original=original), file, file_format, original=original)
        assert ("0202 1" in _content(file)) is original


def test_contribution_nobody_analysed_shows_no_words(filled: Connection) -> None:
    assert [row.text for row in list_for_export(filled)][2] == ""


@pytest.mark.parametrize(
    ("wanted", "places"),
    [
        (Filter(), [0, 1, 2]),
        (Filter(fields=["mobility", "economy"]), [0]),
        (Filter(kinds=["problem"]), [1]),
        (Filter(statuses=["received"]), [1, 2]),
        (
            Filter(since=datetime(2026, 9, 14, tzinfo=UTC).date(), until=datetime(2026, 9, 14, tzinfo=UTC).date()),
            [0, 1, 2],
        ),
        (Filter(until=datetime(2026, 9, 13, tzinfo=UTC).date()), []),
        (Filter(since=datetime(2026, 9, 15, tzinfo=UTC).date()), []),
    ],
)
def test_filters_choose(filled: Connection, wanted: Filter, places: list[int]) -> None:
    numbers = [row.number for row in list_for_export(filled, wanted, batch=1)]
    assert numbers == [public_number(place + 1) for place in places]


def test_days_are_those_of_the_city(connection: Connection) -> None:
    late = datetime(2026, 9, 14, 22, 30, tzinfo=UTC)  # half past midnight of the next day in Wuppertal
    contributions.add(connection, [_said(1, "spät")], now=late)
    assert len(list(list_for_export(connection, Filter(since=datetime(2026, 9, 15, tzinfo=UTC).date())))) == 1


def test_staff_have_the_last_word_on_topics(filled: Connection, now: datetime) -> None:
    [row_id] = contributions.ids_of(filled, [public_number(1)]).values()
    contributions.add_tags(filled, [(row_id, NewTag("topic", "Sitzen", "staff"))], now=now)
    assert next(list_for_export(filled)).topics == ("Sitzen",)


def test_excel_csv_is_german(filled: Connection, tmp_path: Path) -> None:
    file = tmp_path / "out.csv"
    export(list_for_export(filled), file, "csv-excel")
    content = file.read_bytes()
    assert content.startswith(b"\xef\xbb\xbfnumber;created_at;")
    assert b";web;de;mobility;" in content
    assert content.split(b"\n")[1].split(b";")[1] == b"14.09.2026"


def test_jsonl_and_geojson_hold_every_row(filled: Connection, tmp_path: Path) -> None:
    export(list_for_export(filled), tmp_path / "out.jsonl", "jsonl")
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [row["supports"] for row in rows] == [1, 0, 0]
    assert rows[0]["topics"] == ["Bänke", "Trasse"]
    export(list_for_export(filled), tmp_path / "out.geojson", "geojson")
    collection = json.loads((tmp_path / "out.geojson").read_text(encoding="utf-8"))
    assert [feature["geometry"] for feature in collection["features"]] == [
        {"type": "Point", "coordinates": [7.15, 51.26]},
        None,
        None,
    ]


def test_workbook_has_a_sheet_per_field_and_a_codebook(filled: Connection, tmp_path: Path) -> None:
    file = tmp_path / "out.xlsx"
    assert export(list_for_export(filled), file, "xlsx") == 3
    book = openpyxl.load_workbook(file)
    assert book.sheetnames[:6] == [
        "smarte Wuppertaler·innen",
        "smartes Leben",
        "smarte Umwelt",
        "smarte Mobilität",
        "smarte Verwaltung",
        "smarte Wirtschaft",
    ]
    assert book.sheetnames[-2:] == ["ohne Handlungsfeld", "Codebuch"]
    sheet = book["smarte Mobilität"]
    row = dict(zip([cell.value for cell in sheet[1]], sheet[2], strict=True))
    assert (row["Nummer"].value, row["Art"].value, row["Stand"].value) == (public_number(1), "Idee", "freigegeben")
    assert row["Eingang"].value == datetime(2026, 9, 14, 10, 30)  # noqa: DTZ001  # a workbook knows no zones
    assert row["Unterstützungen"].value == 1
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("B2", "A1:AK2")
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.print_title_rows == "$1:$1"
    assert ("Beitrag", "") in {(line[0], line[1]) for line in book["Codebuch"].iter_rows(values_only=True)}


def test_workbook_says_where_a_text_is_too_long_for_a_cell(
    connection: Connection, tmp_path: Path, now: datetime
) -> None:
    contributions.add(connection, [_said(1, "ä" * 40_000)], now=now)
    file = tmp_path / "out.xlsx"
    export(list_for_export(connection, original=True), file, "xlsx", original=True)
    cells = [cell.value for cell in openpyxl.load_workbook(file)["ohne Handlungsfeld"][2]]
    assert str(cells[-1]).endswith("gekürzt; vollständig in der CSV-Datei")


@pytest.mark.parametrize("file_format", FORMATS)
def test_no_cell_is_a_formula(filled: Connection, tmp_path: Path, file_format: str) -> None:
    file = tmp_path / f"out.{file_format}"
    export(list_for_export(filled), file, file_format)
    if file_format == "xlsx":
        cells = [cell for sheet in openpyxl.load_workbook(file) for row in sheet.iter_rows() for cell in row]
        assert {cell.data_type for cell in cells} <= {"s", "n", "d", "inlineStr"}
        assert any(cell.value == '=HYPERLINK("http://böse.example")' for cell in cells)
    elif file_format.startswith("csv"):
        texts = [row["text"] for row in _csv_rows(file, ";" if file_format == "csv-excel" else ",")]
        assert texts[1].startswith("'=")


@pytest.mark.parametrize("file_format", FORMATS)
def test_broken_off_export_leaves_the_earlier_file(filled: Connection, tmp_path: Path, file_format: str) -> None:
    def rows() -> Iterator[Listed]:
        yield next(list_for_export(filled))
        raise RuntimeError("the database went away")

    file = tmp_path / "out"
    file.write_text("earlier")
    with pytest.raises(RuntimeError, match="went away"):
        export(rows(), file, file_format)
    assert file.read_text() == "earlier"
    assert list(tmp_path.glob(".out*")) == []


@given(st.text())
def test_guard_keeps_formulas_out_and_can_be_taken_off(words: str) -> None:
    assert not guarded(words).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert unguarded(guarded(words)) == words


# Everything a database stores (no NUL, no lone surrogates) and a text file keeps.
STORABLE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1).filter(str.strip)
# What is true of one database alone does not come back.
WITHOUT_PROVENANCE = Layout(german_labels(), tuple(name for name in COLUMNS if name not in PROVENANCE))
NAMES = st.text(st.characters(categories=["L", "Nd"]), min_size=1, max_size=8)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    texts=st.lists(STORABLE, min_size=1, max_size=6), topics=st.lists(NAMES, unique=True), supported=st.integers(0, 3)
)
def test_csv_goes_out_and_comes_back_unchanged(
    tmp_path: Path, sqlite_url: str, now: datetime, texts: list[str], topics: list[str], supported: int
) -> None:
    there, back = tmp_path / "there.csv", tmp_path / "back.csv"
    _export_said(sqlite_url, there, texts, topics, supported, now)
    other = f"sqlite:///{tmp_path / 'other.sqlite3'}"
    upgrade(other)
    engine = open_engine(other)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM contribution"))
        intake = read_file(there)
        assert intake.problems == ()
        assert add_rows(connection, intake.rows, origin="there", now=now) == len(texts)
        assert add_rows(connection, intake.rows, origin="there", now=now) == 0
        export(list_for_export(connection), back, "csv", layout=WITHOUT_PROVENANCE)
    engine.dispose()
    assert back.read_bytes() == there.read_bytes()


def _export_said(url: str, file: Path, texts: list[str], topics: list[str], supported: int, now: datetime) -> None:
    engine = open_engine(url)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM contribution"))
        connection.execute(text("DELETE FROM citizen"))
        keys = [NewCitizen(str(number), "web", "") for number in range(supported)]
        people = citizens.find_or_add(connection, keys, now=now)
        contributions.add(connection, [_said(place, words) for place, words in enumerate(texts)], now=now)
        waiting = contributions.unanalysed(connection)
        tags = [NewTag("topic", topic, "model:1") for topic in topics]
        places = [NewPlace("=Wall", "model:1")]
        found = [Analysed(each.id, each.text, "tr", tags=tags, places=places, latitude=-1.5) for each in waiting]
        analyses.note_analysis(connection, found, now=now)
        pairs = [(each.id, person.id) for each in waiting for person in people.values()]
        supports.support(connection, pairs, now=now)
        export(list_for_export(connection), file, "csv", layout=WITHOUT_PROVENANCE)
    engine.dispose()


def test_columns_all_have_words(engine: Engine) -> None:
    from storage.labels import german_labels

    labels = german_labels()
    assert set(labels.columns) == set(labels.explanations) == {*COLUMNS, "original"}


def _csv_rows(file: Path, delimiter: str = ",") -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream, delimiter=delimiter))


def _content(file: Path) -> str:
    if file.suffix != ".xlsx":
        return file.read_text(encoding="utf-8")
    with warnings.catch_warnings():
        return str([list(sheet.values) for sheet in openpyxl.load_workbook(file)])
