"""Accounts of the staff: who may come in, in which role, for which fields.

Law of this file: admins alone; the last of them cannot be locked out; each change is in the audit.
"""

from __future__ import annotations

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError
from starlette.responses import Response

from desk.absence import around
from desk.doors import Door
from desk.entrance import link_to
from desk.letters import is_address
from desk.rights import Right
from desk.visit import ROOT, Refused, Visit
from desk.words import choices_of
from storage import entering, staff
from storage.audits import note_deed
from storage.models.desk import MODERATOR, ROLES
from storage.staff import Account

TEAM = f"{ROOT}/team"
_CONFLICT = 409


async def team(visit: Visit) -> Response:
    """List the accounts."""
    return visit.page("team.html", roles=ROLES, link="", **await visit.desk.store.read(around))


async def add(visit: Visit) -> Response:
    """Open an account."""
    name, role = _asked(visit)
    try:
        await visit.desk.store.write(_add, visit, name, role)
    except IntegrityError:
        raise Refused(_CONFLICT, "address_taken") from None
    return visit.go(TEAM)


def _asked(visit: Visit) -> tuple[str, str]:
    """Return name and role as they were typed; refused where one is missing or the address is none."""
    name, role, address = visit.typed("name"), visit.typed("role"), visit.typed("address")
    if not name or role not in ROLES:
        raise Refused(400, "incomplete")
    if address and not is_address(address):
        raise Refused(400, "no_address")
    return name, role


def _add(connection: Connection, visit: Visit, name: str, role: str) -> None:
    account = staff.open_account(
        connection, name, role, _fields(visit, role), address=visit.typed("address") or None, now=visit.now
    )
    note_deed(connection, visit.actor, "account_opened", _subject(account.id), now=visit.now, detail={"role": role})


async def change(visit: Visit) -> Response:
    """Change an account, close it, or make a link for it."""
    account = await visit.desk.store.read(staff.account_by_id, int(visit.request.path_params["id"]))
    if account is None:
        raise Refused(404, "missing")
    match visit.typed("deed"):
        case "close":
            await visit.desk.store.write(_close, visit, account)
        case "link":
            return await _show_link(visit, account)
        case _:
            await _change(visit, account)
    return visit.go(TEAM)


async def _change(visit: Visit, account: Account) -> None:
    name, role = _asked(visit)
    try:
        await visit.desk.store.write(_write, visit, account, name, role)
    except IntegrityError:
        raise Refused(_CONFLICT, "address_taken") from None


def _write(connection: Connection, visit: Visit, account: Account, name: str, role: str) -> None:
    if role != account.role and staff.is_last_admin(connection, account.id):
        raise Refused(_CONFLICT, "last_admin")
    address = visit.typed("address") or None
    staff.change_account(connection, account.id, name=name, role=role, fields=_fields(visit, role), address=address)
    detail = {"before": account.role, "role": role, "fields": _fields(visit, role)}
    note_deed(connection, visit.actor, "account_changed", _subject(account.id), now=visit.now, detail=detail)


def _close(connection: Connection, visit: Visit, account: Account) -> None:
    if staff.is_last_admin(connection, account.id):
        raise Refused(_CONFLICT, "last_admin")
    staff.close_account(connection, account.id, now=visit.now)
    entering.end_sessions_of(connection, account.id)
    note_deed(connection, visit.actor, "account_closed", _subject(account.id), now=visit.now)


async def _show_link(visit: Visit, account: Account) -> Response:
    token = visit.desk.fresh()
    await visit.desk.store.write(_link, visit, account, token)
    shown = await visit.desk.store.read(around)
    link = link_to(visit.desk.choices.public_url, token)
    return visit.page("team.html", roles=ROLES, link=link, linked=account, **shown)


def _link(connection: Connection, visit: Visit, account: Account, token: str) -> None:
    entering.add_link(connection, token, account, now=visit.now, lasts=visit.desk.choices.link_lasts)
    note_deed(connection, visit.actor, "link_made", _subject(account.id), now=visit.now)


def _fields(visit: Visit, role: str) -> list[str]:
    known = set(choices_of("field"))
    return sorted(known & set(visit.picked("fields"))) if role == MODERATOR else []


def _subject(staff_id: int) -> str:
    return f"staff:{staff_id}"


DOORS = (
    Door("GET", "/team", team, Right.MANAGE),
    Door("POST", "/team", add, Right.MANAGE),
    Door("POST", "/team/{id:int}", change, Right.MANAGE),
)
