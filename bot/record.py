"""What each fact means for the database: one function per fact.

Law of this file: facts are gathered from a whole batch and written as sets, inside the worker's transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import assert_never

from sqlalchemy import Connection

from bot import photos
from bot.dialogue.facts import (
    CalendarAsked,
    CancellationAsked,
    CareGiven,
    CheckInAsked,
    ConsentGiven,
    ConsentWithdrawn,
    ContributionSent,
    ContributionWithdrawn,
    DataAsked,
    DraftDropped,
    ErasureAsked,
    Fact,
    LanguageChosen,
    NeedTold,
    NewsStarted,
    NewsStopped,
    NoticeShown,
    ObjectionRaised,
    ReachabilityChanged,
    Reacted,
    ReactionTaken,
    RegistrationAsked,
    SourceNoted,
    StepAsked,
    SubscriptionChosen,
    YouthTold,
)
from bot.dialogue.model import Role
from bot.dialogue.state import Answer
from bot.dialogue.workshops import OPEN_LINK
from bot.handle import Handled
from storage import (
    citizens,
    consents,
    contributions,
    counts,
    erasure_requests,
    inbox,
    objections,
    outbox,
    reactions,
    subscriptions,
    tracing,
    workshops,
)
from storage.citizens import Address
from storage.consents import CONTACT, Given
from storage.contributions import NewContribution, NewFile, NewPlace, NewTag
from storage.counts import Happening
from storage.erasure_requests import Asked
from storage.objections import Raised

# The source of a tag that the citizen gave or confirmed.
CITIZEN = "citizen"

_WORKSHOP_COUNTS: Mapping[type[Fact], str] = {
    RegistrationAsked: "register",
    CancellationAsked: "cancel",
    CheckInAsked: "check_in",
    NeedTold: "need",
    CalendarAsked: "calendar",
}


@dataclass(slots=True)
class _Sets:
    languages: list[tuple[int, str]] = field(default_factory=list)
    notices: list[tuple[int, str]] = field(default_factory=list)
    reachable: list[tuple[int, bool]] = field(default_factory=list)
    contributions: list[NewContribution] = field(default_factory=list)
    codes: list[tuple[str, str]] = field(default_factory=list)
    withdrawn: list[tuple[str, int]] = field(default_factory=list)
    quieted: list[tuple[str, int]] = field(default_factory=list)
    heard: list[tuple[str, int]] = field(default_factory=list)
    reactions: list[tuple[str, int, int]] = field(default_factory=list)
    taken: list[tuple[str, int]] = field(default_factory=list)
    additions: list[tuple[str, str]] = field(default_factory=list)
    counts: list[Happening] = field(default_factory=list)
    given: list[Given] = field(default_factory=list)
    taken_back: list[tuple[int, str]] = field(default_factory=list)
    allowing: set[int] = field(default_factory=set)
    links: list[tuple[int, Address]] = field(default_factory=list)
    young: list[int] = field(default_factory=list)
    objections: list[Raised] = field(default_factory=list)
    subscriptions: list[tuple[int, str, bool]] = field(default_factory=list)
    erasures: list[Asked] = field(default_factory=list)


def record(
    connection: Connection, handled: Sequence[Handled], *, code_hash: Callable[[str, str], str], now: datetime
) -> None:
    """Write everything a batch of turns brought about and mark its updates done.

    `code_hash(number, code)` is what is kept of a secret code.
    """
    sets = _Sets()
    for each in handled:
        for fact in each.facts:
            _gather(sets, each, fact)
    citizens.save_states(connection, [(each.person.id, each.state.to_dict()) for each in handled], now=now)
    citizens.set_language(connection, sets.languages)
    citizens.set_notice(connection, sets.notices, now=now)
    citizens.set_reachable(connection, sets.reachable)
    contributions.add(connection, _at_workshops(connection, sets.contributions), now=now)
    _record_consents(connection, sets, now)
    tracing.keep_codes(connection, [(number, code_hash(number, code)) for number, code in sets.codes])
    tracing.withdraw(connection, sets.withdrawn, now=now)
    tracing.stop_news(connection, sets.quieted, now=now)
    tracing.start_news(connection, sets.heard)
    reactions.react_to(connection, sets.reactions, now=now)
    reactions.take_reactions(connection, sets.taken)
    reactions.add_additions(connection, sets.additions)
    if any(each.files for each in sets.contributions):
        photos.settle(connection)
    counts.count(connection, sets.counts, now=now)
    subscriptions.choose(connection, sets.subscriptions, now=now)
    erasure_requests.ask(connection, sets.erasures, now=now)
    outbox.enqueue(connection, _flat(each.outgoing for each in handled), now=now)
    inbox.finish(connection, [each.update.seq for each in handled], now=now)


def _record_consents(connection: Connection, sets: _Sets, now: datetime) -> None:
    consents.withdraw(connection, sets.taken_back, now=now)
    consents.give(connection, sets.given, now=now)
    consents.apply(connection, sets.allowing)
    citizens.keep_links(connection, sets.links)
    consents.protect_young(connection, sets.young, now=now)
    objections.raise_all(connection, sets.objections, now=now)


def _flat(groups: Iterable[tuple[outbox.Outgoing, ...]]) -> list[outbox.Outgoing]:
    return [row for group in groups for row in group]


def _gather(sets: _Sets, handled: Handled, fact: Fact) -> None:
    person = handled.person.id
    match fact:
        case LanguageChosen():
            sets.languages.append((person, fact.language))
            sets.counts.append(Happening("language", step=fact.language))
        case NoticeShown():
            sets.notices.append((person, fact.version))
        case SourceNoted():
            sets.counts.append(Happening("source", step=fact.payload[:64]))
        case StepAsked():
            sets.counts.append(Happening("asked", fact.dialogue, fact.step))
        case ContributionSent():
            sets.contributions.append(_contribution(handled, fact))
            sets.codes += [(fact.number, fact.secret)] if fact.secret else []
            sets.additions += [(fact.number, fact.adds_to)] if fact.adds_to else []
            sets.allowing |= {person} if handled.person.agreed else set()
            sets.counts.append(Happening("sent", fact.dialogue, fact.length))
        case ContributionWithdrawn():
            sets.withdrawn.append((fact.number, person))
            sets.counts.append(Happening("withdrawn"))
        case NewsStopped():
            sets.quieted.append((fact.number, person))
        case NewsStarted():
            sets.heard.append((fact.number, person))
        case Reacted():
            sets.reactions.append((fact.number, person, fact.value))
        case ReactionTaken():
            sets.taken.append((fact.number, person))
        case DraftDropped():
            sets.counts.append(Happening("dropped"))
        case CareGiven():
            sets.counts.append(Happening("care", step=fact.care))
        case RegistrationAsked() | CancellationAsked() | CheckInAsked() | NeedTold() | CalendarAsked():
            # Done already in this transaction, before it was answered: see bot/attending.py.
            sets.counts.append(Happening("workshop", step=_WORKSHOP_COUNTS[type(fact)]))
        case ReachabilityChanged():
            sets.reachable.append((person, fact.reachable))
        case ErasureAsked():
            sets.erasures.append(_asked(handled, fact))
            sets.counts.append(Happening("erasure"))
        case ConsentGiven() | ConsentWithdrawn() | YouthTold() | ObjectionRaised():
            _gather_right(sets, handled, fact)
        case SubscriptionChosen():
            sets.subscriptions.append((person, fact.category, fact.wanted))
            sets.counts.append(Happening("subscribed" if fact.wanted else "unsubscribed", step=fact.category))
        case DataAsked():
            sets.counts.append(Happening("account"))
        case _ as never:
            assert_never(never)


def _contribution(handled: Handled, fact: ContributionSent) -> NewContribution:
    place = next((answer for answer in fact.answers if answer.role == Role.PLACE), None)
    return NewContribution(
        number=fact.number,
        citizen_id=handled.person.id,
        draft=fact.draft,
        channel=handled.update.channel,
        dialogue=fact.dialogue,
        revision=fact.revision,
        length=fact.length,
        field=fact.dialogue,
        kind=fact.kind,
        answers=[_written(answer) for answer in fact.answers],
        text=own_words(fact.answers),
        language=fact.language,
        district=place.district if place else None,
        latitude=place.latitude if place else None,
        longitude=place.longitude if place else None,
        places=[_place(place)] if place else [],
        tags=_tags(fact),
        files=[NewFile(kept.media, kept.file) for kept in fact.files],
        source=f"{OPEN_LINK}{fact.workshop}" if fact.workshop else None,
    )


def _gather_right(
    sets: _Sets, handled: Handled, fact: ConsentGiven | ConsentWithdrawn | YouthTold | ObjectionRaised
) -> None:
    person = handled.person.id
    match fact:
        case ConsentGiven():
            sets.given.append(Given(person, fact.kind, fact.version, fact.licence))
            sets.links += _link(handled) if fact.kind == CONTACT else []
            sets.counts.append(Happening("consent", step=fact.kind))
        case ConsentWithdrawn():
            sets.taken_back.append((person, fact.kind))
            sets.counts.append(Happening("consent_withdrawn", step=fact.kind))
        case YouthTold():
            sets.young.append(person)
        case ObjectionRaised():
            sets.objections.append(Raised(fact.number, person, fact.reason))
            sets.counts.append(Happening("objection"))
        case _ as never:
            assert_never(never)


def _link(handled: Handled) -> list[tuple[int, Address]]:
    update = handled.update
    # A conversation in the web chat has no address that could be written to.
    return (
        [] if update.channel == outbox.WEB else [(handled.person.id, Address(update.channel, update.bot, update.chat))]
    )


def _at_workshops(connection: Connection, sent: Sequence[NewContribution]) -> list[NewContribution]:
    """Return the contributions bound to the workshops that their links name."""
    codes = {each.source.removeprefix(OPEN_LINK) for each in sent if each.source}
    found = workshops.by_codes(connection, codes=codes) if codes else []
    ids: dict[str | None, int] = {f"{OPEN_LINK}{each.code}": each.id for each in found}
    return [replace(each, workshop_id=ids.get(each.source)) for each in sent]


def _asked(handled: Handled, fact: ErasureAsked) -> Asked:
    update = handled.update
    return Asked(handled.person.id, update.channel, update.bot, update.chat, fact.with_contributions)


def own_words(answers: Iterable[Answer]) -> str:
    """Return the contribution's text: what was written in the citizen's own words, without places and choices."""
    told = (answer for answer in answers if answer.option is None and answer.role != Role.PLACE)
    return "\n".join(answer.text for answer in told if answer.text)


def _written(answer: Answer) -> dict[str, str | None]:
    return {"step": answer.step, "role": answer.role, "text": answer.text, "option": answer.option}


def _place(answer: Answer) -> NewPlace:
    return NewPlace(
        answer.text, CITIZEN, district=answer.district, latitude=answer.latitude, longitude=answer.longitude
    )


def _tags(fact: ContributionSent) -> list[NewTag]:
    topics = [answer.option for answer in fact.answers if answer.role == Role.TOPIC and answer.option]
    tags = [NewTag("field", fact.dialogue, CITIZEN), *(NewTag("topic", topic, CITIZEN) for topic in topics)]
    return [*tags, NewTag("kind", fact.kind, CITIZEN)] if fact.kind else tags
