"""Cells that would point at single people are hidden, and so are those from which they could be worked out.

Source: the rule of five and secondary suppression as in the statistical offices' "Handbuch zur statistischen
Geheimhaltung".
"""

from __future__ import annotations

from collections.abc import Mapping

LEAST = 5


def hidden(cells: Mapping[str, int], *, least: int = LEAST) -> dict[str, int | None]:
    """Return the cells with None for 1 to `least` - 1, and for others as long as the total gives these away.

    Whoever knows the total knows the sum of what is hidden: it must hold at least two cells and twice `least`.
    """
    kept = {name: number for name, number in cells.items() if number == 0 or number >= least}
    others = sorted((number, name) for name, number in kept.items() if number)
    secret = {name: number for name, number in cells.items() if name not in kept}
    while secret and others and (len(secret) < 2 or sum(secret.values()) < 2 * least):
        number, name = others.pop(0)
        secret[name] = number
    return {name: None if name in secret else number for name, number in cells.items()}
