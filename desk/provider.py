"""The city's own accounts, as an OpenID provider tells of them: authorization code with PKCE, through Authlib.

Law of this file: nothing is believed but what the provider signed for us, for this login and for now; a provider that
doesn't answer is a value of its own, never a login.
Sources: OpenID Connect Core 1.0, RFC 7636 (PKCE), RFC 9207 (issuer in the answer), RP-Initiated Logout 1.0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from aiohttp import ClientError, ClientSession, ClientTimeout
from authlib.oauth2.auth import ClientAuth  # type: ignore[import-untyped]
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request  # type: ignore[import-untyped]
from authlib.oauth2.rfc7636 import create_s256_code_challenge  # type: ignore[import-untyped]
from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

# Signatures that only the provider can make: none that know our secret, and never "none" (RFC 8725, 3.1).
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
SCOPE = "openid email profile"
EMAIL = "email"
# Seconds that the provider may take for one answer, and that its clock may differ from ours.
SECONDS, LEEWAY = 10.0, 60
_FORM = "application/x-www-form-urlencoded"
_FINE, _REFUSED, _BROKEN = 200, 400, 500


class Unavailable(Exception):
    """The provider doesn't answer, or not as it must."""


class Unbelievable(Exception):
    """What came back doesn't prove who somebody is."""


@dataclass(frozen=True, slots=True)
class Began:
    """What a login began with, in this browser: all of it comes back, or nobody is let in."""

    state: str
    nonce: str
    verifier: str


@dataclass(slots=True)
class Provider:
    """An OpenID provider, and what it said of itself. `claim` holds the mail address of an account."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    claim: str = EMAIL
    said: Mapping[str, Any] = field(default_factory=dict)
    keys: KeySet | None = None


async def way_in(provider: Provider, began: Began, redirect_uri: str) -> str:
    """Return the address at which somebody logs in with the provider."""
    endpoint = (await _said(provider))["authorization_endpoint"]
    proof = {"code_challenge": create_s256_code_challenge(began.verifier), "code_challenge_method": "S256"}
    asked = {"redirect_uri": redirect_uri, "scope": SCOPE, "state": began.state, "nonce": began.nonce}
    return str(prepare_grant_uri(endpoint, provider.client_id, "code", **asked, **proof))


async def way_out(provider: Provider, back: str) -> str | None:
    """Return the address at which somebody logs out with the provider, None where it has none."""
    endpoint = (await _said(provider)).get("end_session_endpoint")
    asked = urlencode({"client_id": provider.client_id, "post_logout_redirect_uri": back})
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{asked}" if endpoint else None


async def address_of(provider: Provider, began: Began, code: str, redirect_uri: str, *, now: datetime) -> str:
    """Return the mail address of whoever logged in; raises `Unavailable` or `Unbelievable`."""
    said = await _said(provider)
    asked = prepare_token_request("authorization_code", "", redirect_uri, code=code, code_verifier=began.verifier)
    token = await _json("POST", *_signed(provider, said["token_endpoint"], asked))
    claims = await _claims(provider, token, began.nonce, now)
    if provider.claim not in claims and "userinfo_endpoint" in said:
        claims |= await _more(said["userinfo_endpoint"], str(token.get("access_token")), claims["sub"])
    return _address(provider, claims)


def _signed(provider: Provider, endpoint: str, body: str) -> tuple[str, dict[str, str], str]:
    """Return address, headers and body of a request that says who we are."""
    ways = provider.said.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    way = "client_secret_basic" if "client_secret_basic" in ways else "client_secret_post"
    ours = ClientAuth(provider.client_id, provider.client_secret, way if provider.client_secret else "none")
    address, headers, signed = ours.prepare("POST", endpoint, {"Content-Type": _FORM}, body)
    return str(address), headers, str(signed)


def _address(provider: Provider, claims: Mapping[str, Any]) -> str:
    """Return the address; one that its owner typed in and nobody checked proves nothing."""
    address = claims.get(provider.claim)
    verified = provider.claim != EMAIL or claims.get("email_verified") in (True, "true")
    if not (isinstance(address, str) and verified):
        raise Unbelievable
    return address


async def _claims(provider: Provider, token: Mapping[str, Any], nonce: str, now: datetime) -> dict[str, Any]:
    written = token.get("id_token")
    if not isinstance(written, str):
        raise Unbelievable
    for fresh in (False, True):
        keys = await _keys(provider, fresh=fresh)
        try:
            return _read(provider, written, keys, token, nonce, now)
        except JoseError as error:
            # A provider changes its keys: they are asked for once more before nobody is let in.
            refused = error
    raise Unbelievable from refused


def _read(
    provider: Provider, written: str, keys: KeySet, token: Mapping[str, Any], nonce: str, now: datetime
) -> dict[str, Any]:
    found = jwt.decode(written, keys, algorithms=ALGORITHMS)
    wanted = {"iss": provider.issuer, "aud": provider.client_id}
    asked = {name: {"essential": True, "value": value} for name, value in wanted.items()}
    params = {"nonce": nonce, "client_id": provider.client_id, "access_token": token.get("access_token")}
    claims = CodeIDToken(found.claims, found.header, asked, params)
    claims.validate(now=int(now.timestamp()), leeway=LEEWAY)
    return dict(found.claims)


async def _more(endpoint: str, token: str, subject: str) -> dict[str, Any]:
    """Return what the provider tells of somebody beside the token; of the same person, or nothing."""
    more = await _json("GET", endpoint, {"Authorization": f"Bearer {token}"})
    return more if more.get("sub") == subject else {}


async def _said(provider: Provider) -> Mapping[str, Any]:
    if not provider.said:
        said = await _json("GET", f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration")
        wanted = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        if said.get("issuer") != provider.issuer or not all(isinstance(said.get(key), str) for key in wanted):
            raise Unavailable
        provider.said = said
    return provider.said


async def _keys(provider: Provider, *, fresh: bool) -> KeySet:
    if provider.keys is None or fresh:
        found = await _json("GET", (await _said(provider))["jwks_uri"])
        try:
            provider.keys = KeySet.import_key_set(found)  # type: ignore[arg-type]
        except (JoseError, KeyError, ValueError) as error:
            raise Unavailable from error
    return provider.keys


async def _json(
    method: str, address: str, headers: Mapping[str, str] | None = None, body: str | None = None
) -> dict[str, Any]:
    """Ask the provider; what it refuses (4xx) is no proof, what it can't answer says nothing."""
    try:
        async with (
            ClientSession(timeout=ClientTimeout(SECONDS), trust_env=True) as session,
            session.request(method, address, headers=headers, data=body, allow_redirects=False) as asked,
        ):
            status, answer = asked.status, await asked.json(content_type=None)
    except (ClientError, TimeoutError, ValueError) as error:
        raise Unavailable from error
    if method == "POST" and _REFUSED <= status < _BROKEN:
        raise Unbelievable
    if status != _FINE or not isinstance(answer, dict):
        raise Unavailable
    return answer
