"""Themes as staff shape them: renamed, moved between, merged, split; and what a new count makes of them.

Law of this file: what staff did by hand survives a new count; each deed writes down what was there before, and the last
one can be undone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from storage.audits import Actor, note_deed
from storage.consents import publishable
from storage.figures.counting import VALID
from storage.models import Contribution, Theme, ThemeChange, ThemeMember, ThemeRefusal
from storage.upsert import insert_new

_KEPT = ("id", "field", "name", "summary", "named_by_staff")


@dataclass(frozen=True, slots=True)
class Listed:
    """A theme with the number of its contributions."""

    id: int
    field: str | None
    name: str
    number: int


@dataclass(frozen=True, slots=True)
class Member:
    """A contribution of a theme. `is_public` says whether it may be quoted outside."""

    id: int
    number: str
    text: str
    quoted: bool
    by_hand: bool
    is_public: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """A theme as a new count starts from it: its middle, and who was put in or taken out by hand."""

    id: int
    middle: bytes | None
    fixed: tuple[int, ...]
    banned: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A theme as a new count found it; `id` is None for a new one."""

    id: int | None
    name: str
    members: tuple[int, ...]
    quotes: tuple[int, ...]
    middle: bytes


def themes(connection: Connection) -> list[Listed]:
    """Return all themes, the largest of each field first."""
    number = func.count(ThemeMember.contribution_id)
    query = select(Theme.id, Theme.field, Theme.name, number).outerjoin(ThemeMember, ThemeMember.theme_id == Theme.id)
    rows = connection.execute(query.group_by(Theme.id, Theme.field, Theme.name).order_by(number.desc(), Theme.id))
    return [Listed(*row) for row in rows]


def members(connection: Connection, theme: int, *, limit: int = 200) -> list[Member]:
    """Return the contributions of a theme, those that represent it first, redacted."""
    names = (Contribution.id, Contribution.number, func.coalesce(Contribution.redacted_text, ""))
    query: Any = select(*names, ThemeMember.quoted, ThemeMember.by_hand, publishable().label("is_public"))
    query = query.join(ThemeMember, ThemeMember.contribution_id == Contribution.id)
    query = query.where(ThemeMember.theme_id == theme).order_by(ThemeMember.quoted.desc(), Contribution.id).limit(limit)
    return [Member(*row[:3], *(bool(each) for each in row[3:])) for row in connection.execute(query)]


def gather(
    connection: Connection,
    field: str,
    name: str,
    chosen: Collection[int],
    actor: Actor,
    *,
    now: datetime,
    quotes: Collection[int] = (),
) -> int:
    """Make a theme of these contributions by hand, and return its number."""
    row = {"field": field, "name": name, "created_at": now, "named_by_staff": True}
    made = connection.execute(insert(Theme).values(**row).returning(Theme.id)).scalar_one()
    _remember(connection, "theme_made", [], actor, now, made=[made])
    _put(connection, made, sorted(chosen), quotes=quotes, by_hand=True)
    return made


def rename(connection: Connection, theme: int, name: str, actor: Actor, *, now: datetime) -> bool:
    """Give a theme a name that stays; False when there is no such theme."""
    if not _exists(connection, theme):
        return False
    _remember(connection, "theme_renamed", [theme], actor, now)
    connection.execute(update(Theme).where(Theme.id == theme).values(name=name, named_by_staff=True))
    return True


def merge(connection: Connection, theme: int, into: int, actor: Actor, *, now: datetime) -> bool:
    """Put all contributions of a theme into another one and end it; False when there are no such two."""
    if theme == into or not (_exists(connection, theme) and _exists(connection, into)):
        return False
    _remember(connection, "theme_merged", [theme, into], actor, now)
    _put(connection, into, _ids(connection, theme), by_hand=True)
    connection.execute(delete(Theme).where(Theme.id == theme))
    return True


def move(
    connection: Connection, theme: int, into: int, chosen: Collection[int], actor: Actor, *, now: datetime
) -> bool:
    """Move some contributions of a theme to another one; False when there are no such two."""
    if theme == into or not (_exists(connection, theme) and _exists(connection, into)):
        return False
    _remember(connection, "theme_moved", [theme, into], actor, now)
    _move(connection, theme, into, chosen)
    return True


