"""The clock of the city: days and hours that people read are Wuppertal's, whatever clock the machine keeps."""

from __future__ import annotations

from zoneinfo import ZoneInfo

CITY_ZONE = "Europe/Berlin"
CITY_TIME = ZoneInfo(CITY_ZONE)
