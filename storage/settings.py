"""Values the running system keeps for itself between two runs."""

from __future__ import annotations

from sqlalchemy import Connection, select

from storage.models import Setting
from storage.upsert import insert_or_replace

# The bot's own user name at Telegram, kept by the running bot for those who make links.
BOT_NAME = "telegram.bot_name"


def read_setting(connection: Connection, key: str) -> str | None:
    """Return the value kept under a key, or None."""
    return connection.scalar(select(Setting.value).where(Setting.key == key))


def write_setting(connection: Connection, key: str, value: str) -> None:
    """Keep a value under a key, in place of an earlier one."""
    insert_or_replace(connection, Setting, [{"key": key, "value": value}], unique=("key",))
