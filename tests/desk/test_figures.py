"""The page of figures: numbers with a number, charts that are pictures, tables and files, the same later."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import datetime

import pytest
import pytest_asyncio

from desk.figures.residents import EMPTY_FILE, UnreadableResidents, read_residents
from desk.figures.tables import NAMES
from storage.erasures import erase_contribution
from tests.desk.site import Clerk, DeskSite
from tests.figures.crowd import fill

PNG = b"\x89PNG\r\n"


@pytest_asyncio.fixture
async def full(desk: DeskSite) -> AsyncIterator[DeskSite]:
    """A desk with thirty contributions."""
    await desk.store.write(fill, 30, desk.clock())
    yield desk


async def _figures(desk: DeskSite, path: str = "/desk/zahlen") -> Clerk:
    clerk = await desk.clerk("strategist")
    await clerk.open(path)
    return clerk


async def test_the_page_says_what_was_counted_and_how(full: DeskSite) -> None:
    page = (await _figures(full)).page
    assert "Schnappschuss 1, gezählt am 14.09.2026, 10:30" in page.text
    assert "30 gültige von 30 eingegangenen Beiträgen" in page.text
    assert "Filter: keiner, alle Beiträge" in page.text
    assert "Von den Verfasser:innen zurückgezogen" in page.text


async def test_each_chart_has_its_table_words_and_files(full: DeskSite) -> None:
    page = (await _figures(full)).page
    for image in re.findall(r"<img[^>]+>", page.html):
        assert re.search(r'alt="[^"]{10,}"', image)
    drawn = re.findall(r'<img src="/desk/zahlen/1/(\w+)\.svg"', page.html)
    assert {"weeks", "fields", "kinds", "districts", "languages", "channels"} <= set(drawn)
    assert page.html.count("<table>") == len(drawn) + 1


@pytest.mark.parametrize("name", ["weeks", "kinds", "districts", "perspectives"])
async def test_a_chart_comes_as_picture_and_as_csv(full: DeskSite, name: str) -> None:
    clerk = await _figures(full)
    svg = await clerk.client.get(f"/desk/zahlen/1/{name}.svg?licht=dunkel")
    assert svg.headers["content-type"] == "image/svg+xml"
    assert "Schnappschuss 1" in svg.text
    assert "30 gültige von 30" in svg.text
    assert (await clerk.client.get(f"/desk/zahlen/1/{name}.png")).content.startswith(PNG)
    table = (await clerk.client.get(f"/desk/zahlen/1/{name}.csv")).content.decode("utf-8-sig")
    assert "Schnappschuss 1, gezählt am" in table
    assert ";" in table.splitlines()[0]


async def test_an_earlier_snapshot_stays_and_says_what_was_erased(full: DeskSite) -> None:
    clerk = await _figures(full)
    before = clerk.page.text
    number = await full.store.write(_erase_one, full.clock())
    assert number
    full.clock.pass_by(minutes=11)
    assert "29 gültige von 29" in (await clerk.open("/desk/zahlen")).text
    again = (await clerk.open("/desk/zahlen?schnappschuss=1")).text
    assert "30 gültige von 30" in again
    assert "Seitdem gelöscht: 1." in again
    assert re.search(r"Prüfsumme der Zahlen: \w{16}", before)[0] in again  # type: ignore[index]


def _erase_one(connection: object, now: datetime) -> str:
    from sqlalchemy import Connection, select

    from storage.models import Contribution

    assert isinstance(connection, Connection)
    number = connection.scalar(select(Contribution.number).limit(1)) or ""
    erase_contribution(connection, number, now=now)
    return number


@pytest.mark.parametrize(
    "query", ["bis=9999-12-31", "ab=0001-01-01", "ab=morgen", "feld='", "suche=%00%22", "thema=x" * 99]
)
async def test_an_address_that_makes_no_sense_is_read_as_far_as_it_does(full: DeskSite, query: str) -> None:
    assert (await _figures(full, f"/desk/zahlen?{query}")).page.status == 200


async def test_figures_count_nobodys_work(full: DeskSite) -> None:
    assert "30 gültige von 30" in (await _figures(full, "/desk/zahlen?bei=1")).page.text


async def test_counting_anew_makes_a_number(full: DeskSite) -> None:
    clerk = await _figures(full, "/desk/zahlen?feld=mobility")
    assert "Handlungsfeld: smarte Mobilität" in clerk.page.text
    page = await clerk.post("/desk/zahlen", {"filter": "feld=mobility"})
    assert page.path == "/desk/zahlen?schnappschuss=2"
    assert "12 gültige von 12" in page.text
    assert "Handlungsfeld: smarte Mobilität" in page.text


@pytest.mark.parametrize("path", ["9/kinds.svg", "1/kinds.exe", "1/secret.svg", "1/.svg"])
async def test_what_is_not_there_is_not_found(full: DeskSite, path: str) -> None:
    clerk = await _figures(full)
    assert (await clerk.open(f"/desk/zahlen/{path}")).status == 404


@pytest.mark.parametrize("number", ["x", "99", "-1", "٣", "1" * 40])
async def test_a_snapshot_nobody_took_is_not_found(full: DeskSite, number: str) -> None:
    assert (await _figures(full, f"/desk/zahlen?schnappschuss={number}")).page.status == 404


async def test_an_empty_desk_has_nothing_to_draw(desk_on_both: DeskSite) -> None:
    page = (await _figures(desk_on_both)).page
    assert "0 gültige von 0" in page.text
    assert page.text.count("Dazu gibt es noch keine Zahlen.") == len(NAMES)


async def test_each_district_has_its_sheet_and_its_pdf(full: DeskSite) -> None:
    clerk = await _figures(full, "/desk/zahlen/blatt/Barmen.html")
    assert "Blatt für die Bezirksvertretung Barmen" in clerk.page.text
    assert "Stadtbezirk: Barmen" in clerk.page.text
    pdf = await clerk.client.get("/desk/zahlen/blatt/Barmen.pdf")
    assert pdf.content.startswith(b"%PDF")
    assert pdf.content.count(b"/Type /Page\n") <= 1
    assert (await clerk.open("/desk/zahlen/blatt/Atlantis.pdf")).status == 404


def test_the_citys_statistics_come_with_source_and_day(tmp_path: object) -> None:
    from pathlib import Path

    assert read_residents(EMPTY_FILE) == ()
    file = Path(str(tmp_path)) / "residents.csv"
    file.write_text("kind,name,number,source,as_of\ndistrict,Barmen,10,Statistikstelle,2026-01-01\n", "utf-8")
    assert read_residents(file)[0].source == "Statistikstelle"
    for row in ("district,Barmen,viele,x,2026-01-01", "street,Barmen,1,x,2026-01-01", "district,Barmen,1,,2026-01-01"):
        file.write_text(f"kind,name,number,source,as_of\n{row}\n", "utf-8")
        with pytest.raises(UnreadableResidents, match="row 1"):
            read_residents(file)
