"""Telegram: the only folder that knows the Bot API and imports `telegram`."""
