"""A book's mistakes are told in sentences, and the table of asked texts says what the code says."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import MappingProxyType

import pytest

import bot.dialogue
from bot.book import load_book
from bot.dialogue.asked import ASKED, BUTTONS
from bot.dialogue.check import check
from bot.dialogue.diagram import diagram
from bot.dialogue.model import Ask, Attach, Book, Choose, Confirm, Dialogue, Group, Length, Locate, Role
from bot.dialogue.texts import Texts

LENGTHS = {
    Length.ONE: ("message", "confirm"),
    Length.SHORT: ("problem", "confirm"),
    Length.FULL: ("problem", "colour", "place", "photo", "confirm"),
}
STEPS = (
    Ask("message", Role.MESSAGE, thin_below=3),
    Ask("problem", Role.PROBLEM),
    Choose("colour", Role.DETAIL, ("red", "blue")),
    Locate("place"),
    Attach("photo"),
    Confirm("confirm"),
)
PARK = {
    "park.name": "Park",
    "park.message.question": "Was sagen Sie?",
    "park.message.label": "Text",
    "park.message.follow_up": "Und weiter?",
    "park.problem.question": "Was stört?",
    "park.problem.label": "Problem",
    "park.colour.question": "Welche Farbe?",
    "park.colour.label": "Farbe",
    "park.colour.option.red": "Rot",
    "park.colour.option.blue": "Blau",
    "park.place.question": "Wo?",
    "park.place.label": "Ort",
    "park.photo.question": "Ein Foto?",
    "park.photo.label": "Foto",
}


@cache
def whole_book() -> Book:
    """Return the project's own book, whose common texts the small one borrows."""
    return load_book()


def book_of(dialogue: Dialogue | None = None, changed: Mapping[str, str] = MappingProxyType({})) -> Book:
    """Return a sound book of one small dialogue, with some German texts changed."""
    whole = whole_book()
    common = {
        key: text for key, text in whole.texts.by_language["de"].items() if key.split(".")[0] not in whole.dialogues
    }
    german = {**common, **PARK, **changed}
    park = dialogue or Dialogue("park", Group.FIELD, "🌳", "r1", STEPS, LENGTHS)
    return replace(whole, dialogues={"park": park}, texts=Texts({"de": german}))


def park(*, steps: tuple[object, ...] = STEPS, lengths: Mapping[Length, tuple[str, ...]] = LENGTHS) -> Dialogue:
    """Return the small dialogue with another structure."""
    return Dialogue("park", Group.FIELD, "🌳", "r1", steps, lengths)  # type: ignore[arg-type]  # steps of every kind


def told(book: Book) -> list[str]:
    """Return the mistakes of a book as the lines an editor reads."""
    return [str(mistake) for mistake in check(book)]


def test_a_sound_book_has_no_mistakes() -> None:
    assert told(book_of()) == []


@pytest.mark.parametrize(
    ("lengths", "expected"),
    [
        ({Length.ONE: ("message",)}, "dialogues/park.toml, step message: The length “one” is a dead end"),
        ({Length.ONE: ("message", "confrim")}, "step confrim: The length “one” names this step, but there is none"),
        ({Length.ONE: ("message", "confirm", "problem")}, "step confirm: The length “one” goes on after “confirm”"),
        ({Length.ONE: ("colour", "confirm")}, "The length “one” never asks for own words"),
        ({Length.SHORT: ("problem", "problem", "confirm")}, "step problem: The length “short” names this step 2 times"),
        ({Length.FULL: ("problem", "colour", "confirm")}, "step place: This step is never asked"),
    ],
)
def test_a_dead_end_names_its_step(lengths: dict[Length, tuple[str, ...]], expected: str) -> None:
    lines = told(book_of(park(lengths={**LENGTHS, **lengths})))
    assert any(expected in line for line in lines), lines


