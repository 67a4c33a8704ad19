"""Reviewing: find, read, decide, correct, undo; nobody overwrites anybody, and nobody reaches for another field."""

from __future__ import annotations

import pytest

from storage import answers
from storage.audits import deeds
from storage.models.desk import MODERATOR, STRATEGIST
from tests.desk.shelf import WORDS, fill, item
from tests.desk.site import DeskSite

LIST = "/desk/beitraege"


def at(number: str) -> str:
    return f"/desk/beitrag/{number}"


async def test_the_list_shows_redacted_texts_and_what_waits(desk_on_both: DeskSite) -> None:
    numbers = await fill(desk_on_both, 3)
    clerk = await desk_on_both.clerk(MODERATOR)
    page = await clerk.open(LIST)
    assert "stand=received&folge=uncertain" in page.path
    assert all(number in page.html for number in numbers)
    assert "[Person]" in page.text
    assert "Geheim" not in page.html


async def test_a_search_finds_words_and_a_number_leads_to_its_contribution(desk_on_both: DeskSite) -> None:
    numbers = await fill(desk_on_both, 3)
    clerk = await desk_on_both.clerk(MODERATOR)
    assert numbers[0] in (await clerk.open(f"{LIST}?suche=ampel dopper")).html
    assert "keine Beiträge" in (await clerk.open(f"{LIST}?suche=schwimmbad")).text
    assert "keine Beiträge" in (await clerk.open(f"{LIST}?suche=geheim")).text
    assert (await clerk.open(f"{LIST}?suche={numbers[1].lower().replace('-', ' ')}")).path == at(numbers[1])


async def test_pages_lead_on_and_back(desk: DeskSite) -> None:
    numbers = await fill(desk, 120)
    clerk = await desk.clerk(MODERATOR)
    page = await clerk.open(f"{LIST}?folge=oldest")
    seen = []
    while True:
        seen += [number for number in numbers if f'id="{number}"' in page.html]
        onward = [part.split('href="')[1].split('"')[0] for part in page.html.split("<a ") if 'rel="next"' in part]
        if not onward:
            break
        page = await clerk.open(onward[0].replace("&amp;", "&"))
    assert seen == numbers
    assert 'rel="prev"' in page.html


@pytest.mark.parametrize(
    "query", ["stand=x&feld=%00&nach=a_b&ab=gestern&bei=-1&sicherheit=x", "nach=99999999999999999999", "folge=x"]
)
async def test_an_address_that_makes_no_sense_is_read_as_far_as_it_does(desk: DeskSite, query: str) -> None:
    await fill(desk, 1)
    clerk = await desk.clerk(MODERATOR)
    assert (await clerk.open(f"{LIST}?{query}")).status == 200


async def test_a_decision_is_made_noted_and_undone(desk_on_both: DeskSite) -> None:
    desk, numbers = desk_on_both, await fill(desk_on_both, 2)
    clerk = await desk.clerk(MODERATOR)
    await clerk.open(at(numbers[0]))
    await clerk.post(at(numbers[0]), {"deed": "decide", "status": "released", "version": "1"})
    assert (await item(desk, numbers[0])).status == "released"
    assert "Freigegeben" in clerk.page.text
    batch = clerk.page.path.split("getan=")[1]
    await clerk.post(f"/desk/rueckgaengig/{batch}", {"back": at(numbers[0])})
    assert "Rückgängig gemacht" in clerk.page.text
    assert (await item(desk, numbers[0])).status == "received"


async def test_the_second_of_two_sees_the_change_and_loses_nothing(desk: DeskSite) -> None:
    (number,) = await fill(desk, 1)
    one, two = await desk.clerk(MODERATOR, name="Eins"), await desk.clerk(MODERATOR, name="Zwei")
    await one.open(at(number))
    await two.open(at(number))
    await one.post(at(number), {"deed": "tag", "field": "living", "version": "1"})
    page = await two.post(
        at(number), {"deed": "decide", "status": "rejected", "reason": "Mein langer Grund", "version": "1"}
    )
    assert page.status == 409
    assert "Jemand hat diesen Beitrag geändert" in page.text
    assert "Mein langer Grund" in page.text
    now = await item(desk, number)
    assert (now.field, now.status) == ("living", "received")


