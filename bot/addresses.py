"""Where people find what this instance serves.

Law of this file: light to load, since commands that start no server ask it too.
"""

from __future__ import annotations

from bot.config import Settings, Web
from desk import ROOT


def public_url(settings: Settings) -> str:
    """Return the desk's address as people see it: what is configured, else where it listens on this machine."""
    desk, web = settings.desk, settings.web
    said = desk.public_url or ("" if desk.port or web.public_url == Web().public_url else web.public_url)
    host = (desk.host or web.host) if desk.port else web.host
    address = (said or f"http://{host}:{desk.port or web.port}").rstrip("/")
    return address if address.endswith(ROOT) else address + ROOT
