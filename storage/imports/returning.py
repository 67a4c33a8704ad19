"""Rows of our own exports that come back: what somebody corrected or decided, and where somebody else was quicker.

Law of this file: a cell that says what was exported is no edit, nor is an empty one or the apostrophe before a formula;
what was changed here since the export is never overwritten, it is shown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from storage import changing
from storage.changing import Hand
from storage.contributions import ids_of
from storage.imports import decisions
from storage.imports.corrections import Correction, Value, plain
from storage.imports.rows import IntakeRow
from storage.labels import german_labels
from storage.listing import Listed, list_of
from storage.models import Contribution, DeskChange, Snapshot
from storage.models.labels import FIELD, KIND, TOPIC
from storage.reviews import Outcome

# What can be corrected in a file.
COLUMNS = ("text", "field", "kind", "topics", "district", "language", "translation")
ACTION = "file_corrected"
_KEPT_AS = {"text": "redacted_text"}
_TAGGED = {"field": FIELD, "kind": KIND}

# Whether somebody may change a contribution of this field.
MayChange = Callable[[str | None], bool]
# Decides on a contribution, by number, status and reason, and corrects columns and tags in the same deed.
Decide = Callable[[Connection, str, str, str | None, Hand, Mapping[str, Any], changing.Tags], Outcome]


@dataclass(frozen=True, slots=True)
class Returned:
    """What came back: cells that differ, how many rows say what is here, and numbers that are not."""

    corrections: tuple[Correction, ...] = ()
    same: int = 0
    strange: tuple[str, ...] = ()

    @property
    def edits(self) -> list[Correction]:
        """Those that can be made."""
        return [each for each in self.corrections if not each.reason]

    @property
    def decisions(self) -> int:
        """How many of them are decisions."""
        return sum(each.column in decisions.COLUMNS for each in self.edits)

    @property
    def conflicts(self) -> list[Correction]:
        """Those that can't."""
        return [each for each in self.corrections if each.reason]


def compare(
    connection: Connection, rows: Iterable[IntakeRow], *, known: Mapping[str, Collection[str]], may: MayChange
) -> Returned:
    """Return what the rows of an export say now; `known` are the values of columns that have a list of them."""
    ours = {row.number: row for row in rows if row.number is not None}
    ids = ids_of(connection, list(ours))
    here = {each.number: each for each in list_of(connection, sorted(ids.values()))}
    changes = _changes(connection, ids)
    cut_offs = _cut_offs(connection, {row.snapshot for row in ours.values() if row.snapshot})
    found: list[Correction] = []
    for number, listed in here.items():
        row = ours[number]
        since = _since(changes.get(number, ()), cut_offs.get(row.snapshot or 0))
        decided = decisions.decision(row, listed)
        cells = [*_differing(row, listed), *([] if decided is None else [decided])]
        found += [_judged(each, listed.field, known, may, since) for each in cells]
    touched = {each.number for each in found}
    return Returned(tuple(found), len(here) - len(touched), tuple(sorted(set(ours) - set(here))))


def correct(connection: Connection, edits: Sequence[Correction], hand: Hand, decide: Decide) -> int:
    """Make the corrections in one deed, one change for each contribution, and return how many these were."""
    by_number: dict[str, list[Correction]] = defaultdict(list)
    for each in edits:
        by_number[each.number].append(each)
    done = 0
    for number, cells in by_number.items():
        corrected = [each for each in cells if each.column in COLUMNS]
        decided = next((each for each in cells if each.column in decisions.COLUMNS), None)
        values, tags = _values(corrected, hand), _tags(corrected)
        if decided is None:
            outcome = changing.change(connection, number, hand, ACTION, values=values, tags=tags)
        else:
            status, reason = _decision(connection, decided)
            outcome = decide(connection, number, status, reason, hand, values, tags)
        done += outcome is Outcome.DECIDED
    return done


