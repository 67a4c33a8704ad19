"""Documentation that cannot lie: what it names must be there, by the same name."""

from __future__ import annotations

import ast
import importlib
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import typer

from bot.config import PREFIX, Settings
from tests.docs.pages import ROOT, Page, commands, page, pages, table, targets

# What the pages name although it is made only when the program is set up or runs.
_MADE_LATER = (".venv", ".demo", "secrets.toml", "backups", "talstimme.sqlite3")
_PACKAGES = ("bot", "desk", "nlp", "storage", "tests")
_FOLDERS = (*_PACKAGES, "docs", "deploy", ".ci")
_SECTIONS = "|".join(Settings.model_fields)

each_page = pytest.mark.parametrize("each", pages(), ids=lambda each: each.name)


@each_page
def test_every_command_exists_with_its_options(each: Page) -> None:
    """A reader can type every command and option that a page names."""
    assert [wrong for arguments in commands(each) if (wrong := _mistake(arguments))] == []


def _mistake(arguments: list[str]) -> str | None:
    command, left = _program(), list(arguments)
    context = typer.Context(command)
    while left:
        word = left.pop(0)
        subcommands = command.list_commands(context) if isinstance(command, typer.core.TyperGroup) else []
        options = {name: option for option in command.params for name in (*option.opts, *option.secondary_opts)}
        name, _, given = word.partition("=")
        if re.match(r"--?[a-z]", word):
            if name != "--help" and name not in options:
                return f"{' '.join(arguments)}: no option {name}"
            if name != "--help" and not given and not options[name].is_flag:
                left = left[1:]
        elif subcommands and word in subcommands:
            command = command.get_command(context, word)
        elif subcommands and word not in ("$@", ""):
            return f"{' '.join(arguments)}: no command {word}"
    return None


@cache
def _program() -> Any:
    from bot.cli.program import app

    return typer.main.get_command(app)


@each_page
def test_every_make_target_exists(each: Page) -> None:
    """Every `make …` on a page can be made."""
    there = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    assert set(targets(each)) <= there


@each_page
def test_every_link_leads_somewhere(each: Page) -> None:
    """Links within the project end at a file, and at a heading where they name one."""
    assert [link for link in each.links() if not re.match(r"\w+:", link) and not _leads(each, link)] == []


