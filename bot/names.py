"""The names that stand in the texts between braces, from the configuration."""

from __future__ import annotations

from bot.config import Settings

_NAMES = ("city", "operator", "address", "contact", "team", "other_ways", "service_center")


def names_of(settings: Settings) -> dict[str, str]:
    """Return the value of each name a text may hold; what is empty here is left to the book's own."""
    instance = settings.instance
    kept = settings.retention
    names = {name: getattr(instance, name) for name in _NAMES} | {
        "web_address": settings.web.public_url,
        "draft_days": str(kept.draft_days),
        "parked_days": str(kept.parked_days),
    }
    told = {name: value for name, value in names.items() if value}
    return told if instance.kind == "test" else told | {"instance_note": ""}
