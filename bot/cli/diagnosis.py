"""What `doctor` looks at: one finding for each thing that can be wrong, with what to change.

Law of this file: no secret and no citizen's word stands in a finding; nothing is changed by looking.
"""

from __future__ import annotations

import asyncio
import shutil
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from random import random

from aiohttp import ClientError
from rich.table import Table
from sqlalchemy.exc import SQLAlchemyError

from bot.book import BrokenBook
from bot.config import BrokenConfig, Settings
from bot.edition import load_edition
from bot.telegram.answers import WrongToken
from bot.telegram.pace import Pace
from bot.telegram.transport import Api, open_session
from bot.voice import hindrance
from storage.backup import backups, made_at
from storage.database import file_of
from storage.migrations import current_revision, head

# Below this a database of some size cannot be backed up any more (bytes).
DISK_NEEDED = 1024**3
CLOCK_TOLERANCE = timedelta(seconds=5)
BACKUP_AGE = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `sentence` says how it is and, if it is not well, what to change."""

    subject: str
    well: bool
    sentence: str


def examine(settings: Settings) -> list[Finding]:
    """Look at everything that can be looked at from here."""
    local: list[Callable[[Settings], Finding]] = [_instance, _content, _database, _secrets, _disk, _backup, _voice]
    return [*(look(settings) for look in local), *asyncio.run(_telegram(settings))]


def page(findings: list[Finding]) -> Table:
    """Return the findings as one page."""
    table = Table("", "what", "how it is", show_lines=False)
    for finding in findings:
        table.add_row("ok" if finding.well else "!!", finding.subject, finding.sentence)
    return table


def _instance(settings: Settings) -> Finding:
    instance = settings.instance
    if instance.kind == "production" and not instance.address:
        return Finding(
            "instance", False, "production, but [instance] address is empty: the imprint needs one (§ 5 DDG)"
        )
    secure = settings.web.public_url.startswith("https:")
    if instance.kind == "production" and not secure:
        return Finding("instance", False, "production, but [web] public_url is not https: put a TLS proxy before it")
    return Finding("instance", True, f"{instance.kind}, {instance.city}, {settings.web.public_url}")


def _content(settings: Settings) -> Finding:
    try:
        book = load_edition(settings)
    except BrokenConfig as error:
        return Finding("content", False, str(error))
    except BrokenBook as error:
        return Finding("content", False, f"{len(error.mistakes)} mistakes: run `talstimme check`")
    return Finding("content", True, f"{len(book.dialogues)} dialogues, {len(book.offered())} languages offered")


def _database(settings: Settings) -> Finding:
    url = settings.storage.url
    file = file_of(url)
    if file is not None and not file.exists():
        return Finding("database", True, f"{file} will be made on the first run")
    try:
        revision = current_revision(url)
    except SQLAlchemyError as error:
        return Finding("database", False, f"does not answer ({type(error).__name__}): check storage.url and the server")
    if revision != head():
        return Finding("database", False, f"is at {revision}, this version needs {head()}: run `talstimme migrate`")
    return Finding("database", True, f"answers, revision {revision}")


def _secrets(settings: Settings) -> Finding:
    file = Path(settings.storage.secrets_file)
    if not file.exists():
        return Finding("secrets", True, f"{file} will be made on the first run")
    if file.stat().st_mode & 0o077:
        return Finding("secrets", False, f"{file} can be read by others: chmod 600 {file}")
    return Finding("secrets", True, f"{file} has mode 0600; keep it with the backups, apart from the database")


def _disk(settings: Settings) -> Finding:
    file = file_of(settings.storage.url) or Path()
    free = shutil.disk_usage(_existing(file.absolute())).free
    well = free >= DISK_NEEDED
    return Finding("disk", well, f"{free / 1024**3:.1f} GiB free" + ("" if well else ": free some space"))


def _existing(path: Path) -> Path:
    return next(each for each in (path, *path.parents) if each.exists())


def _backup(settings: Settings) -> Finding:
    folder = Path(settings.storage.backup_folder)
    made = backups(folder) if folder.exists() else []
    file = file_of(settings.storage.url)
    if not made and file is not None and not file.exists():
        return Finding("backup", True, "nothing to save yet")
    if not made:
        return Finding(
            "backup", False, f"there is none in {folder}: run `talstimme backup`; the running bot makes one a day"
        )
    age = datetime.now(UTC) - made_at(made[-1])
    well = age <= BACKUP_AGE
    return Finding("backup", well, f"{made[-1].name}" + ("" if well else " is old: run `talstimme backup`"))


def _voice(settings: Settings) -> Finding:
    if against := hindrance(settings.voice):
        return Finding("voice", False, against)
    by = settings.voice.model or "staff: `talstimme transcribe`"
    return Finding("voice", True, f"messages are written down by {by}")


async def _telegram(settings: Settings) -> list[Finding]:
    telegram = settings.telegram
    token = telegram.token.get_secret_value()
    if not token:
        return [Finding("telegram", True, "no token: the bot runs with the web chat alone")]
    try:
        opened = open_session(proxy=telegram.proxy, ca_file=telegram.ca_file)
        async with opened as session:
            pace = Pace(time.monotonic, asyncio.sleep, random)
            api = Api(session, base_url=telegram.api_base_url, token=token, pace=pace)
            return [await _token(api), await _clock(api, telegram.api_base_url)]
    except BrokenConfig as error:
        return [Finding("telegram", False, str(error))]


async def _token(api: Api) -> Finding:
    answer = await api.ask("getMe")
    if answer.is_ok:
        return Finding("telegram", True, "reached, the token is valid")
    if not answer.doubts_token:
        return Finding("telegram", False, "cannot be reached: check network, telegram.proxy and telegram.ca_file")
    try:
        await api.confirm_token()
    except WrongToken as error:
        return Finding("telegram", False, str(error))
    return Finding("telegram", True, "reached, the token is valid")


async def _clock(api: Api, address: str) -> Finding:
    try:
        async with api.session.head(address) as response:
            told = response.headers.get("Date")
    except (ClientError, TimeoutError, OSError, ssl.SSLError):
        told = None
    if told is None:
        return Finding("clock", True, "cannot be compared: nobody told the time")
    apart = abs(datetime.now(UTC) - parsedate_to_datetime(told))
    well = apart <= CLOCK_TOLERANCE
    sentence = (
        "agrees with the server's" if well else f"is {apart.total_seconds():.0f} s off: set up time synchronisation"
    )
    return Finding("clock", well, sentence)
