"""The book as this instance reads it: its own names in the texts, and the languages it offers.

Law of this file: a language nobody has reviewed is offered in a test instance, or where the configuration names it.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bot.addresses import public_url
from bot.book import load_book
from bot.config import BrokenConfig, Instance, Settings
from bot.dialogue.model import Book, Language
from bot.dialogue.texts import FALLBACK, tongue
from bot.voice import is_wanted
from storage.inbox import PARKED_FOR

_NAMES = ("city", "operator", "address", "contact", "team", "other_ways", "service_center", "licence")


def load_edition(settings: Settings) -> Book:
    """Return the book of an instance.

    Raises `BrokenBook` with all its mistakes, `BrokenConfig` when a language is named that it does not have.
    """
    folder = settings.dialogue.content_folder
    book = load_book(Path(folder) if folder else None, names=names_of(settings))
    _refuse_unknown(book, settings)
    return replace(
        book,
        transcribes=is_wanted(settings.voice),
        own_names=_own_names(book, settings),
        languages=tuple(_offered(language, settings) for language in book.languages),
    )


def names_of(settings: Settings) -> dict[str, str]:
    """Return the value of each name a text may hold; what is empty here is left to the book's own."""
    instance = settings.instance
    names = {name: getattr(instance, name) for name in _NAMES} | {
        "web_address": settings.web.public_url,
        "data_address": f"{settings.web.public_url.rstrip('/')}/meinedaten.json",
        "draft_days": str(settings.retention.draft_days),
        "backup_days": str(settings.storage.backup_days),
        "parked_days": str(PARKED_FOR.days),
    }
    if settings.telegram.staff_commands:
        names["desk_address"] = public_url(settings)
    told = {name: value for name, value in names.items() if value}
    return told if instance.kind == "test" else told | {"instance_note": ""}


def _own_names(book: Book, settings: Settings) -> dict[str, dict[str, str]]:
    """Return the names by language: the book's where the operator says nothing else, and the operator's own."""
    instance = settings.instance
    changed = {name for name in ("team", "other_ways") if getattr(instance, name) != getattr(Instance(), name)}
    gone = changed if instance.kind == "test" else {*changed, "instance_note"}
    kept = {code: {name: names[name] for name in names if name not in gone} for code, names in book.own_names.items()}
    told = {code: {str(name): words for name, words in names.items()} for code, names in instance.translations.items()}
    return {code: {**kept.get(code, {}), **told.get(code, {})} for code in {*kept, *told}}


def _refuse_unknown(book: Book, settings: Settings) -> None:
    known = {language.code for language in book.languages}
    if unknown := [code for code in settings.dialogue.languages if code not in known]:
        raise BrokenConfig(f"dialogue.languages: {', '.join(unknown)} is not in the book; known are {', '.join(known)}")


def _offered(language: Language, settings: Settings) -> Language:
    wanted = settings.dialogue.languages
    original = tongue(language.code) == FALLBACK and not language.plain  # written, not translated
    chosen = language.code in wanted if wanted else original or settings.instance.kind == "test" or language.reviewed
    return replace(language, offered=language.offered and bool(chosen))