def _decision(connection: Connection, cell: Correction) -> tuple[str, str | None]:
    if cell.column == decisions.STATUS:
        return str(cell.then), cell.words or None
    status = select(Contribution.status).where(Contribution.number == cell.number)
    return connection.execute(status).scalar_one(), str(cell.then)


def _differing(row: IntakeRow, listed: Listed) -> Iterator[Correction]:
    for column in COLUMNS:
        then = row.redacted_text if column == "text" else getattr(row, column)
        now = getattr(listed, column) or ""
        if then and column in row.said and plain(then) != plain(now) and not _is_shortened(then, now):
            yield Correction(listed.number, column, now, then)


def _judged(
    each: Correction,
    field_: str | None,
    known: Mapping[str, Collection[str]],
    may: MayChange,
    since: Collection[str] | None,
) -> Correction:
    values = each.then if isinstance(each.then, tuple) else (each.then,)
    if not may(field_):
        reason = "foreign"
    elif each.reason:
        reason = each.reason
    elif each.column in known and not set(values) <= set(known[each.column]):
        reason = "unknown"
    elif since is None:
        reason = "undated"
    else:
        reason = "changed" if each.column in since else ""
    return replace(each, reason=reason)


def _is_shortened(then: Value, now: Value) -> bool:
    note: str = german_labels().workbook["shortened"]
    return isinstance(then, str) and then.endswith(note.strip()) and str(now).startswith(then[: -len(note)])


def _changes(connection: Connection, ids: Mapping[str, int]) -> dict[str, list[tuple[datetime, frozenset[str]]]]:
    """Return for each number when which columns were changed at the desk or by its author."""
    numbers = {row_id: number for number, row_id in ids.items()}
    query = select(DeskChange.contribution_id, DeskChange.at, DeskChange.before, DeskChange.tags_before)
    named = {kept: name for name, kept in _KEPT_AS.items()} | {TOPIC: "topics"}
    found: dict[str, list[tuple[datetime, frozenset[str]]]] = defaultdict(list)
    for row_id, at, before, tags in connection.execute(query.where(DeskChange.contribution_id.in_(numbers))):
        found[numbers[row_id]].append((at, frozenset(named.get(name, name) for name in (*before, *tags))))
    changed = select(Contribution.id, Contribution.analysed_at, Contribution.decided_at)
    for row_id, *moments in connection.execute(changed.where(Contribution.id.in_(numbers))):
        touched = zip(moments, (COLUMNS, decisions.COLUMNS), strict=True)
        found[numbers[row_id]] += [(at, frozenset(columns)) for at, columns in touched if at is not None]
    return found


def _since(changes: Iterable[tuple[datetime, frozenset[str]]], cut_off: datetime | None) -> frozenset[str] | None:
    """Return which columns were changed here since the export; None for a file without the number of its snapshot."""
    if cut_off is None:
        return None
    return frozenset().union(*(columns for at, columns in changes if at > cut_off))


def _cut_offs(connection: Connection, numbers: Collection[int]) -> dict[int, datetime]:
    query = select(Snapshot.id, Snapshot.cut_off).where(Snapshot.id.in_(numbers))
    return {row.id: row.cut_off for row in connection.execute(query)}


def _values(cells: Iterable[Correction], hand: Hand) -> dict[str, Any]:
    values: dict[str, Any] = {_KEPT_AS.get(each.column, each.column): each.then for each in cells}
    values.pop("topics", None)
    if "redacted_text" in values:
        values["confirmed_at"] = hand.now
    if "translation" in values:
        values |= {"translated_by": hand.actor.name, "translation_source": "person"}
    return values


def _tags(cells: Iterable[Correction]) -> dict[str, Sequence[str]]:
    tags: dict[str, Sequence[str]] = {}
    for each in cells:
        if each.column == "topics":
            tags[TOPIC] = each.then if isinstance(each.then, tuple) else (each.then,)
        elif each.column in _TAGGED:
            tags[_TAGGED[each.column]] = (str(each.then),)
    return tags
