"""What is stored of a citizen, as the dialogue tells it: rows of the database in, days and words out."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from bot.dialogue.replies import Enclosed
from bot.dialogue.rights import Account, Allowed, Case, Sent
from storage.accounts import Rows, account_of
from storage.city import german_day
from storage.models.reactions import AGREED

FILE = "meinedaten.json"
# The request by which a channel hands out a file.
DOCUMENT = "sendDocument"


def look(connection: Connection, citizen_id: int, chat: str) -> Account:
    """Return the account of a citizen who stands in the database."""
    rows = _without_files(account_of(connection, citizen_id, chats=[chat]))
    citizen = rows["citizen"][0]
    return Account(
        chat=chat,
        since=_day(citizen["created_at"]),
        seen=date.fromisoformat(citizen["seen_on"]).strftime("%d.%m.%Y"),
        language=citizen.get("language", ""),
        notice=citizen.get("notice_version", ""),
        supports=sum(row["value"] == AGREED for row in rows.get("reaction", ())),
        allowed=tuple(_allowed(row) for row in rows.get("consent", ()) if "withdrawn_at" not in row),
        cases=tuple(_case(row) for row in rows.get("objection", ())),
        whole=Enclosed(FILE, "application/json", json.dumps(rows, ensure_ascii=False, indent=2)),
        sent=tuple(_sent(row) for row in rows.get("contribution", ())),
    )


def _without_files(rows: dict[str, Rows]) -> dict[str, Rows]:
    """Return the rows without the files that went out: they tell again what stands in the other rows."""
    sent = [row for row in rows.get("outbox", ()) if row["method"] != DOCUMENT]
    return {**rows, "outbox": sent}


def _allowed(row: dict[str, Any]) -> Allowed:
    return Allowed(row["kind"], _day(row["given_at"]))


def _case(row: dict[str, Any]) -> Case:
    return Case(row["number"], _day(row["raised_at"]), row.get("outcome", ""), row.get("answer", ""))


def _sent(row: dict[str, Any]) -> Sent:
    return Sent(row["number"], _day(row["created_at"]), row["text"])


def _day(moment: str) -> str:
    return german_day(datetime.fromisoformat(moment))
