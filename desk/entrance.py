"""Logging in and out: by a link that works once, printed or mailed.

Law of this file: opening a link changes nothing, since mail gateways open links; its button does, once. A session
begins with a token of its own, whatever cookie came with the request.
"""

from __future__ import annotations

from urllib.parse import quote

from sqlalchemy import Connection
from starlette.responses import Response

from desk.absence import around
from desk.doors import LOGIN, Door, cookie_name
from desk.letters import LONGEST_ADDRESS, is_address, login_letter
from desk.rights import Right
from desk.visit import HOME, Visit, ours
from desk.words import LANGUAGES
from storage import entering, staff
from storage.audits import Actor, note_deed
from storage.staff import Account

_GONE = 410
_TOO_MANY = 429
# So many links that nobody used may be on their way to one person: a mailbox is not flooded from here.
MOST_LINKS = 3


async def form(visit: Visit) -> Response:
    """Show how to log in."""
    if visit.account is not None:
        return visit.go(HOME)
    onward = ours(visit.request.query_params.get("weiter", ""))
    return _login_page(visit, onward, sent=False)


def _login_page(visit: Visit, onward: str, *, sent: bool, status: int = 200) -> Response:
    return visit.page(
        "login.html",
        status=status,
        onward=onward,
        sent=sent,
        by_mail=visit.desk.post is not None,
        by_openid=visit.desk.provider is not None,
        has_left=bool(visit.request.query_params.get("abgemeldet")),
    )


async def ask_by_mail(visit: Visit) -> Response:
    """Mail a link to a known address; a stranger's address gets the same answer."""
    address, onward = visit.typed("address")[:LONGEST_ADDRESS].lower(), ours(visit.typed("onward"))
    if visit.desk.post is None or not is_address(address):
        return visit.go(LOGIN)
    if visit.desk.tries(f"mail:{address}", visit.now):
        return _login_page(visit, onward, sent=True, status=_TOO_MANY)
    await visit.desk.store.write(_mail_link, visit, address, onward)
    return _login_page(visit, onward, sent=True)


def _mail_link(connection: Connection, visit: Visit, address: str, onward: str) -> None:
    account, desk, now = staff.account_by_address(connection, address), visit.desk, visit.now
    if account is None or desk.post is None or entering.unused_links(connection, account, now=now) >= MOST_LINKS:
        return
    token = desk.fresh()
    entering.add_link(connection, token, account, now=now, lasts=desk.choices.link_lasts)
    link = link_to(desk.choices.public_url, token, onward)
    desk.post(connection, login_letter(desk, account, token, link), now)


def link_to(public_url: str, token: str, onward: str = "") -> str:
    """Return the address that lets somebody into the desk at `public_url` once, and leads on to a page of it."""
    wanted = f"?weiter={quote(onward, safe='')}" if onward else ""
    return f"{public_url}/anmelden/{token}{wanted}"


async def door_step(visit: Visit) -> Response:
    """Show the button that uses a link up."""
    token = visit.request.path_params["token"]
    if await visit.desk.store.read(entering.is_link, token, now=visit.now):
        return visit.page("enter.html", onward=ours(visit.request.query_params.get("weiter", "")))
    return visit.page("refused.html", status=_GONE, key="link", kept={})


async def enter(visit: Visit) -> Response:
    """Use a link up: the session that begins has a token of its own."""
    token, session = visit.request.path_params["token"], visit.desk.fresh()
    if await visit.desk.store.write(_enter, visit, token, session) is None:
        return visit.page("refused.html", status=_GONE, key="link", kept={})
    return let_in(visit, session, ours(visit.typed("onward")) or HOME)


def _enter(connection: Connection, visit: Visit, token: str, session: str) -> Account | None:
    now, lasting = visit.now, visit.desk.choices.lasting
    account = entering.use_link(connection, token, session, now=now, lasting=lasting)
    if account is not None:
        _note_login(connection, visit, account)
    return account


def begin_session(connection: Connection, visit: Visit, account: Account, session: str) -> None:
    """Open a session for somebody whom another door let in."""
    entering.open_session(connection, session, account, now=visit.now, lasting=visit.desk.choices.lasting)
    _note_login(connection, visit, account)


def _note_login(connection: Connection, visit: Visit, account: Account) -> None:
    if visit.token:
        entering.end_session(connection, visit.token)
    note_deed(connection, Actor(account.name, account.role), "logged_in", "desk", now=visit.now)


def let_in(visit: Visit, session: str, onward: str) -> Response:
    """Give the browser its session and go on."""
    response = visit.go(onward)
    response.set_cookie(
        cookie_name(visit.desk),
        session,
        max_age=int(visit.desk.choices.lasting.longest.total_seconds()),
        path="/",
        secure=visit.desk.choices.is_secure,
        httponly=True,
        samesite="lax",
    )
    return response


async def leave(visit: Visit) -> Response:
    """End the session here, or everywhere."""
    if visit.typed("everywhere"):
        await visit.desk.store.write(entering.end_sessions_of, visit.who.id)
    else:
        await visit.desk.store.write(entering.end_session, visit.token)
    response = visit.go(f"{LOGIN}?abgemeldet=1" if visit.desk.provider else LOGIN)
    secure = visit.desk.choices.is_secure
    response.delete_cookie(cookie_name(visit.desk), path="/", secure=secure, httponly=True, samesite="lax")
    return response


async def preferences(visit: Visit) -> Response:
    """Show how somebody can have their desk."""
    return visit.page("preferences.html", **await visit.desk.store.read(around))


async def prefer(visit: Visit) -> Response:
    """Keep language and shortcuts."""
    language = visit.typed("language")
    chosen = language if language in LANGUAGES else visit.who.language
    shortcuts = bool(visit.typed("shortcuts"))
    await visit.desk.store.write(staff.prefer, visit.who.id, language=chosen, has_shortcuts=shortcuts)
    return visit.go(visit.back())


async def keyboard(visit: Visit) -> Response:
    """Show which keys do what."""
    return visit.page("keyboard.html")


DOORS = (
    Door("GET", "/anmelden", form, None),
    Door("POST", "/anmelden", ask_by_mail, None),
    Door("GET", "/anmelden/{token}", door_step, None),
    Door("POST", "/anmelden/{token}", enter, None),
    Door("POST", "/abmelden", leave, Right.COME_IN),
    Door("GET", "/ansicht", preferences, Right.COME_IN),
    Door("POST", "/ansicht", prefer, Right.COME_IN),
    Door("GET", "/tasten", keyboard, Right.COME_IN),
)