async def test_a_script_gets_one_row_and_hears_of_a_conflict(desk: DeskSite) -> None:
    (number,) = await fill(desk, 1)
    clerk = await desk.clerk(MODERATOR)
    await clerk.open(LIST)
    fragment = {"X-Fragment": "item"}
    page = await clerk.post(at(number), {"deed": "tag", "kind": "idea", "version": "1"}, headers=fragment)
    assert page.html.strip().startswith("<li")
    assert "Idee" in page.text
    assert page.headers["x-batch"]
    clerk.page = await clerk.open(LIST)
    assert (
        await clerk.post(at(number), {"deed": "tag", "kind": "praise", "version": "1"}, headers=fragment)
    ).status == 409
    assert (await item(desk, number)).kind == "idea"


async def test_a_rejection_needs_a_reason_and_a_release_an_analysis(desk: DeskSite) -> None:
    (number,) = await fill(desk, 1)
    clerk = await desk.clerk(MODERATOR)
    await clerk.open(at(number))
    page = await clerk.post(at(number), {"deed": "decide", "status": "rejected"})
    assert page.status == 400
    assert "Begründung fehlt" in page.text
    assert (await item(desk, number)).status == "received"


async def test_a_template_is_a_reason_in_each_language(desk: DeskSite) -> None:
    (number,) = await fill(desk, 1)
    texts = {"de": "Das macht schon wer.", "tr": "Bunu zaten yapan var."}
    await desk.store.write(answers.keep_template, "Doppelt", "rejected", texts, now=desk.clock())
    template = (await desk.store.read(answers.templates))[-1]
    clerk = await desk.clerk(MODERATOR)
    await clerk.open(at(number))
    await clerk.post(at(number), {"deed": "decide", "status": "rejected", "template": str(template.id)})
    assert (await item(desk, number)).reason == "Das macht schon wer."


async def test_a_moderator_works_in_their_own_fields_alone(desk_on_both: DeskSite) -> None:
    desk = desk_on_both
    foreign, own = await fill(desk, 2)
    await (await desk.clerk()).open("/desk/")
    admin = await desk.clerk()
    await admin.open(at(own))
    await admin.post(at(own), {"deed": "tag", "field": "living"})
    clerk = await desk.clerk(MODERATOR, ["living"])
    page = await clerk.open(f"{LIST}?folge=newest")
    assert own in page.html
    assert foreign not in page.html
    assert (await clerk.open(at(foreign))).status == 403
    await clerk.open(at(own))
    for path, fields in (
        (at(foreign), {"deed": "decide", "status": "released"}),
        (f"{at(foreign)}/original", {}),
        (f"{at(foreign)}/notiz", {"note": "x"}),
        ("/desk/sammel", {"deed": "decide", "status": "released", "numbers": [own, foreign]}),
        (at(own), {"deed": "merge", "into": foreign}),
    ):
        await clerk.open(at(own))
        page = await clerk.post(path, fields)
        assert page.status == 403
        assert "Ein anderes Handlungsfeld" in page.text
    assert (await item(desk, foreign)).status == (await item(desk, own)).status == "received"


async def test_a_guessed_number_shows_nothing(desk: DeskSite) -> None:
    await fill(desk, 1)
    clerk = await desk.clerk(MODERATOR)
    for number in ("T-000-000-000", "T-1", "%00", "1 OR 1=1"):
        assert (await clerk.open(at(number))).status == 404


