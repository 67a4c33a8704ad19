"""`privacy-pack`: the folder a data protection officer asks for, from the configuration and the schema as they are.

Law of this file: nothing is claimed that a template could not know; what the city has to say is marked with a box.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import typer
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.book import CONTENT
from bot.cli.frame import said, settings
from bot.config import Settings
from bot.dialogue.model import Book, Language
from bot.dialogue.texts import Look, Span, Spans
from bot.edition import load_edition
from storage.database import is_sqlite
from storage.inbox import DOUBLES_KNOWN_FOR, PARKED_FOR
from storage.models import Model
from storage.outbox import KEPT_FOR
from storage.personal import PersonalColumn, personal_columns

TEMPLATES = CONTENT / "datenschutz"
DOCUMENTS = (
    *("uebersicht", "verzeichnis", "folgenabschaetzung", "massnahmen"),
    *("loeschkonzept", "auftragsverarbeitung", "barrierefreiheit"),
)
_PURGED = {
    True: "In der SQLite-Datei wird gelöschter Inhalt sofort überschrieben und das Änderungsprotokoll daneben geleert.",
    False: "In PostgreSQL wird der Platz gelöschter Zeilen freigegeben; ☐ Archivprotokolle (WAL) laufen gesondert ab.",
}


@dataclass(frozen=True, slots=True)
class Table:
    """The marked columns of one table."""

    name: str
    columns: tuple[PersonalColumn, ...]

    @property
    def purposes(self) -> list[str]:
        """What the table is for, each purpose once."""
        return list(dict.fromkeys(column.purpose for column in self.columns))

    @property
    def bases(self) -> list[str]:
        """On which legal bases it rests, each once."""
        return list(dict.fromkeys(column.basis for column in self.columns))


@dataclass(frozen=True, slots=True)
class Hint:
    """The privacy notice in one language, and the file it goes into."""

    language: Language
    file: str

    @property
    def name(self) -> str:
        """The language's own name."""
        return self.language.name


def register(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command("privacy-pack")(privacy_pack)


def privacy_pack(output: Annotated[Path, typer.Option(help="The folder to write into.")]) -> None:
    """Write the data protection officer's folder (German) from configuration and schema."""
    chosen = settings()
    pages = documents(chosen, load_edition(chosen), today=date.today())  # noqa: DTZ011  (the city's own calendar)
    for name, text in pages.items():
        file = output / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        said.print(str(file), markup=False, soft_wrap=True)


def documents(chosen: Settings, book: Book, *, today: date) -> dict[str, str]:
    """Return every document of the folder by its path within it."""
    templates = Environment(  # noqa: S701  (Markdown, not HTML; every value is the operator's own)
        loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, trim_blocks=True, keep_trailing_newline=True
    )
    known = _known(chosen, book, today)
    pages = {f"{name}.md": templates.get_template(f"{name}.md").render(known) for name in DOCUMENTS}
    hint = templates.get_template("hinweis.md")
    notices = {each.file: hint.render(known, language=each.language, text=_notice(book, each)) for each in _hints(book)}
    return pages | notices


def tables(periods: Mapping[str, int]) -> list[Table]:
    """Return all tables with personal data, each with its marked columns; `periods` fill in what is configured."""
    marked = [replace(column, deletion=column.deletion.format(**periods)) for column in personal_columns()]
    names = dict.fromkeys(column.table for column in marked)
    return [Table(name, tuple(column for column in marked if column.table == name)) for name in names]


def _known(chosen: Settings, book: Book, today: date) -> dict[str, Any]:
    found, hints = tables(_periods(chosen)), list(_hints(book))
    sqlite = is_sqlite(chosen.storage.url)
    return {
        "names": book.names,
        "today": today.strftime("%d.%m.%Y"),
        "version": version("talstimme"),
        "is_test": chosen.instance.kind == "test",
        "is_https": chosen.web.public_url.startswith("https:"),
        "on_telegram": bool(chosen.telegram.token.get_secret_value()),
        "by_mail": bool(chosen.mail.host),
        "provider": chosen.oidc.issuer,
        "database": "SQLite" if sqlite else "PostgreSQL",
        "purge_words": _PURGED[sqlite],
        "tables": found,
        "impersonal_tables": sorted(set(Model.metadata.tables) - {table.name for table in found}),
        "hints": hints,
        "unreviewed": sum(not each.language.reviewed for each in hints),
        "transcribes": book.transcribes,
        "messages_per_minute": chosen.web.messages_per_minute,
        **_periods(chosen),
    }


def _periods(chosen: Settings) -> Mapping[str, int]:
    hour = 3600
    return {
        "inbox_hours": int(DOUBLES_KNOWN_FOR.total_seconds()) // hour,
        "outbox_hours": int(KEPT_FOR.total_seconds()) // hour,
        "parked_days": PARKED_FOR.days,
        "draft_days": chosen.retention.draft_days,
        "citizen_days": chosen.retention.citizen_days,
        "class_days": chosen.school.days,
        "audit_days": chosen.retention.audit_days,
        "backup_days": chosen.storage.backup_days,
    }


def _hints(book: Book) -> Iterator[Hint]:
    whole = (language for language in book.languages if language.code not in book.texts.fallback)
    return (Hint(language, f"datenschutzhinweise/{language.code}.md") for language in whole)


def _notice(book: Book, hint: Hint) -> str:
    return _markdown(book.texts.spans(hint.language.code, "privacy.text", **book.names_in(hint.language.code))).strip()


def _markdown(spans: Spans) -> str:
    return "".join(_marked(span) for span in spans)


def _marked(span: Span) -> str:
    match span.look:
        case Look.STRONG:
            return f"**{span.text}**"
        case Look.LINK if span.href:
            return f"[{span.text}]({span.href})"
        case _:
            return span.text
