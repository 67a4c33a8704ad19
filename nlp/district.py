"""From a shared location to the Stadtbezirk. Law: nearest of the 69 Quartier points in `gazetteer/quarters.csv`.

How exact: the points are the middles of the Quartiere to about 300 m, so the answer is sure inside a Bezirk and may
name the
neighbour within some 400 m of a border. Good enough to propose ("Barmen?"), so the citizen is asked to confirm.
"""

from __future__ import annotations

import math
from functools import cache

from nlp.lexicon import FOLDER, table

FARTHEST = 2.5  # km: beyond it a location is outside of the city
_KM_PER_DEGREE = 111.32


@cache
def quarter_points() -> tuple[tuple[float, float, str], ...]:
    """Return the middles of all quarters: latitude, longitude (degrees, to about 300 m) and district."""
    rows = table(FOLDER / "gazetteer" / "quarters.csv")
    return tuple((float(row["latitude"]), float(row["longitude"]), row["district"]) for row in rows)


def districts() -> tuple[str, ...]:
    """Name all Stadtbezirke, by the alphabet."""
    return tuple(sorted({name for _, _, name in quarter_points()}))


def district_at(latitude: float, longitude: float) -> str | None:
    """Name the Stadtbezirk of a location in degrees, or None when it lies outside of Wuppertal."""
    shrink = math.cos(math.radians(latitude))
    nearest = min(
        (math.hypot(latitude - lat, (longitude - lon) * shrink) * _KM_PER_DEGREE, name)
        for lat, lon, name in quarter_points()
    )
    return nearest[1] if nearest[0] <= FARTHEST else None
