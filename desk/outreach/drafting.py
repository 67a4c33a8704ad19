"""An announcement as somebody typed it: its words, for whom, when; and what keeps it from being sent.

Law of this file: what was typed comes back to the form as it was, whatever is wrong with it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from desk.parts import Fault, Herald
from desk.visit import Visit
from desk.words import GERMAN
from storage.announcements import REPEATS, Announced, Plan
from storage.audiences import ALL
from storage.city import CITY_TIME, is_shown
from storage.models.announcing import CATEGORIES, PROCESS

# A time so little ago is a form that took a while, no mistake.
TOLERANCE = timedelta(minutes=15)
_LONGEST_TITLE = 200
_LONGEST = 6000
_EIGHT = "08:00"

Known = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Draft:
    """What stands in the form. `audience` are conditions as `kind:value`; no day means at once."""

    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict, hash=False)
    audience: tuple[str, ...] = ()
    category: str = PROCESS
    day: str = ""
    hour: str = ""
    repeats: str = ""
    chat: str = field(default="", repr=False)

    @property
    def conditions(self) -> tuple[str, ...]:
        """The audience as it is kept: everybody where nothing was chosen."""
        return self.audience or (ALL,)

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of conditions that were chosen."""
        return frozenset(each.partition(":")[0] for each in self.audience)

    @property
    def digest(self) -> str:
        """What tells a draft that was looked at from one that was changed since."""
        parts = (sorted((code, sorted(words.items())) for code, words in self.texts.items()), self.audience)
        said = repr((*parts, self.category, self.day, self.hour, self.repeats))
        return hashlib.sha256(said.encode()).hexdigest()

    def moment(self, now: datetime) -> datetime:
        """Return when it begins to be sent; ValueError where that is no moment."""
        if not self.day and not self.hour:
            return now
        local = datetime.combine(date.fromisoformat(self.day), time.fromisoformat(self.hour or _EIGHT), CITY_TIME)
        if not is_shown(local):
            raise ValueError("the clock skips this hour")
        return local


def typed(visit: Visit, herald: Herald, known: Known) -> Draft:
    """Return what a form says; conditions nobody knows are left out."""
    words = {code: _words(visit, code) for code in herald.languages}
    return Draft(
        texts={code: each for code, each in words.items() if each},
        audience=tuple(each for each in dict.fromkeys(visit.picked("audience")) if _is_known(each, known)),
        category=visit.typed("category") if visit.typed("category") in CATEGORIES else PROCESS,
        day=visit.typed("day")[:10],
        hour=visit.typed("hour")[:5],
        repeats=visit.typed("repeats") if visit.typed("repeats") in REPEATS else "",
        chat=visit.typed("chat")[:64],
    )


def again(announced: Announced) -> Draft:
    """Return a draft with the words and the audience of an earlier announcement."""
    audience = tuple(each for each in announced.audience if each != ALL)
    return Draft(announced.texts, audience, announced.category)


def faults(draft: Draft, herald: Herald, *, now: datetime) -> list[Fault]:
    """Return what has to be mended before it can be sent."""
    found = [] if GERMAN in draft.texts else [Fault("no_german")]
    found += [Fault("no_title", GERMAN)] if GERMAN in draft.texts and not draft.texts[GERMAN].get("title") else []
    found += herald.faults(draft.texts)
    try:
        moment = draft.moment(now)
    except ValueError:
        return [*found, Fault("no_moment")]
    return [*found, Fault("over")] if moment < now - TOLERANCE else found


def plan_of(draft: Draft, *, now: datetime) -> Plan:
    """Return the plan of a draft without faults."""
    title = draft.texts[GERMAN]["title"]
    return Plan(title, draft.texts, draft.conditions, draft.category, draft.moment(now), draft.repeats or None)


def condition_words(conditions: Iterable[str], known: Known) -> list[str]:
    """Return conditions as people read them; one whose workshop or theme is gone stands as it is kept."""
    parted = [each.partition(":") for each in conditions if each != ALL]
    return [known.get(kind, {}).get(value, f"{kind}:{value}") for kind, _, value in parted]


def _is_known(condition: str, known: Known) -> bool:
    kind, _, value = condition.partition(":")
    return value in known.get(kind, {})


def _words(visit: Visit, code: str) -> dict[str, str]:
    words = {"title": visit.typed(f"title:{code}")[:_LONGEST_TITLE], "text": visit.typed(f"text:{code}")[:_LONGEST]}
    return {name: each for name, each in words.items() if each}
