"""The morning's letters: what has become too old, what comes back today, each to whose it is.

Law of this file: numbers and links, never words; who has nothing to do is not written to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Connection

from bot.config import Settings
from bot.mailing.letters import Letter, put
from desk.worklist import MOST_COUNTED
from storage import overdue
from storage.absences import responsible
from storage.city import day_of
from storage.overdue import Due
from storage.staff import Account
from storage.staff_news import LISTED


def remind(connection: Connection, settings: Settings, *, now: datetime) -> int:
    """Write the team what has become too old, and everybody what waits at theirs; return how many letters are new."""
    today, days = day_of(now), settings.desk.alarm_days
    turned = overdue.turned_old(connection, days=days, today=today)
    back = overdue.follow_ups(connection, today=today)
    letters = [*_own(connection, turned, back, days, today)]
    if turned:
        total = overdue.old(connection, days=days, today=today, limit=MOST_COUNTED)
        values = {"cases": turned[:LISTED], "number": len(turned), "days": days, "total": total, "most": MOST_COUNTED}
        letters.append(Letter("overdue", f"overdue:{today}", settings.mail.team, values))
    return put(connection, settings, letters, now)


def _own(connection: Connection, turned: Sequence[Due], back: Sequence[Due], days: int, today: date) -> list[Letter]:
    owners = {each.assignee_id for each in (*turned, *back)}
    whose = {owner: responsible(connection, owner, today) for owner in owners if owner is not None}
    cases: dict[Account, tuple[list[Due], list[Due]]] = defaultdict(lambda: ([], []))
    for place, found in enumerate((turned, back)):
        for each in found:
            for account in whose[each.assignee_id] if each.assignee_id is not None else ():
                cases[account][place].append(each)
    return [
        Letter("mine", f"mine:{today}:{account.id}", (account.address,), {"turned": old, "back": again, "days": days})
        for account, (old, again) in cases.items()
        if account.address
    ]