def split(
    connection: Connection, theme: int, name: str, chosen: Collection[int], actor: Actor, *, now: datetime
) -> bool:
    """Make a new theme of some contributions of a theme; False when there is no such theme or nothing was chosen."""
    field = connection.execute(select(Theme.field).where(Theme.id == theme)).one_or_none()
    if field is None or not set(chosen) & set(_ids(connection, theme)):
        return False
    row = {"field": field[0], "name": name, "created_at": now, "named_by_staff": True}
    made = connection.execute(insert(Theme).values(**row).returning(Theme.id)).scalar_one()
    _remember(connection, "theme_split", [theme], actor, now, made=[made])
    _move(connection, theme, made, chosen)
    return True


def take_out(connection: Connection, theme: int, chosen: Collection[int], actor: Actor, *, now: datetime) -> bool:
    """Take contributions out of a theme for good; False when there is no such theme."""
    if not _exists(connection, theme):
        return False
    _remember(connection, "theme_left", [theme], actor, now)
    _refuse(connection, theme, set(chosen) & set(_ids(connection, theme)))
    return True


def standing(connection: Connection, field: str) -> list[Standing]:
    """Return the themes of a field for a new count."""
    fixed, banned = defaultdict(list), defaultdict(list)
    for row in connection.execute(select(ThemeMember.theme_id, ThemeMember.contribution_id).where(ThemeMember.by_hand)):
        fixed[row[0]].append(row[1])
    for row in connection.execute(select(ThemeRefusal.theme_id, ThemeRefusal.contribution_id)):
        banned[row[0]].append(row[1])
    rows = connection.execute(select(Theme.id, Theme.middle).where(Theme.field == field).order_by(Theme.id))
    return [Standing(row.id, row.middle, tuple(fixed[row.id]), tuple(banned[row.id])) for row in rows]


def candidates(connection: Connection, field: str) -> list[tuple[int, str, str | None, bytes]]:
    """Return id, redacted text, district and vector of a field's valid contributions that have been analysed."""
    names = (Contribution.id, Contribution.redacted_text, Contribution.district, Contribution.embedding)
    query = select(*names).where(Contribution.field == field, Contribution.status.in_(VALID))
    query = query.where(Contribution.embedding.is_not(None), Contribution.redacted_text.is_not(None))
    return [
        (row[0], row[1] or "", row[2], row[3] or b"") for row in connection.execute(query.order_by(Contribution.id))
    ]


def keep(connection: Connection, field: str, found: Sequence[Found], actor: Actor, *, now: datetime) -> None:
    """Write what a new count found: names that staff gave and members they put in stay."""
    before = [each.id for each in standing(connection, field)]
    kept = [each for each in found if each.id is None or each.id in before]
    made = [(each, each.id or _new(connection, field, each, now)) for each in kept]
    new = [theme for each, theme in made if each.id is None]
    _remember(connection, "themes_counted", before, actor, now, made=new)
    connection.execute(delete(ThemeMember).where(ThemeMember.theme_id.in_(before), ~ThemeMember.by_hand))
    for each, theme in made:
        named = update(Theme).where(Theme.id == theme, ~Theme.named_by_staff)
        connection.execute(named.values(name=each.name or Theme.name))
        connection.execute(update(Theme).where(Theme.id == theme).values(middle=each.middle))
        _put(connection, theme, each.members, quotes=each.quotes)


def last_change(connection: Connection) -> tuple[int, str] | None:
    """Return number and name of the last deed that was not undone."""
    query = select(ThemeChange.id, ThemeChange.action).where(ThemeChange.undone_at.is_(None))
    row = connection.execute(query.order_by(ThemeChange.id.desc()).limit(1)).one_or_none()
    return None if row is None else (row.id, row.action)


