"""`run` and `demo`: the program itself."""

from __future__ import annotations

import asyncio
import fcntl
import logging
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.frame import Complaint, settings, told
from bot.config import Desk, Settings
from desk.first_answers import first_answers
from storage.answers import begin_with
from storage.backup import backup
from storage.database import file_of, held_alone, is_sqlite, open_engine
from storage.migrations import current_revision, head, upgrade
from storage.models.desk import ADMIN, MODERATOR, STRATEGIST
from storage.staff import account_for

log = logging.getLogger("talstimme")


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(run)
    app.command()(demo)


def run() -> None:
    """Run the bot: Telegram (with a token), web chat and everything behind them."""
    serve(settings())


def demo(folder: Annotated[Path, typer.Option(help="Where the demo keeps its database.")] = Path(".demo")) -> None:
    """Run everything on this machine without any token, with its own database."""
    folder.mkdir(parents=True, exist_ok=True)
    chosen = settings()
    storage = chosen.storage.model_copy(
        update={
            "url": f"sqlite:///{folder / 'talstimme.sqlite3'}",
            "secrets_file": str(folder / "secrets.toml"),
            "backup_folder": str(folder / "backups"),
        }
    )
    instance = chosen.instance.model_copy(update={"kind": "test"})
    here = chosen.web.model_copy(update={"public_url": f"http://{chosen.web.host}:{chosen.web.port}"})
    shown = chosen.model_copy(update={"storage": storage, "instance": instance, "web": here, "desk": _DEMO_DESK})
    serve(shown, welcome=welcome)


# So long a thread goes on before another one that waits gets its turn (seconds; Python's own choice is ten times that).
_SWITCH = 0.0005
# A visitor of the demo may read for a while before they open the desk (minutes).
DEMO_NAMES = {ADMIN: "Demo", MODERATOR: "Demo Moderation", STRATEGIST: "Demo Strategie"}
_DEMO_DESK = Desk(link_minutes=24 * 60)


def welcome(chosen: Settings) -> str:
    """Put samples where there is nothing yet, and return the lines that lead into the desk, one for each role."""
    from bot.desk import new_link  # the web's libraries are slow to load
    from bot.edition import load_edition
    from bot.sample_cases import add_sample_cases
    from bot.samples import add_samples

    engine = open_engine(chosen.storage.url)
    with engine.begin() as connection:
        now = datetime.now(UTC)
        add_samples(connection, load_edition(chosen), now=now)
        team = {role: account_for(connection, name, role, now=now) for role, name in DEMO_NAMES.items()}
        add_sample_cases(connection, team, now=now)
        links = {role: new_link(connection, chosen, account, now=now) for role, account in team.items()}
    engine.dispose()
    return "\n".join(f"staff desk as {role}, opens once: {link}" for role, link in links.items())


def serve(chosen: Settings, *, welcome: Callable[[Settings], str] | None = None) -> None:
    """Migrate, then run until SIGTERM or Ctrl-C; `welcome` makes a line to print when everything serves."""
    logging.basicConfig(level=chosen.log.level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for noisy in ("apscheduler", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    # Threads of the database are many and short here: nobody who waits for the next step waits for a whole 5 ms.
    sys.setswitchinterval(_SWITCH)
    with alone(chosen):
        bring_up_to_date(chosen)
        furnish(chosen)
        asyncio.run(_until_stopped(chosen, welcome(chosen) if welcome else ""))


async def _until_stopped(chosen: Settings, welcome: str) -> None:
    from bot.app import run as run_program

    stop = asyncio.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, stop.set)

    def tell(line: str) -> None:
        print("\n".join(filter(None, (line, welcome))), flush=True)  # noqa: T201

    await run_program(chosen, stop=stop, ready=tell)


@contextmanager
def alone(chosen: Settings) -> Iterator[None]:
    """Refuse a second bot on the same database: two would each send as fast as Telegram allows one."""
    file = file_of(chosen.storage.url)
    if file is not None:
        with _locked(file.with_name(file.name + ".lock")):
            yield
    elif is_sqlite(chosen.storage.url):
        yield
    else:
        with held_alone(chosen.storage.url) as is_alone:
            if not is_alone:
                raise Complaint("storage.url: another Talstimme is running on this database; stop it first.")
            yield


@contextmanager
def _locked(lock: Path) -> Iterator[None]:
    lock.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Complaint(
            f"{lock.with_suffix('')}: another Talstimme is running on this database; stop it first."
        ) from None
    else:
        yield
    finally:
        os.close(handle)


def furnish(chosen: Settings) -> None:
    """Give a new desk its answer templates."""
    engine = open_engine(chosen.storage.url)
    with engine.begin() as connection:
        begin_with(connection, first_answers(), now=datetime.now(UTC))
    engine.dispose()


def bring_up_to_date(chosen: Settings) -> None:
    """Migrate the database, after a backup where there is something to lose."""
    url = chosen.storage.url
    revision = current_revision(url)
    if revision is not None and revision != head():
        saved = backup(url, Path(chosen.storage.backup_folder), now=datetime.now(UTC))
        told.print(f"Backup before migration: {saved}")
    upgrade(url)
