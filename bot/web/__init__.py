"""The web chat: the same engine, inbox and outbox behind a page, for people without Telegram."""
