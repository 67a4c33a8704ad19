"""Reports for politicians: whole files, tagged, with rules, and no word that may not be shown."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from sqlalchemy import Connection
from typer.testing import CliRunner

from bot.cli.program import app
from bot.desk import choices_of
from bot.reporting import report_of, write_report
from desk.figures.report import Report
from storage.database import open_engine
from storage.figures import snapshots
from storage.models.contribution import RECEIVED
from storage.worklist import Wanted
from tests.conftest import NOW
from tests.desk.site import settings
from tests.figures.crowd import WORDS, change, fill


def _report(connection: Connection) -> Report:
    numbers = fill(connection, 20, NOW)
    for number in numbers[:4]:
        change(connection, number, redacted_text="SECRET WORDS", publishing=None)
    change(connection, numbers[4], redacted_text="SECRET WORDS", status=RECEIVED)
    return report_of(connection, snapshots.take(connection, Wanted(), now=NOW), choices_of(settings()))


def test_a_report_says_what_was_counted_and_quotes_only_what_may_be_shown(connection: Connection) -> None:
    report = _report(connection)
    assert "Schnappschuss" in report.lines[0]
    assert "20 Beiträge gingen ein, 20 davon sind gültig" in report.summary[0]
    assert [each.name for each in report.counted][:2] == ["eingegangen", "zurückgezogen"]
    quotes = [quote.text for section in report.sections for quote in section.quotes]
    assert quotes
    assert all(text.startswith(WORDS) for text in quotes)


def test_the_same_report_as_html_pdf_and_document(connection: Connection, tmp_path: Path) -> None:
    report = _report(connection)
    for name in ("r.html", "r.pdf", "r.docx"):
        write_report(report, tmp_path / name)
    html = (tmp_path / "r.html").read_text("utf-8")
    assert "<script>" not in html
    assert re.search(r'<img [^>]*alt="[^"]{10,}"', html)
    pdf = (tmp_path / "r.pdf").read_bytes()
    assert pdf.startswith(b"%PDF")
    assert b"/StructTreeRoot" in pdf or b"ObjStm" in pdf
    paper = Document(BytesIO((tmp_path / "r.docx").read_bytes()))
    told = "\n".join(paragraph.text for paragraph in paper.paragraphs)
    assert "Schnappschuss" in told
    assert "So wurde gezählt" in told
    assert len(paper.inline_shapes) == len(report.tables)
    assert sorted(each.name for each in tmp_path.iterdir() if "r." in each.name[:3]) == ["r.docx", "r.html", "r.pdf"]


def test_the_command_writes_it_and_refuses_another_name(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TALSTIMME_STORAGE__URL", sqlite_url)
    monkeypatch.chdir(tmp_path)
    engine = open_engine(sqlite_url)
    with engine.begin() as connection:
        fill(connection, 3, NOW)
    engine.dispose()
    done = CliRunner().invoke(app, ["report", "--output", "r.html"])
    assert done.exit_code == 0, done.output
    assert "3 gültige von 3" in Path("r.html").read_text("utf-8")
    assert "end the name with" in str(CliRunner().invoke(app, ["report", "--output", "r.txt"]).exception)
    assert "no such snapshot" in str(
        CliRunner().invoke(app, ["report", "--output", "r.html", "--snapshot", "77"]).exception
    )
