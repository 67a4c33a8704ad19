"""A contribution is found again by number and secret code, from a device that knows nothing of its author."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from bot.codes import fresh_code, read_code
from bot.config import Storage
from bot.erasing import erase_due
from bot.web.status import TRIES
from storage import analyses, contributions, reviews
from storage.analyses import Analysed
from storage.audits import Actor
from storage.erasures import awaits_purge
from storage.models import Contribution, Erasure, ReceiptCode
from tests.web.site import Site, Visitor, numbers
from tests.web.test_dialogue import IDEA, tell

STAFF = Actor("moderation", "moderator")
WRONG = "passen nicht zusammen"


async def send(visitor: Visitor) -> dict[str, str]:
    """Send an idea and return number and code as the citizen was told them."""
    await tell(visitor)
    await visitor.press("Abschicken")
    told = visitor.page.said[-1]
    (code,) = re.findall(r"Geheimcode: ((?:\w{4}-?){3})", told)
    return {"number": next(numbers(told)), "code": code}


async def ask(site: Site, **fields: str) -> httpx.Response:
    """Post the form from another device."""
    other = site.visitor()
    async with other.client:
        answer = await other.client.post("/beitrag", data=fields)
        assert not other.client.cookies
        return answer


async def decide(site: Site, number: str, status: str, reason: str | None, now: datetime) -> None:
    """Decide as staff do, after the analysis."""
    ids = await site.store.read(contributions.ids_of, [number])
    await site.store.write(analyses.note_analysis, [Analysed(ids[number], "Mehr [Wort] am Bahnhof")], now=now)
    await site.store.write(reviews.decide, number, status, reason, STAFF, now=now)


async def stored(site: Site) -> list[tuple[str, str]]:
    """Return text and status of everything stored."""
    with site.store.reader.connect() as connection:
        return [(row.text, row.status) for row in connection.execute(select(Contribution.text, Contribution.status))]


async def test_number_and_code_show_the_contribution_on_any_device(site: Site, visitor: Visitor) -> None:
    receipt = await send(visitor)
    page = (await ask(site, number=receipt["number"].lower(), code=f" {receipt['code'].lower()} ")).text
    assert IDEA in page
    assert "wartet auf die Durchsicht" in page


async def test_the_code_itself_is_kept_nowhere(site: Site, visitor: Visitor) -> None:
    receipt = await send(visitor)
    with site.store.reader.connect() as connection:
        (kept,) = (connection.execute(select(ReceiptCode.code_hash))).scalars()
    assert len(kept) == 64
    assert receipt["code"] not in kept


async def test_a_wrong_code_and_an_unknown_number_are_answered_alike(site: Site, visitor: Visitor) -> None:
    receipt = await send(visitor)
    wrong = await ask(site, number=receipt["number"], code=fresh_code())
    unknown = await ask(site, number="T-482-913-756", code=receipt["code"])
    assert wrong.status_code == unknown.status_code == 403
    assert WRONG in wrong.text
    assert IDEA not in wrong.text
    assert wrong.text.replace(receipt["number"], "") == unknown.text.replace("T-482-913-756", "")


async def test_nobody_guesses_without_end(site: Site, visitor: Visitor) -> None:
    receipt = await send(visitor)
    for _ in range(TRIES):
        assert (await ask(site, number=receipt["number"], code=fresh_code())).status_code == 403
    assert (await ask(site, **receipt)).status_code == 429


async def test_staffs_reading_status_and_reason_are_shown(site: Site, visitor: Visitor, now: datetime) -> None:
    receipt = await send(visitor)
    await decide(site, receipt["number"], "rejected", "Ist schon beschlossen", now)
    page = (await ask(site, **receipt)).text
    assert "Mehr [Wort] am Bahnhof" in page
    assert "nicht freigegeben" in page
    assert "Ist schon beschlossen" in page
    assert 'value="save"' not in page


async def test_the_author_corrects_and_withdraws_while_nobody_has_decided(site: Site, visitor: Visitor) -> None:
    receipt = await send(visitor)
    saved = await ask(site, **receipt, deed="save", text="Nur zwei Bügel")
    assert "gespeichert" in saved.text
    assert await stored(site) == [("Nur zwei Bügel", "received")]
    assert "leerer Beitrag" in (await ask(site, **receipt, deed="save", text="  ")).text
    await ask(site, **receipt, deed="withdraw")
    assert await stored(site) == [("Nur zwei Bügel", "withdrawn")]


async def test_what_is_decided_can_only_be_deleted(site: Site, visitor: Visitor, now: datetime) -> None:
    receipt = await send(visitor)
    await decide(site, receipt["number"], "released", None, now)
    for deed in ("save", "withdraw"):
        assert "schon entschieden" in (await ask(site, **receipt, deed=deed, text="anders")).text
    assert await stored(site) == [(IDEA, "released")]
    await ask(site, **receipt, deed="delete")
    assert await stored(site) == [(IDEA, "released")]
    assert "gelöscht" in (await ask(site, **receipt, deed="delete", sure="yes")).text
    assert await stored(site) == []
    with site.store.reader.connect() as connection:
        assert (connection.execute(select(Erasure.key))).scalars().all() == [receipt["number"]]
    assert WRONG in (await ask(site, **receipt)).text


async def test_a_foreign_page_deletes_nothing(site: Site, visitor: Visitor) -> None:
    receipt = await send(visitor)
    other = site.visitor(Origin="http://evil.example")
    async with other.client:
        await other.client.post("/beitrag", data={**receipt, "deed": "delete", "sure": "yes"})
    assert await stored(site) == [(IDEA, "received")]


async def test_the_page_opens_without_a_conversation(site: Site) -> None:
    other = site.visitor()
    async with other.client:
        page = await other.open("/beitrag")
    assert "Was wurde aus meinem Beitrag?" in page.html


async def test_news_wait_in_the_chat_and_come_once(site: Site, visitor: Visitor, now: datetime) -> None:
    receipt = await send(visitor)
    await decide(site, receipt["number"], "answered", "Kommt 2027", now)
    said = (await visitor.open()).said
    assert [text for text in said if "Kommt 2027" in text] == [said[-1]]
    assert "beantwortet" in said[-1]
    assert (await visitor.open()).said == said
    await visitor.press("Keine Nachrichten")
    await decide(site, receipt["number"], "released", None, now.replace(hour=now.hour + 1))
    assert "Es gibt Neues" not in (await visitor.open()).said[-1]


async def test_my_ideas_are_listed_and_withdrawn(site: Site, visitor: Visitor) -> None:
    receipt = await send(visitor)
    await visitor.write("/meineideen")
    assert receipt["number"] in visitor.page.said[-1]
    assert "wartet auf die Durchsicht" in visitor.page.said[-1]
    await visitor.press("zurückziehen")
    assert (await stored(site))[0][1] == "received"
    await visitor.press("Ja,")
    assert (await stored(site))[0][1] == "withdrawn"
    await visitor.write("meine ideen")
    assert "zurückgezogen" in visitor.page.said[-1]


@pytest.mark.parametrize("typed", ["k7mp 2rtx 9whd", "K7MP2RTX9WHD", "K7MP–2RTX–9WHD"])
def test_a_code_is_read_as_it_was_meant(typed: str) -> None:
    assert read_code(typed) == "K7MP-2RTX-9WHD"
    assert read_code("OIL0-1111-0000") == "0110-1111-0000"
    assert read_code(typed + "7") is None


async def test_what_is_deleted_by_its_code_is_gone_from_the_log_of_the_file_too(
    site: Site, visitor: Visitor, tmp_path: Path
) -> None:
    receipt = await send(visitor)
    assert "gelöscht" in (await ask(site, **receipt, deed="delete", sure="1")).text
    file = Path(site.store.writer.url.database or "")
    assert file.with_name(f"{file.name}-wal").stat().st_size > 0
    settings = Storage(url=f"sqlite:///{file}", backup_folder=str(tmp_path / "backups"))
    assert not await erase_due(site.store, settings, clock=site.clock)
    # What is noted of the cleaning itself is one small page, in which nobody's words stand.
    assert IDEA.encode() not in file.with_name(f"{file.name}-wal").read_bytes()
    assert not await site.store.read(awaits_purge)
    assert receipt["number"] in (tmp_path / "backups" / "erasures.jsonl").read_text("utf-8")