async def test_the_original_opens_for_those_who_review_and_each_look_is_noted(desk: DeskSite) -> None:
    (number,) = await fill(desk, 1)
    clerk = await desk.clerk(MODERATOR)
    await clerk.open(at(number))
    assert "Geheim" not in clerk.page.html
    await clerk.post(f"{at(number)}/original")
    assert "Frau Geheim" in clerk.page.text
    assert [deed.action for deed in await desk.store.read(deeds, subject=number)] == ["original_opened"]
    reader = await desk.clerk(STRATEGIST)
    page = await reader.open(at(number))
    assert "Geheim" not in page.html
    assert "original" not in page.html
    assert (await reader.post(f"{at(number)}/original")).status == 403


async def test_a_redaction_is_mended_and_confirmed(desk: DeskSite) -> None:
    (number,) = await fill(desk, 1)
    clerk = await desk.clerk(MODERATOR)
    await clerk.open(at(number))
    await clerk.post(at(number), {"deed": "redact", "redacted_text": "Kurz grün.", "version": "1"})
    now = await item(desk, number)
    assert (now.text, now.confirmed_at) == ("Kurz grün.", desk.clock())


async def test_a_translation_stands_beside_and_is_found(desk: DeskSite) -> None:
    (number,) = await fill(desk, 1)
    clerk = await desk.clerk(MODERATOR)
    await clerk.open(at(number))
    await clerk.post(at(number), {"deed": "tag", "language": "tr"})
    await clerk.post(at(number), {"deed": "translate", "translation": "Grünphase verlängern"})
    assert "Arbeitsübersetzung:" in clerk.page.text
    assert number in (await clerk.open(f"{LIST}?suche=grünphase")).html


async def test_the_words_that_count_are_marked(desk: DeskSite) -> None:
    (number,) = await fill(desk, 1)
    clerk = await desk.clerk(MODERATOR)
    assert "<mark>Ampel</mark>" in (await clerk.open(at(number))).html


async def test_many_are_decided_at_once_and_undone_at_once(desk_on_both: DeskSite) -> None:
    desk, numbers = desk_on_both, await fill(desk_on_both, 5)
    clerk = await desk.clerk(MODERATOR)
    await clerk.open(LIST)
    form = {
        "deed": "decide",
        "status": "answered",
        "reason": "Kommt 2027.",
        "numbers": numbers,
        "back": LIST + "?folge=newest",
    }
    await clerk.post("/desk/sammel", form)
    assert {(await item(desk, number)).status for number in numbers} == {"answered"}
    assert "5 in allem" in clerk.page.text
    batch = clerk.page.path.split("getan=")[1]
    await clerk.post(f"/desk/rueckgaengig/{batch}", {"back": LIST + "?folge=newest"})
    assert {(await item(desk, number)).status for number in numbers} == {"received"}


async def test_of_many_the_one_that_somebody_changed_is_left_and_named(desk: DeskSite) -> None:
    numbers = await fill(desk, 3)
    clerk, other = await desk.clerk(MODERATOR), await desk.clerk(MODERATOR, name="Andere")
    await clerk.open(LIST)
    await other.open(at(numbers[1]))
    await other.post(at(numbers[1]), {"deed": "tag", "field": "living"})
    form = {f"version:{number}": "1" for number in numbers}
    page = await clerk.post(
        "/desk/sammel", {**form, "deed": "decide", "status": "answered", "reason": "Kommt.", "numbers": numbers}
    )
    assert page.status == 409
    assert numbers[1] in page.text
    assert "Kommt." in page.text
    assert [(await item(desk, number)).status for number in numbers] == ["answered", "received", "answered"]


