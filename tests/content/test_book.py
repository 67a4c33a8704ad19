"""The book that comes with the program loads and checks; a broken one says what to change, all at once."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.book import CONTENT, BrokenBook, load_book
from bot.dialogue.check import Mistake
from bot.dialogue.model import Ask, Attach, Choose, Confirm, Group, Length, Locate, Role
from tests.books import whole_book

TOPICS = {
    "citizens": "digital_skills lifelong_learning seniors_assistance inclusion volunteering language_arriving",
    "living": "neighbourhood safety health_care culture_leisure sport housing",
    "environment": "flood disaster_warning energy_heat waste_cleanliness green_climate air_noise_water",
    "mobility": (
        "public_transport cycling walking_stairs car_parking_charging signals_flow barrier_free sharing_autonomous"
    ),
    "administration": "online_services clear_information participation open_data defect_reporting privacy_security",
    "economy": "retail_centre services_crafts startups work_training circular networks",
    "learning": "devices_wifi learning_platform lessons_support media_skills learning_places",
    "quarters": "meeting_points safe_places sport_play cleanliness ways",
    "climate": "school_energy school_way waste_canteen green_heat taking_part",
}
COMMON = {
    "message": Ask,
    "problem": Ask,
    "idea": Ask,
    "topic": Choose,
    "place": Locate,
    "benefit": Ask,
    "photo": Attach,
    "confirm": Confirm,
}


def test_the_book_holds_six_fields_and_three_school_topics() -> None:
    book = whole_book()
    assert [dialogue.key for dialogue in book.group(Group.FIELD)] == list(TOPICS)[:6]
    assert [dialogue.key for dialogue in book.group(Group.SCHOOL)] == list(TOPICS)[6:]


@pytest.mark.parametrize("key", TOPICS)
def test_every_dialogue_has_the_common_steps_and_some_of_its_own(key: str) -> None:
    dialogue = whole_book().dialogues[key]
    for step_id, kind in COMMON.items():
        assert isinstance(dialogue.step(step_id), kind), step_id
    own = [step for step in dialogue.steps if step.id not in COMMON]
    assert 1 <= len(own) <= 3
    assert all(isinstance(step, Ask | Choose) and step.role is Role.DETAIL for step in own)
    assert {step.id for step in dialogue.plan(Length.FULL)} == {step.id for step in dialogue.steps} - {"message"}


@pytest.mark.parametrize("key", TOPICS)
def test_topics_have_the_keys_that_tags_and_exports_use(key: str) -> None:
    topic = whole_book().dialogues[key].step("topic")
    assert isinstance(topic, Choose)
    assert set(topic.options) == set(TOPICS[key].split())


def test_no_two_dialogues_of_the_book_share_a_structure() -> None:
    book = whole_book()
    assert len({dialogue.revision for dialogue in book.dialogues.values()}) == len(book.dialogues)


def test_names_from_outside_win_over_those_of_the_book() -> None:
    book = load_book(names={"city": "Hagen"})
    assert book.names["city"] == "Hagen"
    assert book.names["bot"] == "Talstimme"
    assert book.texts.plain("de", "place.whole_city", **book.names) == "Ganz Hagen"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the content that a test may break."""
    return Path(shutil.copytree(CONTENT, tmp_path / "content"))


