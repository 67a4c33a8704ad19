"""`make bench`: what is measured, printed as Markdown; `--report` writes it to docs/benchmarks.md.

Law of this file: figures that are compared are taken side by side in one run; what is noisy is a median.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from tests.bench import announcement, classes, crowd, desk, exporting, reply, stock, tagging
from tests.bench.figures import Figure

REPORT = Path(__file__).parents[2] / "docs" / "benchmarks.md"
HEAD = """# Benchmarks

Written by `make bench`. These are figures of one run on one machine; it is shared and noisy, so ratios and medians say
more than single numbers.

Machine: {cpus} cores, {machine}, Python {python}. Date: {date}.

| what | figure | target | how |
|---|---|---|---|
"""

BENCHES: dict[str, Callable[[], Awaitable[list[Figure]]]] = {
    "reply": reply.measure,
    "tagging": tagging.measure,
    "announcement": announcement.measure,
    "stock": stock.measure,
    "crowd": crowd.measure,
    "classes": classes.measure,
    "exporting": exporting.measure,
    "desk": desk.measure,
}


def main() -> None:
    """Measure what was asked for, or everything."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("names", nargs="*", help=", ".join(BENCHES))
    parser.add_argument("--report", action="store_true")
    options = parser.parse_args()
    table = head() + "".join(figure.row() for figure in asyncio.run(_measured(options.names or list(BENCHES))))
    Console().print(table, markup=False)
    if options.report:
        REPORT.write_text(table, encoding="utf-8")


async def _measured(names: list[str]) -> list[Figure]:
    return [figure for name in names for figure in await BENCHES[name]()]


def head() -> str:
    """Return the head of the report."""
    return HEAD.format(
        cpus=os.cpu_count(), machine=platform.machine(), python=platform.python_version(), date=datetime.now(UTC).date()
    )


if __name__ == "__main__":
    main()
