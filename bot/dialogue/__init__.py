"""The dialogue core: `advance(book, state, event) -> Turn`, pure and made of the standard library alone."""
