"""Being away: from when until when, and who stands in.

Law of this file: everybody says so for themselves, admins for others too; whoever stands in may do all that the absent
person may.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection
from starlette.responses import Response

from desk.doors import Door
from desk.rights import Right
from desk.visit import Refused, Visit
from storage import absences, staff
from storage.absences import Absence
from storage.audits import note_deed
from storage.staff import Account


async def note(visit: Visit) -> Response:
    """Note one's own absence, or another person's."""
    number = visit.typed("staff")
    staff_id = int(number) if number.isdecimal() and len(number) < 10 else visit.who.id
    if staff_id != visit.who.id and not visit.may(Right.MANAGE):
        raise Refused(403, "role")
    team = {each.id: each for each in await visit.desk.store.read(staff.accounts)}
    if staff_id not in team:
        raise Refused(404, "missing")
    await visit.desk.store.write(_note, visit, staff_id, _asked(visit, team, team[staff_id]))
    return visit.go(visit.back())


def _asked(visit: Visit, team: Mapping[int, Account], account: Account) -> Absence | None:
    """Return what was typed; refused where days or stand-in make no sense."""
    if visit.typed("deed") == "back":
        return None
    stand_in = next((each for each in team.values() if str(each.id) == visit.typed("stand_in")), None)
    try:
        since, until = date.fromisoformat(visit.typed("since")), date.fromisoformat(visit.typed("until"))
    except ValueError:
        raise Refused(400, "incomplete") from None
    if stand_in is None or not stand_in.can_replace(account) or until < since:
        raise Refused(400, "absence")
    return Absence(stand_in.id, since, until)


def _note(connection: Connection, visit: Visit, staff_id: int, absence: Absence | None) -> None:
    absences.note_absence(connection, staff_id, absence)
    note_deed(connection, visit.actor, "absence_noted", f"staff:{staff_id}", now=visit.now)


def around(connection: Connection) -> Mapping[str, Any]:
    """Return what the form of an absence is made with."""
    return {"team": staff.accounts(connection), "absences": absences.absences(connection)}


DOORS = (Door("POST", "/vertretung", note, Right.COME_IN),)
