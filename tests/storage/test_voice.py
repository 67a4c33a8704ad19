"""Voice messages are written down by a model of the city's own where there is one, and nobody is told otherwise."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import Connection, select

from bot.config import Settings, Voice
from bot.dialogue.events import Sent
from bot.edition import load_edition
from bot.store import Store, open_store
from bot.voice import NOTHING_HEARD, hindrance, write_all
from storage import attachments, contributions
from storage.audits import Actor
from storage.contributions import NewContribution, NewFile
from storage.models import Attachment, Contribution
from storage.numbers import public_number
from tests.dialogue.talk import Talk

MODEL = Actor("model:small", "machine")


@pytest_asyncio.fixture
async def store(url: str) -> AsyncIterator[Store]:
    """An empty database."""
    async with open_store(url) as opened:
        yield opened


def _recorded(connection: Connection, now: datetime) -> None:
    files = [NewFile("voice", "good"), NewFile("voice", "bad")]
    contributions.add(connection, [NewContribution(public_number(1), "Dazu:", "web", draft="1", files=files)], now=now)
    for file in attachments.unfetched(connection):
        attachments.keep_content(connection, file.id, file.channel_ref.encode(), "audio/ogg")


def _listen(content: bytes) -> str:
    if content == b"bad":
        raise ValueError("no sound that can be decoded")
    return "Eine Rampe am Döppersberg"


async def test_what_is_heard_becomes_text_and_what_is_not_is_not_tried_for_ever(store: Store, now: datetime) -> None:
    await store.write(_recorded, now)
    assert await write_all(store, _listen, MODEL, now=now) == 2
    assert await write_all(store, _listen, MODEL, now=now) == 0
    with store.reader.connect() as connection:
        assert connection.scalar(select(Contribution.text)) == f"Dazu:\nEine Rampe am Döppersberg\n{NOTHING_HEARD}"
        assert set(connection.scalars(select(Attachment.transcribed_by))) == {"model:small"}


def test_a_model_that_is_not_there_is_one_clear_sentence(tmp_path: Path) -> None:
    assert hindrance(Voice(model=str(tmp_path / "none"))).endswith("or leave it empty")
    assert hindrance(Voice()) == ""


@pytest.mark.parametrize(("transcribes", "words"), [(True, "schreibt sie ab"), (False, "Das Team hört sie später an")])
def test_the_citizen_is_told_which_of_the_two_happens(transcribes: bool, words: str) -> None:
    talk = Talk()
    talk.command("start")
    talk.press("Mobilität")
    talk.book = replace(talk.book, transcribes=transcribes)
    talk.happen(Sent(talk.next(), "voice", "file"))
    assert words in talk.reply.text


def test_without_the_package_nobody_is_promised_a_transcript(tmp_path: Path) -> None:
    chosen = Settings.model_validate({"voice": {"model": str(tmp_path)}})
    assert load_edition(chosen).transcribes is (hindrance(chosen.voice) == "")
