"""`school`: opening, listing, ending and deleting group sessions, and the city's answer to a class."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from sqlalchemy import Connection

from bot.cli.exchange import actor
from bot.cli.frame import Complaint, said, settings, told
from bot.cli.opening import opened
from bot.config import Settings
from bot.edition import load_edition
from bot.keys import Keys, load_keys
from bot.school import classroom
from bot.school.classroom import Opened
from bot.school.links import Links, links_of
from bot.school.papers import paper
from bot.school.script import LESSON
from bot.school.sheets import pack_of, poster_of
from storage import group_sessions, session_ends
from storage.erasures import purge
from storage.group_sessions import OpenSession
from storage.settings import BOT_NAME, read_setting

school_app = typer.Typer(no_args_is_help=True, help="Group sessions of Smart4School: a class collects and votes.")
GROUP = "school"

Code = Annotated[str, typer.Argument(help="The code of the class.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    school_app.command("open")(open_class)
    school_app.command("list")(list_classes)
    school_app.command("end")(end)
    school_app.command("delete")(delete)
    school_app.command("answer")(answer)
    school_app.command("pack")(pack)
    school_app.command("poster")(poster)
    app.add_typer(school_app, name="school")


def open_class(
    topic: Annotated[list[str], typer.Option(help="A topic of Smart4School; may be repeated.")],
    minutes: Annotated[int, typer.Option(help="How long the whole session lasts.")] = LESSON,
    votes: Annotated[int, typer.Option(min=1, max=10, help="How many dots each student has.")] = 3,
    language: Annotated[str, typer.Option(help="The language of the pages, as a code of the book.")] = "de",
    as_json: Annotated[bool, typer.Option("--json", help="Print the codes and links as JSON.")] = False,
) -> None:
    """Open a class: print its code, its link, the teacher's link and the code for its results."""
    with opened() as (chosen, engine):
        _refuse_unknown(chosen, topic, language)
        keys = load_keys(Path(chosen.storage.secrets_file))
        with engine.begin() as connection:
            new = _opened(connection, keys, topics=topic, minutes=minutes, votes_each=votes, language=language)
            bot_name = read_setting(connection, BOT_NAME) or ""
    links = links_of(new, public_url=chosen.web.public_url, bot_name=bot_name)
    if as_json:
        said.print(json.dumps(_codes(new, links)), markup=False, soft_wrap=True)
        return
    for name, value in _codes(new, links).items():
        said.print(f"{name}: {value}", markup=False, soft_wrap=True)
    told.print("The teacher's link and the code for the results are shown once; keep them.")


def _refuse_unknown(chosen: Settings, topics: list[str], language: str) -> None:
    book = load_edition(chosen)
    if language not in (codes := [each.code for each in book.offered()]):
        raise Complaint(f"--language {language}: is not offered; use {', '.join(codes)}.")
    known = [key for key, dialogue in book.dialogues.items() if dialogue.group == GROUP]
    if unknown := [topic for topic in topics if topic not in known]:
        raise Complaint(f"--topic {', '.join(unknown)}: is no topic of Smart4School; use {', '.join(known)}.")


def _opened(
    connection: Connection, keys: Keys, *, topics: list[str], minutes: int, votes_each: int, language: str
) -> Opened:
    try:
        return classroom.open_class(
            connection,
            keys,
            topics=list(dict.fromkeys(topics)),
            minutes=minutes,
            votes_each=votes_each,
            language=language,
            actor=actor(),
            now=datetime.now(UTC),
        )
    except ValueError as error:
        raise Complaint(str(error)) from None


def _codes(new: Opened, links: Links) -> dict[str, str]:
    return {
        "code": new.session.code,
        "link": links.page,
        "board": links.board,
        "teacher_link": links.teacher,
        "telegram_link": links.telegram,
        "results_code": new.results_code,
    }


def list_classes(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """List the group sessions, the newest first; numbers only."""
    with opened() as (_, engine), engine.connect() as connection:
        rows = [_row(connection, each) for each in group_sessions.newest(connection)]
    if as_json:
        said.print(json.dumps(rows), markup=False, soft_wrap=True)
        return
    table = Table("code", "opened", "topics", "round", "participants", "state")
    for row in rows:
        table.add_row(*(str(value) for value in row.values()))
    said.print(table)


def _row(connection: Connection, session: OpenSession) -> dict[str, str | int]:
    at = classroom.round_of(session)
    return {
        "code": session.code,
        "opened_at": session.opened_at.isoformat(timespec="minutes"),
        "topics": ", ".join(session.topics),
        "round": at.kind.value if at else "",
        "participants": group_sessions.count_participants(connection, session.id)[0],
        "state": "ended" if session.closed_at else "open",
    }


def end(code: Code) -> None:
    """End a class: its ideas go to the strategy team, its participants are forgotten."""
    with opened() as (_, engine), engine.begin() as connection:
        classroom.end_class(connection, _found(connection, code), now=datetime.now(UTC))
    told.print(f"{code}: ended")


def delete(
    code: Code,
    sure: Annotated[bool, typer.Option("--yes", help="Delete it: ideas, votes and contributions, for good.")] = False,
) -> None:
    """Delete a class with everything that came of it."""
    if not sure:
        raise Complaint(f"{code}: deleting cannot be undone; add --yes.")
    with opened() as (chosen, engine):
        with engine.begin() as connection:
            session_ends.delete_class(connection, _found(connection, code), actor=actor(), now=datetime.now(UTC))
        purge(chosen.storage.url)
    told.print(f"{code}: deleted")


def answer(code: Code, text_file: Annotated[Path, typer.Option(help="The city's answer, as UTF-8 text.")]) -> None:
    """Keep the city's answer to a class; the class reads it with its results code."""
    words = text_file.read_text("utf-8").strip()
    if not words:
        raise Complaint(f"{text_file}: is empty; write the answer into it.")
    with opened() as (_, engine), engine.begin() as connection:
        session = _found(connection, code)
        group_sessions.set_answer(connection, session.id, words, actor=actor(), now=datetime.now(UTC))
    told.print(f"{code}: answered")


def pack(output: Annotated[Path, typer.Option(help="The PDF to write.")]) -> None:
    """Write the pack for a school: letters to head and parents, a notice for students, a plan for the lesson."""
    chosen = settings()
    _write(output, paper("mappe", pack_of(load_edition(chosen), is_test=_is_test(chosen))))


def poster(code: Code, output: Annotated[Path, typer.Option(help="The PDF to write.")]) -> None:
    """Write the sheet for the wall: how to join, with the QR code."""
    with opened() as (chosen, engine), engine.connect() as connection:
        session, bot_name = _found(connection, code), read_setting(connection, BOT_NAME) or ""
    book = load_edition(chosen)
    voice = classroom.voice_of(book, session)
    values = poster_of(
        book,
        code=session.code,
        topics=session.topics,
        voice=voice,
        is_test=_is_test(chosen),
        bot_name=bot_name,
    )
    _write(output, paper("aushang", values))


def _is_test(chosen: Settings) -> bool:
    return chosen.instance.kind == "test"


def _write(output: Path, made: bytes) -> None:
    try:
        output.write_bytes(made)
    except OSError as error:
        raise Complaint(f"{output}: cannot be written ({error.strerror}); choose another file.") from None
    told.print(f"{output}: {len(made) // 1024} KB")


def _found(connection: Connection, typed: str) -> OpenSession:
    code = classroom.read_class_code(typed)
    session = group_sessions.by_code(connection, code) if code else None
    if session is None:
        raise Complaint(f"{typed}: is the code of no class; `talstimme school list` shows them.")
    return session
