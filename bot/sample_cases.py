"""Sample contributions for a demo, in all the states a desk knows, decided by accounts of the demo itself.

Law of this file: they come in once, into an empty database; staff's deeds are done by the functions that staff use, so
that history, audit and undoing are those of a real desk. Tags, places and redactions come from the analyst, as always.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, select, update

from storage import announcements, answers, changing, notes, planning
from storage.announcements import Plan
from storage.audiences import ALL
from storage.audits import Actor
from storage.changing import Hand
from storage.citizens import NewCitizen, find_or_add
from storage.contributions import NewContribution, NewTag, add, ids_of
from storage.corrections import CITIZEN
from storage.figures import themes
from storage.models import Citizen, Contribution, Reaction
from storage.models.announcing import DRAFT, PROCESS
from storage.models.desk import ADMIN, STRATEGIST
from storage.models.labels import FIELD, KIND
from storage.models.reactions import AGREED
from storage.numbers import public_number
from storage.staff import Account

FILE = Path(__file__).parent / "content" / "demo.toml"
# The series of the demo's numbers: no citizen gets one of it.
_SERIES = "D"
_HOUR = timedelta(hours=1)
_KEPT = ("channel", "collector", "field", "kind", "district", "translation")
# What is seen by everybody at once, before the analyst has come by; the others wait for their redaction.
_READ = frozenset({"status", "into", "by", "translation"})


@dataclass(frozen=True, slots=True)
class Sample:
    """A row of `demo.toml` with its number."""

    number: str
    row: Mapping[str, Any] = field(hash=False)

    def came_at(self, now: datetime) -> datetime:
        """Return when it came in."""
        return now - timedelta(days=self.row["days"], hours=int(self.number[-1]))

    def decided_at(self, now: datetime) -> datetime:
        """Return when staff dealt with it: some hours to days after it came in."""
        return min(self.came_at(now) + timedelta(days=1 + self.row["days"] // 4), now - _HOUR)


def add_sample_cases(connection: Connection, team: Mapping[str, Account], *, now: datetime) -> int:
    """Fill an empty database with samples and return how many; `team` holds an account for each role."""
    if connection.scalar(select(Contribution.id).limit(1)) is not None:
        return 0
    told = tomllib.loads(FILE.read_text("utf-8"))
    rows = sorted(told["contribution"], key=lambda row: -row["days"])
    samples = [Sample(public_number(serial, _SERIES), row) for serial, row in enumerate(rows, 1)]
    people = _people(connection, samples, now)
    add(connection, [_new(each, people, now) for each in samples], now=now)
    _support(connection, samples, now)
    numbers = {each.row["key"]: each.number for each in samples if "key" in each.row}
    templates = {each.name: each for each in answers.templates(connection)}
    for each in samples:
        _deal_with(connection, each, team, numbers, templates, now)
    _gather(connection, samples, team[STRATEGIST], now)
    _announce(connection, told["announcement"], team[ADMIN].name, now)
    return len(samples)


def _new(sample: Sample, people: Mapping[str, Any], now: datetime) -> NewContribution:
    row = sample.row
    kept = {name: row[name] for name in _KEPT if name in row}
    return NewContribution(
        number=sample.number,
        text=row["text"],
        redacted_text=row["text"] if _READ & row.keys() else None,
        language=row.get("language", "de"),
        translation_source="person" if "translation" in row else None,
        citizen_id=people[sample.number].id if sample.number in people else None,
        draft=sample.number,
        publishing="1",
        created_at=sample.came_at(now),
        tags=[NewTag(name, row[name], CITIZEN) for name in (FIELD, KIND) if name in row],
        **kept,
    )


def _people(connection: Connection, samples: Sequence[Sample], now: datetime) -> Mapping[str, Any]:
    """Return authors, by the number of what they wrote; each is told in their language."""
    wanted = {each.number: each.row["speaks"] for each in samples if "speaks" in each.row}
    new = [NewCitizen(f"demo:{number}", "web", "demo", f"demo:{number}") for number in wanted]
    found = find_or_add(connection, new, now=now)
    for number, language in wanted.items():
        spoken = update(Citizen).where(Citizen.key == f"demo:{number}")
        connection.execute(spoken.values(language=language))
    return {number: found[f"demo:{number}"] for number in wanted}


def _support(connection: Connection, samples: Sequence[Sample], now: datetime) -> None:
    ids = ids_of(connection, [each.number for each in samples])
    rows = [
        {"contribution_id": ids[each.number], "citizen_id": None, "value": AGREED, "created_at": each.decided_at(now)}
        for each in samples
        for _ in range(each.row.get("supports", 0))
    ]
    connection.execute(insert(Reaction), rows)


def _deal_with(
    connection: Connection,
    sample: Sample,
    team: Mapping[str, Account],
    numbers: Mapping[str, str],
    templates: Mapping[str, answers.Template],
    now: datetime,
) -> None:
    """Do with a sample what its row says, as somebody of the demo's team."""
    row = sample.row
    account = team[row.get("by", "moderator")]
    actor = Actor(account.name, account.role)
    hand = Hand(actor, account.id, f"demo-{sample.number}", sample.decided_at(now))
    if "by" in row:
        back = (now + timedelta(days=row["follow_up"])).date() if "follow_up" in row else None
        values = {"assignee_id": account.id, "follow_up_on": back}
        changing.change(connection, sample.number, hand, "assigned", values=values)
    if "note" in row:
        notes.remark(connection, sample.number, notes.NOTE, row["note"], hand)
    if "into" in row:
        changing.merge(connection, sample.number, numbers[row["into"]], hand)
    if "status" in row:
        _decide(connection, sample, hand, templates.get(row.get("template", "")), now)


def _decide(
    connection: Connection, sample: Sample, hand: Hand, template: answers.Template | None, now: datetime
) -> None:
    row = sample.row
    reason = template.text() if template else row.get("reason")
    if "due" in row:
        due_at = now + timedelta(days=row["due"])
        planning.plan(connection, sample.number, row["status"], reason, hand, due_at=due_at)
        return
    changing.decide(connection, sample.number, row["status"], reason, hand)
    if reason:
        wanted = answers.languages_of(connection, sample.number)
        answers.note_reason(connection, sample.number, template.texts if template else {}, wanted, now=now)


def _gather(connection: Connection, samples: Sequence[Sample], strategist: Account, now: datetime) -> None:
    """Put samples into the themes that their rows name; the first of each speaks for it."""
    ids = ids_of(connection, [each.number for each in samples])
    found: dict[tuple[str, str], list[int]] = {}
    for each in samples:
        if "theme" in each.row:
            found.setdefault((each.row["field"], each.row["theme"]), []).append(ids[each.number])
    actor = Actor(strategist.name, strategist.role)
    for (key, name), members in found.items():
        themes.gather(connection, key, name, members, actor, now=now, quotes=members[:1])


def _announce(connection: Connection, row: Mapping[str, Any], by: str, now: datetime) -> None:
    """Leave an announcement to be finished."""
    due_at = now + timedelta(days=row["due"])
    plan = Plan(row["title"], row["texts"], (ALL,), PROCESS, due_at, status=DRAFT)
    announcements.add(connection, plan, by=by, now=now)
