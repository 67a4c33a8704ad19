"""What staff type in Telegram: an address where it is switched on, and nothing where it isn't."""

from __future__ import annotations

import pytest

from bot.config import Settings
from bot.dialogue.engine import advance
from bot.dialogue.events import Commanded
from bot.dialogue.state import State
from bot.edition import load_edition

ADDRESS = "https://redaktion.stadt.example/desk"


def said(settings: Settings, *, name: str, channel: str = "telegram", payload: str = "") -> str:
    """Return what somebody in a chat is answered who types a command."""
    state = State(channel=channel, language="de")
    turn = advance(load_edition(settings), state, Commanded(1, name, payload, "T-000-000-018"))
    return " ".join(span.text for reply in turn.replies for span in reply.spans)


def chosen(*, on: bool) -> Settings:
    """Return a configuration with the commands switched on or off."""
    return Settings.model_validate(
        {"telegram": {"staff_commands": on}, "desk": {"public_url": "https://redaktion.stadt.example"}}
    )


@pytest.mark.parametrize("name", ["redaktion", "desk"])
def test_switched_on_they_answer_with_the_address_of_the_desk(name: str) -> None:
    told = said(chosen(on=True), name=name, payload="T-000-000-018")
    assert ADDRESS in told
    assert "T-000-000-018" not in told


def test_they_are_off_unless_somebody_switches_them_on_and_never_in_the_web_chat() -> None:
    assert "Diesen Befehl kenne ich nicht" in said(Settings(), name="redaktion")
    assert "Diesen Befehl kenne ich nicht" in said(chosen(on=False), name="desk")
    assert ADDRESS not in said(chosen(on=True), name="redaktion", channel="web")
