"""Secret codes that stand beside the number of a contribution: twelve signs in three groups, such as K7MP-2RTX-9WHD.

Law of this file: a code is random and easy to dictate; what is typed in its place is read as it was meant.
The signs are Crockford's base 32, which leaves out I, L, O and U: https://www.crockford.com/base32.html
"""

from __future__ import annotations

import re
import secrets

_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# Twelve signs of five bits are 60 bits: at ten tries a minute nobody guesses one in the age of the universe.
_LENGTH = 12
_GROUP = 4
_MEANT = str.maketrans({"O": "0", "I": "1", "L": "1"})


def fresh_code() -> str:
    """Return a new random code."""
    return _grouped("".join(secrets.choice(_SIGNS) for _ in range(_LENGTH)))


def read_code(typed: str) -> str | None:
    """Return the code that somebody typed or dictated in its one right form, or None if it is none."""
    plain = re.sub(r"[\s.\u2010-\u2015-]", "", typed).upper().translate(_MEANT)
    if len(plain) != _LENGTH or not set(plain) <= set(_SIGNS):
        return None
    return _grouped(plain)


def _grouped(plain: str) -> str:
    return "-".join(plain[start : start + _GROUP] for start in range(0, _LENGTH, _GROUP))
