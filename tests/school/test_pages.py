"""A class through HTTP: bad input, two teachers, shared devices, late ones, a network that is gone, and the end."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from bot.config import Settings
from bot.erasing import erase_due
from bot.school import classroom
from storage import group_sessions, session_ideas, session_votes
from storage.models import Contribution
from storage.session_ideas import MOST
from tests.school.lesson import Lesson, Mind, Teacher, lines, open_lesson
from tests.web.site import Site, settings

COLLECT, SORT, VOTE, ELABORATE, RESULT = 2, 3, 4, 5, 6


async def reach(lesson: Lesson, position: int) -> Teacher:
    """Press "next" until the class is in this round."""
    teacher = lesson.teacher()
    for seen in range(position):
        await teacher.next(seen)
    return teacher


async def test_thirty_students_who_send_everything_twice_leave_each_idea_once(lesson: Lesson) -> None:
    await reach(lesson, COLLECT)
    students = [await lesson.student() for _ in range(30)]

    async def spam(number: int) -> None:
        for each in (1, 2, 1, 2):
            await students[number].write(f"Idee {number} {each}", id=f"spam-{number}-{each}")

    await asyncio.gather(*(spam(number) for number in range(30)))
    kept = await lesson.site.store.read(session_ideas.all_ideas, lesson.opened.session.id)
    assert len(kept) == len({idea.text for idea in kept}) == 60


async def test_one_who_writes_on_and_on_is_told_that_others_come_now(lesson: Lesson) -> None:
    await reach(lesson, COLLECT)
    student = await lesson.student()
    codes = [(await student.write(f"Idee {number}")).status_code for number in range(MOST + 2)]
    assert codes == [200] * MOST + [422] * 2
    assert "Von dir stehen schon viele Texte da." in "\n".join(lines(student.answer.text))


async def test_two_hundred_presses_in_a_minute_are_slowed_down(lesson: Lesson) -> None:
    await reach(lesson, VOTE)
    student = await lesson.student()
    codes = [(await student.do(deed="dot", idea=1)).status_code for _ in range(200)]
    assert codes.count(429) >= 140
    lesson.site.clock.at += timedelta(minutes=1)
    assert (await student.do(deed="apart", idea=1)).status_code == 200


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("x" * 5000, "zu lang"),
        ("   \n  ", "noch nichts"),
        ("Kevin Müller aus der 8b stinkt", "Name"),
        ("Ruf mich an: 0170 1234567", "Nummer"),
        ("Du dumme Schlampe", "verletzen"),
        ("Ich will nicht mehr leben", "116111"),
    ],
)
async def test_what_must_not_be_on_the_board_is_not_and_its_writer_learns_why(
    lesson: Lesson, text: str, told: str
) -> None:
    await reach(lesson, COLLECT)
    student, other = await lesson.student(), await lesson.student()
    await student.write(text, topic="climate")
    refused = student.answer.text
    await lesson.wait(seconds=5)
    page = "\n".join(await student.see())
    assert told in refused + page
    words = text.strip()[:60]
    assert not words or words not in "\n".join(await lesson.board() + await other.see())


async def test_a_text_that_is_too_long_stays_in_its_field(lesson: Lesson) -> None:
    await reach(lesson, COLLECT)
    student = await lesson.student()
    answer = await student.write("Mehr Bäume " * 200)
    assert answer.status_code == 422
    assert ("Mehr Bäume " * 200).strip() in answer.text


async def test_two_teachers_who_press_next_move_the_class_once(lesson: Lesson) -> None:
    one, other = lesson.teacher(), lesson.teacher()
    await asyncio.gather(*(teacher.next(0) for teacher in (one, other, one, other)))
    assert "Aufwärmen · Noch 4:00" in await one.see()


async def test_next_never_ends_a_class(lesson: Lesson) -> None:
    teacher = await reach(lesson, RESULT)
    await teacher.next(RESULT)
    assert any("Ergebnis" in line for line in await teacher.see())
    assert (await teacher.press("end")).status_code == 422
    assert (await teacher.press("end", sure="yes")).status_code == 200
    assert "# Geschafft!" in await lesson.board()


@pytest.mark.parametrize("path", ["/klasse/CDFGHJ", "/klasse?code=CDFGHJ", "/klasse?code=%3Cscript%3E", "/klasse/x"])
async def test_an_unknown_code_is_told_kindly(site: Site, path: str) -> None:
    async with site.visitor().client as client:
        answer = await client.get(path)
    assert answer.status_code == 404
    assert "Diesen Code gibt es nicht" in answer.text
    assert "<script>" not in answer.text


@pytest.mark.parametrize("path", ["/lehrkraft/0000-0000-0000", "/lehrkraft/x", "/lehrkraft/x/stand", "/board/CDFGHJ"])
async def test_a_wrong_link_opens_nothing(site: Site, path: str) -> None:
    async with site.visitor().client as client:
        codes = [(await client.get(path)).status_code for _ in range(15)]
    assert set(codes) <= {404, 429}
    assert ("lehrkraft" in path) == (429 in codes)


async def test_yesterdays_code_leads_to_the_result_and_takes_nothing_more(lesson: Lesson) -> None:
    teacher = await reach(lesson, COLLECT)
    student = await lesson.student()
    await student.write("Mehr Bäume auf dem Hof")
    await lesson.settle()
    await teacher.press("end", sure="yes")
    lesson.site.clock.at += timedelta(days=1)
    late = await lesson.student()
    await late.write("Zu spät")
    page = await late.see()
    assert "# Geschafft!" in page
    assert "- Mehr Bäume auf dem Hof" in page
    assert "Zu spät" not in "\n".join(page)


async def test_who_comes_in_the_last_round_sees_the_result(lesson: Lesson) -> None:
    await reach(lesson, RESULT)
    student = await lesson.student()
    assert "# Ergebnis" in await student.see()


async def test_a_text_sent_again_after_a_minute_without_network_counts_once_though_its_round_is_over(
    lesson: Lesson,
) -> None:
    await reach(lesson, COLLECT)
    student = await lesson.student()
    await student.write("Ein Beet auf dem Hof", id="lost-answer")
    await lesson.wait(minutes=12)
    await student.write("Ein Beet auf dem Hof", id="lost-answer")
    await student.write("Ein Dach über dem Radständer", id="never-came")
    await lesson.settle()
    board = await lesson.board()
    shown = [line for line in board if line.startswith("- ")]
    assert shown == ["- Ein Beet auf dem Hof", "- Ein Dach über dem Radständer"]


async def test_a_text_for_a_round_that_is_over_comes_back_with_its_words(lesson: Lesson) -> None:
    await reach(lesson, VOTE)
    student = await lesson.student()
    answer = await student.write("Viel zu spät")
    assert answer.status_code == 422
    assert "Viel zu spät" in lines(answer.text)


async def test_students_who_share_a_device_vote_each_and_who_presses_on_stays_one(lesson: Lesson) -> None:
    await reach(lesson, COLLECT)
    device = await lesson.student()
    await device.write("Mehr Bäume auf dem Hof")
    await lesson.settle()
    await lesson.teacher().next(COLLECT)
    await lesson.teacher().next(SORT)
    (idea,) = await device.ideas("dot")
    for _ in range(3):
        await device.do(deed="dot", idea=idea)
        await device.do(deed="dot", idea=idea)
        for _ in range(5):
            await device.do(deed="next_person")
    voters = await lesson.site.store.read(session_votes.count_voters, lesson.opened.session.id)
    people = await lesson.site.store.read(group_sessions.count_participants, lesson.opened.session.id)
    assert (voters, people[0]) == (3, 4)


async def test_a_form_of_another_page_and_nonsense_change_nothing(lesson: Lesson) -> None:
    await reach(lesson, VOTE)
    student, teacher = await lesson.student(), lesson.teacher()
    async with httpx.AsyncClient(transport=student.client._transport, base_url="http://chat.example") as foreign:
        headers = {"Origin": "http://evil.example"}
        for address in (student.address, teacher.address):
            assert (await foreign.post(address, data={"deed": "next"}, headers=headers)).status_code == 403
    for fields in ({"deed": "dot", "idea": "9" * 40}, {"deed": "dot", "idea": "-1"}, {"deed": "🙂"}, {}):
        assert (await student.do(**fields)).status_code in (200, 422)
        assert (await teacher.do(**fields)).status_code == 200
    assert "Abstimmen · Noch 5:00" in await teacher.see()


async def test_the_teacher_decides_where_nothing_is_checked(sqlite_url: str, now: datetime, mind: Mind) -> None:
    chosen = Settings.model_validate({**settings().model_dump(), "nlp": {"enabled": False}})
    async with open_lesson(sqlite_url, now, mind, chosen=chosen) as lesson:
        teacher = lesson.teacher()
        await teacher.next(0)
        student = await lesson.student()
        await student.write("Mehr Ruhe", part="warmup")
        await teacher.next(1)
        await student.write("Ein Ruheraum")
        assert "Auf die Tafel lassen" in "\n".join(await teacher.see())
        waiting = await lesson.site.store.read(session_ideas.unchecked)
        for each in waiting:
            await teacher.press("let_through", idea=each.id, **({"note": "yes"} if each.is_note else {}))
        assert "- Ein Ruheraum" in await lesson.board()
        assert "wird geprüft" not in "\n".join(await teacher.see())


async def test_the_teacher_hides_an_idea_and_a_sentence(lesson: Lesson) -> None:
    teacher = lesson.teacher()
    await teacher.next(0)
    student = await lesson.student()
    await student.write("Mehr Ruhe in der Mensa", part="warmup")
    await lesson.settle()
    (note,) = await lesson.site.store.read(session_ideas.all_notes, lesson.opened.session.id)
    await teacher.press("hide", idea=note.id, note="yes")
    assert "- Mehr Ruhe in der Mensa" not in await lesson.board()
    assert "Die Lehrkraft hat das von der Tafel genommen." in await student.see()
    await teacher.press("show", idea=note.id, note="yes")
    assert "- Mehr Ruhe in der Mensa" in await lesson.board()


@pytest.mark.parametrize(
    ("paper", "begins"), [("plakat.pdf", b"%PDF"), ("ergebnis.pdf", b"%PDF"), ("ergebnis.png", b"\x89PNG")]
)
async def test_the_teacher_takes_papers(lesson: Lesson, paper: str, begins: bytes) -> None:
    teacher = await reach(lesson, RESULT)
    answer = await teacher.client.get(f"{teacher.address}/{paper}")
    assert answer.status_code == 200
    assert answer.content.startswith(begins)


async def test_a_deleted_class_is_in_no_byte_of_the_files(lesson: Lesson, sqlite_url: str, tmp_path: Path) -> None:
    words = ["Zitronenfalter auf dem Schulhof", "Ranunkeln brauchen Platz", "Quittengelee für die Mensa"]
    teacher = lesson.teacher()
    await teacher.next(0)
    student = await lesson.student()
    await student.write(words[2], part="warmup")
    await teacher.next(1)
    await student.write(words[0])
    await lesson.settle()
    await teacher.next(COLLECT)
    await teacher.next(SORT)
    (idea,) = await student.ideas("dot")
    await student.do(deed="dot", idea=idea)
    await teacher.next(VOTE)
    await student.write(words[1], part="what", idea=idea)
    await lesson.settle()
    await teacher.press("end", sure="yes")
    gone = [each.encode() for each in (*words, lesson.code)]
    assert lesson.opened.session.salt is not None
    before = _files(sqlite_url)
    assert all(each in before for each in gone)
    assert (await teacher.press("delete")).status_code == 422
    assert "Die Klasse ist gelöscht" in (await teacher.press("delete", sure="yes")).text
    chosen = Settings.model_validate({"storage": {"url": sqlite_url, "backup_folder": str(tmp_path / "backups")}})
    assert await erase_due(lesson.site.store, chosen.storage, clock=lesson.site.clock) is False
    after = _files(sqlite_url)
    assert [each for each in (*gone, lesson.opened.session.salt) if each in after] == []
    assert (await teacher.client.get(teacher.address)).status_code == 404


def _files(url: str) -> bytes:
    file = Path(url.removeprefix("sqlite:///"))
    return b"".join(each.read_bytes() for each in file.parent.glob(f"{file.name}*"))


async def test_a_class_nobody_ended_is_ended_after_a_day_and_forgotten_in_time(lesson: Lesson) -> None:
    await reach(lesson, COLLECT)
    student = await lesson.student()
    await student.write("Mehr Bäume auf dem Hof")
    await lesson.wait(minutes=45)
    store, number = lesson.site.store, lesson.opened.session.id
    for hours, is_open in ((23, True), (26, False)):
        lesson.site.clock.at += timedelta(hours=hours)
        await store.write(classroom.tidy, now=lesson.site.clock(), days=100)
        session = await store.read(group_sessions.by_id, number)
        assert session is not None
        assert (session.salt is not None) is is_open
    lesson.site.clock.at += timedelta(days=101)
    await store.write(classroom.tidy, now=lesson.site.clock(), days=100)
    assert await store.read(group_sessions.by_id, number) is None
    kept = await store.read(lambda connection: connection.execute(select(Contribution.text)).scalars().all())
    assert kept == ["Mehr Bäume auf dem Hof"]


async def test_a_class_opened_on_friday_waits_for_monday(lesson: Lesson) -> None:
    lesson.site.clock.at += timedelta(days=3)
    await lesson.site.store.write(classroom.tidy, now=lesson.site.clock(), days=100)
    assert "# Gleich geht es los" in await (await lesson.student()).see()


async def test_a_class_reads_its_own_language(sqlite_url: str, now: datetime, mind: Mind) -> None:
    async with open_lesson(sqlite_url, now, mind, language="ar") as lesson:
        await reach(lesson, COLLECT)
        student = await lesson.student()
        await student.see()
        assert 'lang="ar" dir="rtl"' in student.answer.text
        assert "فكرتك" in student.answer.text


async def test_the_chat_leads_to_the_class(site: Site) -> None:
    async with site.visitor().client as client:
        assert '<a href="/klasse">Mit der Klasse Ideen sammeln</a>' in (await client.get("/")).text


async def test_a_dot_that_crosses_the_bell_is_refused_or_counted_but_never_lost(lesson: Lesson) -> None:
    await reach(lesson, COLLECT)
    student = await lesson.student()
    await student.write("Mehr Bäume auf dem Hof")
    await lesson.settle()
    teacher = lesson.teacher()
    await teacher.next(COLLECT)
    await teacher.next(SORT)
    (idea,) = await student.ideas("dot")
    voters = [await lesson.student() for _ in range(12)]
    *answers, _ = await asyncio.gather(*(voter.do(deed="dot", idea=idea) for voter in voters), teacher.next(VOTE))
    (kept,) = await lesson.site.store.read(session_ideas.all_ideas, lesson.opened.session.id)
    assert kept.votes == sum(answer.status_code == 200 for answer in answers)


async def test_what_comes_after_the_end_leaves_nobody_behind(lesson: Lesson) -> None:
    teacher = await reach(lesson, COLLECT)
    students = [await lesson.student() for _ in range(8)]
    ends = teacher.press("end", sure="yes")
    await asyncio.gather(*(student.write("Eine späte Idee") for student in students[:4]), ends)
    await asyncio.gather(*(student.write("Eine sehr späte Idee") for student in students))
    people = await lesson.site.store.read(group_sessions.count_participants, lesson.opened.session.id)
    assert people == (0, 0)


async def test_a_page_that_asks_at_once_after_a_deed_knows_of_it(lesson: Lesson) -> None:
    await reach(lesson, COLLECT)
    student, other = await lesson.student(), await lesson.student()
    await student.write("Mehr Bäume auf dem Hof")
    await lesson.settle()
    await lesson.teacher().next(COLLECT)
    await lesson.teacher().next(SORT)
    (idea,) = await student.ideas("dot")
    # The others ask in the same moment and share what they are shown.
    await other.client.get(f"{other.address}/stand")
    await student.do(deed="dot", idea=idea)
    stand = (await student.client.get(f"{student.address}/stand", headers={"x-fragment": "1"})).text
    assert ('value="undot"' in stand, 'value="dot"' in stand) == (True, False)
