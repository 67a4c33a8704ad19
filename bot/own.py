"""From a stored contribution to the engine's words for it."""

from __future__ import annotations

from datetime import date, datetime

from bot.dialogue.events import Own
from storage.city import day_of
from storage.tracing import Traced
from storage.tracing_news import News

# Days are those of the city, whatever clock the machine keeps.


def own_of(traced: Traced) -> Own:
    """Return a contribution as its author or supporter asks for it."""
    decided = traced.decided_at
    return Own(
        number=traced.number,
        text=traced.text,
        status=traced.status,
        reason=traced.reason,
        sent_on=_day(traced.created_at),
        decided_on=_day(decided) if decided else None,
        is_mine=traced.is_mine,
        is_open=traced.is_open,
        has_news=traced.has_news,
        kind=traced.kind,
        handed_on=_day(traced.handed_over_at) if traced.handed_over_at else None,
    )


def own_of_news(news: News) -> Own:
    """Return a contribution as its author or supporter is told of it."""
    days = _day(news.sent_at), _day(news.change_at)
    told = (news.number, news.text, news.status, news.reason, *days)
    return Own(*told, is_mine=news.is_mine, is_translated=news.is_translated)


def _day(moment: datetime) -> date:
    return day_of(moment)
