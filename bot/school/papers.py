"""The papers of a class: pack for the school, sheet for the wall, result; typeset by Typst from texts anybody can edit.

Law of this file: what stands on a paper was checked before; no paper names anybody. Texts: bot/content/schule.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal

import segno
import typst

FOLDER = Path(__file__).parents[1] / "content" / "schule"
# A result as a picture for a group: enough for a screen (dots per inch).
PIXELS = 110

Form = Literal["pdf", "png"]
# Its stub lets a type variable depend on the default of another argument, which no call can satisfy.
_typeset: Callable[..., bytes | list[bytes]] = typst.compile


def paper(name: str, values: Mapping[str, Any], *, form: Form = "pdf") -> bytes:
    """Return a paper of bot/content/schule as PDF (tagged, for screen readers) or its first page as PNG."""
    inputs = {"werte": json.dumps(dict(values), ensure_ascii=False)}
    made = _typeset(FOLDER / f"{name}.typ", root=FOLDER, format=form, ppi=PIXELS, sys_inputs=inputs)
    return made[0] if isinstance(made, list) else made


def qr_of(address: str) -> str:
    """Return an address as a QR code in SVG (ISO/IEC 18004, a quarter of it may be lost)."""
    drawn = io.BytesIO()
    segno.make(address, error="q").save(drawn, kind="svg", scale=8, border=4)
    return drawn.getvalue().decode()
