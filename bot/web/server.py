"""The web server: one socket, opened before anything else, so that a taken port is told at once.

Law of this file: stopping is decided elsewhere; the server ends when its task is cancelled.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Iterator

import uvicorn
from starlette.applications import Starlette

# Seconds that requests under way get to end.
GRACE = 3
# So many connections may wait to be taken up; uvicorn's own figure.
BACKLOG = 2048


class PortTaken(Exception):
    """The web port cannot be opened; the text says what to change."""


def open_port(host: str, port: int, *, key: str = "web.port") -> socket.socket:
    """Return a listening socket; port 0 takes a free one. Raises `PortTaken`, which names the key to change."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    opened = socket.socket(family, socket.SOCK_STREAM)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        opened.bind((host, port))
        opened.listen(BACKLOG)  # who comes between here and the first request served waits, and is not refused
    except OSError as error:
        opened.close()
        sentence = f"{host}:{port} cannot be opened ({error.strerror}); set {_variable(key)} to another port."
        raise PortTaken(sentence) from None
    return opened


def _variable(key: str) -> str:
    return f"TALSTIMME_{key.replace('.', '__').upper()}"


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        # SIGTERM is the program's: all loops end in their order, the web server among them.
        yield


async def serve(app: Starlette, opened: socket.socket, *, trusted_proxies: tuple[str, ...] = ()) -> None:
    """Serve until cancelled; requests under way are given a moment to end."""
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        proxy_headers=bool(trusted_proxies),
        forwarded_allow_ips=list(trusted_proxies),
        server_header=False,
        timeout_graceful_shutdown=GRACE,
        lifespan="off",
    )
    server = _Server(config)
    serving = asyncio.ensure_future(server.serve(sockets=[opened]))
    try:
        await asyncio.shield(serving)
    except asyncio.CancelledError:
        server.should_exit = True
        await serving
        raise
