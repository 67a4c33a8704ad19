"""What staff do with contributions, one or many: decide, tag, redact, translate, merge, assign; and undo it.

Law of this file: each deed has a name of its own by which it is undone; who looked at an older version changes nothing
and sees what they wrote once more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Connection
from starlette.responses import Response

from desk.contribution import address_of, page, reached
from desk.doors import Door
from desk.filters import options
from desk.letters import tell_assigned
from desk.rights import Right
from desk.visit import Refused, Visit, ours, texts_of
from desk.words import choices_of
from storage import answers, changing, items, planning, staff
from storage.assigning import assignees
from storage.changing import Hand
from storage.city import CITY_TIME
from storage.items import Item
from storage.models.contribution import ANSWERED, REJECTED, RELEASED
from storage.models.labels import FIELD, KIND, TOPIC
from storage.numbers import read_number
from storage.reviews import Outcome

_CONFLICT = 409
# Many enough for an afternoon, few enough for one transaction.
MOST_AT_ONCE = 200
DECISIONS = (RELEASED, ANSWERED, REJECTED, "received")
# A script that changes one row of a list asks for that row alone.
FRAGMENT = "x-fragment"
_REFUSALS = {
    Outcome.UNKNOWN: (404, "missing"),
    Outcome.NOT_ANALYSED: (_CONFLICT, "not_analysed"),
    Outcome.NO_REASON: (400, "no_reason"),
    Outcome.WITHDRAWN: (_CONFLICT, "withdrawn"),
}

Do = Callable[[Connection, str, Hand, int | None], Outcome]


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason in German and other languages; `wanted` are those that somebody waits for."""

    text: str | None
    texts: Mapping[str, str]


async def one(visit: Visit) -> Response:
    """Do something with one contribution."""
    found = await reached(visit)
    hand = hand_of(visit)
    version = visit.typed("version")
    do = _doing(visit, await _reason(visit), {found.number})
    outcome = await visit.desk.store.write(_one, visit, found.number, version, hand, do)
    return await _answer(visit, found, outcome, hand.batch)


def _one(connection: Connection, visit: Visit, number: str, version: str, hand: Hand, do: Do) -> Outcome:
    before = assignees(connection, [number])
    outcome = do(connection, number, hand, int(version) if version.isdecimal() else None)
    tell_assigned(connection, visit, before, hand)
    return outcome


async def many(visit: Visit) -> Response:
    """Do something with all contributions that were marked, or with none of them."""
    numbers = [number for each in visit.picked("numbers") if (number := read_number(each))]
    if not 0 < len(numbers) <= MOST_AT_ONCE:
        raise Refused(400, "none_marked")
    hand, do = hand_of(visit), _doing(visit, await _reason(visit), set(numbers))
    versions = {number: visit.typed(f"version:{number}") for number in numbers}
    stale = await visit.desk.store.write(_many, visit, numbers, versions, hand, do)
    if stale:
        return visit.page("stale.html", status=_CONFLICT, numbers=stale, kept=texts_of(visit.fields), back=visit.back())
    return visit.go(_with_batch(visit.back(), hand.batch))


def _many(
    connection: Connection, visit: Visit, numbers: Sequence[str], versions: Mapping[str, str], hand: Hand, do: Do
) -> list[str]:
    stale, before = [], assignees(connection, numbers)
    for number in numbers:
        found = items.item(connection, number)
        if found is None or not visit.who.works_on(found.field):
            raise Refused(403, "field")
        version = versions[number]
        outcome = do(connection, number, hand, int(version) if version.isdecimal() else None)
        if outcome is Outcome.STALE:
            stale.append(number)
        elif outcome in _REFUSALS:
            raise Refused(*_REFUSALS[outcome])
    tell_assigned(connection, visit, before, hand)
    return stale


def _doing(visit: Visit, reason: Reason, numbers: set[str]) -> Do:
    """Return what a form asks for; refused where it asks for nothing sensible."""
    match visit.typed("deed") or "decide":
        case "decide":
            return _deciding(visit, reason)
        case "tag":
            return _tagging(visit)
        case "redact":
            text = visit.typed("redacted_text")
            return _changing("redacted", {"redacted_text": text, "confirmed_at": visit.now})
        case "translate":
            values = {
                "translation": visit.typed("translation") or None,
                "translated_by": visit.who.name,
                "translation_source": "person",
            }
            return _changing("translated", values)
        case "merge":
            return _merging(visit, numbers)
        case "assign":
            return _assigning(visit)
        case "agree":
            return lambda connection, number, hand, version: planning.agree(connection, number, hand)
        case _:
            raise Refused(400, "incomplete")


def _deciding(visit: Visit, reason: Reason) -> Do:
    status, due_at = visit.typed("status"), _moment(visit.typed("due_on"), visit.now)
    if status not in DECISIONS:
        raise Refused(400, "incomplete")

    def do(connection: Connection, number: str, hand: Hand, version: int | None) -> Outcome:
        if due_at is not None or visit.desk.choices.four_eyes:
            outcome = planning.plan(connection, number, status, reason.text, hand, due_at=due_at)
        else:
            outcome = changing.decide(connection, number, status, reason.text, hand, version=version)
        return note_words(connection, number, reason, hand, outcome)

    return do


def note_words(connection: Connection, number: str, reason: Reason, hand: Hand, outcome: Outcome) -> Outcome:
    """Keep the reason of a decision for those who are told in other languages; return what came of the decision."""
    if outcome is Outcome.DECIDED and reason.text:
        wanted = answers.languages_of(connection, number)
        answers.note_reason(connection, number, reason.texts, wanted, now=hand.now)
    return outcome


