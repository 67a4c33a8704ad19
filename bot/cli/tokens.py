"""`api-token`: which systems may read through the API."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.table import Table

from bot.cli.exchange import actor
from bot.cli.frame import Complaint, said, told
from bot.cli.opening import opened
from storage import api_tokens
from storage.audits import note_deed


def register(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command("api-token")(api_token)


def api_token(
    name: Annotated[str, typer.Argument(help="Which system reads; without it all are listed.")] = "",
    revoke: Annotated[int | None, typer.Option(help="End the token of this number.")] = None,
) -> None:
    """Print a token by which a system may read released contributions at /api; it is shown only once."""
    from bot.web.app import unguessable  # the web's libraries are slow to load

    with opened() as (_, engine), engine.begin() as connection:
        now = datetime.now(UTC)
        if revoke is not None:
            if not api_tokens.revoke(connection, revoke, now=now):
                raise Complaint(f"--revoke {revoke}: there is no such token; `talstimme api-token` lists them.")
            note_deed(connection, actor(), "api_token_revoked", f"api:{revoke}", now=now)
            told.print(f"revoked: {revoke}")
        elif name.strip():
            token = unguessable()
            reader = api_tokens.issue(connection, name.strip(), token, now=now)
            note_deed(connection, actor(), "api_token_issued", f"api:{reader}", now=now)
            said.print(token, markup=False, soft_wrap=True)
        else:
            said.print(_table(api_tokens.readers(connection)))


def _table(readers: list[api_tokens.Reader]) -> Table:
    table = Table("number", "system", "since", "revoked")
    for each in readers:
        revoked = each.revoked_at.date().isoformat() if each.revoked_at else ""
        table.add_row(str(each.id), each.name, each.created_at.date().isoformat(), revoked)
    return table
