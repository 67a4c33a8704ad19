"""The hours in which nobody is written to unasked.

Law of this file: hours are those of the city's clock, in summer and in winter.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from storage.city import CITY_TIME


@dataclass(frozen=True, slots=True)
class Quiet:
    """The hours in which nobody is written to, by the city's clock; equal ends mean that there are none."""

    begins: time
    ends: time

    def ends_at(self, now: datetime) -> datetime | None:
        """Return when the quiet hours end in which `now` lies, or None outside them."""
        local = now.astimezone(CITY_TIME)
        clock, later = local.time(), self.begins > self.ends
        is_quiet = (clock >= self.begins or clock < self.ends) if later else self.begins <= clock < self.ends
        if not is_quiet:
            return None
        day = local.date() + timedelta(days=1) if later and clock >= self.begins else local.date()
        return datetime.combine(day, self.ends, CITY_TIME)
