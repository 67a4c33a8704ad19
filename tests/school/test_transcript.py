"""The whole script of 45 minutes, minute by minute, as a class, its board and its teacher read it.

The golden file is meant to be read. After a change that is wanted, write it anew and read what changed:
    TALSTIMME_TRANSCRIPT=write pytest tests/school/test_transcript.py
"""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

from tests.school.lesson import Lesson, Mind, Student, Teacher, lines, open_lesson

GOLDEN = Path(__file__).with_name("transcript.txt")


class Scribe:
    """Writes down what everybody sees, with the minute of the lesson."""

    def __init__(self, lesson: Lesson) -> None:
        self.lesson, self.began, self.pages = lesson, lesson.site.clock.at, list[str]()

    def told(self, words: str) -> None:
        """Note what somebody does."""
        minute = (self.lesson.site.clock.at - self.began).total_seconds() / 60
        self.pages.append(f"\n=== {minute:04.1f} min: {words}")

    def page(self, who: str, read: list[str]) -> None:
        """Note what somebody reads."""
        code = self.lesson.code
        self.pages.append(f"--- {who}\n" + "\n".join(read).replace(code, "K7MP2R"))

    async def all(self, board: bool = True, **people: Student) -> None:
        """Note the board and what each of these people reads."""
        if board:
            self.page("Tafel", await self.lesson.board())
        for name, person in people.items():
            self.page(name, await person.see())


async def test_the_whole_script(sqlite_url: str, now: datetime, mind: Mind) -> None:
    async with open_lesson(sqlite_url, now, mind) as lesson:
        played = await _played(lesson)
    if os.environ.get("TALSTIMME_TRANSCRIPT") == "write":
        GOLDEN.write_text(played, encoding="utf-8")
    assert played == GOLDEN.read_text("utf-8")


async def _played(lesson: Lesson) -> str:
    scribe, teacher = Scribe(lesson), lesson.teacher()
    scribe.told("Die Klasse öffnet die Seite.")
    ada, bela, cem = await lesson.student(), await lesson.student(), await lesson.student()
    await scribe.all(Ada=ada, Lehrkraft=teacher)
    scribe.told("Die Lehrkraft startet. Alle schreiben einen Satz.")
    await teacher.next(0)
    await ada.write("Weniger Lärm in der Mensa", part="warmup")
    await bela.write("Kevin Müller soll gehen, 0170 1234567", part="warmup")
    await lesson.wait(minutes=1)
    await scribe.all(Ada=ada, Bela=bela)
    await _collect(scribe, teacher, ada, bela, cem)
    await _choose(scribe, teacher, ada, bela, cem)
    await _work_out(scribe, teacher, ada, bela)
    return "\n".join(scribe.pages).strip() + "\n"


async def _collect(scribe: Scribe, teacher: Teacher, ada: Student, bela: Student, cem: Student) -> None:
    lesson = scribe.lesson
    await lesson.wait(minutes=3)
    scribe.told("Die Uhr beginnt die nächste Runde.")
    await scribe.all(Cem=cem)
    scribe.told("Ideen kommen. Eine beleidigt, eine klingt nach Not.")
    await ada.write("Eine Solaranlage auf das Schuldach")
    await bela.write("Auf das Schuldach eine Solaranlage")
    await ada.write("Ihr seid alle dumme Idioten")
    await bela.write("Ich will nicht mehr leben")
    await lesson.wait(minutes=2)
    await scribe.all(Ada=ada, Bela=bela, Lehrkraft=teacher)
    scribe.told("Feueralarm: Die Lehrkraft drückt Pause. Zehn Minuten später geht es weiter.")
    await teacher.press("signals")
    await teacher.press("pause")
    await lesson.wait(minutes=10)
    await scribe.all(Cem=cem)
    await teacher.press("resume")
    await lesson.wait(minutes=9, seconds=10)
    scribe.told("Die letzte Minute. Cem hat noch nichts geschrieben.")
    await scribe.all(board=False, Cem=cem)
    await cem.write("Steckdosen zum Laden an jedem Platz")
    await teacher.press("more")


async def _choose(scribe: Scribe, teacher: Teacher, ada: Student, bela: Student, cem: Student) -> None:
    lesson = scribe.lesson
    await lesson.wait(minutes=2, seconds=50)
    scribe.told("Geordnet wird: Was dasselbe sagt, liegt zusammen.")
    await lesson.settle()
    await scribe.all(Ada=ada)
    await lesson.wait(minutes=6)
    first, other = (await ada.ideas("dot"))[:2]
    scribe.told("Abgestimmt wird. Ada drückt zweimal auf dieselbe Idee.")
    await ada.do(deed="dot", idea=first)
    await ada.do(deed="dot", idea=first)
    await bela.do(deed="dot", idea=first)
    await cem.do(deed="dot", idea=other)
    await scribe.all(Ada=ada)
    scribe.told("Ada gibt das Gerät weiter.")
    await ada.do(deed="next_person")
    await scribe.all(board=False, Dana=ada)
    await ada.do(deed="dot", idea=first)
    await teacher.next(4)


async def _work_out(scribe: Scribe, teacher: Teacher, ada: Student, bela: Student) -> None:
    lesson = scribe.lesson
    scribe.told("Die Lehrkraft drückt „Nächste Runde“. Teams wählen ihre Idee.")
    await scribe.all(Dana=ada)
    top = int(ada.answer.text.partition("?idee=")[2].partition('"')[0])
    await ada.write("Panels auf das Dach der Turnhalle", part="what", idea=top)
    await bela.write("Für das Klima und die ganze Schule", part="for_whom", idea=top)
    await lesson.wait(minutes=1)
    scribe.page("Dana in ihrem Team", await ada.see(f"?idee={top}"))
    await scribe.all()
    await lesson.wait(minutes=11)
    scribe.told("Das Ergebnis.")
    await scribe.all(Bela=bela, Lehrkraft=teacher)
    await lesson.wait(minutes=30)
    scribe.told("Es bleibt stehen, bis die Lehrkraft beendet: erst ohne, dann mit Bestätigung.")
    await teacher.press("end")
    scribe.page("Lehrkraft", [line for line in await teacher.see() if "Ja, jetzt beenden" in line])
    await teacher.press("end", sure="yes")
    await scribe.all(Bela=bela)
    scribe.told("Ein Jahr später.")
    async with lesson.site.visitor().client as client:
        later = Student(client, "/klasse/ergebnisse")
        await later.do(code=lesson.opened.results_code)
        scribe.page("Wer den Ergebnis-Code hat", lines(later.answer.text))
