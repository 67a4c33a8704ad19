"""Reports as files: HTML, PDF (typst, tagged) and DOCX, each with charts that have words for those who can't see them.

Law of this file: citizens' words are handed over as data, never as markup; a file is whole or not there.
"""

from __future__ import annotations

import base64
import json
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

import typst
from docx import Document
from docx.shared import Cm
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from desk.figures.drawing import PNG, SVG, Caption, draw
from desk.figures.report import Report
from desk.words import Words

_HERE = Path(__file__).parent
_PDF_STANDARD: Literal["ua-1"] = "ua-1"
_TEXTS = (
    "charts",
    "fields",
    "themes",
    "quotes",
    "rules",
    "methods",
    "method_text",
    "supported",
    "test",
    "summary_title",
)


def as_html(report: Report, words: Words) -> bytes:
    """Return the report as one HTML file that needs nothing else."""
    pages = Environment(loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    drawn = _drawn(report, SVG)
    pictures = {name: base64.b64encode(picture).decode() for name, picture in drawn.pictures.items()}
    return pages.get_template("report.html").render(report=drawn, pictures=pictures, t=words).encode()


def as_pdf(report: Report, words: Words, *, template: str = "report.typ") -> bytes:
    """Return the report as a tagged PDF (PDF/UA-1)."""
    drawn = _drawn(report, SVG)
    with tempfile.TemporaryDirectory() as folder:
        room = Path(folder)
        for name, picture in drawn.pictures.items():
            (room / f"{name}.svg").write_bytes(picture)
        told = asdict(replace(drawn, pictures={})) | {"texts": _texts(words)}
        (room / "report.json").write_text(json.dumps(told, ensure_ascii=False), "utf-8")
        (room / "report.typ").write_text((_HERE / template).read_text("utf-8"), "utf-8")
        return bytes(typst.compile(str(room / "report.typ"), format="pdf", pdf_standards=_PDF_STANDARD))


def as_docx(report: Report, words: Words) -> bytes:
    """Return the report as a document that can be edited."""
    drawn, paper = _drawn(report, PNG), Document()
    paper.core_properties.title, paper.core_properties.language = report.title, report.language
    paper.add_heading(report.title, 0)
    for line in (*([words("report.test")] if report.is_test else ()), *report.lines):
        paper.add_paragraph(line)
    paper.add_heading(words("report.summary_title"), 1)
    for line in report.summary:
        paper.add_paragraph(line, style="List Bullet")
    paper.add_heading(words("report.charts"), 1)
    for table in report.tables:
        _add_chart(paper, drawn, table)
    _add_sections(paper, report, words)
    paper.add_heading(words("report.rules"), 1)
    rules = [(each.name, words.number(each.number), each.rule) for each in report.counted]
    _add_table(paper, (words("figures.contributions"), words("figures.number"), words("figures.rule")), rules)
    paper.add_heading(words("report.methods"), 1)
    paper.add_paragraph(words("report.method_text"))
    stream = BytesIO()
    paper.save(stream)
    return stream.getvalue()


def _add_chart(paper: Any, drawn: Report, table: Any) -> None:
    paper.add_heading(table.title, 2)
    shape = paper.add_picture(BytesIO(drawn.pictures[table.name]), width=Cm(15.5))
    # python-docx has no name for the text alternative (ECMA-376, 20.4.2.5).
    shape._inline.docPr.set("descr", table.summary)
    _add_table(paper, table.headings, [[_plain(cell) for cell in row] for row in table.rows])
    if table.note:
        paper.add_paragraph(table.note)


def _add_sections(paper: Any, report: Report, words: Words) -> None:
    paper.add_heading(words("report.fields"), 1)
    for section in report.sections:
        paper.add_heading(f"{section.name}: {words.number(section.number)}", 2)
        for theme in section.themes:
            paper.add_paragraph(f"{theme.name}: {words.number(theme.number)}", style="List Bullet")
        for quote in section.quotes:
            paper.add_paragraph(f"„{quote.text}“ ({quote.number})", style="Quote")


def _add_table(paper: Any, headings: Any, rows: Any) -> None:
    table = paper.add_table(rows=1, cols=len(headings), style="Light Grid Accent 1")
    for cell, text in zip(table.rows[0].cells, headings, strict=True):
        cell.text = text
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text


def _plain(cell: object) -> str:
    return "·" if cell is None else f"{cell:n}" if isinstance(cell, int | float) else str(cell)


def _drawn(report: Report, form: str) -> Report:
    lines = Caption(report.lines, report.language)
    return replace(report, pictures={table.name: draw(table, lines, form=form) for table in report.tables})


def _texts(words: Words) -> dict[str, str]:
    own = {name: words(f"report.{name}") for name in _TEXTS}
    return own | {name: words(f"figures.{name}") for name in ("contributions", "number", "rule")}


PAPERS: Mapping[str, Callable[[Report, Words], bytes]] = {".html": as_html, ".pdf": as_pdf, ".docx": as_docx}
