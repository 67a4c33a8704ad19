"""Logging in with an account of the city, at a real provider over HTTP; what proves nothing lets nobody in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import pytest_asyncio
from joserfc.jwk import OctKey, RSAKey
from playwright.async_api import async_playwright
from sqlalchemy import Connection

from bot.config import BrokenConfig, Oidc, Settings, load
from storage import staff
from storage.audits import deeds
from storage.models.desk import STRATEGIST
from tests.desk.provider import CLIENT, SECRET, CityLogin, address_of, open_port, open_provider, serving
from tests.desk.site import ORIGIN, Clerk, DeskSite, open_desk_site, settings
from tests.web.browser import CHROMIUM, QUIET

City = tuple[DeskSite, CityLogin]


@pytest_asyncio.fixture
async def city(sqlite_url: str, now: datetime) -> AsyncIterator[City]:
    """A desk, the city's login, and an account for whom it lets in."""
    async with open_provider(now) as login:
        oidc = Oidc.model_validate({"issuer": login.issuer, "client_id": CLIENT, "client_secret": SECRET})
        async with open_desk_site(sqlite_url, now, settings().model_copy(update={"oidc": oidc})) as desk:
            await desk.store.write(_open_account, now)
            yield desk, login


def _open_account(connection: Connection, now: datetime) -> None:
    staff.open_account(connection, "Rosa", STRATEGIST, (), address="Rosa@stadt.example", now=now)


async def sent_there(clerk: Clerk, wanted: str = "") -> str:
    """Press the button of the login page and return where the browser is sent."""
    page = await clerk.open(f"/desk/anmelden{wanted}")
    assert "Mit dem Konto der Stadt anmelden" in page.text
    onward = f"?weiter={parse_qs(wanted[1:])['weiter'][0]}" if wanted else ""
    answer = await clerk.client.get(f"/desk/openid{onward}", follow_redirects=False)
    assert answer.status_code == 303
    return str(answer.headers["location"])


async def sent_back(address: str) -> str:
    """Log in with the provider and return where it sends the browser."""
    async with httpx.AsyncClient() as browser:
        answer = await browser.get(address)
    assert answer.status_code == 302
    return str(answer.headers["location"]).removeprefix(ORIGIN)


async def logged_in(desk: DeskSite, wanted: str = "") -> Clerk:
    """Try the whole way."""
    clerk = desk.stranger()
    await clerk.open(await sent_back(await sent_there(clerk, wanted)))
    return clerk


async def test_whoever_has_an_account_comes_in_with_its_role(city: City) -> None:
    desk, login = city
    clerk = await logged_in(desk, "?weiter=/desk/zahlen")
    assert clerk.page.path.startswith("/desk/zahlen")
    assert "Rosa" in clerk.page.text
    assert (await clerk.open("/desk/team")).status == 403
    assert "logged_in" in [deed.action for deed in await desk.store.read(deeds)]
    # What the provider tells besides is not needed: all tests of refusal begin with this success.
    assert login.asked == {}


async def test_whoever_has_no_account_is_told_so(city: City) -> None:
    desk, login = city
    login.address = "fremd@stadt.example"
    clerk = await logged_in(desk)
    assert clerk.page.status == 403
    assert "gibt es hier kein Konto" in clerk.page.text
    assert (await clerk.open("/desk/")).path.startswith("/desk/anmelden")


LIES: dict[str, dict[str, Any]] = {
    "another nonce": {"nonce": "planted"},
    "no nonce": {"nonce": None},
    "another issuer": {"iss": "https://evil.example"},
    "for somebody else": {"aud": "another"},
    "for somebody else too": {"aud": ["another", CLIENT], "azp": "another"},
    "over": {"exp": 1_000},
    "an address nobody checked": {"email_verified": False},
    "an address without a mark": {"email_verified": None},
    "no address": {"email": None},
}


@pytest.mark.parametrize("lie", LIES)
async def test_a_token_that_proves_nothing_lets_nobody_in(city: City, lie: str) -> None:
    desk, login = city
    login.claims = LIES[lie]
    clerk = await logged_in(desk)
    assert clerk.page.status == 400
    assert "hat nicht geklappt" in clerk.page.text
    assert (await clerk.open("/desk/")).path.startswith("/desk/anmelden")


@pytest.mark.parametrize("forgery", ["another key", "our secret"])
async def test_a_token_that_somebody_else_signed_lets_nobody_in(city: City, forgery: str) -> None:
    desk, login = city
    login.signs_with = RSAKey.generate_key(2048) if forgery == "another key" else OctKey.import_key(SECRET * 8)
    login.algorithm = "RS256" if forgery == "another key" else "HS256"
    assert (await logged_in(desk)).page.status == 400


async def test_a_provider_may_change_its_key(city: City) -> None:
    desk, login = city
    assert (await logged_in(desk)).page.status == 200
    login.key = RSAKey.generate_key(2048, {"kid": "one"})
    assert (await logged_in(desk)).page.status == 200


async def test_an_address_may_be_told_beside_the_token(city: City) -> None:
    desk, login = city
    login.claims = {"email": None, "email_verified": None}
    login.told_later = {"email": "rosa@stadt.example", "email_verified": True}
    assert (await logged_in(desk)).page.status == 200
    login.told_later["sub"] = "8"
    assert (await logged_in(desk)).page.status == 400


