"""Reads the documentation: pages, links, code in them, and the commands that the code names."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]

_FENCE = re.compile(r"^```(?P<language>\w*)\n(?P<code>.*?)^```", re.M | re.S)
_INLINE = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ +(.+)$", re.M)
# A command begins a line or follows another one; before it stand at most variables, sudo and a folder.
_COMMAND = re.compile(r"(?:^|&& |\| |; )\s*(?:sudo (?:-u \w+ )?)?(?:[\w./]*/)?talstimme +(?P<rest>[^|;&]*)")
_MAKE = re.compile(r"(?:^|&& )\s*(?:sudo )?make +([a-z-]+)")


@dataclass(frozen=True, slots=True)
class Page:
    """One page of documentation."""

    path: Path
    text: str

    @property
    def name(self) -> str:
        """The page's path within the project."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def prose(self) -> str:
        """The text without its blocks of code."""
        return _FENCE.sub("", self.text)

    def blocks(self) -> list[str]:
        """Return the lines of all blocks of shell code, continued lines joined and comments dropped."""
        code = [block["code"] for block in _FENCE.finditer(self.text) if block["language"] in ("sh", "bash")]
        lines = "\n".join(code).replace("\\\n", " ").splitlines()
        return [re.sub(r"(^|\s)#.*", "", line).strip() for line in lines]

    def inline(self) -> list[str]:
        """Return what stands in the prose as code."""
        return _INLINE.findall(self.prose)

    def links(self) -> list[str]:
        """Return where the page's links and pictures lead."""
        return _LINK.findall(self.prose)

    def anchors(self) -> set[str]:
        """Return the names that a link into this page can end with, as GitHub makes them of headings."""
        return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in _HEADING.findall(self.prose)}


@cache
def pages() -> tuple[Page, ...]:
    """Return all pages, those at the top first."""
    top = sorted(ROOT.glob("*.md"))
    below = sorted(
        path for folder in ("docs", "bot", "nlp", "storage", "deploy") for path in (ROOT / folder).rglob("*.md")
    )
    return tuple(Page(path, path.read_text("utf-8")) for path in (*top, *below))


def page(name: str) -> Page:
    """Return the page of a path within the project."""
    return next(each for each in pages() if each.name == name)


def commands(each: Page) -> Iterator[list[str]]:
    """Return the arguments of every `talstimme …` on a page, whole commands and fragments alike."""
    for code in (*each.blocks(), *each.inline()):
        for found in _COMMAND.finditer(code):
            yield shlex.split(found["rest"].removesuffix("}").replace("…", " "))


def targets(each: Page) -> Iterator[str]:
    """Return every `make …` on a page."""
    for code in (*each.blocks(), *each.inline()):
        yield from _MAKE.findall(code)


def tables(each: Page) -> Iterator[list[list[str]]]:
    """Return the tables of a page as rows of cells, headings first."""
    for block in re.findall(r"(?:^\|.*\|\n)+", each.prose, re.M):
        rows = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in block.splitlines()]
        yield [row for row in rows if not set("".join(row)) <= set("-: ")]


def table(each: Page, heading: str) -> list[list[str]]:
    """Return the rows below the heading of the table whose first column is called so."""
    return next(rows[1:] for rows in tables(each) if rows[0][0] == heading)
