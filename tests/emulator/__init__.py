"""A strict, stateful Bot API on this machine, with citizens who use it.

    async with emulator() as bot_api:
        bot = telegram.Bot(bot_api.token, base_url=bot_api.base_url)
        citizen = bot_api.citizen(language_code="de")
        await citizen.say("Guten Tag")

Law: it answers as Telegram documents or its server's source shows; where neither says, the stricter way.
"""

from tests.emulator.bot_api import BotApi
from tests.emulator.citizen import Citizen
from tests.emulator.deeds import Impossible
from tests.emulator.flood import Limits
from tests.emulator.group import Group
from tests.emulator.running import connected, emulator, emulator_process
from tests.emulator.screen import Button, Screen, Seen, Toast
from tests.emulator.updates import Entry
from tests.emulator.world import CallRecord, Violation

__all__ = [
    "BotApi",
    "Button",
    "CallRecord",
    "Citizen",
    "Entry",
    "Group",
    "Impossible",
    "Limits",
    "Screen",
    "Seen",
    "Toast",
    "Violation",
    "connected",
    "emulator",
    "emulator_process",
]
