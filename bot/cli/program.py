"""The command line: each command parses, builds and calls; what it prints is for people or, where said, for programs.

Law of this file: a mistake a person can make ends in one clear sentence and exit code 2, never in a traceback.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from bot.cli import (
    announcing,
    casework,
    classes,
    desk,
    exchange,
    objections,
    operating,
    privacy,
    reporting,
    running,
    tagging,
    tokens,
    workshops,
)
from bot.cli.frame import CONFIG_FILE, Complaint, complaint_of

app = typer.Typer(
    name="talstimme",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Talstimme collects citizens' ideas and traces each one to the decision.",
)


@app.callback()
def _common(
    config: Annotated[Path | None, typer.Option(help="The configuration file (default: config.toml).")] = None,
) -> None:
    CONFIG_FILE.set(config)


_GROUPS = (
    *(running, tagging, exchange, announcing, classes, desk, operating, privacy, objections, casework, workshops),
    *(reporting, tokens),
)
for _group in _GROUPS:
    _group.register(app)


def main() -> NoReturn:
    """Run a command; exit 2 with one sentence for what the caller can mend."""
    os.umask(0o077)  # databases, backups, exports and secrets are nobody else's to read
    try:
        app()
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
