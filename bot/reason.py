"""Why something failed, as it may stand in a log or a database: never with a word of who wrote what was worked on."""

from __future__ import annotations

import traceback
from pathlib import Path


def reason_of(error: BaseException) -> str:
    """Return where and as what an error arose, without its text, which may hold a citizen's words."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"
