"""A schematic map of the city's districts, made of the project's own points of the 69 quarters alone.

Law of this file: no official border is drawn and none is claimed. A hexagon belongs to the district of the nearest
quarter; hexagons of one district grow together to a shape, so that every district is as easy to see as to name.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from nlp.district import quarter_points

# A hexagon's radius and how far from the nearest quarter the city ends (km).
RADIUS = 0.42
REACH = 1.25
HALF = math.sqrt(3) * RADIUS / 2
_KM_PER_DEGREE = 111.32
# The corners of a hexagon around its middle, in half widths and half radii, clockwise as Vega wants it.
_CORNERS = ((0, 2), (1, 1), (1, -1), (0, -2), (-1, -1), (-1, 1))

Point = tuple[float, float]
Ring = tuple[Point, ...]
# The same point in whole steps, so that two hexagons agree where they touch.
Node = tuple[int, int]
Edge = tuple[Node, Node]


@dataclass(frozen=True, slots=True)
class Shape:
    """A district as rings of points (km east and north of the south-western corner), and where its name stands."""

    name: str
    rings: tuple[Ring, ...]
    middle: Point


@cache
def shapes() -> tuple[Shape, ...]:
    """Return all districts by the alphabet."""
    cells = dict(_cells())
    return tuple(_shape(name, [at for at, of in cells.items() if of == name]) for name in sorted(set(cells.values())))


def _quarters() -> list[tuple[float, float, str]]:
    points = quarter_points()
    south = min(latitude for latitude, _, _ in points)
    west = min(longitude for _, longitude, _ in points)
    shrink = math.cos(math.radians(south))
    return [
        ((longitude - west) * _KM_PER_DEGREE * shrink, (latitude - south) * _KM_PER_DEGREE, district)
        for latitude, longitude, district in points
    ]


def _cells() -> Iterator[tuple[Node, str]]:
    """Yield the middles of hexagons within the city, each with its district."""
    quarters = _quarters()
    columns = int((max(x for x, _, _ in quarters) + 2 * REACH) / (2 * HALF)) + 2
    rows = int((max(y for _, y, _ in quarters) + 2 * REACH) / (1.5 * RADIUS)) + 2
    for row in range(rows):
        for column in range(columns):
            node = 2 * column + row % 2, 3 * row
            x, y = _point(node)
            far, name = min((math.hypot(x - qx, y - qy), name) for qx, qy, name in quarters)
            if far <= REACH:
                yield node, name


def _point(node: Node) -> Point:
    return round(node[0] * HALF - REACH, 3), round(node[1] * RADIUS / 2 - REACH, 3)


def _shape(name: str, cells: list[Node]) -> Shape:
    rings = tuple(tuple(_point(node) for node in ring) for ring in _rings(cells))
    points = [_point(cell) for cell in cells]
    x, y = (sum(point[axis] for point in points) / len(points) for axis in (0, 1))
    # Where its name has most room, and if there is a choice near its centre.
    border = [corner for ring in rings for corner in ring]
    middle = max(points, key=lambda at: min(math.dist(at, corner) for corner in border) - 0.2 * math.dist(at, (x, y)))
    return Shape(name, rings, middle)


def _rings(cells: list[Node]) -> Iterator[list[Node]]:
    """Yield the outlines: edges that only one hexagon has, strung together."""
    edges = [edge for cell in cells for edge in _edges(cell)]
    times = Counter(frozenset(edge) for edge in edges)
    onward = {start: end for start, end in edges if times[frozenset((start, end))] == 1}
    while onward:
        ring = [next(iter(onward))]
        while ring[-1] in onward:
            ring.append(onward.pop(ring[-1]))
        yield ring


def _edges(middle: Node) -> Iterator[Edge]:
    corners = [(middle[0] + x, middle[1] + y) for x, y in _CORNERS]
    yield from zip(corners, [*corners[1:], corners[0]], strict=True)
