"""`talstimme school` as somebody types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.acceptance.program import instance


async def test_a_class_is_opened_listed_answered_and_deleted(tmp_path: Path) -> None:
    program = instance(tmp_path)
    code, output, _ = await program.command("school", "open", "--topic", "learning", "--minutes", "30", "--json")
    assert code == 0
    opened = json.loads(output)
    assert opened["link"].endswith(f"/klasse/{opened['code']}")
    assert {"code", "link", "teacher_link", "telegram_link"} <= set(opened)
    _, listed, _ = await program.command("school", "list", "--json")
    assert [row["code"] for row in json.loads(listed)] == [opened["code"]]
    file = tmp_path / "answer.txt"
    file.write_text("Danke für eure Ideen.", "utf-8")
    assert (await program.command("school", "answer", opened["code"].lower(), "--text-file", str(file)))[0] == 0
    assert (await program.command("school", "delete", opened["code"], "--yes"))[0] == 0
    assert json.loads((await program.command("school", "list", "--json"))[1]) == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("open", "--topic", "mobility"), "use learning, quarters, climate"),
        (("open", "--topic", "climate", "--minutes", "500"), "--minutes"),
        (("end", "K7MP"), "talstimme school list"),
        (("delete", "CDFGHJ"), "--yes"),
    ],
)
async def test_a_mistake_is_told_in_one_sentence(tmp_path: Path, arguments: tuple[str, ...], told: str) -> None:
    code, _, error = await instance(tmp_path).command("school", *arguments)
    assert code == 2
    assert told in error
    assert len(error.strip().splitlines()) == 1
