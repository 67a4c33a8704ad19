"""The way to the Bot API: one client session on aiohttp, for finished requests and for python-telegram-bot alike.

Law of this file: the token stands in every address, so no address and no foreign error text leaves this file.
Why not the library's own transport: with 256 sends in flight it makes 76 to 205 a second, aiohttp ten times as many.
"""

from __future__ import annotations

import json
import ssl
from base64 import b64decode
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from aiohttp import ClientError, ClientSession, ClientTimeout, FormData, TCPConnector
from telegram import Bot
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.config import BrokenConfig
from bot.outcome import Never, Outcome
from bot.telegram.answers import NO_ANSWER, Answer, WrongToken, outcome, parse, reason
from bot.telegram.pace import Pace

# Seconds: for an ordinary call in all, and for reaching the server.
CALL_SECONDS = 30.0
CONNECT_SECONDS = 10.0
# Connections besides the sends in flight: the long poll, taps, downloads.
SPARE_CONNECTIONS = 8
# A token is given up only after so many doubtful answers in a row, so many seconds apart: gateways answer 404 too.
TOKEN_CHECKS = 3
TOKEN_CHECK_WAIT = 2.0
Params = Mapping[str, Any]
_JSON = {"Content-Type": "application/json"}
# A request that holds a file has it under one of these keys, as name, mime and content; `base64` where it is no text.
UPLOAD = "document"
PICTURE = "photo"


@asynccontextmanager
async def open_session(*, proxy: str = "", ca_file: str = "", sends_in_flight: int = 4) -> AsyncIterator[ClientSession]:
    """Open the one client session.

    `proxy` is an http(s) address, `ca_file` a PEM file with authorities besides the system's own; both may be empty.
    Raises `BrokenConfig` when one of them can't be used.
    """
    _check_proxy(proxy)
    connector = TCPConnector(limit=sends_in_flight + SPARE_CONNECTIONS, ssl=trusted(ca_file))
    timeout = ClientTimeout(total=CALL_SECONDS, sock_connect=CONNECT_SECONDS)
    async with ClientSession(connector=connector, timeout=timeout, proxy=proxy or None) as session:
        yield session


def _check_proxy(proxy: str) -> None:
    if proxy and urlsplit(proxy).scheme not in ("http", "https"):
        raise BrokenConfig("telegram.proxy: must begin with http:// or https://, no other kind can be used")


def trusted(ca_file: str) -> ssl.SSLContext:
    """Return whom to trust: the system's authorities and those of a PEM file, if named. Raises `BrokenConfig`."""
    context = ssl.create_default_context()
    if not ca_file:
        return context
    try:
        context.load_verify_locations(Path(ca_file))
    except OSError as error:  # ssl.SSLError is one
        raise BrokenConfig("telegram.ca_file: must be a readable PEM file with certificates") from error
    return context


class Api:
    """One bot at one Bot API server. `base_url` is as python-telegram-bot's, e.g. `https://api.telegram.org/bot`."""

    def __init__(self, session: ClientSession, *, base_url: str, token: str, pace: Pace) -> None:
        self.session = session
        self.pace = pace
        self._base_url, self._token = base_url, token

    async def post(self, method: str, params: Params, *, attempts: int = 0) -> Outcome:
        """Post a finished request; `attempts` is how often it has failed before and lengthens the next wait.

        After a timeout nobody knows whether it took effect: it is sent again, for twice is better than never.
        Raises `WrongToken` when Telegram does not know the bot, however often it is asked.
        """
        answer = await self.ask(method, params)
        if not answer.doubts_token:
            return outcome(answer, wait=self.pace.backoff(attempts))
        await self.confirm_token()
        # Telegram knows the bot: then it is the method that it doesn't know.
        return Never(reason(answer))

    async def ask(self, method: str, params: Params | None = None, *, seconds: float = CALL_SECONDS) -> Answer:
        """Call a method and return the answer, also when there was none (`NO_ANSWER`); waits at most `seconds`."""
        timeout = ClientTimeout(total=seconds, sock_connect=CONNECT_SECONDS)
        call = self.session.post(self._address(method), **_body(params or {}), timeout=timeout, allow_redirects=False)
        try:
            async with call as response:
                return parse(response.status, await response.read())
        except (ClientError, TimeoutError, OSError) as error:
            # Only the kind of the error: its text names the address, and with it the token.
            return Answer(NO_ANSWER, description=type(error).__name__)

    async def confirm_token(self) -> None:
        """Return when Telegram knows the bot or can't be asked; raise `WrongToken` when it doesn't, repeatedly."""
        for check in range(TOKEN_CHECKS):
            if check:
                await self.pace.sleep(TOKEN_CHECK_WAIT)
            answer = await self.ask("getMe")
            if not answer.doubts_token:
                return
        raise WrongToken(_wrong_token(answer.code))

    def file_address(self, path: str) -> str:
        """Return where the file of a `file_path` is; it holds the token and must not be logged."""
        return f"{_file_base(self._base_url)}{self._token}/{path}"

    def bot(self) -> Bot:
        """Return python-telegram-bot's client on the same session, for what is rare and many-sided."""
        request = AiohttpRequest(self.session)
        return Bot(
            self._token,
            base_url=self._base_url,
            base_file_url=_file_base(self._base_url),
            request=request,
            get_updates_request=request,
        )

    def _address(self, method: str) -> str:
        return f"{self._base_url}{self._token}/{method}"


