"""What the web chat calls itself in the queues."""

from __future__ import annotations

CHANNEL = "web"
BOT = "web"
