"""Every column that can hold personal data says why, on what basis and how long; `talstimme check` sees to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Column, Table, Text
from typer.testing import CliRunner

from bot.cli.frame import Complaint
from bot.cli.program import app
from storage.models import Model
from storage.personal import unmarked_columns


@pytest.fixture
def diary() -> Iterator[Table]:
    """A table that somebody added without a word about what it holds."""
    table = Table("diary", Model.metadata, Column("words", Text))
    yield table
    Model.metadata.remove(table)


def test_a_column_without_a_mark_is_named(diary: Table) -> None:
    assert unmarked_columns() == [f"{diary.name}.words"]


def test_check_fails_with_one_sentence_that_names_the_column(diary: Table) -> None:
    result = CliRunner().invoke(app, ["check"])
    assert isinstance(result.exception, Complaint)
    assert str(result.exception).startswith(f"{diary.name}.words: say in the column's info what it may hold")


def test_check_passes_when_every_column_is_marked() -> None:
    assert CliRunner().invoke(app, ["check"]).exit_code == 0