def _body(params: Params) -> dict[str, Any]:
    """Return a request's body: JSON, or a form where it carries a file."""
    found = next((name for name in (UPLOAD, PICTURE) if isinstance(params.get(name), Mapping)), None)
    if found is None:
        return {"data": json.dumps(params).encode(), "headers": _JSON}
    upload, fields = params[found], {name: value for name, value in params.items() if name != found}
    form = FormData({name: value if isinstance(value, str) else json.dumps(value) for name, value in fields.items()})
    content = BytesIO(b64decode(upload["base64"]) if "base64" in upload else str(upload["content"]).encode())
    form.add_field(found, content, filename=str(upload["name"]), content_type=str(upload["mime"]))
    return {"data": form}


def _file_base(base_url: str) -> str:
    return base_url.removesuffix("/bot") + "/file/bot"


def _wrong_token(code: int) -> str:
    return (
        f"Telegram does not know this bot ({code}): set TALSTIMME_TELEGRAM__TOKEN to the token from BotFather, "
        "or correct telegram.api_base_url"
    )


class AiohttpRequest(BaseRequest):
    """python-telegram-bot's requests on a session of ours, which it neither opens nor closes."""

    __slots__ = ("_session",)

    def __init__(self, session: ClientSession) -> None:
        self._session = session

    @property
    def read_timeout(self) -> float | None:
        """Seconds a call may take in all, when the caller doesn't say."""
        return CALL_SECONDS

    async def initialize(self) -> None:
        """Do nothing: the session is open already."""

    async def shutdown(self) -> None:
        """Do nothing: who opened the session closes it."""

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = BaseRequest.DEFAULT_NONE,
        write_timeout: object = BaseRequest.DEFAULT_NONE,
        connect_timeout: object = BaseRequest.DEFAULT_NONE,
        pool_timeout: object = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Make one HTTP request; return status and body. Raises `TimedOut` or `NetworkError`, without the address."""
        del write_timeout, connect_timeout, pool_timeout
        seconds = read_timeout if isinstance(read_timeout, int | float) else CALL_SECONDS
        timeout = ClientTimeout(total=seconds, sock_connect=CONNECT_SECONDS)
        call = self._session.request(method, url, data=_form(request_data), timeout=timeout, allow_redirects=False)
        try:
            async with call as response:
                return response.status, await response.read()
        except TimeoutError:
            raise TimedOut from None
        except (ClientError, OSError) as error:
            raise NetworkError(type(error).__name__) from None


def _form(request_data: RequestData | None) -> FormData | dict[str, str] | None:
    if request_data is None:
        return None
    if not request_data.contains_files:
        return request_data.json_parameters
    form = FormData(request_data.json_parameters)
    for name, (file_name, content, mime) in request_data.multipart_data.items():
        # A stream, because aiohttp warns of large bytes that it would send in one go.
        stream = BytesIO(content) if isinstance(content, bytes) else content
        form.add_field(name, stream, filename=file_name, content_type=mime)
    return form