def test_a_missing_length_is_told() -> None:
    short_missing: dict[Length, tuple[str, ...]] = {
        length: steps for length, steps in LENGTHS.items() if length is not Length.SHORT
    }
    assert "dialogues/park.toml: The length “short” is missing in [lengths]." in told(
        book_of(park(lengths=short_missing))
    )


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (Choose("colour", Role.DETAIL, ()), "step colour: A step of kind “choose” needs “options”."),
        (Choose("colour", Role.DETAIL, ("red", "red", "blue")), "step colour: The option “red” has to be there once"),
        (
            Choose("colour", Role.DETAIL, ("red", "Dark blue")),
            "step colour: The option “Dark blue” has to be there once",
        ),
        (Choose("colour", Role.DETAIL, ("red", "b" * 42)), f"step colour: “opt:colour:{'b' * 42}” is too long"),
    ],
)
def test_a_choice_that_cannot_be_pressed_is_told(step: Choose, expected: str) -> None:
    steps = tuple(step if each.id == "colour" else each for each in STEPS)
    lines = told(book_of(park(steps=steps)))
    assert any(expected in line for line in lines), lines


def test_two_steps_of_one_id_and_a_second_way_out_are_told() -> None:
    lines = told(book_of(park(steps=(*STEPS, Ask("problem", Role.IDEA), Confirm("done")))))
    assert any("step problem: There are 2 steps with this id" in line for line in lines)
    assert any("exactly one step of kind “confirm”" in line for line in lines)


@pytest.mark.parametrize(
    ("key", "text", "expected"),
    [
        ("card.title", "", "texts/de.toml: The text “card.title” is missing."),
        ("park.problem.question", "", "dialogues/park.toml, step problem: The text “problem.question” is missing."),
        ("park.problm.question", "Was?", "dialogues/park.toml: Nothing asks for the text “problm.question”"),
        ("card.titel", "Karte", "texts/de.toml: Nothing asks for the text “card.titel”"),
        ("sent.thanks", "Danke!", "“sent.thanks” has to hold {number} beside"),
        ("card.title", "Karte {whatever}", "“card.title” has to hold no value beside"),
        ("card.title", "**Karte", "“card.title” opens ** and doesn't close it."),
        (
            "park.problem.question",
            "a" * 901,
            "step problem: “problem.question” has 901 characters; 900 are the most.",
        ),
        ("park.colour.option.red", "R" * 41, "step colour: The label “" + "R" * 41 + "” has 41 characters"),
        ("park.name", "P" * 39, "The label “🌳 " + "P" * 39 + "” has 41 characters"),
        ("toast.noted", "a" * 201, "“toast.noted” has 201 characters; 200 are the most."),
        ("notice.web", "Wort " * 61, "“notice.web” has 61 words; 60 are the most."),
        ("park.colour.option.red", "🔵 blau", "step colour: Two options read “blau”"),
        ("park.colour.option.red", "Zurück", "step colour: The option “zuruck” is also typed for words.back."),
        ("words.skip", "weg, zurück", "texts/de.toml: “zuruck” is typed for words.back and for words.skip."),
    ],
)
def test_a_wrong_text_is_told_with_its_place(key: str, text: str, expected: str) -> None:
    lines = told(book_of(changed={key: text}))
    assert len(lines) == 1, lines
    assert expected in lines[0]


def with_language(code: str, texts: dict[str, str], *, fallback: tuple[str, ...] = ()) -> Book:
    """Return the small book with one more language."""
    book = book_of()
    languages = {**book.texts.by_language, code: texts}
    return replace(book, texts=Texts(languages, {code: fallback} if fallback else {}))


def test_a_language_without_fallback_has_to_be_complete() -> None:
    german = book_of().texts.by_language["de"]
    english = {key: text for key, text in german.items() if key not in ("park.place.question", "card.title")}
    assert told(with_language("en", english)) == [
        "dialogues/park.en.toml, step place: The text “place.question” is missing.",
        "texts/en.toml: The text “card.title” is missing.",
    ]


def test_a_voice_with_fallback_may_hold_one_text() -> None:
    assert told(with_language("de-du", {"card.title": "Deins"}, fallback=("de",))) == []


