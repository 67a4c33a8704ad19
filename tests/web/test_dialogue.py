"""A citizen without JavaScript tells an idea, to the end and back."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from storage.models import Contribution, Inbox, Outbox
from tests.web.site import Site, Visitor, numbers, offering, open_site

IDEA = "Mehr Fahrradbügel am Bahnhof Vohwinkel, damit niemand sein Rad an Laternen schließen muss."


async def contributions(site: Site) -> list[Any]:
    """Return text, field and number of each."""
    columns = (Contribution.text, Contribution.field, Contribution.number)
    with site.store.reader.connect() as connection:
        return list(connection.execute(select(*columns)))


async def tell(visitor: Visitor) -> None:
    await visitor.open()
    await visitor.press("Smarte Mobilität")
    await visitor.write(IDEA)


async def test_an_idea_reaches_the_city_with_the_number_the_citizen_was_told(site: Site, visitor: Visitor) -> None:
    await tell(visitor)
    await visitor.press("Abschicken")
    told = list(numbers(visitor.page.said[-1]))
    [(text, field, number)] = await contributions(site)
    assert (text, field, [number]) == (IDEA, "mobility", told)


async def test_a_stranger_sees_the_notice_and_the_menu_before_anything_is_kept(site: Site, visitor: Visitor) -> None:
    page = await visitor.open()
    assert "Computerprogramm" in page.said[0]
    assert any("Smarte Mobilität" in label for label in page.labels)
    assert not visitor.client.cookies
    with site.store.reader.connect() as connection:
        assert (connection.execute(select(Inbox.seq))).all() == []


async def test_the_transcript_begins_with_what_the_stranger_saw(visitor: Visitor) -> None:
    first = (await visitor.open()).said[0]
    await visitor.press("Smarte Mobilität")
    assert visitor.page.said[0] == first
    assert visitor.page.told == ["Smarte Mobilität"]


async def test_the_same_form_sent_twice_happens_once(site: Site, visitor: Visitor) -> None:
    await visitor.open()
    await visitor.press("Smarte Mobilität")
    fields = {**visitor.page.hidden("composer"), "text": IDEA}
    await visitor.post(fields)
    await visitor.post(fields)
    assert visitor.page.told == ["Smarte Mobilität", IDEA]
    send = visitor.page.button("Abschicken")
    form = {**visitor.page.hidden("choices"), send[1]: send[2]}
    await asyncio.gather(visitor.client.post("/say", data=form), visitor.client.post("/say", data=form))
    assert len(await contributions(site)) == 1


async def test_a_strangers_first_message_sent_twice_stays_one_conversation(site: Site, visitor: Visitor) -> None:
    await visitor.open()
    fields = {**visitor.page.hidden("composer"), "text": IDEA}
    await visitor.post(fields)
    visitor.client.cookies.clear()
    await visitor.post(fields)
    assert visitor.page.told == [IDEA]
    with site.store.reader.connect() as connection:
        assert len((connection.execute(select(Inbox.seq))).all()) == 2  # the start, and the message


async def test_whoever_comes_back_goes_on_where_they_were(site: Site, visitor: Visitor) -> None:
    await tell(visitor)
    labels = visitor.page.labels
    assert (await visitor.open()).labels == labels
    with site.store.writer.begin() as connection:
        connection.execute(Outbox.__table__.delete())  # type: ignore[attr-defined]  # two days later
    page = await visitor.open()
    assert page.labels == labels
    assert IDEA in page.said[-1]


async def test_the_menu_works_at_every_step(visitor: Visitor) -> None:
    await tell(visitor)
    for label, answer in (("Hilfe", "So geht es"), ("Pause", "Pause"), ("Weitermachen", "Ihr Beitrag")):
        await visitor.press(label)
        assert answer in visitor.page.said[-1]
    await visitor.press("Entwurf verwerfen")
    assert "verworfen" in visitor.page.said[-1]


async def test_a_command_can_be_typed_with_a_slash(visitor: Visitor) -> None:
    await visitor.open()
    await visitor.write("/hilfe")
    assert "So geht es" in visitor.page.said[-1]
    assert visitor.page.told == ["/hilfe"]


async def test_a_late_button_is_answered_and_not_swallowed(visitor: Visitor) -> None:
    await tell(visitor)
    await visitor.press("Abschicken")
    await visitor.post({**visitor.page.hidden("choices"), "tap": "go:send@1"})
    assert "früheren Frage" in visitor.page.said[-1] or "schon abgeschickt" in visitor.page.said[-1]


async def test_line_breaks_and_ten_thousand_characters_arrive_whole(site: Site, visitor: Visitor) -> None:
    words = "Zeile\n" * 1600 + "ä" * 400
    assert len(words) == 10_000
    await visitor.open()
    await visitor.press("Smarte Mobilität")
    await visitor.write(words.replace("\n", "\r\n"))
    await visitor.press("Abschicken")
    [(text, _, _)] = await contributions(site)
    assert text == words


async def test_leaving_takes_the_conversation_off_the_device(visitor: Visitor) -> None:
    await tell(visitor)
    await visitor.open("/neu")
    assert "neues Gespräch" in visitor.page.html
    answer = await visitor.client.post("/neu")
    assert IDEA not in answer.text
    assert not visitor.client.cookies


async def test_the_page_speaks_the_language_that_was_chosen_and_turns_with_it(sqlite_url: str, now: datetime) -> None:
    book = offering("de", "en")
    languages = tuple(replace(each, rtl=each.code == "en") for each in book.languages)
    async with open_site(sqlite_url, now, book=replace(book, languages=languages)) as site:
        visitor = site.visitor()
        async with visitor.client:
            page = await visitor.open()
            assert page.labels == ["Deutsch", "English"]
            assert '<html lang="de" dir="ltr"' in page.html
            await visitor.press("English")
            assert '<html lang="en" dir="rtl"' in visitor.page.html
            assert visitor.page.told == ["English"]
            page = await visitor.open("/datenschutz")
            assert '<html lang="en"' in page.html
