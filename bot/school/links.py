"""Where a class finds its pages.

Law of this file: the code of the class may stand on a wall; the teacher's is a secret and stands in the link alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.school.classroom import Opened

# The payload of a deep link that leads into a class: this and its code.
PAYLOAD = "k-"


@dataclass(frozen=True, slots=True)
class Links:
    """The addresses of a class: its page, its board, the teacher's cockpit; `telegram` is empty without a bot."""

    page: str
    board: str
    teacher: str
    telegram: str


def telegram_link(bot_name: str, code: str) -> str:
    """Return the deep link into a class, empty without a bot."""
    return f"https://t.me/{bot_name}?start={PAYLOAD}{code}" if bot_name else ""


def links_of(opened: Opened, *, public_url: str, bot_name: str) -> Links:
    """Return the addresses of a class that was just opened; `bot_name` is the bot's user name, empty without one."""
    web, code = public_url.rstrip("/"), opened.session.code
    return Links(
        page=f"{web}/klasse/{code}",
        board=f"{web}/board/{code}",
        teacher=f"{web}/lehrkraft/{opened.teacher_code}",
        telegram=telegram_link(bot_name, code),
    )
