"""The methods of the Bot API which the emulator answers."""

from tests.emulator.methods import chats, editing, media, profile, sending
from tests.emulator.methods.registry import HANDLERS, Call, Upload

__all__ = ["HANDLERS", "Call", "Upload", "chats", "editing", "media", "profile", "sending"]