async def test_an_answer_belongs_to_the_browser_that_asked_and_works_once(city: City) -> None:
    """Neither a foreign answer planted on somebody nor one that was seen before lets in."""
    desk, _ = city
    thief, victim = desk.stranger(), desk.stranger()
    planted = await sent_back(await sent_there(thief))
    assert (await victim.open(planted)).status == 400
    await sent_there(victim)
    assert (await victim.open(planted)).status == 400
    assert (await thief.open(planted)).status == 200
    again = desk.stranger()
    assert (await again.open(planted)).status == 400
    assert (await thief.open(planted)).status == 400


@pytest.mark.parametrize("query", ["", "?error=access_denied", "?code=x", "?state=x&code=%00", "?code=x&state=%C3%A4"])
async def test_what_is_no_answer_is_refused(city: City, query: str) -> None:
    desk, _ = city
    clerk = desk.stranger()
    await sent_there(clerk)
    assert (await clerk.open(f"/desk/openid/zurueck{query}")).status == 400


async def test_an_issuer_that_is_not_the_city_is_refused(city: City) -> None:
    desk, login = city
    clerk = desk.stranger()
    back = await sent_back(await sent_there(clerk))
    foreign = back.replace(urlsplit(login.issuer).netloc.replace(":", "%3A"), "evil.example")
    assert foreign != back
    assert (await clerk.open(foreign)).status == 400


async def test_a_session_of_the_browser_ends_with_a_new_login(city: City) -> None:
    desk, _ = city
    clerk = await logged_in(desk)
    before = clerk.client.cookies["talstimme-desk"]
    await clerk.open(
        await sent_back(str((await clerk.client.get("/desk/openid", follow_redirects=False)).headers["location"]))
    )
    old = desk.stranger()
    old.client.cookies.set("talstimme-desk", before)
    assert (await old.open("/desk/")).path.startswith("/desk/anmelden")
    assert "talstimme-desk-openid" not in clerk.client.cookies


async def test_one_is_never_led_elsewhere(city: City) -> None:
    desk, _ = city
    clerk = desk.stranger()
    there = await clerk.client.get("/desk/openid?weiter=https://evil.example", follow_redirects=False)
    await clerk.open(await sent_back(there.headers["location"]))
    assert clerk.page.path == "/desk/"


async def test_logging_out_offers_to_log_out_with_the_city(city: City) -> None:
    desk, login = city
    clerk = await logged_in(desk)
    await clerk.post("/desk/abmelden")
    assert "sind Sie dort noch angemeldet" in clerk.page.text
    there = await clerk.client.get("/desk/openid/abmelden", follow_redirects=False)
    back = await sent_back(there.headers["location"])
    assert back == "/desk/anmelden"
    assert login.left == [{"client_id": CLIENT, "post_logout_redirect_uri": f"{ORIGIN}/desk/anmelden"}]


async def test_a_provider_that_does_not_answer_is_said_and_links_still_work(desk: DeskSite, now: datetime) -> None:
    oidc = Oidc.model_validate({"issuer": "http://127.0.0.1:9", "client_id": CLIENT})
    chosen = settings().model_copy(update={"oidc": oidc})
    async with open_desk_site(str(desk.store.writer.url), now + timedelta(0), chosen) as other:
        page = await other.stranger().open("/desk/openid")
        assert page.status == 503
        assert "antwortet nicht" in page.text
        assert (await other.clerk()).page.status == 200


@pytest.mark.browser
@pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="Chromium is not installed")
async def test_a_browser_goes_to_the_city_and_back_and_loads_nothing_from_there(sqlite_url: str, now: datetime) -> None:
    port = open_port()
    here = address_of(port)
    async with open_provider(now) as login, async_playwright() as players:
        oidc = {"issuer": login.issuer, "client_id": CLIENT, "client_secret": SECRET}
        chosen = Settings.model_validate({"desk": {"public_url": here}, "oidc": oidc})
        async with open_desk_site(sqlite_url, now, chosen) as desk, serving(desk.app, port):
            await desk.store.write(_open_account, now)
            browser = await players.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
            page = await browser.new_page(locale="de-DE")
            asked: list[tuple[str, str]] = []
            page.on("request", lambda request: asked.append((request.resource_type, request.url.partition("?")[0])))
            await page.goto(f"{here}/desk/zahlen")
            await page.get_by_role("link", name="Mit dem Konto der Stadt anmelden").click()
            assert page.url.startswith(f"{here}/desk/zahlen")
            await page.locator("#me summary").click()
            await page.get_by_role("button", name="Abmelden").click()
            await page.get_by_role("link", name="Auch dort abmelden").click()
            assert page.url == f"{here}/desk/anmelden"
            await browser.close()
        paths = ("authorize", "logout")
        assert [each for each in asked if here not in each[1]] == [("document", f"{login.issuer}/{x}") for x in paths]


async def test_without_a_provider_there_is_no_such_door(desk: DeskSite) -> None:
    assert (await desk.stranger().open("/desk/openid")).status == 404
    assert "Konto der Stadt" not in (await desk.stranger().open("/desk/anmelden")).text


def test_half_a_provider_is_refused_with_what_is_missing() -> None:
    with pytest.raises(BrokenConfig, match="client_id"):
        load(None, {"TALSTIMME_OIDC__ISSUER": "https://login.stadt.example"})
    with pytest.raises(BrokenConfig, match="https"):
        load(None, {"TALSTIMME_OIDC__ISSUER": "http://login.stadt.example", "TALSTIMME_OIDC__CLIENT_ID": "x"})
