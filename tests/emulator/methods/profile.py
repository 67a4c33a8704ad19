"""What the bot says of itself: name, commands, descriptions, menu button."""

from __future__ import annotations

import json
from typing import Any, Final

from telegram.constants import BotDescriptionLimit, BotNameLimit

from tests.emulator import limits
from tests.emulator.errors import Json, broken_rule
from tests.emulator.methods.registry import Call, answers
from tests.emulator.world import World

_TEXTS: Final = {
    "Description": ("description", int(BotDescriptionLimit.MAX_DESCRIPTION_LENGTH)),
    "ShortDescription": (
        "short_description",
        int(BotDescriptionLimit.MAX_SHORT_DESCRIPTION_LENGTH),
    ),
    "Name": ("name", int(BotNameLimit.MAX_NAME_LENGTH)),
}


@answers("getMe")
def get_me(world: World, call: Call) -> Json:
    """The bot as Telegram knows it."""
    del call
    return {
        **world.me,
        "can_join_groups": True,
        "can_read_all_group_messages": not world.has_privacy,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def _language(call: Call) -> str:
    language = call.fields.get("language_code") or ""
    if language and (len(language) != 2 or not language.isalpha()):
        raise broken_rule("Invalid language code specified")
    return str(language)


def _commands_key(call: Call) -> str:
    scope = call.fields.get("scope") or {"type": "default"}
    return f"commands {json.dumps(scope, sort_keys=True)} {_language(call)}"


@answers("setMyCommands")
def set_commands(world: World, call: Call) -> bool:
    """Commands for a scope and language; no command takes the list away."""
    limits.check_commands(call.fields["commands"])
    world.about[_commands_key(call)] = call.fields["commands"]
    return True


@answers("getMyCommands")
def get_commands(world: World, call: Call) -> Any:
    """Commands of exactly this scope and language."""
    return world.about.get(_commands_key(call), [])


@answers("deleteMyCommands")
def delete_commands(world: World, call: Call) -> bool:
    """Forget the commands of this scope and language."""
    world.about.pop(_commands_key(call), None)
    return True


@answers("setMyDescription", "setMyShortDescription", "setMyName")
def set_text(world: World, call: Call) -> bool:
    """A text about the bot in one language."""
    name, most = _TEXTS[call.method.removeprefix("setMy")]
    text = call.fields.get(name) or ""
    limits.check_length(text, most, name.replace("_", " "))
    world.about[f"{name} {_language(call)}"] = text
    return True


@answers("getMyDescription", "getMyShortDescription", "getMyName")
def get_text(world: World, call: Call) -> Json:
    """The text in this language, or the one for all."""
    name, _ = _TEXTS[call.method.removeprefix("getMy")]
    general = world.about.get(f"{name} ", world.me["first_name"] if name == "name" else "")
    return {name: world.about.get(f"{name} {_language(call)}") or general}


@answers("setChatMenuButton")
def set_menu_button(world: World, call: Call) -> bool:
    """The button beside the text field."""
    world.about[f"menu {call.chat_id or ''}"] = call.fields.get("menu_button") or {"type": "default"}
    return True


@answers("getChatMenuButton")
def get_menu_button(world: World, call: Call) -> Any:
    """The button beside the text field."""
    return world.about.get(f"menu {call.chat_id or ''}", {"type": "commands"})
