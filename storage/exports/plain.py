"""The text formats: CSV for machines, CSV for a German Excel, JSON lines, GeoJSON."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from storage.city import german_day
from storage.exports.cells import Layout, iso, plain_row, value_of
from storage.listing import Listed, Place


def write_csv(rows: Iterable[Listed], file: Path, layout: Layout) -> int:
    """Write CSV for machines: comma, UTF-8, ISO dates."""
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(layout.columns)
        return _count(writer.writerow(plain_row(row, layout, moment=iso)) for row in rows)


def write_excel_csv(rows: Iterable[Listed], file: Path, layout: Layout) -> int:
    """Write CSV for a German Excel: semicolon, byte-order mark, dd.mm.yyyy, decimal comma."""
    with file.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, delimiter=";")
        names = layout.columns
        writer.writerow(names)
        comma = {place for place, name in enumerate(names) if name in ("latitude", "longitude")}
        return _count(
            writer.writerow(
                cell.replace(".", ",") if place in comma else cell
                for place, cell in enumerate(plain_row(row, layout, moment=german_day))
            )
            for row in rows
        )


def write_jsonl(rows: Iterable[Listed], file: Path, layout: Layout) -> int:
    """Write one JSON object a line."""
    with file.open("w", encoding="utf-8") as stream:
        return _count(stream.write(json.dumps(_fields(row, layout), ensure_ascii=False) + "\n") for row in rows)


def write_geojson(rows: Iterable[Listed], file: Path, layout: Layout) -> int:
    """Write a FeatureCollection (RFC 7946, with a member of ours by 6.1); without a place there is no geometry."""
    number = 0
    with file.open("w", encoding="utf-8") as stream:
        counted = {"snapshot": layout.snapshot, "notes": layout.notes, "counts": layout.counts}
        said = f'"counting": {json.dumps(counted, ensure_ascii=False)}, ' if layout.snapshot else ""
        stream.write(f'{{"type": "FeatureCollection", {said}"features": [')
        for number, row in enumerate(rows, 1):  # the last number is the result
            stream.write(",\n" if number > 1 else "\n")
            stream.write(json.dumps(_feature(row, layout), ensure_ascii=False))
        stream.write("\n]}\n")
    return number


def _count(written: Iterable[object]) -> int:
    return sum(1 for _ in written)


def _fields(row: Listed, layout: Layout) -> dict[str, Any]:
    return {name: _value(value_of(row, name, layout)) for name in layout.columns}


def _value(value: Any) -> Any:
    match value:
        case datetime():
            return iso(value)
        case tuple():
            return [asdict(part) if isinstance(part, Place) else part for part in value]
        case _:
            return value


def _feature(row: Listed, layout: Layout) -> dict[str, Any]:
    point = _point(row)
    geometry = None if point is None else {"type": "Point", "coordinates": point}
    return {"type": "Feature", "id": row.number, "geometry": geometry, "properties": _fields(row, layout)}


def _point(row: Listed) -> list[float] | None:
    """Return longitude and latitude of the contribution, else of the first place it names."""
    candidates: list[Listed | Place] = [row, *row.places]
    for located in candidates:
        if located.longitude is not None and located.latitude is not None:
            return [located.longitude, located.latitude]
    return None
