"""A class in a Telegram group: one message that is kept up to date, answers and buttons, and who leads."""

from __future__ import annotations

from datetime import datetime

from tests.emulator import Citizen
from tests.emulator.group import Group
from tests.emulator.screen import Seen
from tests.school.lesson import Lesson, Mind, open_lesson
from tests.school.messenger import Messenger, open_messenger


def _live(group: Group) -> list[Seen]:
    """The bot's messages in the group that are kept up to date."""
    return [seen for seen in group.messages if seen.is_from_bot and "text" in seen.raw]


async def _brought(messenger: Messenger, group: Group, leader: Citizen, *, topic: str | None = None) -> Seen:
    at = f"@{messenger.bot_api.username}"
    await leader.say(f"/klasse{at} {messenger.lesson.code}", where=group, topic=topic)
    await messenger.handled()
    await messenger.tell()
    return await group.hears("Gleich geht es los")


async def test_a_class_in_a_group_has_one_message_and_brings_its_result(
    sqlite_url: str, now: datetime, mind: Mind
) -> None:
    async with open_lesson(sqlite_url, now, mind) as lesson, open_messenger(lesson, lead=True) as messenger:
        assert messenger.leader is not None
        leader, ada, bela = messenger.leader, *messenger.bot_api.citizens(2)
        group = await messenger.bot_api.group("8b", [leader, ada, bela])
        live = await _brought(messenger, group, leader)
        assert "In dieser Gruppe sehen alle, wer was schreibt" in live.text
        await ada.press("Starten", where=group)
        assert "nur, wer die Klasse leitet" in (await ada.answered()).text
        for _ in range(2):
            await leader.press("Starten", on=live, where=group)
            await leader.answered()
        await messenger.tell(seconds=4)
        assert "Aufwärmen" in (await group.hears("einen Tag lang")).text
        await messenger.tell(minutes=4)
        await _collects(messenger, group, ada, bela)
        await messenger.tell(minutes=12)
        await group.hears("Ideen ordnen")
        await messenger.tell(minutes=6)
        await _votes(messenger, group, ada, bela)
        await messenger.tell(minutes=5)
        await group.hears("Ideen ausarbeiten")
        await messenger.tell(minutes=12)
        assert "1. Ein Radkeller an der Turnhalle (Punkte: 2)" in (await group.hears("Ergebnis")).text
        assert len(_live(group)) == 1
        await messenger.tell()
        sent = [call.method for call in await messenger.bot_api.calls() if call.method.startswith("send")]
        assert sent == ["sendMessage", "sendPhoto", "sendDocument"]
        await leader.command("klasse", "ende", where=group)
        await messenger.handled()
        await messenger.tell(seconds=4)
        await group.hears("Geschafft!")
        await messenger.tell(seconds=4)
        assert await messenger.count("session_place") == 0
        # The group that the bot was invited to, and nobody in it.
        assert await messenger.columns("external_id", "citizen_link") == [(str(group.id),)]
        assert messenger.bot_api.violations == []


async def _collects(messenger: Messenger, group: Group, ada: Citizen, bela: Citizen) -> None:
    live = await group.hears("Ideen sammeln")
    await ada.say("Ein Radkeller an der Turnhalle", where=group, reply_to=live)
    await bela.command("idee", "Ruhe in der Bibliothek", where=group)
    await bela.say("Das hier liest der Bot nicht", where=group)
    await messenger.handled(texts=2)
    await messenger.tell(seconds=1)
    assert not any("Radkeller" in seen.text for seen in _live(group))
    await messenger.tell(seconds=3)
    assert "• Ein Radkeller" in (await group.hears("Geschrieben haben: 2")).text
    await ada.say("Ich will nicht mehr leben", where=group, reply_to=live)
    await messenger.handled(texts=3)
    await messenger.tell(seconds=4)
    await ada.press("Meine Texte", where=group)
    toast = await ada.answered()
    assert "116111" in toast.text
    assert toast.is_alert
    assert not any("nicht mehr leben" in seen.text for seen in _live(group))


async def _votes(messenger: Messenger, group: Group, ada: Citizen, bela: Citizen) -> None:
    ballot = await group.hears("Abstimmen")
    for _ in range(2):
        await ada.press("1", on=ballot, where=group)
        assert "Noch frei: 2" in (await ada.answered()).text
    await bela.press("2", on=ballot, where=group)
    await bela.answered()
    await bela.press("Meine Punkte zurücknehmen", on=ballot, where=group)
    assert "Noch frei: 3" in (await bela.answered()).text
    await bela.press("1", on=ballot, where=group)
    await bela.answered()
    await messenger.tell(seconds=4)
    assert "Punkte:" not in (await group.hears("Abgestimmt haben: 2")).text


async def test_a_topic_of_a_forum_and_a_group_that_moves(lesson: Lesson) -> None:
    async with open_messenger(lesson, lead=True) as messenger:
        assert messenger.leader is not None
        leader, teacher = messenger.leader, lesson.teacher()
        forum = await messenger.bot_api.group("8b", [leader], topics=["Ideen"], is_supergroup=True)
        live = await _brought(messenger, forum, leader, topic="Ideen")
        assert live.raw["message_thread_id"] == forum.topics["Ideen"]
        group = await messenger.bot_api.group("8c", [leader])
        await _brought(messenger, group, leader)
        await group.migrate()
        await messenger.handled()
        await teacher.next(0)
        await messenger.tell(seconds=4)
        live = await group.hears("Aufwärmen")
        assert live.raw["chat"]["id"] == group.id
        await leader.say("Weniger Lärm", where=group, reply_to=live)
        await messenger.handled(texts=1)
        await messenger.tell(seconds=4)
        await group.hears("• Weniger Lärm")


async def test_without_leaders_a_group_has_no_class(lesson: Lesson) -> None:
    async with open_messenger(lesson) as messenger:
        ada = messenger.bot_api.citizen()
        group = await messenger.bot_api.group("8b", [ada])
        await ada.command("klasse", lesson.code, where=group)
        await messenger.handled()
        await messenger.tell(seconds=4)
        assert await messenger.count("session_place") == 0


async def test_a_class_opened_in_a_group_tells_its_secrets_in_private(lesson: Lesson) -> None:
    async with open_messenger(lesson, lead=True) as messenger:
        leader = messenger.leader
        assert leader is not None
        await leader.command("klasse")
        assert str(leader.id) in (await leader.hears("Nummer dieses Telegram-Kontos")).text
        group = await messenger.bot_api.group("8b", [leader])
        await leader.command("klasse", "neu Klimaschutz", where=group)
        assert "Ergebnis-Code" in (await leader.hears("Cockpit")).text
        await messenger.tell()
        await group.hears("Gleich geht es los")
        assert [row[0] for row in await messenger.columns("topics", "group_session ORDER BY id DESC LIMIT 1")] == [
            '["climate"]'
        ]
        assert "Ergebnis-Code" not in "".join(seen.text for seen in group.messages)
