"""In the web chat, too, people see what is stored of them and are forgotten when they want to be."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.config import Storage
from bot.erasing import erase_due
from storage import analyses, contributions, objections, reviews
from storage.analyses import Analysed
from storage.audits import Actor
from storage.consents import publishable
from storage.erasure_requests import WEB_READS_WITHIN
from storage.models import Citizen, Contribution, Inbox, Outbox
from storage.models.contribution import RELEASED
from tests.web.site import Site, Visitor
from tests.web.test_dialogue import IDEA, tell

STAFF = Actor("moderation", "moderator")


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


def _shown(site: Site) -> list[str]:
    with site.store.reader.connect() as connection:
        return [text or "" for text in connection.scalars(select(Contribution.redacted_text).where(publishable()))]


async def _released(site: Site) -> None:
    """Let the analyst and staff do what they do; the tests of this file run without either."""
    with site.store.writer.begin() as connection:
        ids = {each.number: each.id for each in contributions.unanalysed(connection)}
        analyses.note_analysis(connection, [Analysed(each, "Bänke") for each in ids.values()], now=site.clock())
        for number in ids:
            reviews.decide(connection, number, RELEASED, None, STAFF, now=site.clock())


async def test_what_is_allowed_in_the_chat_is_shown_and_what_is_taken_back_is_not(site: Site, visitor: Visitor) -> None:
    await tell(visitor)
    await visitor.press("Abschicken")
    assert "Drei freiwillige Fragen" in visitor.page.said[-1]
    await _released(site)
    assert _shown(site) == []
    await visitor.press("Text zeigen")
    assert _shown(site) == ["Bänke"]
    told = (await visitor.client.get("/meinedaten.json")).json()
    assert [(row["kind"], row["version"]) for row in told["consent"]] == [("publish", "1")]
    await visitor.write("widerruf")
    await visitor.press("Alles widerrufen")
    assert _shown(site) == []


async def test_an_objection_is_a_case_for_staff_and_its_answer_is_told(site: Site, visitor: Visitor) -> None:
    await tell(visitor)
    await visitor.press("Abschicken")
    await visitor.press("Text zeigen")
    await _released(site)
    await visitor.write("widerspruch")
    await visitor.write("Man erkennt mein Haus")
    assert _shown(site) == []
    with site.store.writer.begin() as connection:
        [case] = objections.cases(connection)
        assert case.reason == "Man erkennt mein Haus"
        assert case.number in visitor.page.said[-1]
        erased = objections.close(
            connection, case.number, granted=True, answer="Der Beitrag ist gelöscht.", actor=STAFF, now=site.clock()
        )
    assert erased == case.contributions
    await visitor.write("meine Daten")
    assert "erfolgreich" in visitor.page.said[-1]
    assert "Der Beitrag ist gelöscht." in visitor.page.said[-1]
    assert "Abgeschickte Beiträge: 0" in visitor.page.said[-1]
