"""Finds the mistakes of a book before a citizen does: dead ends, missing texts, long labels, words with two meanings.

Law of this file: nothing is read and nothing is raised; all mistakes come back at once, each with its file and step.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.dialogue.asked import ASKED, BUTTONS, CONSENTS, IDEAS, OBJECTIONS, PAGES, RIGHTS, asked_of
from bot.dialogue.model import Ask, Book, Choose, Confirm, Dialogue, Length
from bot.dialogue.parse import Verb, fold
from bot.dialogue.plurals import lacking, longest, unfolded
from bot.dialogue.questions import KINDS
from bot.dialogue.readability import objections
from bot.dialogue.replies import TAP_BYTES
from bot.dialogue.texts import FALLBACK, placeholders, tongue

# A button on a narrow phone shows about so many characters.
LABEL_CHARACTERS = 40
# A question that needs scrolling on a phone is not read.
MESSAGE_CHARACTERS = 900
# Telegram splits longer messages at 4096 (Bot API, sendMessage.text); a question may follow the page in the same one.
PAGE_CHARACTERS = 3000
# Bot API, answerCallbackQuery.text.
TOAST_CHARACTERS = 200
# The first message: this is a program, who reads, what is voluntary. More is not read.
NOTICE_WORDS = 60
# The longest id of a draft that a tap has to carry beside its meaning.
DRAFT_DIGITS = 12

_ID = re.compile(r"[a-z][a-z0-9_]*\Z")
_LABELS = (
    *(f"button.{name}" for name in BUTTONS),
    *(f"kind.{kind}" for kind in KINDS),
    "place.whole_city",
    *RIGHTS,
    *IDEAS,
    *CONSENTS,
    *OBJECTIONS,
)


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing to change: in which file of the content, at which step (empty for none), and what."""

    file: str
    step: str
    sentence: str

    def __str__(self) -> str:
        """Return the mistake as one line."""
        return f"{self.file}, step {self.step}: {self.sentence}" if self.step else f"{self.file}: {self.sentence}"


def check(book: Book) -> tuple[Mistake, ...]:
    """Return all mistakes of a book, none when it can be spoken from."""
    found = [mistake for dialogue in book.dialogues.values() for mistake in _shape(dialogue)]
    for code in book.texts.by_language:
        found += [*_missing(book, code), *_unknown(book, code), *_wording(book, code)]
        meanings = _meanings(book, code)
        found += [*_labels(book, code, meanings), *_words(code, meanings), *_hard(book, code)]
    return (*_order(book), *sorted(found, key=lambda mistake: mistake.file))


def _order(book: Book) -> Iterator[Mistake]:
    for key in ("dialogues", "districts", "notice_version", "consent_version"):
        if not getattr(book, key):
            yield Mistake("book.toml", "", f"“{key}” is empty.")
    for name in sorted({"text", "number", "total", "value", "count", "key", "language"} & set(book.names)):
        yield Mistake("book.toml", "", f"“{name}” can't be a name; the program fills it with a value of its own.")
    for code, others in book.texts.fallback.items():
        for other in sorted(set(others) - set(book.texts.by_language)):
            yield Mistake("book.toml", "", f"“{code}” falls back to “{other}”, which is no language of this book.")


def _file(book: Book, code: str, key: str) -> str:
    first = key.split(".")[0]
    if first not in book.dialogues:
        return f"texts/{code}.toml"
    return f"dialogues/{first}.toml" if code == FALLBACK else f"dialogues/{first}.{code}.toml"


def _at(book: Book, code: str, key: str, sentence: str) -> Mistake:
    first, _, rest = key.partition(".")
    dialogue = book.dialogues.get(first)
    step = rest.split(".")[0] if dialogue and dialogue.step(rest.split(".")[0]) else ""
    return Mistake(_file(book, code, key), step, sentence)


# --- shape ---------------------------------------------------------------------------------------------------------


def _shape(dialogue: Dialogue) -> Iterator[Mistake]:
    sentences = (*_ids(dialogue), *_ends(dialogue), *_choices(dialogue), *_taps(dialogue))
    yield from (Mistake(f"dialogues/{dialogue.key}.toml", step, sentence) for step, sentence in sentences)


