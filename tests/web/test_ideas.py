"""The ideas of others in the web chat, and links that open something at once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, update

from storage import analyses, contributions, reviews
from storage.analyses import Analysed
from storage.audits import Actor
from storage.contributions import NewContribution
from storage.models import Contribution, Reaction
from storage.numbers import public_number
from tests.web.site import Site, Visitor, offering, open_site

IDEAS = {"mobility": "Mehr Bänke an der Nordbahntrasse", "living": "Spielplätze länger öffnen"}
STAFF = Actor("moderation", "moderator")


def released(connection: Connection, now: datetime) -> None:
    """Let two ideas of others be released."""
    rows = [
        NewContribution(public_number(serial), "roh", "paper", field=field, draft=field)
        for serial, field in enumerate(IDEAS, 1)
    ]
    contributions.add(connection, rows, now=now)
    ids = contributions.ids_of(connection, [row.number for row in rows])
    found = [Analysed(ids[row.number], text) for row, text in zip(rows, IDEAS.values(), strict=True)]
    analyses.note_analysis(connection, found, now=now)
    for row in rows:
        reviews.decide(connection, row.number, "released", None, STAFF, now=now)
    connection.execute(update(Contribution).values(publishing="import"))


def reactions(site: Site) -> list[int]:
    """Return what was said to ideas, in order."""
    with site.store.reader.connect() as connection:
        return list(connection.scalars(select(Reaction.value).order_by(Reaction.id)))


async def test_ideas_are_read_and_judged_without_javascript(site: Site, visitor: Visitor, now: datetime) -> None:
    await site.store.write(released, now)
    await visitor.open()
    await visitor.press("Ideen anderer ansehen")
    shown = [visitor.page.said[-1]]
    await visitor.press("Dafür")
    shown.append(visitor.page.said[-1])
    assert all(any(text in each for each in shown) for text in IDEAS.values())
    assert visitor.page.told[-1] == "Dafür"
    await visitor.write("dagegen")
    assert "keine Idee, zu der Sie noch nichts gesagt haben" in visitor.page.said[-1]
    assert reactions(site) == [1, -1]
    await visitor.press("Stimme zurücknehmen")
    assert reactions(site) == [1]


async def test_a_link_opens_its_dialogue_for_somebody_who_was_here(site: Site, visitor: Visitor, now: datetime) -> None:
    await site.store.write(released, now)
    await visitor.open()
    await visitor.press("Smarte Mobilität")
    await visitor.write("Angefangene Gedanken zu Radwegen in Barmen und anderswo")
    page = await visitor.open("/?start=field_environment")
    assert "beiseitegelegt" in page.said[-1]
    assert len((await visitor.open()).said) == len(page.said)
    page = await visitor.open("/?start=ideas_living")
    assert IDEAS["living"] in page.said[-1]


async def test_a_link_opens_its_dialogue_for_a_stranger_before_anything_is_kept(visitor: Visitor) -> None:
    page = await visitor.open("/?start=field_mobility")
    assert "Computerprogramm" in page.said[0]
    assert "von A nach B" in page.said[0]
    assert not visitor.client.cookies
    await visitor.write("Mehr Fahrradbügel am Bahnhof Vohwinkel für alle")
    assert "Stimmt das so" in visitor.page.said[-1]


async def test_a_stranger_who_has_a_language_to_choose_gets_there_with_that_tap(url: str, now: datetime) -> None:
    async with open_site(url, now, book=offering("de", "en")) as site:
        visitor = site.visitor()
        await visitor.open("/?start=field_mobility")
        await visitor.press("English")
        assert "from A to B" in visitor.page.said[-1]
        await visitor.client.aclose()
