"""Public numbers of contributions: three groups of three digits after a letter, as in T-482-913-756.

Law of this file: every serial has exactly one number, the order of arrival can't be read from it, and one wrong or two
swapped digits are noticed (Damm's check digit). The letter in front and the even groups keep it from being read as a
date or as the number of a council paper.
"""

from __future__ import annotations

import re
from typing import Final

from stdnum import damm

# Digits before the check digit; a serial that no longer fits takes one group more.
_WIDTHS: Final = (8, 11, 14)
_GROUP: Final = 3
# Rounds and factors of the scramble: any factors do, they only have to stay as they are for ever.
_FACTORS: Final = (7_919, 104_729, 611_953, 1_299_709)
_SHAPE: Final = re.compile(r"[A-Z](-[0-9]{3}){3,5}")
_TYPED: Final = re.compile(r"([A-Z])((?:[0-9]{3}){3,5})")


def public_number(serial: int, prefix: str = "T") -> str:
    """Return the public number of a serial, which is 0 or more; ValueError for any other."""
    if serial < 0:
        raise ValueError("a serial is 0 or more")
    width = next(width for width in _WIDTHS if serial < 10**width)
    digits = f"{_scrambled(serial, width):0{width}d}"
    return _grouped(prefix, f"{digits}{damm.calc_check_digit(digits)}")


def is_public_number(text: str) -> bool:
    """Tell whether the text is a public number in its one right form, check digit included."""
    return _SHAPE.fullmatch(text) is not None and bool(damm.is_valid(text[1:].replace("-", "")))


def read_number(typed: str) -> str | None:
    """Return the public number somebody typed or dictated, in its one right form, or None if it is none."""
    found = _TYPED.fullmatch(re.sub(r"[\s.–-]", "", typed).upper())
    if found is None or not damm.is_valid(found[2]):
        return None
    return _grouped(found[1], found[2])


def _grouped(prefix: str, digits: str) -> str:
    groups = [digits[start : start + _GROUP] for start in range(0, len(digits), _GROUP)]
    return "-".join((prefix, *groups))


def _scrambled(serial: int, width: int) -> int:
    """Return another number of as many digits, each one exactly once (a Feistel network on decimal halves)."""
    low_size: int = 10 ** (width // 2)
    high_size: int = 10 ** (width - width // 2)
    high, low = divmod(serial, low_size)
    for turn in range(0, len(_FACTORS), 2):
        high = (high + _mixed(low, _FACTORS[turn])) % high_size
        low = (low + _mixed(high, _FACTORS[turn + 1])) % low_size
    return high * low_size + low


def _mixed(half: int, factor: int) -> int:
    mixed = (half + 1) * factor
    return mixed ^ (mixed >> 7)
