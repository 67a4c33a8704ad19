"""Logging in with an account of the city, by OpenID Connect, where `[oidc]` is set.

Law of this file: the provider says who somebody is, the desk what they may: without an account here nobody comes in.
What began a login stands in a cookie of that browser alone, and works once.
"""

from __future__ import annotations

import hmac
from urllib.parse import quote, unquote

from sqlalchemy import Connection
from starlette.responses import Response

from desk.doors import LOGIN, Door, cookie_name
from desk.entrance import begin_session, let_in
from desk.provider import Began, Provider, Unavailable, Unbelievable, address_of, way_in, way_out
from desk.visit import HOME, Refused, Visit, ours
from storage import staff

# So long somebody may take to log in with the provider (seconds).
LOGIN_LASTS = 600


async def go_there(visit: Visit) -> Response:
    """Send somebody to the provider; what comes back is compared with this browser's cookie."""
    provider, desk = _provider(visit), visit.desk
    began = Began(desk.fresh(), desk.fresh(), desk.fresh() + desk.fresh())
    try:
        address = await way_in(provider, began, _back(visit))
    except Unavailable:
        raise Refused(503, "openid_down") from None
    onward = ours(visit.request.query_params.get("weiter", ""))
    kept = ".".join((began.state, began.nonce, began.verifier, quote(onward, safe="")))
    response = Response(status_code=303, headers={"Location": address})
    response.set_cookie(
        _cookie(visit),
        kept,
        max_age=LOGIN_LASTS,
        path="/",
        secure=desk.choices.is_secure,
        httponly=True,
        samesite="lax",  # the provider's redirect comes from another site
    )
    return response


async def come_back(visit: Visit) -> Response:
    """Let somebody in whom the provider vouches for and who has an account here."""
    provider = _provider(visit)
    try:
        response = await _received(visit, provider)
    except Unavailable:
        response = visit.page("refused.html", status=503, key="openid_down", kept={})
    except Unbelievable:
        response = visit.page("refused.html", status=400, key="openid", kept={})
    secure = visit.desk.choices.is_secure
    response.delete_cookie(_cookie(visit), path="/", secure=secure, httponly=True, samesite="lax")
    return response


async def _received(visit: Visit, provider: Provider) -> Response:
    asked = visit.request.query_params
    state, nonce, verifier, onward = (visit.request.cookies.get(_cookie(visit), "").split(".", 3) + [""] * 4)[:4]
    matches = bool(state) and hmac.compare_digest(state.encode(), asked.get("state", "").encode())
    if not matches or not asked.get("code") or asked.get("iss", provider.issuer) != provider.issuer:
        raise Unbelievable
    began = Began(state, nonce, verifier)
    address = await address_of(provider, began, asked["code"], _back(visit), now=visit.now)
    session = visit.desk.fresh()
    if not await visit.desk.store.write(_admit, visit, address, session):
        return visit.page("refused.html", status=403, key="no_account", kept={})
    return let_in(visit, session, ours(unquote(onward)) or HOME)


def _admit(connection: Connection, visit: Visit, address: str, session: str) -> bool:
    account = staff.account_by_address(connection, address)
    if account is not None:
        begin_session(connection, visit, account, session)
    return account is not None


async def leave_there(visit: Visit) -> Response:
    """Send somebody to where they log out with the provider, too."""
    try:
        address = await way_out(_provider(visit), f"{visit.desk.choices.public_url}/anmelden")
    except Unavailable:
        raise Refused(503, "openid_down") from None
    return Response(status_code=303, headers={"Location": address or LOGIN})


def _provider(visit: Visit) -> Provider:
    if visit.desk.provider is None:
        raise Refused(404, "missing")
    return visit.desk.provider


def _back(visit: Visit) -> str:
    return f"{visit.desk.choices.public_url}/openid/zurueck"


def _cookie(visit: Visit) -> str:
    return f"{cookie_name(visit.desk)}-openid"


DOORS = (
    Door("GET", "/openid", go_there, None),
    Door("GET", "/openid/zurueck", come_back, None),
    Door("GET", "/openid/abmelden", leave_there, None),
)
