"""A small OpenID provider on this machine, strict where a real one is, that can be told to lie."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import secrets
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT, SECRET = "talstimme", "s3cret/%"


@dataclass(slots=True)
class CityLogin:
    """What the provider knows. `claims` replace those of an honest token; `signs_with` is the key it signs with."""

    now: datetime
    issuer: str = ""
    address: str = "rosa@stadt.example"
    claims: dict[str, Any] = field(default_factory=dict)
    told_later: dict[str, Any] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    signs_with: Any = None
    algorithm: str = "RS256"
    asked: dict[str, dict[str, str]] = field(default_factory=dict)
    left: list[dict[str, str]] = field(default_factory=list)

    def routes(self) -> list[Route]:
        """Return its addresses."""
        return [
            Route("/.well-known/openid-configuration", self.says),
            Route("/authorize", self.lets_in),
            Route("/token", self.gives_token, methods=["POST"]),
            Route("/keys", self.shows_keys),
            Route("/userinfo", self.tells_more),
            Route("/logout", self.lets_out),
        ]

    async def says(self, _: Request) -> Response:
        """Describe itself."""
        paths = {"authorization": "authorize", "token": "token", "userinfo": "userinfo", "end_session": "logout"}
        ends = {f"{name}_endpoint": f"{self.issuer}/{path}" for name, path in paths.items()}
        return JSONResponse({"issuer": self.issuer, "jwks_uri": f"{self.issuer}/keys", **ends})

    async def lets_in(self, request: Request) -> Response:
        """Log somebody in without asking, and send them back with a code."""
        asked = dict(request.query_params)
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert {"openid", "email"} <= set(asked["scope"].split())
        assert len(asked["nonce"]) >= 16
        code = secrets.token_urlsafe(16)
        self.asked[code] = asked
        back = urlencode({"code": code, "state": asked["state"], "iss": self.issuer})
        return RedirectResponse(f"{asked['redirect_uri']}?{back}", 302)

    async def gives_token(self, request: Request) -> Response:
        """Give a token for a code, once, to whoever began with it."""
        form = {key: str(value) for key, value in (await request.form()).items()}
        login = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        asked = self.asked.pop(form["code"], None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        right = asked is not None and challenge == asked["code_challenge"]
        if not right or request.headers.get("authorization") != f"Basic {login}" or asked is None:
            return JSONResponse({"error": "invalid_grant"}, 400)
        assert form["redirect_uri"] == asked["redirect_uri"]
        return JSONResponse({"access_token": "a", "token_type": "Bearer", "id_token": self.signed(asked["nonce"])})

    def signed(self, nonce: str) -> str:
        """Return a token that says who somebody is."""
        at = int(self.now.timestamp())
        honest = {"iss": self.issuer, "aud": CLIENT, "sub": "7", "iat": at, "exp": at + 300, "nonce": nonce}
        honest |= {"email": self.address, "email_verified": True}
        claims = {key: value for key, value in (honest | self.claims).items() if value is not None}
        key = self.signs_with or self.key
        return jwt.encode({"alg": self.algorithm, "kid": "one"}, claims, key, algorithms=["RS256", "HS256"])

    async def shows_keys(self, _: Request) -> Response:
        """Show the keys it signs with."""
        return JSONResponse({"keys": [self.key.as_dict(private=False)]})

    async def tells_more(self, request: Request) -> Response:
        """Tell what is not in the token."""
        assert request.headers["authorization"] == "Bearer a"
        return JSONResponse({"sub": "7", **self.told_later})

    async def lets_out(self, request: Request) -> Response:
        """Log somebody out and send them back."""
        asked = dict(request.query_params)
        self.left.append(asked)
        return RedirectResponse(asked["post_logout_redirect_uri"], 302)


@asynccontextmanager
async def open_provider(now: datetime) -> AsyncIterator[CityLogin]:
    """Run a provider on a port of this machine."""
    login, port = CityLogin(now), open_port()
    login.issuer = address_of(port)
    async with serving(Starlette(routes=login.routes()), port):
        yield login


def open_port() -> socket.socket:
    """Return a free port of this machine."""
    return socket.create_server(("127.0.0.1", 0))


def address_of(port: socket.socket) -> str:
    """Return the address that a port is reached at."""
    return f"http://127.0.0.1:{port.getsockname()[1]}"


@asynccontextmanager
async def serving(app: Starlette, port: socket.socket) -> AsyncIterator[None]:
    """Serve an application on a port for as long as the block runs."""
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
    running = asyncio.create_task(server.serve(sockets=[port]))
    began = time.monotonic()
    while not server.started:
        assert not running.done()
        assert time.monotonic() - began < 10
        await asyncio.sleep(0)
    try:
        yield
    finally:
        server.should_exit = True
        await running
