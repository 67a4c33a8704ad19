"""The city whose calendar and clock everything goes by that staff and citizens read."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

CITY_TIME = ZoneInfo("Europe/Berlin")


def day_of(moment: datetime) -> date:
    """Return the day on which something happened, by the city's calendar."""
    return moment.astimezone(CITY_TIME).date()


def midnight(day: date) -> datetime:
    """Return when a day of the city begins."""
    return datetime.combine(day, time(), CITY_TIME)


def german_day(moment: datetime) -> str:
    """Return the day of a moment as German offices write it, such as 11.05.2026."""
    return f"{day_of(moment):%d.%m.%Y}"


def german_moment(moment: datetime) -> str:
    """Return day and hour of a moment as German offices write them, such as 11.05.2026 17:00."""
    return f"{moment.astimezone(CITY_TIME):%d.%m.%Y %H:%M}"


def is_shown(local: datetime) -> bool:
    """Tell whether a local clock ever shows this moment; in spring it skips an hour."""
    return local.astimezone(UTC).astimezone(local.tzinfo).replace(fold=0) == local.replace(fold=0)
