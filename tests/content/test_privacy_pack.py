"""The data protection officer's folder says what this installation really does, and leaves nothing out."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.privacy import DOCUMENTS, documents
from bot.cli.program import app
from bot.config import Settings
from bot.edition import load_edition
from storage.personal import personal_columns

TODAY = date(2026, 9, 14)


@cache
def pack(**changed: str) -> dict[str, str]:
    """Return the folder of an instance: `telegram` is its token, `url` its database, `mail` its mail server."""
    chosen = Settings.model_validate(
        {
            "telegram": {"token": changed.get("telegram", "")},
            "storage": {"url": changed.get("url", "sqlite:///x.sqlite3"), "backup_days": 9},
            "retention": {"citizen_days": 411, "audit_days": 99},
            "instance": {"operator": "Stadt Musterhausen"},
            "mail": {"host": changed.get("mail", ""), "sender": "t@stadt.example"},
            "oidc": {"issuer": changed.get("issuer", ""), "client_id": "talstimme", "client_secret": "only-we-know"},
        }
    )
    return documents(chosen, load_edition(chosen), today=TODAY)


def test_every_marked_column_stands_in_the_deletion_concept_with_its_rule() -> None:
    sections = dict(re.findall(r"### `(\w+)`\n(.*?)(?=\n##|\Z)", pack()["loeschkonzept.md"], re.S))
    for column in personal_columns():
        deletion = column.deletion.format(audit_days=99)
        row = f"| `{column.column}` | {column.purpose} | {column.basis} | {deletion} |"
        assert row in sections[column.table], f"{column.table}.{column.column}"


@pytest.mark.parametrize("document", ["verzeichnis.md", "auftragsverarbeitung.md"])
def test_every_table_with_personal_data_stands_in_the_record_and_the_contract(document: str) -> None:
    missing = {column.table for column in personal_columns() if f"`{column.table}`" not in pack()[document]}
    assert missing == set()


def test_periods_are_those_of_the_configuration() -> None:
    concept = pack()["loeschkonzept.md"]
    assert "| 411 Tage |" in concept
    assert "| nach 99 Tagen |" in concept
    assert "nach 2 Jahren" not in concept.split("### `audit`")[1].split("###")[0]
    assert "| 9 Tage | Anfertigung |" in concept


def test_who_is_responsible_is_the_operator_of_the_configuration() -> None:
    assert "| Verantwortlich | Stadt Musterhausen |" in pack()["verzeichnis.md"]


def test_telegram_is_judged_where_it_is_switched_on_and_only_there() -> None:
    on, off = pack(telegram="1:token"), pack()
    assert "nicht auszuschließen" not in off["verzeichnis.md"]
    assert "außerhalb der EU nicht auszuschließen" in on["verzeichnis.md"]
    assert "Der Kanal Telegram ist in dieser Installation nicht eingeschaltet" in off["verzeichnis.md"]
    assert "1:token" not in "".join(on.values())


def test_who_gets_mail_and_who_sees_logins_is_said_where_it_is_switched_on() -> None:
    issuer = "https://login.stadt.example"
    on, off = pack(mail="mail.stadt.example", issuer=issuer)["verzeichnis.md"], pack()["verzeichnis.md"]
    assert "geht der geschwärzte Text per E-Mail" in on
    assert f"Anmeldedienst der Stadt ({issuer})" in on
    assert "only-we-know" not in on
    assert "geschwärzte Text per E-Mail" not in off
    assert "Anmeldedienst" not in off


def test_the_way_of_cleaning_is_that_of_the_database() -> None:
    assert "SQLite-Datei" in pack()["loeschkonzept.md"]
    assert "PostgreSQL" in pack(url="postgresql://db/x")["loeschkonzept.md"]


def test_there_is_a_notice_in_every_language_with_all_its_rights() -> None:
    notices = {name: text for name, text in pack().items() if name.startswith("datenschutzhinweise/")}
    assert {"datenschutzhinweise/de.md", "datenschutzhinweise/de-plain.md", "datenschutzhinweise/tr.md"} <= set(notices)
    assert all("poststelle@ldi.nrw.de" in text for text in notices.values())


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_is_whole_and_its_links_lead_somewhere(name: str) -> None:
    text = pack()[f"{name}.md"]
    assert text.startswith("# ")
    assert "{{" not in text
    assert "{%" not in text
    assert [link for link in re.findall(r"\]\(([\w/.-]+\.md)\)", text) if link not in pack()] == []


def test_tables_keep_their_columns() -> None:
    for name, text in pack().items():
        for block in re.findall(r"(?:^\|.*\n)+", text, re.M):
            widths = {line.count("|") for line in block.splitlines()}
            assert len(widths) == 1, f"{name}: {block.splitlines()[0]}"


def test_the_command_writes_every_document(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["privacy-pack", "--output", str(tmp_path)])
    assert result.exit_code == 0
    written = {file.relative_to(tmp_path).as_posix() for file in tmp_path.rglob("*.md")}
    assert written == set(pack())
