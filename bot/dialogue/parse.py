"""Typed words for buttons and commands: every button can also be typed.

Law of this file: a text is a command or a button only as a whole; a sentence is never mistaken for one.
"""

from __future__ import annotations

import re
import unicodedata
from difflib import get_close_matches
from enum import StrEnum
from functools import lru_cache

from bot.dialogue.replies import Button, Rows
from bot.dialogue.texts import Texts

# Typing errors are forgiven in labels from this length on (letters), at this likeness (difflib ratio).
FORGIVEN_FROM = 5
FORGIVEN_AT = 0.84
# No keyboard has more buttons than this many digits count.
NUMBER_DIGITS = 2
# Taps of buttons that are labelled with the citizen's own words.
OWN_WORDS = ("open:", "guess:")


class Verb(StrEnum):
    """What can be asked of the bot at any moment; the words for each stand in the texts under `words.<verb>`."""

    START = "start"
    MENU = "menu"
    BACK = "back"
    SKIP = "skip"
    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"
    UNDO = "undo"
    RESTART = "restart"
    HELP = "help"
    LANGUAGE = "language"
    PRIVACY = "privacy"
    IMPRINT = "imprint"
    ACCESSIBILITY = "accessibility"
    MINE = "mine"
    IDEAS = "ideas"
    ACCOUNT = "account"
    ERASE = "erase"
    CONSENTS = "consents"
    REVOKE = "revoke"
    OBJECT = "object"
    WORKSHOPS = "workshops"
    SUBSCRIPTIONS = "subscriptions"


def fold(text: str) -> str:
    """Return a text as it is compared: lower case, no accents, signs or emoji, single spaces, ß as ss."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(re.findall(r"\w+", kept.replace("_", " ")))


# Only words of the book are remembered, never a citizen's.
_fold_label = lru_cache(maxsize=4096)(fold)


def verb(texts: Texts, language: str, text: str) -> Verb | None:
    """Return the verb that a whole text names, in this language or in German."""
    folded = fold(text)
    if not folded:
        return None
    return next((each for each in Verb if folded in _folded_words(texts, language, each)), None)


def command(texts: Texts, name: str) -> Verb | None:
    """Return the verb of a slash command, whatever language its name is from."""
    folded = fold(name)
    languages = texts.by_language
    return next((each for each in Verb for code in languages if folded in _folded_words(texts, code, each)), None)


def _folded_words(texts: Texts, language: str, each: Verb) -> set[str]:
    words = (*texts.words(language, f"words.{each}"), *texts.words("de", f"words.{each}"), each.value)
    return {_fold_label(word) for word in words}


def tap(text: str, rows: Rows, *, numbers: bool) -> str | None:
    """Return what the button that a whole text names carries: by label, by number, or nearly by label."""
    buttons = [button for row in rows for button in row]
    folded = fold(text)
    if not folded:
        return None
    labels = {_folded(button): button.tap for button in reversed(buttons)}
    if folded in labels:
        return labels[folded]
    if numbers and folded.isdecimal() and len(folded) <= NUMBER_DIGITS and 1 <= int(folded) <= len(buttons):
        return buttons[int(folded) - 1].tap
    if len(folded) < FORGIVEN_FROM:
        return None
    # Two texts of one citizen often begin alike; only labels of the book are recognised in spite of errors.
    known = [label for label, carried in labels.items() if not carried.startswith(OWN_WORDS)]
    near = get_close_matches(folded, known, n=1, cutoff=FORGIVEN_AT)
    return labels[near[0]] if near else None


def _folded(button: Button) -> str:
    return fold(button.label) if button.tap.startswith(OWN_WORDS) else _fold_label(button.label)


def is_one_of(texts: Texts, language: str, key: str, text: str) -> bool:
    """Say whether a whole text is one of the words under a key, in this language or in German."""
    words = (*texts.words(language, key), *texts.words("de", key))
    return fold(text) in {_fold_label(word) for word in words}


def count_words(text: str) -> int:
    """Return how many words a text has."""
    return len(re.findall(r"\w+", text))
