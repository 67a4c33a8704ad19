"""Finding contributions by words: FTS5 on SQLite, a text search vector on PostgreSQL, asked in the same way.

Law of this file: redacted texts and translations alone are searched; what is typed is never read as a query language.
"""

from __future__ import annotations

import re
import unicodedata

from sqlalchemy import Connection, text
from sqlalchemy.sql.elements import TextClause

_WORD = re.compile(r"[^\W_]+")
# More words make no question clearer; each costs a look into the index.
_MOST_WORDS = 12
_MARKS = str.maketrans("äöüáàâéèêíìîóòôúùûçñşğı", "aouaaaeeeiiiooouuucnsgi")
_SQLITE = "SELECT rowid FROM contribution_search WHERE contribution_search MATCH :words"
# The expression of the index ix_contribution_search, letter by letter.
_POSTGRES = (
    "SELECT id FROM contribution WHERE to_tsvector('simple', translate("
    "lower(coalesce(redacted_text, '') || ' ' || coalesce(translation, '')), "
    "'äöüáàâéèêíìîóòôúùûçñşğı', 'aouaaaeeeiiiooouuucnsgi')) @@ to_tsquery('simple', :words)"
)


def ids_with(connection: Connection, typed: str) -> TextClause | None:
    """Return the query for the ids of contributions that hold words beginning like all of those typed.

    None when there is no word in what was typed.
    """
    words = list(dict.fromkeys(_WORD.findall(unicodedata.normalize("NFC", typed).lower())))[:_MOST_WORDS]
    if not words:
        return None
    if connection.dialect.name == "sqlite":
        return text(_SQLITE).bindparams(words=" ".join(f'"{word}"*' for word in words))
    return text(_POSTGRES).bindparams(words=" & ".join(f"{word.translate(_MARKS)}:*" for word in words))