def _leads(each: Page, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = (each.path.parent / path).resolve() if path else each.path
    if not target.exists():
        return False
    return not anchor or anchor in Page(target, target.read_text("utf-8")).anchors()


@each_page
def test_every_path_is_there(each: Page) -> None:
    """Files and folders of the project that a page names exist."""
    named = {code for code in each.inline() if re.fullmatch(rf"({'|'.join(map(re.escape, _FOLDERS))})/[\w./*-]*", code)}
    files = {code for code in each.inline() if re.fullmatch(r"[\w.-]+\.(toml|md|lock|service|py)", code)}
    missing = [path for path in sorted(named) if not list(ROOT.glob(path.rstrip("/")))]
    lost = [name for name in sorted(files) if name not in _MADE_LATER and not _is_known_name(name)]
    assert missing + lost == []


def _is_known_name(name: str) -> bool:
    return (ROOT / name).exists() or any(list((ROOT / folder).rglob(name)) for folder in _FOLDERS)


@each_page
def test_every_dotted_name_is_a_key_or_can_be_imported(each: Page) -> None:
    """`section.key` is a key of the configuration, a column of a table or a name in the program."""
    dotted = {code for code in each.inline() if re.fullmatch(r"[a-z_]+(\.\w+)+", code) and not _is_file(code)}
    heads = {*_PACKAGES, *Settings.model_fields}
    assert [name for name in sorted(dotted) if name.split(".")[0] in heads and not _is_known(name)] == []


def _is_file(code: str) -> bool:
    return code.endswith((".toml", ".md", ".py", ".sqlite3", ".lock", ".service"))


def _is_known(name: str) -> bool:
    section, _, key = name.partition(".")
    return key in _keys(section) or _imports(name)


def _keys(section: str) -> set[str]:
    field = Settings.model_fields.get(section)
    return set(getattr(field.annotation, "model_fields", ())) if field else set()


def _imports(name: str) -> bool:
    module, _, attribute = name.rpartition(".")
    try:
        return hasattr(importlib.import_module(module), attribute) or bool(importlib.import_module(name))
    except ModuleNotFoundError:
        return False


@each_page
def test_every_variable_sets_a_key(each: Page) -> None:
    """Every `TALSTIMME_…` on a page is a key of the configuration."""
    named = set(re.findall(rf"{PREFIX}([A-Z]+)__([A-Z_]+)\b", each.text))
    assert [(section, key) for section, key in sorted(named) if key.lower() not in _keys(section.lower())] == []


@each_page
def test_every_bracketed_key_is_a_key(each: Page) -> None:
    """`[section] key, key` names keys of that section."""
    for code in each.inline():
        if found := re.match(rf"\[({_SECTIONS})\] (.+)$", code):
            assert {key.split(" ")[0] for key in re.split(r",\s*", found[2])} <= _keys(found[1]), code


def test_the_configuration_file_and_its_table_name_the_same_keys_with_the_same_defaults() -> None:
    """config.toml, the program and the operator's table agree, in order."""
    file = tomllib.loads((ROOT / "config.toml").read_text("utf-8"))
    written = {f"{section}.{key}": value for section, keys in file.items() for key, value in keys.items()}
    rows = {row[0].strip("`"): row[1].strip("`") for row in table(page("docs/operating.md"), "key")}
    known = [f"{section}.{key}" for section in Settings.model_fields for key in _model_keys(section)]
    assert list(rows) == list(written) == known
    assert {key: tomllib.loads(f"value = {default}")["value"] for key, default in rows.items()} == written


def test_config_toml_holds_the_defaults_of_the_program() -> None:
    """An operator who deletes a line of config.toml changes nothing."""
    file = tomllib.loads((ROOT / "config.toml").read_text("utf-8"))
    assert Settings.model_validate(file) == Settings()


def _model_keys(section: str) -> list[str]:
    return list(getattr(Settings.model_fields[section].annotation, "model_fields", ()))


def test_every_sentence_of_the_table_of_troubles_is_said_by_the_program() -> None:
    """Who searches the page for what the program said finds it."""
    said = list(_sentences())
    rows = table(page("docs/operating.md"), "the sentence")
    told = [re.compile(".*".join(map(re.escape, row[0].strip("`").split("…"))), re.S) for row in rows]
    assert len(told) > 5
    assert [pattern.pattern for pattern in told if not any(pattern.search(sentence) for sentence in said)] == []


@cache
def _sentences() -> tuple[str, ...]:
    trees = (
        ast.parse(path.read_text("utf-8")) for folder in ("bot", "storage") for path in (ROOT / folder).rglob("*.py")
    )
    return tuple(
        _literal(node) for tree in trees for node in ast.walk(tree) if isinstance(node, ast.JoinedStr | ast.Constant)
    )


def _literal(node: ast.JoinedStr | ast.Constant) -> str:
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    text = "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in parts)
    return re.sub(r"%[\d.]*[sdfr]", "…", text)


def test_every_metric_of_the_operators_page_is_served() -> None:
    """The table of metrics and the program name the same ones."""
    from bot.web.health import HELP

    assert [row[0].strip("`") for row in table(page("docs/operating.md"), "metric")] == list(HELP)


def test_every_table_of_the_database_stands_in_the_architecture() -> None:
    """The page names each table once, and none that is not there."""
    from storage.models import Model

    named = [name for row in table(page("docs/architecture.md"), "table") for name in re.findall(r"`(\w+)`", row[0])]
    assert sorted(named) == sorted(Model.metadata.tables)


def test_every_word_of_the_glossary_is_used() -> None:
    """A word that the program does not use would explain nothing."""
    program = "\n".join(
        path.read_text("utf-8") for name in ("bot", "desk", "storage", "nlp") for path in (ROOT / name).rglob("*.py")
    )
    words = [
        word for row in table(page("docs/glossary.md"), "English") for word in re.findall(r"\*\*(.+?)\*\*", row[0])
    ]
    assert len(words) == len(set(words)) > 20
    assert [word for word in words if not re.search(rf"(?<![a-z]){word}", program, re.I)] == []


def test_the_unit_starts_the_program_as_the_page_installs_it() -> None:
    """Paths and account in the unit are those that the operator's page makes."""
    unit = dict(_settings((ROOT / "deploy/talstimme.service").read_text("utf-8")))
    text = page("docs/operating.md").text
    program, *arguments = unit["ExecStart"].split()
    assert _mistake(arguments) is None
    for path in (program, arguments[1], unit["EnvironmentFile"], unit["WorkingDirectory"]):
        assert path in text
    assert f"--home {unit['WorkingDirectory']} {unit['User']}" in text


def _settings(unit: str) -> Iterator[tuple[str, str]]:
    for line in unit.splitlines():
        name, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            yield name, value
