"""The page of themes: what belongs together, as counted and as staff shape it.

Law of this file: clustering runs beside the event loop and outside of any transaction; the deeds are storage's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

import numpy as np
from sqlalchemy import Connection
from starlette.responses import Response

from desk.doors import Door
from desk.rights import Right
from desk.visit import ROOT, Refused, Visit
from desk.words import choices_of
from nlp import themes as clustering
from nlp.themes import Floats
from storage.figures import themes
from storage.figures.themes import Found, Standing

THEMES = f"{ROOT}/themen"
_CONFLICT = 409
_LONGEST = 200


async def show(visit: Visit) -> Response:
    """List the themes by field."""
    found = await visit.desk.store.read(themes.themes)
    last = await visit.desk.store.read(themes.last_change)
    fields = {key: [each for each in found if each.field == key] for key in choices_of("field")}
    return visit.page("themes.html", fields=fields, last=last)


async def one(visit: Visit) -> Response:
    """Show a theme with its contributions."""
    found = await visit.desk.store.read(themes.themes)
    theme = next((each for each in found if each.id == visit.request.path_params["id"]), None)
    if theme is None:
        raise Refused(404, "missing")
    members = await visit.desk.store.read(themes.members, theme.id)
    others = [each for each in found if each.field == theme.field and each.id != theme.id]
    return visit.page("theme.html", theme=theme, members=members, others=others)


async def act(visit: Visit) -> Response:
    """Rename, merge, move, split or empty a theme."""
    done = await visit.desk.store.write(_act, visit, visit.request.path_params["id"])
    if not done:
        raise Refused(400, "incomplete")
    return visit.go(THEMES)


def _act(connection: Connection, visit: Visit, theme: int) -> bool:
    name, into = visit.typed("name")[:_LONGEST], _number(visit.typed("into"))
    chosen = [number for each in visit.picked("members") if (number := _number(each))]
    told = {"actor": visit.actor, "now": visit.now}
    match visit.typed("deed"):
        case "rename" if name:
            return themes.rename(connection, theme, name, **told)  # type: ignore[arg-type]
        case "merge" if into:
            return themes.merge(connection, theme, into, **told)  # type: ignore[arg-type]
        case "move" if into and chosen:
            return themes.move(connection, theme, into, chosen, **told)  # type: ignore[arg-type]
        case "split" if name and chosen:
            return themes.split(connection, theme, name, chosen, **told)  # type: ignore[arg-type]
        case "out" if chosen:
            return themes.take_out(connection, theme, chosen, **told)  # type: ignore[arg-type]
        case _:
            return False


def _number(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 16 else 0


async def count_anew(visit: Visit) -> Response:
    """Find the themes of a field anew."""
    field = visit.typed("field")
    if field not in choices_of("field"):
        raise Refused(400, "incomplete")
    rows = await visit.desk.store.read(themes.candidates, field)
    standing = await visit.desk.store.read(themes.standing, field)
    found = await asyncio.to_thread(cluster, rows, standing)
    await visit.desk.store.write(themes.keep, field, found, visit.actor, now=visit.now)
    return visit.go(THEMES)


def cluster(rows: Sequence[tuple[int, str, str | None, bytes]], standing: Sequence[Standing]) -> list[Found]:
    """Return the themes of these contributions; those there are keep their number.

    One that was made by hand has no middle yet: it gets that of its members.
    """
    members = [clustering.Member(row_id, text, district=district) for row_id, text, district, _ in rows]
    vectors = {row_id: np.frombuffer(vector, dtype=np.float16).astype(np.float32) for row_id, *_, vector in rows}
    seeds = [
        clustering.Seed(each.id, middle, each.fixed, each.banned)
        for each in standing
        if (middle := _middle(each, vectors)) is not None
    ]
    known = {seed.key for seed in seeds}
    found = clustering.find_themes(members, np.stack([*vectors.values()]), seeds) if vectors else []
    return [
        Found(
            theme.key if theme.key in known else None, theme.name, theme.members, theme.quotes, theme.middle.tobytes()
        )
        for theme in found
    ]


def _middle(theme: Standing, vectors: Mapping[int, Floats]) -> Floats | None:
    if theme.middle:
        return np.frombuffer(theme.middle, dtype=np.float32)
    fixed = [vectors[each] for each in theme.fixed if each in vectors]
    return np.asarray(np.mean(fixed, axis=0), dtype=np.float32) if fixed else None


async def undo(visit: Visit) -> Response:
    """Undo the last deed."""
    if not await visit.desk.store.write(themes.undo, _number(visit.typed("change")), visit.actor, now=visit.now):
        raise Refused(_CONFLICT, "theme_moved_on")
    return visit.go(THEMES)


DOORS = (
    Door("GET", "/themen", show, Right.READ),
    Door("POST", "/themen/zaehlen", count_anew, Right.SHAPE),
    Door("POST", "/themen/rueckgaengig", undo, Right.SHAPE),
    Door("GET", "/themen/{id:int}", one, Right.READ),
    Door("POST", "/themen/{id:int}", act, Right.SHAPE),
)
