"""In the web chat, too, people see what is stored of them and are forgotten when they want to be."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.config import Storage
from bot.erasing import erase_due
from storage.erasure_requests import WEB_READS_WITHIN
from storage.models import Citizen, Contribution, Inbox, Outbox
from tests.web.site import Site, Visitor
from tests.web.test_dialogue import IDEA, tell


async def test_the_file_holds_what_was_told_here_and_nothing_for_strangers(site: Site, visitor: Visitor) -> None:
    await tell(visitor)
    await visitor.press("Abschicken")
    told = (await visitor.client.get("/meinedaten.json")).json()
    assert told["contribution"][0]["text"] == IDEA
    assert (await site.visitor().client.get("/meinedaten.json")).json() == {}


async def test_the_chat_tells_what_is_stored(visitor: Visitor) -> None:
    await tell(visitor)
    await visitor.press("Abschicken")
    await visitor.write("meine Daten")
    assert IDEA in visitor.page.said[-1]
    assert "/meinedaten.json" in visitor.page.said[-1]


async def test_a_conversation_is_erased_after_its_page_showed_the_answer(
    site: Site, visitor: Visitor, tmp_path: Path
) -> None:
    await tell(visitor)
    await visitor.press("Abschicken")
    for words in ("löschen", "Beiträge auch löschen", "ja"):
        await visitor.write(words)
    assert "werden jetzt gelöscht" in visitor.page.said[-1]
    later = site.clock() + WEB_READS_WITHIN + timedelta(seconds=1)
    settings = Storage(url=f"sqlite:///{site.store.writer.url.database}", backup_folder=str(tmp_path / "backups"))
    assert not await erase_due(site.store, settings, clock=lambda: later)
    with site.store.reader.connect() as connection:
        tables = (Citizen, Contribution, Inbox, Outbox)
        assert [connection.scalar(select(func.count()).select_from(table)) for table in tables] == [0] * 4


@pytest.mark.parametrize(("path", "words"), [("/widerruf", "öffentliche Aufgabe"), ("/widerspruch", "Art. 21 DSGVO")])
async def test_the_pages_of_rights_can_be_read_without_a_conversation(visitor: Visitor, path: str, words: str) -> None:
    assert words in (await visitor.client.get(path)).text
