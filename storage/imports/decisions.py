"""Decisions in an export that comes back: a status, or the reason of one, that somebody wrote into the file.

Law of this file: what the desk would refuse is refused here, too; the reason of an earlier decision is none for a new
one; what its author withdrew, and what was merged, is not decided by a file.
"""

from __future__ import annotations

from storage.imports.corrections import Correction, plain
from storage.imports.rows import IntakeRow
from storage.listing import Listed
from storage.models.contribution import ANSWERED, MERGED, RECEIVED, REJECTED, RELEASED, WITHDRAWN

STATUS, REASON = "status", "status_reason"
COLUMNS = (STATUS, REASON)
_DECIDED = (RELEASED, ANSWERED, REJECTED)


def decision(row: IntakeRow, listed: Listed) -> Correction | None:
    """Return what a row decides, with why it can't be taken, if so; None where it says what is here."""
    status = row.status if STATUS in row.said else listed.status
    written = (row.status_reason or "").strip() if REASON in row.said else ""
    is_new = bool(written) and plain(written) != plain(listed.status_reason or "")
    if status == listed.status:
        return _explained(listed, written) if is_new else None
    words = written if is_new and status != RECEIVED else ""
    return Correction(listed.number, STATUS, listed.status, status, _refusal(status, words, listed), words)


def _explained(listed: Listed, written: str) -> Correction:
    """Return another reason for the status that a contribution has."""
    refused = "" if listed.status in _DECIDED else "reason_alone"
    return Correction(listed.number, REASON, listed.status_reason or "", written, refused)


def _refusal(status: str, words: str, listed: Listed) -> str:
    """Return why a status can't be taken, empty where it can; `words` is its reason."""
    if listed.status == WITHDRAWN:
        return "withdrawn"
    if status in (MERGED, WITHDRAWN):
        return "not_by_file"
    if status == REJECTED and not words:
        return "no_reason"
    return "not_analysed" if status == RELEASED and not listed.text else ""
