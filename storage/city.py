"""The clock of the city: days and hours that people read are Wuppertal's, whatever clock the machine keeps."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

CITY_ZONE = "Europe/Berlin"
CITY_TIME = ZoneInfo(CITY_ZONE)


def is_shown(local: datetime) -> bool:
    """Tell whether a local clock ever shows this moment; in spring it skips an hour."""
    return local.astimezone(UTC).astimezone(local.tzinfo).replace(fold=0) == local.replace(fold=0)
