"""A message of the city to many, as staff send it and citizens get it."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.acceptance.program import Program, instance, running
from tests.emulator import BotApi, Citizen, emulator

PEOPLE = 12
# So long a dozen messages may take on a busy machine (seconds).
PATIENCE = 90.0
GERMAN_ONLY = "Diese Nachricht gibt es nur auf Deutsch."
NO_MODELS = {"TALSTIMME_NLP__ENABLED": "false", "TALSTIMME_NOTICES__QUIET_FROM": "00:00"}
ALWAYS = {**NO_MODELS, "TALSTIMME_NOTICES__QUIET_UNTIL": "00:00"}
WORDS = "Am Montag beginnt der **Prozess**. Mehr steht auf [der Seite](https://example.org)."


async def _settled(program: Program, number: str) -> str:
    """Wait until an announcement has ended and return its report."""
    try:
        code, report, complaint = await asyncio.wait_for(program.command("announce", "watch", number), PATIENCE)
    except TimeoutError:
        raise AssertionError("it never ended:\n" + "\n".join(program.told)) from None
    assert code == 0, complaint
    return report


async def _greet(citizen: Citizen, language: str) -> None:
    await citizen.start()
    await citizen.hears("Sprache")
    await citizen.press(language)
    await citizen.hears()


async def _people(bot_api: BotApi) -> list[Citizen]:
    people = bot_api.citizens(PEOPLE)
    languages = ["Deutsch"] * (PEOPLE - 2) + ["Türkçe", "English"]
    await asyncio.gather(*(_greet(each, language) for each, language in zip(people, languages, strict=True)))
    return people


async def test_everybody_hears_once_in_their_language_and_one_tap_ends_it(tmp_path: Path) -> None:
    text = tmp_path / "auftakt.toml"
    text.write_text(f'[de]\ntext = "{WORDS}"\n[tr]\ntitle = "Başlangıç"\ntext = "Pazartesi başlıyor."\n', "utf-8")
    plan = ("announce", "--title", "Auftakt", "--text-file", str(text))
    async with emulator() as bot_api, running(tmp_path, bot_api, **ALWAYS) as program:
        people = await _people(bot_api)
        await people[0].block()
        code, table, _ = await program.command(*plan, "--dry-run")
        assert code == 0
        assert "12" in table or "11" in table
        assert (await program.command(*plan))[0] == 0
        report = await _settled(program, "1")
        german, turkish, english = people[1], people[-2], people[-1]
        seen = [message for message in german.messages if "Auftakt" in message.text]
        assert [message.text.startswith("Auftakt\n\nAm Montag beginnt der Prozess.") for message in seen] == [True]
        assert [message.labels for message in seen] == [("🔕 Wichtiges ausschalten",)]
        assert "Başlangıç\n\nPazartesi başlıyor." in [message.text for message in turkish.messages]
        assert any("This message is available in German only." in message.text for message in english.messages)
        assert ("delivered" in report, "11" in report, "blocked" in report) == (True, True, True)

        await german.press("🔕 Wichtiges ausschalten")
        heard = await german.hears("ausgeschaltet")
        assert "🔔 Wichtiges einschalten" in heard.labels
        assert (await program.command(*plan))[0] == 0
        await _settled(program, "2")
        assert len([message for message in german.messages if message.text.startswith("Auftakt")]) == 1
        assert len([message for message in people[2].messages if message.text.startswith("Auftakt")]) == 2
        assert bot_api.violations == []


async def test_a_test_send_reaches_one_chat_alone(tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    text.write_text("Nur zur Probe.", "utf-8")
    async with emulator() as bot_api, running(tmp_path, bot_api, **ALWAYS) as program:
        staff, other = bot_api.citizens(2)
        await asyncio.gather(*(_greet(each, "Deutsch") for each in (staff, other)))
        plan = ("announce", "--title", "Probe", "--text-file", str(text))
        code, _, complaint = await program.command(*plan, "--test-to", "12345")
        assert (code, "12345" in complaint) == (2, True)
        assert (await program.command(*plan, "--test-to", str(staff.id)))[0] == 0
        await staff.hears("Nur zur Probe.")
        assert not [message for message in other.messages if "Probe" in message.text]


async def test_what_cannot_be_meant_is_refused_with_one_sentence(tmp_path: Path) -> None:
    program = instance(tmp_path, None, **NO_MODELS)
    (tmp_path / "text.txt").write_text("Guten Tag {name}", "utf-8")
    (tmp_path / "good.txt").write_text("Guten Tag", "utf-8")
    (tmp_path / "tr.toml").write_text('[tr]\ntext = "Merhaba"\n', "utf-8")
    good = ("announce", "--title", "T", "--text-file", "good.txt")
    tried = {
        ("announce", "--title", "T"): "--text-file",
        ("announce", "--title", "T", "--text-file", "text.txt"): "{name}",
        ("announce", "--title", "T", "--text-file", "tr.toml"): "no German text",
        ("announce", "--title", "T", "--text-file", "missing.txt"): "missing.txt",
        (*good, "--audience", "field:traffic"): "mobility",
        (*good, "--audience", "colour:red"): "is no audience",
        (*good, "--at", "2020-01-01T10:00"): "is over",
        (*good, "--at", "2027-03-28T02:30"): "skips this hour",
        (*good, "--category", "spam"): "is no category",
        (*good, "--repeat", "hourly"): "is no period",
        ("announce", "stop", "7"): "there is no such announcement",
    }
    for arguments, words in tried.items():
        code, _, complaint = await program.command(*arguments)
        assert code == 2, (arguments, complaint)
        assert words in complaint
        assert "Traceback" not in complaint
