"""The HTTP side: Bot API, file downloads, and the control interface for tests in other processes.

Law: every request is counted, checked and answered as Telegram would; nothing is logged.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any, Final

from aiohttp import web

from tests.emulator import contract, typed
from tests.emulator.deeds import DEEDS, Impossible, perform
from tests.emulator.errors import Refused, broken_rule
from tests.emulator.faults import Fault
from tests.emulator.methods import HANDLERS, Call, Upload
from tests.emulator.updates import poll_limit
from tests.emulator.webhook import Webhook
from tests.emulator.webhook_rules import check_webhook
from tests.emulator.world import CallRecord, World

_LARGEST_BODY: Final = 64 * 2**20
_OK: Final = 200


class Server:
    """One bot's API on a port of this machine."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.webhook = Webhook(world.updates, world.clock)

    def app(self) -> web.Application:
        """The application with its three doors."""
        app = web.Application(client_max_size=_LARGEST_BODY)
        app.router.add_route("*", "/bot{token}/{method}", self.answer)
        app.router.add_get("/file/bot{token}/{path:.+}", self.download)
        app.router.add_get("/__control/feed", self.feed)
        app.router.add_post("/__control/{deed}", self.control)
        return app

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """One request to the Bot API, over the network that the test has ordered."""
        world, method = self.world, request.match_info["method"]
        call = await _read(request, method)
        record = CallRecord(len(world.calls), method, call.chat_id, world.clock.now())
        world.calls.append(record)
        world.tell("call", method=method)
        await world.network.open()
        fault = world.network.take(method, call.chat_id)
        await self._travel()
        if fault and fault.when == "before":
            return _broken(request, fault, record)
        response, code = await self._effect(request, call)
        await self._travel()
        if fault:
            return _broken(request, fault, record)
        record.code, record.finished_at = code, world.clock.now()
        return response

    async def _travel(self) -> None:
        if half := self.world.network.round_trip / 2:
            await self.world.clock.wait_until(self.world.clock.now() + half)

    async def _effect(self, request: web.Request, call: Call) -> tuple[web.Response, int]:
        try:
            self._admit(request.match_info["token"], call)
            result = await self._result(request, call)
        except Refused as refusal:
            if refusal.is_violation:
                self.world.violate(call.method, refusal.description)
            return web.json_response(refusal.body(), status=refusal.code), refusal.code
        return web.json_response({"ok": True, "result": result}), _OK

    def _admit(self, token: str, call: Call) -> None:
        if ":" not in token:
            raise Refused(404, "Not Found")
        if token != self.world.token:
            raise Refused(401, "Unauthorized")
        if not typed.is_known(call.method):
            raise Refused(404, "Not Found: method not found", is_violation=True)
        for mistake in contract.mistakes(call.method, call.fields):
            raise broken_rule(mistake)

    async def _result(self, request: web.Request, call: Call) -> Any:
        fields = call.fields
        match call.method:
            case "getUpdates":
                self.world.updates.allow(fields.get("allowed_updates"))
                return await self.world.updates.poll(
                    fields.get("offset") or 0,
                    poll_limit(fields.get("limit") or 100),
                    fields.get("timeout") or 0,
                    lambda: request.transport is not None and not request.transport.is_closing(),
                )
            case "setWebhook" | "deleteWebhook":
                return await self._set_webhook(call)
            case "getWebhookInfo":
                return self.webhook.described()
            case method if method in HANDLERS:
                return HANDLERS[method](self.world, call)
            case _:
                raise Refused(404, "Not Found: method is not emulated", is_violation=True)

    async def _set_webhook(self, call: Call) -> bool:
        fields, updates = call.fields, self.world.updates
        url = fields.get("url") or ""
        check_webhook(fields)
        updates.allow(fields.get("allowed_updates"))
        if fields.get("drop_pending_updates"):
            updates.waiting.clear()
        await self.webhook.close()
        if url:
            connections = fields.get("max_connections") or 40
            await self.webhook.point_to(url, fields.get("secret_token"), connections)
        return True

    async def download(self, request: web.Request) -> web.Response:
        """A file's content at the path that getFile gave."""
        await self.world.network.open()
        if request.match_info["token"] != self.world.token:
            return web.json_response(Refused(401, "Unauthorized").body(), status=401)
        try:
            file = self.world.files.by_path(request.match_info["path"])
        except Refused as refusal:
            return web.json_response(refusal.body(), status=refusal.code)
        return web.Response(body=file.content, content_type=file.mime or "application/octet-stream")

    async def control(self, request: web.Request) -> web.Response:
        """A deed ordered by another process; `seq` says what its feed will have shown by then."""
        name = request.match_info["deed"].replace("_", " ")
        try:
            result = perform(self.world, name, await request.json())
        except (Impossible, Refused, KeyError, TypeError, ValueError) as error:
            problem = f"{name}: {error}" if name in DEEDS else f"there is no deed {name!r}"
            return web.json_response({"ok": False, "description": problem}, status=400)
        return web.json_response({"ok": True, "result": result, "seq": self.world.seq})

    async def feed(self, request: web.Request) -> web.StreamResponse:
        """Everything that is told from now on, one JSON object a line."""
        lines: asyncio.Queue[Any] = asyncio.Queue()
        lines.put_nowait({"seq": self.world.seq, "kind": "start", "token": self.world.token})
        stream = web.StreamResponse()
        self.world.listeners.append(lines.put_nowait)
        try:
            await stream.prepare(request)
            while True:
                await stream.write(json.dumps(await lines.get()).encode() + b"\n")
        except ConnectionError:
            return stream
        finally:
            self.world.listeners.remove(lines.put_nowait)


async def _read(request: web.Request, method: str) -> Call:
    fields: dict[str, Any] = dict(request.query)
    uploads: dict[str, Upload] = {}
    if request.content_type == "application/json":
        fields |= await request.json()
    else:
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                with value.file as file:
                    uploads[name] = Upload(value.filename, file.read(), value.content_type)
                value = f"attach://{name}"
            fields[name] = value
    for name in set(uploads):
        if any(f"attach://{name}" in str(v) for key, v in fields.items() if key != name):
            del fields[name]  # the file belongs to the field that mentions it
    known = typed.is_known(method)
    return Call(method, contract.decoded(method, fields) if known else fields, uploads)


def _broken(request: web.Request, fault: Fault, record: CallRecord) -> web.Response:
    """The answer that the ordered fault gives, or no answer at all."""
    if fault.code is None:
        if request.transport:
            request.transport.abort()
        return web.Response()
    record.code = fault.code
    if fault.code > 500:
        return web.Response(text="<html>Bad Gateway</html>", status=fault.code)
    refusal = fault.refusal()
    return web.json_response(refusal.body(), status=refusal.code)
