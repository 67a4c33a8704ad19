"""What docs/writing-dialogues.md teaches works as it stands there."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from bot.book import CONTENT, load_book
from bot.dialogue.check import LABEL_CHARACTERS, MESSAGE_CHARACTERS, NOTICE_WORDS

PAGE = (Path(__file__).parents[2] / "docs" / "writing-dialogues.md").read_text(encoding="utf-8")


def test_the_example_of_the_page_loads_as_a_new_field(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(CONTENT, tmp_path / "content"))
    example = re.search(r"```toml\n(.*?)```", PAGE, re.S)
    assert example is not None
    (folder / "dialogues/water.toml").write_text(example[1], encoding="utf-8")
    order = (folder / "book.toml").read_text(encoding="utf-8")
    (folder / "book.toml").write_text(order.replace('  "economy",\n', '  "economy",\n  "water",\n'), encoding="utf-8")
    book = load_book(folder)
    assert list(book.dialogues)[6] == "water"
    assert book.texts.plain("de", "water.name") == "Wasser & Ufer"


def test_the_page_tells_the_limits_that_are_checked() -> None:
    for limit in (LABEL_CHARACTERS, MESSAGE_CHARACTERS, NOTICE_WORDS):
        assert f"at most {limit}" in PAGE