def _ids(dialogue: Dialogue) -> Iterator[tuple[str, str]]:
    if not _ID.match(dialogue.key) or dialogue.key in {key.split(".")[0] for key in ASKED}:
        yield "", f"The key “{dialogue.key}” can't be used: choose another one of small letters, digits and “_”."
    for step_id, times in Counter(step.id for step in dialogue.steps).items():
        if times > 1:
            yield step_id, f"There are {times} steps with this id; give each its own."
        if not _ID.match(step_id):
            yield step_id, "The id may only hold small letters, digits and “_”."
    if not isinstance(dialogue.step("message"), Ask):
        yield "message", "A step “message” of kind “ask” is missing; a citizen's first words go there."
    if sum(isinstance(step, Confirm) for step in dialogue.steps) != 1:
        yield "confirm", "There has to be exactly one step of kind “confirm”; only from there a contribution is sent."


def _ends(dialogue: Dialogue) -> Iterator[tuple[str, str]]:
    asked = {step for steps in dialogue.lengths.values() for step in steps}
    for step in dialogue.steps:
        if step.id not in asked:
            yield step.id, "This step is never asked: name it in [lengths] or take it out."
    for length in Length:
        yield from _length(dialogue, length)


def _length(dialogue: Dialogue, length: Length) -> Iterator[tuple[str, str]]:
    names = dialogue.lengths.get(length, ())
    if not names:
        yield "", f"The length “{length}” is missing in [lengths]."
        return
    for name, times in Counter(names).items():
        if dialogue.step(name) is None:
            yield name, f"The length “{length}” names this step, but there is none with this id."
        if times > 1:
            yield name, f"The length “{length}” names this step {times} times."
    steps = dialogue.plan(length)
    if not isinstance(dialogue.step(names[-1]), Confirm):
        yield names[-1], f"The length “{length}” is a dead end: its last step has to be the one of kind “confirm”."
    if any(isinstance(step, Confirm) for step in steps[:-1]):
        yield "confirm", f"The length “{length}” goes on after “confirm”; nobody would get there."
    if not any(isinstance(step, Ask) for step in steps):
        yield "", f"The length “{length}” never asks for own words: name a step of kind “ask”."


def _choices(dialogue: Dialogue) -> Iterator[tuple[str, str]]:
    for step in dialogue.steps:
        if not isinstance(step, Choose):
            continue
        if not step.options:
            yield step.id, "A step of kind “choose” needs “options”."
        for option, times in Counter(step.options).items():
            if times > 1 or not _ID.match(option):
                yield step.id, f"The option “{option}” has to be there once, in small letters, digits and “_”."


def _taps(dialogue: Dialogue) -> Iterator[tuple[str, str]]:
    for step in dialogue.steps:
        meanings = [f"edit:{step.id}", f"go:skip:{step.id}0", f"guess:{step.id}:00000000", f"move:{dialogue.key}"]
        meanings += [f"opt:{step.id}:{option}" for option in step.options] if isinstance(step, Choose) else []
        for meaning in meanings:
            if len(meaning.encode()) + 1 + DRAFT_DIGITS > TAP_BYTES:
                yield step.id, f"“{meaning}” is too long for a button; shorten the id by a few letters."


# --- texts ---------------------------------------------------------------------------------------------------------


def _asked(book: Book) -> dict[str, frozenset[str]]:
    texts = {key: frozenset[str]() for dialogue in book.dialogues.values() for key in asked_of(dialogue)}
    return {**ASKED, **texts}


def _missing(book: Book, code: str) -> Iterator[Mistake]:
    if book.texts.fallback.get(code):
        return
    wanted = _asked(book) if code == FALLBACK else {**_asked(book), **book.texts.by_language.get(FALLBACK, {})}
    here = book.texts.by_language[code]
    # A dialogue nobody has begun to translate is spoken in German; one that is begun has to be whole.
    begun = {key.split(".")[0] for key in here}
    for key in wanted:
        own = code == FALLBACK or key.split(".")[0] not in book.dialogues or key.split(".")[0] in begun
        if own and not here.get(key):
            yield _at(book, code, key, f"The text “{_short(book, key)}” is missing.")


def _unknown(book: Book, code: str) -> Iterator[Mistake]:
    asked = _asked(book)
    groups = {key.split(".")[0] for key in asked}
    german = book.texts.by_language.get(FALLBACK, {})
    for key in book.texts.by_language[code]:
        owned = key.split(".")[0] in groups
        known = not owned and (code == FALLBACK or key in german)
        if key not in asked and not known:
            yield _at(book, code, key, f"Nothing asks for the text “{_short(book, key)}”; is its name misspelt?")


def _short(book: Book, key: str) -> str:
    first, _, rest = key.partition(".")
    return rest if first in book.dialogues else key


