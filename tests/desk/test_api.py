"""The API: for whom, what, page by page, and never a server error."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from itertools import count as counted
from typing import Any

import httpx
import pytest
import pytest_asyncio
import schemathesis
from hypothesis import HealthCheck, given, settings
from starlette.applications import Starlette
from starlette.routing import Mount

from bot.desk import open_api
from bot.store import open_store
from storage import api_tokens, consents
from storage.models.contribution import RECEIVED
from tests.desk.site import DeskSite
from tests.figures.crowd import author, change, fill

TOKEN = "a-token-of-a-test"


@pytest_asyncio.fixture
async def api(desk_on_both: DeskSite) -> AsyncIterator[httpx.AsyncClient]:
    """A client with a token, and twelve contributions of which two are not released."""
    desk = desk_on_both
    numbers = await desk.store.write(fill, 12, desk.clock())
    await desk.store.write(change, numbers[0], status=RECEIVED)
    await desk.store.write(change, numbers[1], publishing=None)
    await desk.store.write(api_tokens.issue, "Open-Data-Portal", TOKEN, now=desk.clock())
    app = Starlette(routes=[Mount("/api", app=open_api(desk.store, desk.clock))])
    async with _client(app) as client:
        yield client


def _client(app: Starlette) -> httpx.AsyncClient:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://api.example", headers=headers)


async def test_pages_hold_each_published_contribution_once(api: httpx.AsyncClient) -> None:
    numbers, cursor = [], ""
    for _ in counted():
        page = (await api.get("/api/contributions?limit=3" + (f"&cursor={cursor}" if cursor else ""))).json()
        numbers += [each["number"] for each in page["contributions"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert len(numbers) == len(set(numbers)) == 10


async def test_nothing_leaves_but_what_everybody_may_read(api: httpx.AsyncClient, desk_on_both: DeskSite) -> None:
    await desk_on_both.store.write(_secret, desk_on_both.clock())
    body = (await api.get("/api/contributions")).text
    assert "original words" not in body
    assert {"text", "supports", "licence"} <= (await api.get("/api/contributions")).json()["contributions"][0].keys()


def _secret(connection: object, now: datetime) -> None:
    from sqlalchemy import Connection

    assert isinstance(connection, Connection)
    fill(connection, 1, now, start=50, text="original words", redacted_text="black")


async def test_what_is_withdrawn_is_gone_at_once(api: httpx.AsyncClient, desk_on_both: DeskSite) -> None:
    desk = desk_on_both
    numbers = [each["number"] for each in (await api.get("/api/contributions")).json()["contributions"]]
    citizen = await desk.store.write(author, numbers[:1], desk.clock())
    await desk.store.write(consents.apply, [citizen])
    assert (await api.get(f"/api/contributions/{numbers[0]}")).status_code == 404
    assert (await api.get(f"/api/contributions/{numbers[1]}")).json()["number"] == numbers[1]


async def test_filters(api: httpx.AsyncClient) -> None:
    found = (await api.get("/api/contributions?field=mobility&since=2026-01-01")).json()["contributions"]
    assert found
    assert {each["field"] for each in found} == {"mobility"}
    assert (await api.get("/api/contributions?until=2020-01-01")).json() == {"contributions": [], "next": None}


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer wrong", f"Basic {TOKEN}", TOKEN])
async def test_without_a_token_nothing_is_told(api: httpx.AsyncClient, header: str) -> None:
    answer = await api.get("/api/contributions", headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_revoked_token_is_worth_nothing(api: httpx.AsyncClient, desk_on_both: DeskSite) -> None:
    assert await desk_on_both.store.write(api_tokens.revoke, 1, now=desk_on_both.clock()) in (True, False)
    for each in await desk_on_both.store.read(api_tokens.readers):
        await desk_on_both.store.write(api_tokens.revoke, each.id, now=desk_on_both.clock())
    assert (await api.get("/api/contributions")).status_code == 401


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=201", "limit=x", "limit=٣", "cursor=x", "cursor=LTE", "since=gestern", "wrong=1", "cursor=é"],
)
async def test_what_makes_no_sense_is_told(api: httpx.AsyncClient, query: str) -> None:
    answer = await api.get(f"/api/contributions?{query}")
    assert answer.status_code == 400
    assert answer.json()["detail"].endswith(".")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
async def test_it_only_reads(api: httpx.AsyncClient, method: str) -> None:
    assert (await api.request(method, "/api/contributions")).status_code == 405


async def test_too_many_requests_wait(api: httpx.AsyncClient) -> None:
    answers = [(await api.get("/api/themes")).status_code for _ in range(301)]
    assert answers.count(429) == 1
    assert answers[-1] == 429


async def test_an_admin_makes_and_revokes_tokens(desk: DeskSite) -> None:
    clerk = await desk.clerk("admin")
    await clerk.open("/desk/schnittstelle")
    page = await clerk.post("/desk/schnittstelle", {"name": "Portal", "deed": "make"})
    token = next(each["value"] for each in page.inputs() if each.get("id") == "token")
    assert await desk.store.read(api_tokens.reader_of, token) is not None
    assert token not in (await clerk.open("/desk/schnittstelle")).html
    await clerk.post("/desk/schnittstelle", {"deed": "revoke", "reader": "1"})
    assert "gesperrt am" in clerk.page.text
    assert await desk.store.read(api_tokens.reader_of, token) is None


@pytest.fixture
def described(sqlite_url: str) -> Iterator[Starlette]:
    """The API on a database of its own, for a client that is not asynchronous."""
    stack, now = open_store(sqlite_url), datetime.now(UTC)
    with asyncio.Runner() as runner:
        store = runner.run(stack.__aenter__())
        runner.run(store.write(fill, 8, now))
        runner.run(store.write(api_tokens.issue, "test", TOKEN, now=now))
        yield Starlette(routes=[Mount("/api", app=open_api(store, lambda: now))])
        runner.run(stack.__aexit__(None, None, None))


def test_no_request_that_fits_the_description_breaks_it(described: Starlette, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.desk.READS", 10**9)
    schema = schemathesis.openapi.from_asgi("/api/openapi.json", described)
    done = 0
    for operation in schema.get_all_operations():
        strategy = operation.ok().as_strategy()  # type: ignore[union-attr]

        @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        @given(case=strategy)
        def check(case: schemathesis.Case[Any]) -> None:
            case.call_and_validate(headers={"Authorization": f"Bearer {TOKEN}"})

        check()
        done += 1
    assert done == 3
