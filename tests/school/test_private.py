"""A student in a private chat, and what is left of them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from tests.emulator import Citizen
from tests.school.lesson import Lesson, Mind, Teacher, open_lesson
from tests.school.messenger import Messenger, open_messenger

IDEA = "Eine Solaranlage auf das Schuldach"


async def test_the_whole_script_in_a_private_chat(sqlite_url: str, now: datetime, mind: Mind) -> None:
    async with open_lesson(sqlite_url, now, mind) as lesson, open_messenger(lesson) as messenger:
        ada, teacher = await messenger.joined(), lesson.teacher()
        link = f"https://t.me/{messenger.bot_api.username}?start={messenger.payload}"
        assert f"Im privaten Chat mitmachen: {link}" in await teacher.see()
        await teacher.next(0)
        await messenger.tell()
        assert "Aufwärmen" in (await ada.hears()).text
        await ada.say("Weniger Lärm in der Mensa")
        await ada.hears("Danke! Das wird kurz geprüft")
        await _collects(messenger, ada)
        await messenger.tell(minutes=12)
        assert "• Eine Solaranlage" in (await ada.hears("Ideen ordnen")).text
        await messenger.tell(minutes=6)
        await _votes(messenger, ada)
        await teacher.next(4)
        await messenger.tell()
        await _works_out(messenger, ada)
        await messenger.tell(minutes=12)
        assert "1. Eine Solaranlage auf das Schuldach (Punkte: 1)" in (await ada.hears("Ergebnis")).text
        await teacher.press("end", sure="yes")
        await messenger.tell()
        await ada.hears("Geschafft!")
        assert await messenger.count("session_chat") == 0
        assert await messenger.count("citizen") == 0
        await ada.say("Und jetzt?")
        assert "/datenschutz" in (await ada.hears()).text
        assert await messenger.count("citizen") == 1
        assert messenger.bot_api.violations == []


async def _collects(messenger: Messenger, ada: Citizen) -> None:
    await messenger.tell(minutes=4)
    await ada.hears("Ideen sammeln")
    await ada.say(IDEA)
    await ada.hears("Danke!")
    await ada.say("Ich will nicht mehr leben")
    await ada.hears("Danke!")
    await messenger.tell()
    told = await ada.hears("Das kommt nicht auf die Tafel")
    assert "116111" in told.text
    await messenger.tell()
    await ada.press("Meine Texte")
    assert "Steht auf der Tafel" in (await ada.hears(IDEA)).text
    assert f"- {IDEA}" in await messenger.lesson.board()
    assert any("Jemand könnte Hilfe brauchen" in line for line in await messenger.lesson.teacher().see())


async def _votes(messenger: Messenger, ada: Citizen) -> None:
    ballot = await ada.hears("Abstimmen")
    for _ in range(2):
        await ada.press("○ 1", on=ballot)
        assert "Noch frei: 2" in (await ada.answered()).text
    assert "● 1. Eine Solaranlage" in (await ada.hears("Freie Punkte: 2")).text
    await ada.say("1")
    assert "Freie Punkte: 3" in (await ada.hears("Abstimmen")).text
    await ada.say("1")
    await ada.hears("Freie Punkte: 2")


async def _works_out(messenger: Messenger, ada: Citizen) -> None:
    assert "Was genau soll passieren?" in (await ada.hears("Ideen ausarbeiten")).text
    await ada.say("Panels auf das Dach der Turnhalle")
    assert "Für wen ist das gut?" in (await ada.hears("Danke!")).text
    await ada.say("Für die ganze Schule")
    await ada.hears("Was braucht man dafür?")
    await messenger.tell()
    assert "Panels auf das Dach der Turnhalle" in "\n".join(await messenger.lesson.board())


async def _collecting(messenger: Messenger) -> tuple[Citizen, Teacher]:
    ada, teacher = await messenger.joined(), messenger.lesson.teacher()
    await teacher.next(0)
    await teacher.next(1)
    await messenger.tell()
    await ada.hears("Ideen sammeln")
    return ada, teacher


async def test_spam_is_met_with_few_words_and_nothing_that_was_too_much_is_kept(lesson: Lesson) -> None:
    async with open_messenger(lesson) as messenger:
        ada, _ = await _collecting(messenger)
        await ada.say("x" * 5_000)
        await ada.hears("Das ist zu lang")
        for _ in range(30):
            await ada.sticker()
        await ada.hears("Hier zählen nur Worte")
        for number in range(25):
            await ada.say(f"Mehr Bäume auf dem Hof, Reihe {number}")
        await ada.hears("Von dir stehen schon viele Texte da")
        await messenger.tell()
        assert await messenger.count("session_idea") == 20
        hints = [seen for seen in ada.heard if "nur Worte" in seen.text or "schon viele" in seen.text]
        assert len(hints) < 6
        await ada.press("○ Smarter Klimaschutz")
        assert (await ada.answered()).text == "Smarter Klimaschutz"
        await ada.press("Klasse verlassen")
        await ada.hears("Die Klasse ist verlassen")
        await ada.press("Meine Texte")
        await ada.hears("Bevor es losgeht")


async def test_old_codes_lead_nowhere_and_who_comes_late_sees_the_result(lesson: Lesson) -> None:
    async with open_messenger(lesson) as messenger:
        teacher, stranger = lesson.teacher(), messenger.bot_api.citizen()
        await stranger.start("k-ZZZZZZ")
        await stranger.hears("Diesen Code gibt es nicht")
        for seen in range(6):
            await teacher.next(seen)
        late = await messenger.joined()
        assert any("Ergebnis" in seen.text for seen in late.heard)
        await late.say("Noch eine Idee")
        await late.hears("In dieser Runde wird nichts aufgeschrieben")
        await teacher.press("end", sure="yes")
        await messenger.tell()
        await late.hears("Geschafft!")
        await stranger.start(messenger.payload)
        await stranger.hears("Diese Klassen-Werkstatt ist zu Ende")
        assert await messenger.count("citizen") == 0


async def test_a_deleted_class_leaves_no_word_and_no_id_in_the_file(
    lesson: Lesson, sqlite_url: str, tmp_path: Path
) -> None:
    async with open_messenger(lesson) as messenger:
        ada, teacher = await _collecting(messenger)
        await ada.say(IDEA)
        await ada.hears("Danke!")
        await messenger.tell()
        assert str(ada.id) in str(await messenger.rows("outbox"))
        await teacher.press("delete", sure="yes")
        for table in ("outbox", "inbox", "session_chat", "session_idea", "participant", "contribution"):
            assert await messenger.rows(table) == []
        await ada.press("Klasse verlassen")
        assert "zu Ende" in (await ada.answered()).text
