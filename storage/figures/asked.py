"""What was counted, as plain values: a filter that can be kept, compared and read again."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields
from datetime import date
from typing import Any

from storage.worklist import Wanted

_DAYS = ("since", "until", "follow_up_until")
_SETS = ("within", "assignees")


def plain(wanted: Wanted) -> dict[str, Any]:
    """Return a filter as JSON values; what it leaves open is left out."""
    found = {each.name: getattr(wanted, each.name) for each in fields(wanted) if each.name not in ("equal", *_SETS)}
    kept = {name: value.isoformat() if isinstance(value, date) else value for name, value in found.items()}
    kept |= {column: sorted(values) for column, values in sorted(wanted.equal.items()) if values}
    kept |= {name: sorted(getattr(wanted, name)) for name in _SETS if getattr(wanted, name)}
    return {name: value for name, value in kept.items() if value not in (None, "")}


def wanted_of(kept: dict[str, Any]) -> Wanted:
    """Return the filter that `plain` was given."""
    named = {each.name for each in fields(Wanted)}
    values = {name: value for name, value in kept.items() if name in named and name not in _SETS}
    days = {name: date.fromisoformat(values[name]) for name in _DAYS if name in values}
    equal = {name: frozenset(value) for name, value in kept.items() if name not in named}
    sets = {name: frozenset(kept.get(name, ())) for name in _SETS}
    return Wanted(**values | days | sets | {"equal": equal})


def key_of(kept: dict[str, Any]) -> str:
    """Return what two equal filters share."""
    return hashlib.sha256(json.dumps(kept, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
