"""`python -m bot` is `talstimme`.

Law of this file: while a command is loaded nobody looks for waste, and what was loaded lives as long as the program:
looking through it again and again delays the start.
"""

from __future__ import annotations

import gc

gc.disable()

from typing import NoReturn  # noqa: E402

from bot.cli import program  # noqa: E402


def main() -> NoReturn:
    """Run the command that was typed."""
    program.main(loaded=_collect_from_here)


def _collect_from_here() -> None:
    gc.freeze()
    gc.enable()


if __name__ == "__main__":
    main()
