"""The workbook of a hundred thousand contributions, ours beside pandas with XlsxWriter: time and peak memory.

Law of this file: both read the same rows of the same database by the same function, each in a process of its own, in
turn; the rows are read before the clock starts in neither, since neither can do without reading them.
"""

from __future__ import annotations

import asyncio
import json
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from storage.database import open_reader
from tests.bench.figures import Figure

COUNT = 100_000
ROUNDS = 1  # more than two minutes each


async def measure() -> list[Figure]:
    """Return both in seconds and megabytes, medians of some rounds in turn."""
    from tests.bench.desk import _fill

    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'many.sqlite3'}"
        _fill(url)
        runs: dict[str, list[tuple[float, float]]] = {"ours": [], "pandas": []}
        for _ in range(ROUNDS):
            for who, found in runs.items():
                found.append(await _run(who, url, Path(folder) / f"{who}.xlsx"))
    (ours, our_memory), (theirs, their_memory) = (
        [statistics.median(column) for column in zip(*found, strict=True)] for found in runs.values()
    )
    how = f"beside pandas + XlsxWriter: {COUNT:,} rows, a sheet for each field; processes of their own, in turn"
    return [
        Figure("XLSX export", f"{ours:.1f} s beside {theirs:.1f} s", "no slower", how),
        Figure("XLSX export, peak memory", f"{our_memory:.0f} MB beside {their_memory:.0f} MB", "less", how),
    ]


async def _run(who: str, url: str, file: Path) -> tuple[float, float]:
    command = (sys.executable, "-m", "tests.bench.exporting", who, url, str(file))
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    output, _ = await process.communicate()
    seconds, megabytes = json.loads(output)
    return seconds, megabytes


def _ours(url: str, file: Path) -> None:
    from storage.exports import export
    from storage.listing import list_for_export

    with open_reader(url).connect() as connection:
        export(list_for_export(connection), file, "xlsx")


def _pandas(url: str, file: Path) -> None:
    import pandas  # type: ignore[import-untyped]

    from storage.exports.cells import COLUMNS, Layout, cells
    from storage.labels import german_labels
    from storage.listing import list_for_export

    layout = Layout(german_labels())
    with open_reader(url).connect() as connection:
        rows = [[_naive(cell) for cell in cells(row, layout)] for row in list_for_export(connection)]
    frame = pandas.DataFrame(rows, columns=list(COLUMNS))
    with pandas.ExcelWriter(
        file, engine="xlsxwriter", engine_kwargs={"options": {"strings_to_formulas": False}}
    ) as book:
        for field, part in frame.groupby("field", dropna=False):
            part.to_excel(book, sheet_name=str(field), index=False)


def _naive(cell: object) -> object:
    return cell.replace(tzinfo=None) if isinstance(cell, datetime) else cell


def main() -> None:
    """Write the workbook in one of both ways and print seconds and megabytes."""
    who, url, file = sys.argv[1:]
    ways: dict[str, Callable[[str, Path], None]] = {"ours": _ours, "pandas": _pandas}
    began = time.perf_counter()
    ways[who](url, Path(file))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps([time.perf_counter() - began, peak]))


if __name__ == "__main__":
    main()