def test_values_are_the_same_in_every_language() -> None:
    lines = told(with_language("de-du", {"web.photo_too_big": "Zu groß"}, fallback=("de",)))
    assert lines == ["texts/de-du.toml: “web.photo_too_big” doesn't hold the same values as in German."]


def test_a_fallback_has_to_exist() -> None:
    lines = told(with_language("de-du", {}, fallback=("de-plain",)))
    assert lines == ["book.toml: “de-du” falls back to “de-plain”, which is no language of this book."]


def test_all_mistakes_are_told_at_once() -> None:
    book = book_of(
        park(lengths={**LENGTHS, Length.ONE: ("message",)}),
        {"card.title": "", "park.name": "", "sent.thanks": "Danke!"},
    )
    assert len(told(book)) == 4


def test_a_diagram_shows_every_step_and_ends_in_sending() -> None:
    drawn = diagram(book_of(), "park").splitlines()
    assert drawn[0] == "flowchart TD"
    assert "  start -->|one| step_message" in drawn
    assert "  step_confirm -->|one, short, full| sent" in drawn
    assert "  step_message -.->|+| step_message" in drawn
    assert all(any(f"step_{step.id}" in line for line in drawn) for step in STEPS)


def test_a_quotation_mark_does_not_break_the_diagram() -> None:
    drawn = diagram(book_of(changed={"park.place.question": 'Wo ist "hier"?'}), "park")
    assert '[/"Wo ist #quot;hier#quot;?"/]' in drawn


# --- the table of asked texts against the code ---------------------------------------------------------------------

CORE = Path(bot.dialogue.__file__).parent
TELLERS = ("text", "plain", "saying", "button", "hushed", "has")
KEY = re.compile(r"[a-z]+(\.[a-z_]*[a-z])+\Z")
# What is put together while the bot runs: the group, and where its members come from.
GROUPS = {
    *("notice", "care", "media", "kind", "button", "words", "rights", "mine", "similar", "browse", "consents"),
    *("workshop", "subscriptions"),
}


def trees() -> Iterator[ast.AST]:
    """Return the parsed files of the core, without those that only talk about texts."""
    for path in sorted(CORE.glob("*.py")):
        if path.name not in ("asked.py", "check.py", "diagram.py"):
            yield from ast.walk(ast.parse(path.read_text(encoding="utf-8")))


def literal_keys() -> set[str]:
    """Return every string of the core that reads like the key of a text."""
    strings = {node.value for node in trees() if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return {string for string in strings if KEY.match(string)}


def built_groups() -> set[str]:
    """Return the first words of keys that the core puts together."""
    heads = [node.values[0] for node in trees() if isinstance(node, ast.JoinedStr) and len(node.values) > 1]
    values = [head.value for head in heads if isinstance(head, ast.Constant) and isinstance(head.value, str)]
    return {value[:-1] for value in values if re.fullmatch(r"[a-z]+\.", value)}


def calls() -> Iterator[tuple[str, frozenset[str]]]:
    """Return each key that is told as it stands, with the values filled in there."""
    for node in trees():
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in TELLERS):
            continue
        first = node.args[0] if node.args else None
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            yield first.value, frozenset(keyword.arg for keyword in node.keywords if keyword.arg)


def test_every_key_in_the_code_stands_in_the_table() -> None:
    assert literal_keys() - set(ASKED) == set()


def test_every_key_of_the_table_stands_in_the_code() -> None:
    named = {key for key in ASKED if key.split(".")[0] not in GROUPS}
    assert named - literal_keys() == set()


def test_the_code_puts_together_keys_of_known_groups_alone() -> None:
    assert built_groups() == GROUPS


def test_the_values_of_the_table_are_those_of_the_code() -> None:
    assert {(key, values) for key, values in calls() if ASKED.get(key) != values} == set()


def test_the_buttons_for_moving_about_stand_in_the_table() -> None:
    navs = [node for node in trees() if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "_nav"]
    verbs = {arg.value for nav in navs for arg in nav.args if isinstance(arg, ast.Constant)}
    assert verbs
    assert verbs <= set(BUTTONS)