async def _reason(visit: Visit) -> Reason:
    """Return the reason that was written, or that of the chosen template in all its languages."""
    written = visit.typed("reason") or None
    chosen = visit.typed("template")
    found = await visit.desk.store.read(answers.templates) if chosen else []
    template = next((each for each in found if str(each.id) == chosen), None)
    texts = {language: visit.typed(f"reason:{language}") for language in options("sprache")}
    if template is None or (written and written != template.text()):
        return Reason(written, texts)
    return Reason(template.text(), {**template.texts, **{key: text for key, text in texts.items() if text}})


def _tagging(visit: Visit) -> Do:
    values: dict[str, Any] = {}
    tags: dict[str, list[str]] = {}
    for name, column in (("field", FIELD), ("kind", KIND)):
        value = visit.typed(name)
        if value in choices_of(column):
            values[column], tags[column] = value, [value]
    for name, known in (("district", options("bezirk")), ("language", options("sprache"))):
        if visit.typed(name) in known:
            values[name] = visit.typed(name)
    if visit.typed("with_topics"):
        tags[TOPIC] = [topic for topic in visit.picked("topics") if topic in choices_of("topics")]
    if not values and not tags:
        raise Refused(400, "incomplete")

    def do(connection: Connection, number: str, hand: Hand, version: int | None) -> Outcome:
        return changing.change(connection, number, hand, "tagged", values=values, tags=tags, version=version)

    return do


def _changing(action: str, values: Mapping[str, Any]) -> Do:
    def do(connection: Connection, number: str, hand: Hand, version: int | None) -> Outcome:
        return changing.change(connection, number, hand, action, values=values, version=version)

    return do


def _merging(visit: Visit, numbers: set[str]) -> Do:
    into = read_number(visit.typed("into")) or min(numbers)

    def do(connection: Connection, number: str, hand: Hand, version: int | None) -> Outcome:
        target = items.item(connection, into)
        if target is not None and not visit.who.works_on(target.field):
            raise Refused(403, "field")
        if number == into:
            return Outcome.UNCHANGED
        return changing.merge(connection, number, into, hand, version=version)

    return do


def _assigning(visit: Visit) -> Do:
    values: dict[str, Any] = {}
    if "assignee" in visit.fields:
        values["assignee_id"] = int(visit.typed("assignee")) if visit.typed("assignee").isdecimal() else None
    if "follow_up_on" in visit.fields:
        values["follow_up_on"] = _day(visit.typed("follow_up_on"))
    if "file_reference" in visit.fields:
        values["file_reference"] = visit.typed("file_reference")[:120] or None

    def do(connection: Connection, number: str, hand: Hand, version: int | None) -> Outcome:
        assignee = values.get("assignee_id")
        if assignee is not None and staff.account_by_id(connection, assignee) is None:
            return Outcome.UNKNOWN
        return changing.change(connection, number, hand, "assigned", values=values, version=version)

    return do


async def _answer(visit: Visit, found: Item, outcome: Outcome, batch: str) -> Response:
    if outcome in _REFUSALS:
        raise Refused(*_REFUSALS[outcome])
    now = await visit.desk.store.read(items.item, found.number)
    assert now is not None, "what was just changed is there"
    stale = outcome is Outcome.STALE
    if visit.request.headers.get(FRAGMENT):
        names = {each.id: each.name for each in await visit.desk.store.read(staff.accounts)}
        status = _CONFLICT if stale else 200
        headers = {} if stale else {"X-Batch": batch}
        response = visit.page("item.html", status=status, item=now, names=names, stale=stale, listed="")
        response.headers.update(headers)
        return response
    if stale:
        return await page(visit, now, status=_CONFLICT, stale=True, kept=texts_of(visit.fields))
    onward = ours(visit.typed("back")) or address_of(found.number)
    return visit.go(_with_batch(onward, batch))


async def undo(visit: Visit) -> Response:
    """Undo a deed, where nobody has changed its contributions since."""
    batch = visit.request.path_params["batch"]
    outcome = await visit.desk.store.write(_undo, visit, batch)
    if visit.request.headers.get(FRAGMENT):
        return visit.page("undone.html", outcome=outcome)
    if outcome.changed_since:
        numbers = list(outcome.changed_since)
        return visit.page("stale.html", status=_CONFLICT, numbers=numbers, kept={}, back=visit.back())
    return visit.go(_with_batch(visit.back(), batch))


def _undo(connection: Connection, visit: Visit, batch: str) -> changing.Undone:
    deed = items.deed_of(connection, batch)
    hand = hand_of(visit)
    numbers = list(deed.numbers) if deed else []
    found = [items.item(connection, number) for number in numbers]
    if any(each is not None and not visit.who.works_on(each.field) for each in found):
        raise Refused(403, "field")
    planning.unplan_batch(connection, batch, hand)
    return changing.undo(connection, batch, hand)


def hand_of(visit: Visit) -> Hand:
    """Return who acts, in a deed of its own."""
    return Hand(visit.actor, visit.who.id, visit.desk.fresh(), visit.now)


def _with_batch(path: str, batch: str) -> str:
    """Return an address that says which deed led to it, in place of an earlier one."""
    base, _, query = path.partition("?")
    left = [part for part in query.split("&") if part and not part.startswith("getan=")]
    return f"{base}?{'&'.join([*left, f'getan={batch}'])}"


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _moment(value: str, now: datetime) -> datetime | None:
    """Return the morning of a day to come; a day that is over is today."""
    day = _day(value)
    return None if day is None else max(datetime.combine(day, time(8), CITY_TIME), now)


DOORS = (
    Door("POST", "/beitrag/{number}", one, Right.REVIEW),
    Door("POST", "/sammel", many, Right.REVIEW),
    Door("POST", "/rueckgaengig/{batch}", undo, Right.REVIEW),
)
