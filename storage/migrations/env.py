"""How Alembic runs here: always on a connection that the caller opened, never by an URL of its own."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from storage.columns import Moment, Serial, Words
from storage.models import Model


def _render(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Write our own column types by their own names into a new migration."""
    names = {Moment: "Moment()", Words: "Words()", type(Serial): "Serial"}
    if kind != "type" or (type(item) is type(Serial) and item is not Serial) or type(item) not in names:
        return False
    autogen.imports.add("from storage.columns import Moment, Serial, Words")
    return names[type(item)]


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Model.metadata,
    render_item=_render,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
