"""Requests arrive, and every answer of Telegram is the outcome that the sender needs."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import ClientSession, web
from telegram.error import Forbidden, InvalidToken, NetworkError, TimedOut

from bot.config import BrokenConfig
from bot.dialogue.replies import Button, Reply
from bot.dialogue.texts import Span
from bot.outcome import BLOCKED, FLOOD, Later, Moved, Never, Sent
from bot.telegram.answers import WrongToken
from bot.telegram.pace import Pace
from bot.telegram.render import answer_tap, render
from bot.telegram.transport import Api, open_session, trusted
from tests.emulator import BotApi, Citizen, Limits
from tests.telegram.conftest import Watch

# Made for this test; its key was never kept.
AUTHORITY = """-----BEGIN CERTIFICATE-----
MIIBiTCCAS+gAwIBAgIUczOU3uFpqCErYB+S+JCUgbstZBswCgYIKoZIzj0EAwIw
GTEXMBUGA1UEAwwOVGVzdCBhdXRob3JpdHkwIBcNMjYxMTIzMDczNjMzWhgPMjEy
NjEwMzAwNzM2MzNaMBkxFzAVBgNVBAMMDlRlc3QgYXV0aG9yaXR5MFkwEwYHKoZI
zj0CAQYIKoZIzj0DAQcDQgAEm9I4Y+5X+j08yQ81dvmhwuZDAXPrqbTpccXKohlR
KpvAeV/Kb3Gt7ibKfsbV5pA48wCMagw9foEytkjXrDRpr6NTMFEwHQYDVR0OBBYE
FPo0ZnmavRosKDmukALm7cUzYpjIMB8GA1UdIwQYMBaAFPo0ZnmavRosKDmukALm
7cUzYpjIMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIgRGBwiAFe
XY8S0+/XkshXTwg1Xh5RFH+im1yiPmU/L/gCIQDouT3AVn78f0kgXt0Vi6cDZnAC
WIS1JlrTqmldj1xAiw==
-----END CERTIFICATE-----
"""


@asynccontextmanager
async def _serving(answer: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> AsyncIterator[str]:
    """A server of its own, which answers everything alike."""
    app = web.Application()
    app.router.add_route("*", "/{any:.*}", answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@pytest_asyncio.fixture
async def citizen(bot_api: BotApi) -> Citizen:
    """A person whom the bot may write to."""
    citizen = bot_api.citizen()
    await bot_api.meet([citizen])
    return citizen


def _text(citizen: Citizen, text: str = "Guten Tag") -> dict[str, object]:
    return {"chat_id": citizen.id, "text": text}


async def test_a_rendered_reply_arrives_with_its_buttons(api: Api, citizen: Citizen) -> None:
    spans = (Span("Ja & nein < vielleicht"),)
    (request,) = render(Reply(spans, ((Button("Ja", "yes"), Button("Nein", "no")),)), str(citizen.id))
    outcome = await api.post(*request)
    heard = await citizen.hears()
    assert heard.text == "Ja & nein < vielleicht"
    assert heard.labels == ("Ja", "Nein")
    assert outcome == Sent(str(heard.message_id))


async def test_a_tap_is_answered_and_a_late_answer_counts_as_done(api: Api, bot_api: BotApi, citizen: Citizen) -> None:
    (request,) = render(Reply((Span("?"),), ((Button("Ja", "yes"),),)), str(citizen.id))
    await api.post(*request)
    query = await citizen.press("Ja")
    assert query
    assert await api.post(*answer_tap(query, "Gespeichert")) == Sent()
    assert (await citizen.answered()).text == "Gespeichert"
    await citizen.press("Ja")
    await bot_api.advance(60)
    assert await api.post(*answer_tap(query)) == Sent()


async def test_an_edit_that_changes_nothing_counts_as_done(api: Api, citizen: Citizen) -> None:
    await api.post("sendMessage", _text(citizen))
    sent = await citizen.hears()
    edit = {**_text(citizen), "message_id": sent.message_id}
    assert await api.post("editMessageText", edit) == Sent()


async def test_who_has_blocked_the_bot_or_is_gone_never_gets_it(api: Api, bot_api: BotApi, citizen: Citizen) -> None:
    await citizen.block()
    assert await api.post("sendMessage", _text(citizen)) == Never(BLOCKED)
    other = bot_api.citizen()
    await other.deactivate()
    assert await api.post("sendMessage", _text(other)) == Never(BLOCKED)


async def test_a_group_that_became_a_supergroup_has_moved(api: Api, bot_api: BotApi, citizen: Citizen) -> None:
    group = await bot_api.group("Klasse 7b", [citizen])
    old = group.id
    new = await group.migrate()
    assert await api.post("sendMessage", {"chat_id": old, "text": "Guten Tag"}) == Moved(str(new))


async def test_a_request_that_telegram_refuses_is_given_up_without_quoting_it(bot_api: BotApi, api: Api) -> None:
    unknown = {"chat_id": 12345, "text": "geheim"}
    assert await api.post("sendMessage", unknown) == Never("400 chat not found")
    broken = {"chat_id": 12345, "text": 'a <geheim class="geheim">', "parse_mode": "HTML"}
    outcome = await api.post("sendMessage", broken)
    assert isinstance(outcome, Never)
    assert "geheim" not in outcome.reason
    bot_api.violations.clear()  # the broken markup above, which no renderer makes


async def test_too_fast_is_later_when_telegram_says(api: Api, bot_api: BotApi, citizen: Citizen) -> None:
    await bot_api.limit(Limits(per_chat_per_second=0.2, burst=1))
    await api.post("sendMessage", _text(citizen))
    assert await api.post("sendMessage", _text(citizen)) == Later(5, FLOOD)


@pytest.mark.parametrize("code", [500, 502, None], ids=["error", "gateway", "dropped"])
async def test_when_telegram_or_the_network_fails_it_is_later_and_ever_later(
    api: Api, bot_api: BotApi, citizen: Citizen, code: int | None
) -> None:
    await bot_api.fail("sendMessage", times=20, code=code)
    outcomes = [await api.post("sendMessage", _text(citizen), attempts=attempts) for attempts in (0, 1, 2, 10, 99)]
    waits = [outcome.seconds for outcome in outcomes if isinstance(outcome, Later)]
    assert waits == [0.5, 1, 2, 60, 60]
    await bot_api.heal()
    assert isinstance(await api.post("sendMessage", _text(citizen)), Sent)


async def test_what_only_a_gateway_forbids_blocks_nobody(session: ClientSession, pace: Pace) -> None:
    async def deny(request: web.Request) -> web.Response:
        del request
        return web.Response(text="<html>Forbidden by policy</html>", status=403)

    async with _serving(deny) as root:
        api = Api(session, base_url=f"{root}/bot", token="1:x", pace=pace)
        outcome = await api.post("sendMessage", {"chat_id": 1, "text": "?"})
    assert isinstance(outcome, Later)


@pytest.mark.parametrize("code", [401, 404])
async def test_one_doubtful_answer_is_not_yet_a_wrong_token(
    api: Api, bot_api: BotApi, citizen: Citizen, watch: Watch, code: int
) -> None:
    await bot_api.fail(times=3, code=code)
    assert isinstance(await api.post("sendMessage", _text(citizen)), Never)
    assert watch.naps == [2, 2]


@pytest.mark.parametrize("token", ["1:wrong", "wrong"])
async def test_a_wrong_token_is_one_sentence_without_the_token(
    session: ClientSession, bot_api: BotApi, pace: Pace, token: str
) -> None:
    api = Api(session, base_url=bot_api.base_url, token=token, pace=pace)
    with pytest.raises(WrongToken, match="BotFather") as refused:
        await api.post("sendMessage", {"chat_id": 1, "text": "?"})
    assert token not in str(refused.value)


async def test_without_a_network_there_is_an_outcome_and_no_trace_of_the_token(
    session: ClientSession, pace: Pace
) -> None:
    api = Api(session, base_url="http://127.0.0.1:1/bot", token="1:secret", pace=pace)
    outcome = await api.post("sendMessage", {"chat_id": 1, "text": "?"})
    assert isinstance(outcome, Later)
    assert "secret" not in outcome.reason


async def test_an_answer_that_never_comes_is_waited_for_only_so_long(session: ClientSession, pace: Pace) -> None:
    ended = asyncio.Event()

    async def hang(request: web.Request) -> web.Response:
        del request
        await ended.wait()
        return web.Response()

    async with _serving(hang) as root:
        api = Api(session, base_url=f"{root}/bot", token="1:x", pace=pace)
        answer = await api.ask("getMe", seconds=0.05)
        ended.set()
    assert not answer.is_ok
    assert "Timeout" in answer.description


async def test_requests_go_through_the_proxy(pace: Pace) -> None:
    hosts: list[str] = []

    async def forward(request: web.Request) -> web.Response:
        hosts.append(str(request.url.host))
        return web.json_response({"ok": True, "result": {"id": 1}})

    async with _serving(forward) as root, open_session(proxy=root) as session:
        api = Api(session, base_url="http://api.telegram.example/bot", token="1:x", pace=pace)
        assert (await api.ask("getMe")).is_ok
    assert hosts == ["api.telegram.example"]


async def test_an_authority_of_ones_own_is_trusted_beside_the_systems(tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    file.write_text(AUTHORITY)
    trust = trusted(str(file))
    assert trust.verify_mode == ssl.CERT_REQUIRED
    assert len(trust.get_ca_certs()) == len(trusted("").get_ca_certs()) + 1
    async with open_session(ca_file=str(file)) as session:
        assert not session.closed


@pytest.mark.parametrize(
    ("wrong", "key"),
    [({"proxy": "socks5://127.0.0.1:1"}, "telegram.proxy"), ({"ca_file": "missing.pem"}, "telegram.ca_file")],
)
async def test_a_way_that_cannot_be_gone_is_a_mistake_in_the_configuration(wrong: dict[str, str], key: str) -> None:
    with pytest.raises(BrokenConfig, match=key):
        async with open_session(**wrong):  # type: ignore[arg-type]
            pass


async def test_a_ca_file_without_certificates_is_a_mistake_too(tmp_path: Path) -> None:
    empty = tmp_path / "ca.pem"
    empty.write_text("no certificate")
    with pytest.raises(BrokenConfig, match="PEM"):
        async with open_session(ca_file=str(empty)):
            pass


async def test_the_library_works_on_the_same_session(api: Api, bot_api: BotApi, citizen: Citizen) -> None:
    async with api.bot() as bot:
        assert bot.username == bot_api.username
        sent = await bot.send_message(citizen.id, "Guten Tag")
        assert (await citizen.hears()).message_id == sent.message_id
        await bot.send_document(citizen.id, b"x" * 2**21, filename="termin.ics", caption="Ihr Termin")
        assert (await citizen.hears()).raw["document"]["file_name"] == "termin.ics"
        await citizen.block()
        with pytest.raises(Forbidden):
            await bot.send_message(citizen.id, "Guten Tag")
    assert not api.session.closed


async def test_the_library_gets_errors_of_its_own_without_the_address(session: ClientSession, pace: Pace) -> None:
    bot = Api(session, base_url="http://127.0.0.1:1/bot", token="1:secret", pace=pace).bot()
    with pytest.raises(NetworkError) as failed:
        await bot.get_me()
    assert "secret" not in str(failed.value)
    assert not isinstance(failed.value, TimedOut | InvalidToken)
