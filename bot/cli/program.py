"""The command line: each command parses, builds and calls; what it prints is for people or, where said, for programs.

Law of this file: a mistake a person can make ends in one clear sentence and exit code 2, never in a traceback.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

from bot.cli.frame import CONFIG_FILE, Complaint, complaint_of

# The file of `bot.cli` that each command stands in: a command loads its own alone, which halves its start.
COMMANDS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("run", "demo"), "running"),
        **dict.fromkeys(("tag", "similar", "train", "evaluate"), "tagging"),
        **dict.fromkeys(("export", "import", "review"), "exchange"),
        "announce": "announcing",
        "school": "classes",
        "desk-link": "desk",
        **dict.fromkeys(("check", "migrate", "backup", "restore", "erase", "doctor"), "operating"),
        "privacy-pack": "privacy",
        "objections": "objections",
        **dict.fromkeys(("handover", "transcribe", "translate"), "casework"),
        **dict.fromkeys(("workshops", "qr"), "workshops"),
        "report": "reporting",
        "api-token": "tokens",
    }
)


class _Commands(TyperGroup):
    """The commands of `COMMANDS`, each loaded when it is asked for. Raises `KeyError` where a file has not its own."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            return None
        part = typer.Typer()
        part.callback()(lambda: None)  # a part with one command alone stays a group
        importlib.import_module(f"bot.cli.{COMMANDS[cmd_name]}").register(part)
        return typer.main.get_group(part).commands[cmd_name]


app = typer.Typer(
    name="talstimme",
    cls=_Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Talstimme collects citizens' ideas and traces each one to the decision.",
)


@app.callback()
def _common(
    context: typer.Context,
    config: Annotated[Path | None, typer.Option(help="The configuration file (default: config.toml).")] = None,
) -> None:
    CONFIG_FILE.set(config)
    if context.obj is not None:
        context.obj()


def main(*, loaded: Callable[[], None]) -> NoReturn:
    """Run a command and say when it is loaded; exit 2 with one sentence for what the caller can mend."""
    os.umask(0o077)  # databases, backups, exports and secrets are nobody else's to read
    try:
        app(obj=loaded)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except Exception as error:
        sentence = str(error) if isinstance(error, Complaint) else complaint_of(error)
        if sentence is None:
            raise
        print(sentence, file=sys.stderr)  # noqa: T201  (the one place where a complaint is told)
        sys.exit(2)
    sys.exit(0)
