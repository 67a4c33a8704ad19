"""`talstimme …` and `python -m bot …`."""

from __future__ import annotations

import gc

gc.disable()  # until the command is loaded (bot.cli.program)

from bot.cli.program import main  # noqa: E402

if __name__ == "__main__":
    main()
