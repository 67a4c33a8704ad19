"""Announcements at the desk: written in several languages, looked at, tried, planned, followed, stopped.

Law of this file: nothing is planned before its writer has seen how it reads and how many get it; sent twice by mistake
it is planned once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection
from starlette.responses import Response

from desk.doors import Door
from desk.filters import options
from desk.outreach import drafting
from desk.outreach.drafting import Draft, Known
from desk.parts import Fault, Reading
from desk.rights import Right
from desk.visit import ROOT, Refused, Visit
from desk.words import choices_of
from storage import announcements, audiences, deliveries, workshops
from storage.announcements import REPEATS, Announced
from storage.audiences import Count
from storage.audits import note_deed
from storage.deliveries import Tally
from storage.figures import themes
from storage.models.announcing import CATEGORIES, SCHEDULED, SENDING, STOPPED

ANNOUNCEMENTS = f"{ROOT}/ankuendigungen"
_CONFLICT = 409
_HIGHEST = 2**31


@dataclass(frozen=True, slots=True)
class Checked:
    """What a draft comes to: who gets it, how it reads by language, and in which language each reads it."""

    count: Count
    reads: Mapping[str, Reading] = field(hash=False)
    spoken: Mapping[str, str] = field(hash=False)


async def show(visit: Visit) -> Response:
    """List the announcements, the latest first."""
    found, known = await visit.desk.store.read(_listed), await _known(visit)
    return visit.page("announcements.html", found=found, known=known, said=drafting.condition_words)


async def one(visit: Visit) -> Response:
    """Show how far an announcement is, what became of it, and how it reads."""
    found = await visit.desk.store.read(announcements.announcement, _number(visit))
    if found is None:
        raise Refused(404, "missing")
    return visit.page(
        "announcement.html",
        each=found,
        tally=await visit.desk.store.read(deliveries.tally, found.id),
        audience=drafting.condition_words(found.audience, await _known(visit)),
        reads={code: visit.desk.herald.reads(found.texts, found.category, code) for code in found.texts},
        may_stop=found.status in (SCHEDULED, SENDING),
        may_resume=found.status == STOPPED,
    )


async def form(visit: Visit) -> Response:
    """Show the form, empty or with the words of an earlier announcement."""
    number = visit.request.query_params.get("wie", "")
    found = None
    if number.isascii() and number.isdecimal() and len(number) < 10:
        found = await visit.desk.store.read(announcements.announcement, int(number))
    return await _page(visit, await _known(visit), drafting.again(found) if found else Draft())


async def write(visit: Visit) -> Response:
    """Check a draft, try it in one chat, or plan it."""
    known = await _known(visit)
    draft = drafting.typed(visit, visit.desk.herald, known)
    if wrong := drafting.faults(draft, visit.desk.herald, now=visit.now):
        return await _page(visit, known, draft, faults=wrong, status=400)
    match visit.typed("deed"):
        case "try":
            tried = await visit.desk.store.write(_try, visit, draft)
            return await _page(visit, known, draft, is_checked=True, tried=tried)
        case "plan" if visit.typed("checked") == draft.digest:
            number = await visit.desk.store.write(_plan, visit, draft)
            return visit.go(f"{ANNOUNCEMENTS}/{number}")
        case _:
            return await _page(visit, known, draft, is_checked=True)


async def turn(visit: Visit) -> Response:
    """Stop an announcement, or go on with it."""
    number = _number(visit)
    if visit.typed("deed") not in ("stopped", "resumed"):
        raise Refused(400, "incomplete")
    if not await visit.desk.store.write(_turn, visit, number):
        raise Refused(_CONFLICT, "announcement_moved_on")
    return visit.go(f"{ANNOUNCEMENTS}/{number}")


def _number(visit: Visit) -> int:
    number: int = visit.request.path_params["id"]
    # No database counts so far, and none can be asked for more.
    if number > _HIGHEST:
        raise Refused(404, "missing")
    return number


async def _page(
    visit: Visit,
    known: Known,
    draft: Draft,
    *,
    faults: list[Fault] | None = None,
    is_checked: bool = False,
    tried: list[str] | None = None,
    status: int = 200,
) -> Response:
    return visit.page(
        "announce.html",
        status=status,
        draft=draft,
        faults=faults or [],
        checked=await visit.desk.store.read(_checked, visit, draft) if is_checked else None,
        tried=tried,
        known=known,
        said=drafting.condition_words(draft.audience, known),
        languages=visit.desk.herald.languages,
        categories=CATEGORIES,
        repeats=tuple(REPEATS),
        moment=draft.moment(visit.now) if is_checked and draft.day else None,
    )


def _listed(connection: Connection) -> list[tuple[Announced, Tally]]:
    found = announcements.listed(connection)
    tallies = deliveries.tallies(connection, [each.id for each in found])
    return [(each, tallies[each.id]) for each in found]


async def _known(visit: Visit) -> Known:
    """Return the conditions that can be chosen, by kind and value, in words."""
    meetings = await visit.desk.store.read(workshops.listed, since=visit.now)
    bundles = await visit.desk.store.read(themes.themes)
    return {
        "field": {key: visit.words.value("field", key) for key in choices_of("field")},
        "language": dict(visit.desk.herald.languages),
        "district": {name: name for name in options("bezirk")},
        "workshop": {str(each.id): f"{each.title()}, {visit.words.day(each.starts_at)}" for each in meetings},
        "theme": {str(each.id): each.name for each in bundles if each.name},
    }


def _checked(connection: Connection, visit: Visit, draft: Draft) -> Checked:
    herald = visit.desk.herald
    count = audiences.count(connection, draft.conditions, draft.category)
    return Checked(
        count,
        {code: herald.reads(draft.texts, draft.category, code) for code in draft.texts},
        {code: herald.spoken(code, draft.texts) for code in count.by_language},
    )


def _plan(connection: Connection, visit: Visit, draft: Draft) -> int:
    plan = drafting.plan_of(draft, now=visit.now)
    same = announcements.same_lately(connection, plan, now=visit.now)
    if same is not None:
        return same
    number = announcements.add(connection, plan, by=visit.who.name, now=visit.now)
    count = audiences.count(connection, plan.audience, plan.category)
    detail = {"audience": list(plan.audience), "recipients": count.recipients}
    note_deed(connection, visit.actor, "announced", f"announcement:{number}", now=visit.now, detail=detail)
    return number


def _try(connection: Connection, visit: Visit, draft: Draft) -> list[str]:
    sent = list(visit.desk.herald.sample(connection, draft.chat, draft.texts, draft.category, visit.now))
    if sent:
        note_deed(connection, visit.actor, "tried", "announcement", now=visit.now, detail={"languages": sent})
    return sent


def _turn(connection: Connection, visit: Visit, number: int) -> bool:
    deed = visit.typed("deed")
    if deed == "stopped":
        done = announcements.stop(connection, number)
    else:
        done = announcements.resume(connection, number, now=visit.now)
    if done:
        note_deed(connection, visit.actor, deed, f"announcement:{number}", now=visit.now)
    return done


DOORS = (
    Door("GET", "/ankuendigungen", show, Right.OUTREACH),
    Door("GET", "/ankuendigungen/neu", form, Right.OUTREACH),
    Door("POST", "/ankuendigungen/neu", write, Right.OUTREACH),
    Door("GET", "/ankuendigungen/{id:int}", one, Right.OUTREACH),
    Door("POST", "/ankuendigungen/{id:int}", turn, Right.OUTREACH),
)
