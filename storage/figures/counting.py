"""Counting contributions by rules that are written down beside each figure (`labels.toml`, values.rule).

Law of this file: every contribution is counted once and in one state; tables hold valid ones alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, func, select

from storage.city import day_of
from storage.counts import Happening, totals
from storage.figures.hiding import hidden
from storage.models import Citizen, Contribution, Reaction
from storage.models.contribution import ANSWERED, MERGED, RECEIVED, REJECTED, RELEASED, WITHDRAWN
from storage.models.labels import DEFECT, EMERGENCY
from storage.models.reactions import AGREED
from storage.worklist import Wanted, conditions

VALID = (RECEIVED, RELEASED, ANSWERED)
# Kept apart from words on the strategy.
APART = (DEFECT, EMERGENCY)
# The numbers that stand beside each figure, in the order in which they are read.
COUNTS = ("received", "withdrawn", "rejected", "merged", "apart", "valid", "supports", "workshop_notes")
WORKSHOP = "workshop"
_PLAIN_TABLES = ("field", "kind", "district", "language", "channel")
_PERSONAL_TABLES = ("perspective",)

Rows = list[list[Any]]


@dataclass(frozen=True, slots=True)
class Figures:
    """What was counted: `counts` by COUNTS, `tables` of rows by name; None in a row is a hidden cell."""

    counts: Mapping[str, int]
    tables: Mapping[str, Rows] = field(hash=False)


@dataclass(slots=True)
class _Tally:
    """The one walk through the rows."""

    ids: list[int] = field(default_factory=list)
    states: Counter[str] = field(default_factory=Counter)
    tables: dict[str, Counter[Any]] = field(default_factory=dict)
    weeks: Counter[tuple[date, str]] = field(default_factory=Counter)


def count(connection: Connection, wanted: Wanted, *, now: datetime) -> tuple[Figures, list[int]]:
    """Count what is wanted and was there at `now`; return the figures and the ids they were counted from."""
    chosen = and_(Contribution.created_at <= now, *conditions(connection, wanted))
    tally = _walk(connection, chosen)
    valid = and_(chosen, _is_valid())
    tables = {name: _sorted(tally.tables.get(name, Counter())) for name in (*_PLAIN_TABLES, "status")}
    tables["weeks"] = [[week.isoformat(), name, number] for (week, name), number in sorted(tally.weeks.items())]
    tables |= {name: _of_people(connection, name, valid) for name in _PERSONAL_TABLES}
    tables |= {f"lives_{name}": _of_persons(connection, name, valid) for name in ("district", "age_band")}
    tables |= _dialogues(connection, wanted, now)
    return Figures(_counts(connection, tally, valid), tables), tally.ids


def _is_valid() -> ColumnElement[bool]:
    kept_apart = func.coalesce(Contribution.kind, "").in_(APART)
    return and_(Contribution.status.in_(VALID), ~kept_apart)


def _walk(connection: Connection, chosen: ColumnElement[bool]) -> _Tally:
    names = ("id", "status", "created_at", "workshop_id", *_PLAIN_TABLES)
    query = select(*(Contribution.__table__.c[name] for name in names)).where(chosen).order_by(Contribution.id)
    tally = _Tally(tables={name: Counter() for name in (*_PLAIN_TABLES, "status")})
    for row in connection.execute(query.with_hint(Contribution, "INDEXED BY ix_contribution_by_arrival", "sqlite")):
        tally.ids.append(row.id)
        is_apart = row.status in VALID and row.kind in APART
        tally.states["apart" if is_apart else row.status] += 1
        tally.tables["status"][row.status] += 1
        if row.status in VALID and not is_apart:
            _add(tally, row)
    return tally


def _add(tally: _Tally, row: Any) -> None:
    for name in _PLAIN_TABLES:
        tally.tables[name][getattr(row, name) or "none"] += 1
    tally.weeks[week_of(row.created_at), row.field or "none"] += 1
    if row.workshop_id is not None or row.channel == WORKSHOP:
        tally.states["workshop_notes"] += 1


def week_of(moment: datetime) -> date:
    """Return the Monday of a moment's week by the city's calendar."""
    day = day_of(moment)
    return day - timedelta(days=day.weekday())


def _counts(connection: Connection, tally: _Tally, valid: ColumnElement[bool]) -> dict[str, int]:
    state = tally.states
    numbers = {
        "received": len(tally.ids),
        "withdrawn": state[WITHDRAWN],
        "rejected": state[REJECTED],
        "merged": state[MERGED],
        "apart": state["apart"],
        "valid": sum(state[each] for each in VALID),
        "supports": _supports(connection, valid),
        "workshop_notes": state["workshop_notes"],
    }
    return {name: numbers[name] for name in COUNTS}


def _supports(connection: Connection, valid: ColumnElement[bool]) -> int:
    """Count who means the same as a valid contribution or as one merged into it: each person once for each."""
    target = func.coalesce(Contribution.merged_into_id, Contribution.id).label("target")
    counted = select(Contribution.id).where(valid)
    votes = select(target, Reaction.citizen_id, func.count().label("votes"))
    votes = votes.join(Contribution, Contribution.id == Reaction.contribution_id)
    votes = votes.where(Reaction.value == AGREED, target.in_(counted)).group_by(target, Reaction.citizen_id)
    each = votes.subquery()
    once = case((each.c.citizen_id.is_(None), each.c.votes), else_=1)
    return int(connection.scalar(select(func.sum(once))) or 0)


def _of_people(connection: Connection, name: str, valid: ColumnElement[bool]) -> Rows:
    """Count contributions by what their authors said of themselves."""
    said = func.coalesce(Citizen.__table__.c[name], "none")
    query = select(said, func.count()).select_from(Contribution)
    query = query.outerjoin(Citizen, Citizen.id == Contribution.citizen_id).where(valid).group_by(said)
    return _sorted(_hidden({row[0]: row[1] for row in connection.execute(query)}))


def _of_persons(connection: Connection, name: str, valid: ColumnElement[bool]) -> Rows:
    """Count authors, each once, by where they live or how old they are, as far as they said so."""
    said = Citizen.__table__.c[name]
    query = select(said, func.count(func.distinct(Citizen.id))).join(
        Contribution, Contribution.citizen_id == Citizen.id
    )
    rows = connection.execute(query.where(valid, said.is_not(None)).group_by(said))
    return _sorted(_hidden({row[0]: row[1] for row in rows}))


def _hidden(cells: Mapping[str, int]) -> dict[str, int | None]:
    return hidden(cells)


def _dialogues(connection: Connection, wanted: Wanted, now: datetime) -> dict[str, Rows]:
    """Return how often each step was asked and each dialogue sent; of the filter only fields and days apply."""
    until = min(wanted.until, now.date()) if wanted.until else now.date()
    found = totals(connection, since=wanted.since, until=until)
    named = wanted.equal.get("field", frozenset())
    kept = {what: number for what, number in found.items() if not named or what.dialogue in named}
    return {"asked": _happened(kept, "asked"), "sent": _happened(kept, "sent")}


def _happened(found: Mapping[Happening, int], name: str) -> Rows:
    return sorted([what.dialogue, what.step, number] for what, number in found.items() if what.name == name)


def _sorted(cells: Mapping[Any, int | None]) -> Rows:
    """Return rows, the largest number first, hidden ones last, equal ones by name."""
    pairs: Iterable[tuple[Any, int | None]] = cells.items()
    return [[name, number] for name, number in sorted(pairs, key=lambda pair: (-(pair[1] or 0), str(pair[0])))]
