"""The project's own book, read once for all tests of a process: nothing in it can be changed."""

from __future__ import annotations

from functools import cache

from bot.book import load_book

whole_book = cache(load_book)