async def test_several_are_merged_into_the_first_and_parted_again(desk: DeskSite) -> None:
    numbers = await fill(desk, 3)
    clerk = await desk.clerk(MODERATOR)
    await clerk.open(LIST)
    await clerk.post("/desk/sammel", {"deed": "merge", "numbers": numbers, "back": LIST + "?folge=newest"})
    merged = [each for each in numbers if (await item(desk, each)).status == "merged"]
    (target,) = set(numbers) - set(merged)
    assert (await item(desk, target)).merged == 2
    batch = clerk.page.path.split("getan=")[1]
    await clerk.post(f"/desk/rueckgaengig/{batch}")
    assert {(await item(desk, each)).status for each in numbers} == {"received"}


@pytest.mark.parametrize("marked", [[], ["T-000-000-000"] * 3, ["x"]])
async def test_nothing_marked_changes_nothing(desk: DeskSite, marked: list[str]) -> None:
    clerk = await desk.clerk(MODERATOR)
    await clerk.open("/desk/ansicht")
    page = await clerk.post("/desk/sammel", {"deed": "decide", "status": "released", "numbers": marked})
    assert page.status in (400, 403)


async def test_a_note_stays_within_the_city(desk: DeskSite) -> None:
    (number,) = await fill(desk, 1)
    clerk = await desk.clerk(MODERATOR)
    await clerk.open(at(number))
    await clerk.post(f"{at(number)}/notiz", {"kind": "note", "note": "Mit dem Tiefbauamt klären"})
    assert "Mit dem Tiefbauamt klären" in clerk.page.text
    assert "Tiefbauamt" not in str([deed.detail for deed in await desk.store.read(deeds, subject=number)])


async def test_a_case_is_assigned_and_comes_back_on_its_day(desk_on_both: DeskSite) -> None:
    desk = desk_on_both
    (number,) = await fill(desk, 1)
    clerk = await desk.clerk(MODERATOR)
    await clerk.open(at(number))
    form = {"deed": "assign", "assignee": "1", "follow_up_on": "2026-09-20", "file_reference": "104.2-77"}
    await clerk.post(at(number), {**form, "assignee": _own_id(clerk.page.html)})
    now = await item(desk, number)
    assert (str(now.follow_up_on), now.file_reference) == ("2026-09-20", "104.2-77")
    assert number in (await clerk.open(f"{LIST}?bei=mir")).html
    assert number in (await clerk.open(f"{LIST}?wiedervorlage=2026-09-20")).html
    assert number not in (await clerk.open(f"{LIST}?wiedervorlage=2026-09-19")).html


def _own_id(html: str) -> str:
    select = html.split('id="assignee"')[1]
    return next(
        part.split('"')[1] for part in select.split("<option ")[1:] if "Rosa Test" in part.split("</option>")[0]
    )


async def test_what_is_written_is_never_run(desk: DeskSite) -> None:
    """Stored scripts in every field that somebody can fill come out as text."""
    evil = '<script>alert(1)</script><img src=x onerror="alert(2)">\'"><svg onload=alert(3)>'
    (number,) = await fill(desk, 1, collector=evil, source=evil)
    clerk = await desk.clerk(name=evil)
    await clerk.open(at(number))
    for fields in (
        {"deed": "redact", "redacted_text": evil},
        {"deed": "tag", "language": "tr"},
        {"deed": "translate", "translation": evil},
        {"deed": "assign", "file_reference": evil, "assignee": ""},
        {"deed": "decide", "status": "rejected", "reason": evil},
    ):
        await clerk.post(at(number), fields)
        assert clerk.page.status == 200
    await clerk.post(f"{at(number)}/notiz", {"kind": "note", "note": evil})
    await clerk.post("/desk/team", {"name": evil, "role": MODERATOR, "address": evil})
    for path in (
        at(number),
        LIST + "?folge=newest&suche=" + "%3Cscript%3E",
        f"{LIST}?folge=newest&von={evil}",
        "/desk/team",
    ):
        page = await clerk.open(path)
        assert page.status == 200
        assert "<script>alert" not in page.html
        assert "<img src=x" not in page.html
        assert "<svg onload" not in page.html
    assert WORDS not in page.html
