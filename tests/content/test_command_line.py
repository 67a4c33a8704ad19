"""Every command stands where the table of the command line says."""

from __future__ import annotations

import importlib
from collections import defaultdict

import typer

from bot.cli.program import COMMANDS


def test_each_command_is_found_in_its_file() -> None:
    named = defaultdict(set)
    for name, file in COMMANDS.items():
        named[file].add(name)
    for file, names in named.items():
        app = typer.Typer()
        importlib.import_module(f"bot.cli.{file}").register(app)
        app.callback()(lambda: None)
        assert set(typer.main.get_group(app).commands) == names
