"""What staff do beside deciding: hand defects over, write voice messages down, put translations beside texts."""

from __future__ import annotations

import csv
import json
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import Engine, select
from typer.testing import CliRunner, Result

from bot.cli.frame import Complaint
from bot.cli.program import app
from storage import analyses, attachments, contributions, handovers, reviews, spoken
from storage.analyses import Analysed
from storage.audits import Actor, deeds
from storage.contributions import NewContribution, NewFile, NewTag
from storage.models import Contribution
from storage.numbers import public_number

STAFF = Actor("moderation", "moderator")
LAMP, DESPAIR, IDEA, SPOKEN, TURKISH = (public_number(number) for number in range(1, 6))


@pytest.fixture
def filled(sqlite_engine: Engine, now: datetime, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """A defect, a case of need, an idea, a voice message without words, and an idea in Turkish, all analysed."""
    monkeypatch.setenv("TALSTIMME_STORAGE__URL", f"sqlite:///{sqlite_engine.url.database}")
    monkeypatch.setenv("TALSTIMME_NLP__ENABLED", "false")
    rows = [
        _said(LAMP, "=Die Laterne ist kaputt", kind="defect"),
        _said(DESPAIR, "Ich kann nicht mehr"),
        _said(IDEA, "Mehr Bänke", kind="idea"),
        _said(SPOKEN, "", files=[NewFile("voice", "file-1")]),
        _said(TURKISH, "Daha fazla bank", language="tr"),
    ]
    with sqlite_engine.begin() as connection:
        contributions.add(connection, rows, now=now)
        found = contributions.ids_of(connection, [row.number for row in rows])
        texts = {row.number: row.text for row in rows}
        noted = [Analysed(found[number], texts[number]) for number in found if number != DESPAIR]
        care = Analysed(found[DESPAIR], texts[DESPAIR], tags=[NewTag("care", "despair", "model:1")])
        analyses.note_analysis(connection, [*noted, care], now=now)
        [voice] = attachments.unfetched(connection)
        attachments.keep_content(connection, voice.id, b"OggS", "audio/ogg")
    return sqlite_engine


def _said(number: str, words: str, **fields: object) -> NewContribution:
    return NewContribution(number, words, "web", draft=number, **fields)  # type: ignore[arg-type]


def run(*words: str) -> Result:
    result = CliRunner().invoke(app, list(words), catch_exceptions=True)
    assert result.exception is None or isinstance(result.exception, (Complaint, SystemExit))
    return result


def listed(*words: str) -> list[str]:
    return [row["number"] for row in json.loads(run("handover", "--json", *words).stdout)]


def test_defects_and_cases_of_need_wait_for_the_service_centre_until_they_are_noted(filled: Engine) -> None:
    assert listed() == [LAMP, DESPAIR]
    assert run("handover", "--done", LAMP).exit_code == 0
    assert listed() == [DESPAIR]
    assert listed("--all") == [LAMP, DESPAIR]
    with filled.connect() as connection:
        assert [deed.subject for deed in deeds(connection) if deed.action == "handed_over"] == [LAMP]
        assert handovers.cases(connection, with_done=True)[0].handed_over_at is not None


def test_an_unknown_number_is_told_and_nothing_is_noted(filled: Engine) -> None:
    del filled
    assert "Nothing was noted" in str(run("handover", "--done", LAMP, "--done", "X").exception)
    assert listed() == [LAMP, DESPAIR]


def test_the_list_is_a_file_in_which_no_cell_is_a_formula(filled: Engine, tmp_path: Path) -> None:
    del filled
    assert run("handover", "--output", str(tmp_path / "list.csv")).exit_code == 0
    with (tmp_path / "list.csv").open(encoding="utf-8-sig", newline="") as stream:
        first, _ = csv.DictReader(stream, delimiter=";")
    assert (first["number"], first["text"]) == (LAMP, "'=Die Laterne ist kaputt")
    assert run("handover", "--output", str(tmp_path / "list.xlsx")).exit_code == 0
    sheet = openpyxl.load_workbook(tmp_path / "list.xlsx").worksheets[0]
    assert sheet["G2"].value == "=Die Laterne ist kaputt"
    assert sheet["G2"].data_type == "s"
    assert "end the name" in str(run("handover", "--output", str(tmp_path / "list.pdf")).exception)


def test_what_is_said_is_written_down_tagged_and_reviewed_again(filled: Engine, tmp_path: Path, now: datetime) -> None:
    with filled.begin() as connection:
        reviews.decide(connection, SPOKEN, "released", None, STAFF, now=now)
    words = tmp_path / "words.txt"
    words.write_text("Eine Rampe am Döppersberg\n", encoding="utf-8")
    assert SPOKEN in run("transcribe").stdout
    assert run("transcribe", SPOKEN, "--save", str(tmp_path / "voice.ogg")).exit_code == 0
    assert (tmp_path / "voice.ogg").read_bytes() == b"OggS"
    assert run("transcribe", SPOKEN, "--text-file", str(words)).exit_code == 0
    with filled.connect() as connection:
        query = select(Contribution.text, Contribution.status, Contribution.analysed_at)
        row = connection.execute(query.where(Contribution.number == SPOKEN)).one()
        assert tuple(row) == ("Eine Rampe am Döppersberg", "received", None)
        assert spoken.recordings(connection) == []


def test_a_better_transcript_takes_the_place_of_the_first(filled: Engine, now: datetime) -> None:
    with filled.begin() as connection:
        [recording] = spoken.recordings(connection)
        for words in ("Eine Lampe", "Eine Rampe"):
            spoken.write_down(connection, recording.id, words, STAFF, now=now)
        text = connection.scalar(select(Contribution.text).where(Contribution.number == SPOKEN))
    assert text == "Eine Rampe"


def test_a_working_translation_stands_beside_the_contribution(filled: Engine, tmp_path: Path) -> None:
    del filled
    words = tmp_path / "german.txt"
    words.write_text("Mehr Bänke", encoding="utf-8")
    assert TURKISH in run("translate").stdout
    assert run("translate", TURKISH, "--text-file", str(words), "--machine").exit_code == 0
    assert run("translate").stdout == ""
    [shown] = [row for row in json.loads(run("review", "list", "--json").stdout) if row["number"] == TURKISH]
    assert (shown["text"], shown["translation"]) == ("Daha fazla bank", "Mehr Bänke")
    assert shown["translation_source"] == "machine"
    assert run("export", "--format", "csv", "--output", str(tmp_path / "out.csv")).exit_code == 0
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert {row["number"]: row["translation"] for row in rows}[TURKISH] == "Mehr Bänke"


def test_what_is_imported_may_be_shown_only_when_somebody_says_so(filled: Engine, tmp_path: Path) -> None:
    for name, options in (("one", ()), ("two", ("--publishable",))):
        (tmp_path / f"{name}.csv").write_text(f"text\n{name}\n", encoding="utf-8")
        assert run("import", str(tmp_path / f"{name}.csv"), "--no-tag", *options).exit_code == 0
    with filled.connect() as connection:
        query = select(Contribution.text, Contribution.publishing).where(Contribution.channel == "import")
        assert connection.execute(query.order_by(Contribution.id)).all() == [("one", None), ("two", "import")]
