"""The answer templates a new desk begins with."""

from __future__ import annotations

import tomllib
from pathlib import Path

from storage.answers import Template

_FILE = Path(__file__).with_name("answers.toml")


def first_answers() -> list[Template]:
    """Return the templates of `answers.toml`; they have no number yet."""
    read = tomllib.loads(_FILE.read_text("utf-8"))["template"]
    return [Template(0, each.pop("name"), each.pop("status"), each) for each in read]
