"""`desk-link`: the way into the staff desk from the machine itself."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import typer

from bot.cli.frame import Complaint, said
from bot.cli.opening import opened
from storage.labels import german_labels
from storage.staff import account_for


class Role(StrEnum):
    """Who works at the desk."""

    MODERATOR = "moderator"
    STRATEGIST = "strategist"
    ADMIN = "admin"


def register(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command("desk-link")(desk_link)


def desk_link(
    role: Annotated[Role, typer.Option(help="What the account may do.")] = Role.MODERATOR,
    name: Annotated[str, typer.Option(help="Whose account it is (default: your login here).")] = "",
    field: Annotated[list[str] | None, typer.Option(help="Only these action fields (moderators).")] = None,
) -> None:
    """Print an address that lets somebody into the staff desk once; the account is made where there is none."""
    from bot.desk import new_link  # the web's libraries are slow to load

    _refuse_unknown(field or [], role)
    with opened() as (chosen, engine), engine.begin() as connection:
        now = datetime.now(UTC)
        account = account_for(connection, name.strip() or getpass.getuser(), role, field or (), now=now)
        link = new_link(connection, chosen, account, now=now)
    said.print(link, markup=False, soft_wrap=True)


def _refuse_unknown(fields: list[str], role: Role) -> None:
    known = [key for key in german_labels().values["field"] if key != "none"]
    if fields and role is not Role.MODERATOR:
        raise Complaint("--field: only moderators work on some fields; leave it away or choose --role moderator.")
    for field in fields:
        if field not in known:
            raise Complaint(f"--field {field}: is no action field; use one of {', '.join(known)}.")
