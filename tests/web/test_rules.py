"""What the web port allows and what it refuses, and that a refusal loses nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import httpx
import pytest
from PIL import Image
from sqlalchemy import select

from bot import photos
from storage.models import Attachment, Inbox
from tests.web.site import Site, Visitor, open_site, settings

# Latitude of a made-up picture; none of it may survive.
GPS_TAG = 0x8825


async def rows(site: Site, *columns: Any) -> list[Any]:
    with site.store.reader.connect() as connection:
        return list(connection.execute(select(*columns)))


async def test_words_that_look_like_code_are_shown_and_never_run(visitor: Visitor) -> None:
    await visitor.open()
    await visitor.press("Smarte Mobilität")
    await visitor.write("<script>alert('x')</script> & <b>mehr</b> Bänke")
    assert "<script>alert" not in visitor.page.html
    assert visitor.page.told[-1] == "<script>alert('x')</script> & <b>mehr</b> Bänke"
    assert "<script>alert('x')</script>" in visitor.page.said[-1]


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", "http://chat.example.evil.example"])
async def test_a_post_from_a_foreign_page_changes_nothing(site: Site, visitor: Visitor, origin: str) -> None:
    page = await visitor.open()
    fields = {**page.hidden("composer"), "text": "Das habe ich nie geschrieben."}
    answer = await visitor.client.post("/say", data=fields, headers={"Origin": origin})
    assert answer.status_code == 403
    assert await rows(site, Inbox.seq) == []


async def test_a_post_without_origin_is_judged_by_where_the_browser_says_it_comes_from(visitor: Visitor) -> None:
    page = await visitor.open()
    del visitor.client.headers["Origin"]
    fields = {**page.hidden("composer"), "text": "Mehr Bänke"}
    foreign = await visitor.client.post("/say", data=fields, headers={"Sec-Fetch-Site": "cross-site"})
    own = await visitor.client.post("/say", data=fields, headers={"Sec-Fetch-Site": "same-origin"})
    assert (foreign.status_code, own.status_code) == (403, 200)


async def test_a_made_up_cookie_is_a_strangers(visitor: Visitor) -> None:
    await visitor.open()
    await visitor.write("Mehr Bänke")
    name, value = next(iter(visitor.client.cookies.items()))
    visitor.client.cookies.clear()
    visitor.client.cookies.set(name, value[:-2] + "xx")
    assert (await visitor.open()).told == []


async def test_the_cookie_can_be_read_by_no_script_and_goes_to_no_other_page(visitor: Visitor) -> None:
    page = await visitor.open()
    answer = await visitor.client.post(
        "/say", data={**page.hidden("composer"), "text": "Mehr Bänke"}, follow_redirects=False
    )
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


async def test_over_https_the_cookie_is_bound_to_the_host(sqlite_url: str, now: datetime) -> None:
    async with open_site(sqlite_url, now, settings(public_url="https://chat.example")) as site:
        visitor = site.visitor(Origin="https://chat.example")
        async with visitor.client as client:
            page = await visitor.open()
            fields = {**page.hidden("composer"), "text": "Mehr Bänke"}
            answer = await client.post("/say", data=fields, follow_redirects=False)
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-talstimme=")
    assert "Secure" in cookie
    assert "max-age" in answer.headers["strict-transport-security"]


async def test_too_many_messages_wait_a_minute_and_keep_their_words(sqlite_url: str, now: datetime) -> None:
    async with open_site(sqlite_url, now, settings(messages_per_minute=3)) as site:
        hasty, other = site.visitor(), site.visitor()
        async with hasty.client, other.client:
            await hasty.open()
            for number in range(3):
                await hasty.write(f"Mehr Bänke am Platz Nummer {number}")
            refused = await hasty.write("Und noch eine")
            assert refused.status_code == 429
            assert "Und noch eine</textarea>" in refused.text
            await other.open()
            assert (await other.write("Ich bin eine andere Person")).status_code == 200
            site.clock.at += timedelta(minutes=1)
            assert (await hasty.write("Und noch eine")).status_code == 200


async def test_a_message_that_is_too_long_stays_in_the_input(site: Site, visitor: Visitor) -> None:
    await visitor.open()
    text = "Bank " * 2001
    answer = await visitor.write(text)
    assert answer.status_code == 413
    assert text in answer.text
    assert await rows(site, Inbox.seq) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"id": "short", "text": "Mehr Bänke"},
        {"id": "x" * 20, "tap": "y" * 65},
        {"id": "x" * 20, "command": "drop"},
        {"id": "x" * 20, "place": "91.5,7.1"},
        {"id": "x" * 20, "place": "hier"},
    ],
)
async def test_what_no_page_of_ours_sends_is_refused(site: Site, visitor: Visitor, fields: dict[str, str]) -> None:
    page = await visitor.open()
    answer = await visitor.post({"visit": page.hidden("composer")["visit"], **fields})
    assert answer.status_code == 400
    assert await rows(site, Inbox.seq) == []


async def test_an_empty_message_is_no_message(site: Site, visitor: Visitor) -> None:
    await visitor.open()
    assert (await visitor.write("  \n ")).status_code == 200
    assert await rows(site, Inbox.seq) == []


async def test_a_shared_place_is_kept_to_about_a_hundred_metres(visitor: Visitor, site: Site) -> None:
    page = await visitor.open()
    await visitor.post({**page.hidden("composer"), "place": "51.25643912,7.15077713"})
    assert visitor.page.told == ["Standort geteilt"]
    assert all("51.25643912" not in str(row) for row in await rows(site, Inbox.raw))


def picture(kind: str = "JPEG", size: tuple[int, int] = (640, 480)) -> bytes:
    made = BytesIO()
    image = Image.new("RGB", size, "teal")
    exif = image.getexif()
    exif[0x010F] = "Kamera von jemandem"
    exif.get_ifd(GPS_TAG)[1] = "N"
    image.save(made, kind, exif=exif)
    return made.getvalue()


async def send_photo(visitor: Visitor, content: bytes, text: str = "") -> httpx.Response:
    page = await visitor.open()
    fields = {**page.hidden("composer"), "text": text}
    return await visitor.post(fields, files={"photo": ("IMG_2041.jpg", content, "image/jpeg")})


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
async def test_a_photo_is_kept_without_where_and_with_what_it_was_taken(
    site: Site, visitor: Visitor, kind: str
) -> None:
    await send_photo(visitor, picture(kind), "So sieht die Treppe aus, das muss besser werden.")
    [(content, mime)] = await rows(site, Attachment.content, Attachment.mime)
    kept = Image.open(BytesIO(content))
    assert (mime, kept.format, kept.size) == ("image/jpeg", "JPEG", (640, 480))
    assert not dict(kept.getexif())
    assert b"Kamera" not in content
    assert "Foto" in visitor.page.told[-1]
    assert "So sieht die Treppe aus" in visitor.page.told[-1]


async def test_a_photo_goes_with_its_contribution_and_without_one_it_is_forgotten(site: Site, visitor: Visitor) -> None:
    await visitor.open()
    await visitor.press("Smarte Mobilität")
    await visitor.write("Die Treppe am Bahnhof braucht eine Rampe für Kinderwagen.")
    await send_photo(visitor, picture())
    await visitor.press("Abschicken")
    await send_photo(visitor, picture("PNG"))
    await site.store.write(photos.forget, now=site.clock() + timedelta(days=29), days=30)
    assert len(await rows(site, Attachment.id)) == 2
    await site.store.write(photos.forget, now=site.clock() + timedelta(days=31), days=30)
    [(content, contribution)] = await rows(site, Attachment.content, Attachment.contribution_id)
    assert Image.open(BytesIO(content)).size == (640, 480)
    assert contribution is not None


async def test_a_photo_lies_the_way_it_was_taken(site: Site, visitor: Visitor) -> None:
    made = BytesIO()
    image = Image.new("RGB", (640, 480), "teal")
    exif = image.getexif()
    exif[0x0112] = 6  # turn by 90 degrees
    image.save(made, "JPEG", exif=exif)
    await send_photo(visitor, made.getvalue())
    [(content,)] = await rows(site, Attachment.content)
    assert Image.open(BytesIO(content)).size == (480, 640)


@pytest.mark.parametrize(
    ("content", "status"),
    [(b"%PDF-1.7 no picture", 422), (picture()[:200], 422), (b"\xff" * 10_000_001, 413), (b"\xff" * 12_000_000, 413)],
)
async def test_what_is_no_photo_is_refused_and_the_caption_stays(
    site: Site, visitor: Visitor, content: bytes, status: int
) -> None:
    answer = await send_photo(visitor, content, "Die Treppe am Bahnhof")
    assert answer.status_code == status
    assert "Foto" in answer.text
    assert await rows(site, Inbox.seq) == []
    # A body that is refused unread can't be given back; everything that was read is.
    assert "Die Treppe am Bahnhof" in answer.text or len(content) > 11_000_000


async def test_while_the_worker_is_behind_the_page_says_so_and_keeps_the_words(sqlite_url: str, now: datetime) -> None:
    async with open_site(sqlite_url, now, works=False, patience=0.01) as site:
        visitor = site.visitor()
        async with visitor.client as client:
            await visitor.open()
            await visitor.write("Mehr Bänke an der Trasse")
            assert "Mehr Bänke an der Trasse" in visitor.page.html
            assert 'id="thinking" hidden' not in visitor.page.html
            assert "Antwort anzeigen" in visitor.page.html
            news = await client.get("/messages?after=0")
            assert "data-working" in news.text


async def test_nothing_but_our_own_host_is_ever_asked(visitor: Visitor) -> None:
    answer = await visitor.client.get("/")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    for attribute in ('style="', "onclick=", 'src="http', 'href="http', "<style", "<script>"):
        assert attribute not in answer.text


@pytest.mark.parametrize(
    ("path", "heading"),
    [("/datenschutz", "Datenschutz in Kürze"), ("/impressum", "Impressum"), ("/barrierefreiheit", "Barrierefreiheit")],
)
async def test_the_pages_of_law_need_no_conversation(site: Site, visitor: Visitor, path: str, heading: str) -> None:
    answer = await visitor.client.get(path)
    assert answer.status_code == 200
    assert heading in answer.text
    assert not visitor.client.cookies
    assert (await visitor.client.head(path)).status_code == 200


async def test_a_page_that_is_not_there_says_so_in_german(visitor: Visitor) -> None:
    answer = await visitor.client.get("/gibt-es-nicht")
    assert answer.status_code == 404
    assert "Diese Seite gibt es nicht." in answer.text
    assert "content-security-policy" in answer.headers


async def test_when_the_database_breaks_a_page_apologises_and_the_log_keeps_no_words(
    site: Site, visitor: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    page = await visitor.open()
    with site.store.writer.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE inbox RENAME TO gone")
    answer = await visitor.post({**page.hidden("composer"), "text": "Mein geheimer Wunsch"})
    assert answer.status_code == 500
    assert "schiefgegangen" in answer.text
    assert "geheimer" not in caplog.text


async def test_a_test_instance_says_so_and_hides_from_search_engines(visitor: Visitor) -> None:
    assert "Testsystem:" in (await visitor.open()).html
    assert (await visitor.client.get("/robots.txt")).text == "User-agent: *\nDisallow: /\n"


async def test_health_tells_a_loop_that_ended(site: Site, visitor: Visitor) -> None:
    well = await visitor.client.get("/health")
    assert (well.status_code, well.json()["status"]) == (200, "ok")
    site.loops["worker"] = False
    ill = await visitor.client.get("/health")
    assert (ill.status_code, ill.json()["loops"]) == (503, {"worker": False})


async def test_metrics_count_what_was_sent_and_name_nobody(visitor: Visitor) -> None:
    await visitor.open()
    await visitor.press("Smarte Mobilität")
    await visitor.write("Mehr Bänke an der Trasse, bitte auch im Schatten.")
    await visitor.press("Abschicken")
    text = (await visitor.client.get("/metrics")).text
    assert 'talstimme_contributions{state="received"} 1' in text
    assert 'talstimme_inbox_updates{state="parked"} 0' in text
    assert "Bänke" not in text