def change(file: Path, old: str, new: str) -> None:
    """Replace a piece of a file that has to be there."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def mistakes(folder: Path) -> list[str]:
    """Return what an editor is told about a broken folder."""
    with pytest.raises(BrokenBook) as caught:
        load_book(folder)
    assert str(caught.value).splitlines() == [str(mistake) for mistake in caught.value.mistakes]
    return [str(mistake) for mistake in caught.value.mistakes]


def found(folder: Path) -> tuple[Mistake, ...]:
    """Return the mistakes of a folder, none when it loads."""
    try:
        load_book(folder)
    except BrokenBook as error:
        return error.mistakes
    return ()


MOBILITY, GERMAN, ORDER = "dialogues/mobility.toml", "texts/de.toml", "book.toml"

BROKEN: dict[str, tuple[Callable[[Path], object], str]] = {
    "not TOML": (
        lambda folder: change(folder / MOBILITY, "[lengths]", "[lengths"),
        f"{MOBILITY}: This is not valid TOML: ",
    ),
    "a dialogue without file": (
        lambda folder: (folder / MOBILITY).unlink(),
        f"{MOBILITY}: This file is missing.",
    ),
    "a file without dialogue": (
        lambda folder: shutil.copy(folder / MOBILITY, folder / "dialogues/mobilty.toml"),
        "dialogues/mobilty.toml: book.toml names no such dialogue or language.",
    ),
    "a language without file": (
        lambda folder: (folder / "texts/de-du.toml").unlink(),
        "texts/de-du.toml: This file is missing, but book.toml names the language “de-du”.",
    ),
    "a file without language": (
        lambda folder: shutil.copy(folder / "texts/de-du.toml", folder / "texts/nl.toml"),
        "texts/nl.toml: book.toml names no such language.",
    ),
    "another key": (
        lambda folder: change(folder / MOBILITY, 'key = "mobility"', 'key = "mobil"'),
        f"{MOBILITY}: “key” in [dialogue] has to be “mobility”, as the file is called.",
    ),
    "an unknown group": (
        lambda folder: change(folder / MOBILITY, 'group = "field"', 'group = "feld"'),
        f"{MOBILITY}: “group” in [dialogue] has to be one of field, school.",
    ),
    "an unknown kind of step": (
        lambda folder: change(folder / MOBILITY, 'kind = "locate"', 'kind = "place"'),
        f"{MOBILITY}, step place: “kind” has to be one of ask, choose, locate, attach, confirm.",
    ),
    "an unknown role": (
        lambda folder: change(folder / MOBILITY, 'role = "idea"', 'role = "ideas"'),
        f"{MOBILITY}, step idea: “role” has to be one of message, problem, idea",
    ),
    "a misspelt setting": (
        lambda folder: change(folder / MOBILITY, "thin_below", "thin_bellow"),
        f"{MOBILITY}, step message: “thin_bellow” is not known here; known are id, kind, role, thin_below.",
    ),
    "a word for a number": (
        lambda folder: change(folder / MOBILITY, "thin_below = 4", 'thin_below = "4"'),
        f"{MOBILITY}, step message: “thin_below” has to be a whole number.",
    ),
    "a step that is not there": (
        lambda folder: change(folder / MOBILITY, '"change", "photo"', '"chnage", "change", "photo"'),
        f"{MOBILITY}, step chnage: The length “full” names this step, but there is none with this id.",
    ),
    "a dead end": (
        lambda folder: change(folder / MOBILITY, 'one = ["message", "confirm"]', 'one = ["message"]'),
        f"{MOBILITY}, step message: The length “one” is a dead end",
    ),
    "a text that is a number": (
        lambda folder: change(folder / GERMAN, 'title = "**Ihr Beitrag**"', "title = 7"),
        f"{GERMAN}: “card.title” has to be a text in quotation marks.",
    ),
    "a missing text": (
        lambda folder: change(folder / GERMAN, 'title = "**Ihr Beitrag**"\n', ""),
        f"{GERMAN}: The text “card.title” is missing.",
    ),
    "a name that is a number": (
        lambda folder: change(folder / ORDER, 'bot = "Talstimme"', "bot = 7"),
        f"{ORDER}: “bot” in [names] has to be a text.",
    ),
    "a dialogue named twice": (
        lambda folder: change(folder / ORDER, '  "climate",\n', '  "climate",\n  "climate",\n'),
        f"{ORDER}: “climate” stands in “dialogues” more than once.",
    ),
    "no fallback language": (
        lambda folder: change(folder / ORDER, 'code = "de"\n', 'code = "en"\n'),
        f"{ORDER}: The language “de” is missing; every other one falls back to it.",
    ),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_book_says_what_to_change(folder: Path, broken: str) -> None:
    breaking, expected = BROKEN[broken]
    breaking(folder)
    lines = mistakes(folder)
    assert any(line.startswith(expected) for line in lines), lines


def test_mistakes_of_several_files_are_told_at_once(folder: Path) -> None:
    change(folder / MOBILITY, 'one = ["message", "confirm"]', 'one = ["message"]')
    change(folder / "dialogues/living.toml", 'kind = "attach"', 'kind = "photo"')
    change(folder / GERMAN, "{number} von {total}", "{number}")
    files = {line.split(":")[0].split(",")[0] for line in mistakes(folder)}
    assert files >= {MOBILITY, "dialogues/living.toml", GERMAN}


def test_another_folder_may_hold_other_dialogues(folder: Path) -> None:
    text = (folder / MOBILITY).read_text(encoding="utf-8").replace('key = "mobility"', 'key = "airport"')
    (folder / "dialogues/airport.toml").write_text(text, encoding="utf-8")
    change(folder / ORDER, '  "climate",\n', '  "climate",\n  "airport",\n')
    assert list(load_book(folder).dialogues)[-1] == "airport"


def test_a_language_is_laid_over_a_dialogue(folder: Path) -> None:
    overlay = '[text.problem]\nquestion = "Was hält dich auf?"\n'
    (folder / "dialogues/mobility.de-du.toml").write_text(overlay, encoding="utf-8")
    texts = load_book(folder).texts
    assert texts.plain("de-du", "mobility.problem.question") == "Was hält dich auf?"
    assert texts.plain("de-du", "mobility.problem.label") == texts.plain("de", "mobility.problem.label")


def test_the_revision_follows_the_structure_and_not_the_words(folder: Path) -> None:
    before = load_book(folder).dialogues["mobility"].revision
    change(folder / MOBILITY, 'name = "Smarte Mobilität"', 'name = "Unterwegs"')
    assert load_book(folder).dialogues["mobility"].revision == before
    change(folder / MOBILITY, "thin_below = 4", "thin_below = 5")
    assert load_book(folder).dialogues["mobility"].revision != before


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from([MOBILITY, GERMAN, ORDER]), st.integers(0), st.sampled_from(["", "7", "[]", '""', "x = 1", "{}"])
)
def test_whatever_an_editor_does_to_a_line_is_told_in_sentences(folder: Path, file: str, at: int, new: str) -> None:
    before = (folder / file).read_text(encoding="utf-8")
    lines = before.splitlines()
    line = lines[at % len(lines)]
    lines[at % len(lines)] = f"{line.split('=')[0]}= {new}" if "=" in line else new
    (folder / file).write_text("\n".join(lines), encoding="utf-8")
    told = found(folder)
    (folder / file).write_text(before, encoding="utf-8")
    assert all(mistake.file and mistake.sentence.endswith((".", "?")) for mistake in told)