def undo(connection: Connection, change: int, actor: Actor, *, now: datetime) -> bool:
    """Put back what was there before the last deed; False when another one came since."""
    last = last_change(connection)
    if last is None or last[0] != change:
        return False
    before = connection.execute(select(ThemeChange.before).where(ThemeChange.id == change)).scalar_one()
    connection.execute(delete(Theme).where(Theme.id.in_(before["made"])))
    touched = [row["id"] for row in before["themes"]]
    for table in (ThemeMember, ThemeRefusal):
        connection.execute(delete(table).where(table.theme_id.in_(touched)))
    for row in before["themes"]:
        _put_back(connection, row, now)
    left = set(
        connection.scalars(select(Contribution.id).where(Contribution.id.in_({row[1] for row in before["members"]})))
    )
    names = ("theme_id", "contribution_id", "quoted", "by_hand")
    rows = [dict(zip(names, row, strict=True)) for row in before["members"] if row[1] in left]
    insert_new(connection, ThemeMember, rows, unique=names[:2])
    refused = [dict(zip(names, row, strict=False)) for row in before["refusals"] if _is_there(connection, row[1])]
    insert_new(connection, ThemeRefusal, refused, unique=names[:2])
    connection.execute(update(ThemeChange).where(ThemeChange.id == change).values(undone_at=now))
    note_deed(connection, actor, "undone", f"theme_change:{change}", now=now)
    return True


def _put_back(connection: Connection, row: dict[str, Any], now: datetime) -> None:
    insert_new(connection, Theme, [row | {"created_at": now}], unique=("id",))
    connection.execute(update(Theme).where(Theme.id == row["id"]).values(**row))


def _remember(
    connection: Connection,
    action: str,
    touched: Sequence[int],
    actor: Actor,
    now: datetime,
    *,
    made: Sequence[int] = (),
) -> None:
    rows = connection.execute(select(*(Theme.__table__.c[name] for name in _KEPT)).where(Theme.id.in_(touched)))
    before: dict[str, Any] = {"made": list(made), "themes": [dict(row._mapping) for row in rows]}
    columns = (ThemeMember.theme_id, ThemeMember.contribution_id, ThemeMember.quoted, ThemeMember.by_hand)
    found = connection.execute(select(*columns).where(ThemeMember.theme_id.in_(touched)))
    before["members"] = [list(row) for row in found]
    refused = select(ThemeRefusal.theme_id, ThemeRefusal.contribution_id).where(ThemeRefusal.theme_id.in_(touched))
    before["refusals"] = [list(row) for row in connection.execute(refused)]
    row = {"at": now, "action": action, "before": before}
    change = connection.execute(insert(ThemeChange).values(**row).returning(ThemeChange.id)).scalar_one()
    note_deed(connection, actor, action, f"theme_change:{change}", now=now, detail={"themes": [*touched, *made]})


def _new(connection: Connection, field: str, found: Found, now: datetime) -> int:
    row = {"field": field, "name": found.name, "created_at": now}
    return connection.execute(insert(Theme).values(**row).returning(Theme.id)).scalar_one()


def _exists(connection: Connection, theme: int) -> bool:
    return connection.scalar(select(Theme.id).where(Theme.id == theme)) is not None


def _is_there(connection: Connection, contribution: int) -> bool:
    return connection.scalar(select(Contribution.id).where(Contribution.id == contribution)) is not None


def _ids(connection: Connection, theme: int) -> list[int]:
    return list(connection.scalars(select(ThemeMember.contribution_id).where(ThemeMember.theme_id == theme)))


def _put(
    connection: Connection, theme: int, ids: Iterable[int], *, quotes: Collection[int] = (), by_hand: bool = False
) -> None:
    rows = [{"theme_id": theme, "contribution_id": each, "quoted": each in quotes, "by_hand": by_hand} for each in ids]
    insert_new(connection, ThemeMember, rows, unique=("theme_id", "contribution_id"))


def _move(connection: Connection, theme: int, into: int, chosen: Collection[int]) -> None:
    moved = set(chosen) & set(_ids(connection, theme))
    _refuse(connection, theme, moved)
    ours = (ThemeRefusal.theme_id == into, ThemeRefusal.contribution_id.in_(moved))
    connection.execute(delete(ThemeRefusal).where(*ours))
    _put(connection, into, sorted(moved), by_hand=True)


def _refuse(connection: Connection, theme: int, ids: Collection[int]) -> None:
    of_it = (ThemeMember.theme_id == theme, ThemeMember.contribution_id.in_(ids))
    connection.execute(delete(ThemeMember).where(*of_it))
    rows = [{"theme_id": theme, "contribution_id": each} for each in sorted(ids)]
    insert_new(connection, ThemeRefusal, rows, unique=("theme_id", "contribution_id"))