def _wording(book: Book, code: str) -> Iterator[Mistake]:
    asked, german = _asked(book), book.texts.by_language.get(FALLBACK, {})
    for key, text in book.texts.by_language[code].items():
        used = placeholders(text)
        if key in asked and used - set(book.names) != asked[key]:
            names = ", ".join(f"{{{name}}}" for name in sorted(asked[key])) or "no value"
            yield _at(book, code, key, f"“{_short(book, key)}” has to hold {names} beside the names of book.toml.")
        elif key in german and used - set(book.names) != placeholders(german[key]) - set(book.names):
            yield _at(book, code, key, f"“{_short(book, key)}” doesn't hold the same values as in German.")
        if text.count("**") % 2:
            yield _at(book, code, key, f"“{_short(book, key)}” opens ** and doesn't close it.")
        for form in lacking(text, book.texts.plurals.get(tongue(code))):
            yield _at(book, code, key, f"“{_short(book, key)}” has no plural form “{form}”; this language needs it.")
        yield from _too_long(book, code, key, text)


def _too_long(book: Book, code: str, key: str, text: str) -> Iterator[Mistake]:
    shown = _filled(book, text)
    limit = {"toast": TOAST_CHARACTERS}.get(key.split(".")[0], PAGE_CHARACTERS if key in PAGES else MESSAGE_CHARACTERS)
    if len(shown) > limit:
        yield _at(book, code, key, f"“{_short(book, key)}” has {len(shown)} characters; {limit} are the most.")
    words = len(shown.split())
    if key.startswith("notice.") and words > NOTICE_WORDS:
        yield _at(book, code, key, f"“{key}” has {words} words; {NOTICE_WORDS} are the most.")


def _hard(book: Book, code: str) -> Iterator[Mistake]:
    if code not in {language.code for language in book.languages if language.plain}:
        return
    for key, text in book.texts.by_language[code].items():
        if not key.startswith("words."):
            for sentence in objections(unfolded(text)):
                yield _at(book, code, key, f"“{_short(book, key)}” {sentence}")


def _filled(book: Book, text: str) -> str:
    filled = re.sub(r"\{(\w+)\}", lambda mark: book.names.get(mark[1], "…"), longest(text))
    return filled.replace("**", "")


# --- labels and typed words ----------------------------------------------------------------------------------------


def _labels(book: Book, code: str, meanings: Mapping[str, list[str]]) -> Iterator[Mistake]:
    shown = [*((key, "") for key in _LABELS)]
    for dialogue in book.dialogues.values():
        shown.append((f"{dialogue.key}.name", f"{dialogue.emoji} "))
        shown += [(key, "✏️ " if key.endswith(".label") else "") for key in _label_keys(dialogue)]
        yield from _twins(book, code, dialogue, meanings)
    here = book.texts.by_language[code]
    for key, before in shown:
        label = before + _filled(book, here.get(key, ""))
        if len(label) > LABEL_CHARACTERS:
            sentence = f"The label “{label}” has {len(label)} characters; {LABEL_CHARACTERS} are the most."
            yield _at(book, code, key, sentence)


def _label_keys(dialogue: Dialogue) -> list[str]:
    return sorted(key for key in asked_of(dialogue) if key.endswith(".label") or ".option." in key)


def _twins(book: Book, code: str, dialogue: Dialogue, commands: Mapping[str, list[str]]) -> Iterator[Mistake]:
    here = book.texts.by_language[code]
    for step in dialogue.steps:
        options = step.options if isinstance(step, Choose) else ()
        keys = [f"{dialogue.key}.{step.id}.option.{option}" for option in options]
        labels = [fold(here[key]) for key in keys if here.get(key)]
        for label in sorted({label for label in labels if labels.count(label) > 1}):
            yield _at(book, code, keys[0], f"Two options read “{label}”; nobody could type one of them.")
        for label in sorted(set(labels) & set(commands)):
            yield _at(book, code, keys[0], f"The option “{label}” is also typed for {commands[label][0]}.")


def _words(code: str, meanings: Mapping[str, list[str]]) -> Iterator[Mistake]:
    for word, verbs in meanings.items():
        if len(verbs) > 1:
            yield Mistake(f"texts/{code}.toml", "", f"“{word}” is typed for {' and for '.join(verbs)}.")


def _meanings(book: Book, code: str) -> dict[str, list[str]]:
    meanings: dict[str, list[str]] = {}
    for verb in Verb:
        words = (*book.texts.words(code, f"words.{verb}"), *book.texts.words(FALLBACK, f"words.{verb}"), verb.value)
        for word in {fold(word) for word in words}:
            meanings.setdefault(word, []).append(f"words.{verb}")
    return meanings
