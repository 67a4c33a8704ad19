"""Letters of the desk: links that let somebody in, questions to departments, what was assigned to whom.

Law of this file: a letter holds no citizen and no original word; the redacted text goes to whom staff ask about it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from desk.parts import Desk, Letter
from desk.visit import Visit
from desk.words import Words
from storage import assigning
from storage.absences import responsible
from storage.changing import Hand
from storage.city import day_of
from storage.entering import hash_of
from storage.items import Item
from storage.staff import Account

# A longer address is none (RFC 5321, 4.5.3.1).
LONGEST_ADDRESS = 254
_ADDRESS = re.compile(r"[!-~]+@[!-~]+")
_NOT_IN_ADDRESSES = frozenset('<>()[],;:\\"')


def is_address(typed: str) -> bool:
    """Tell whether a letter can be sent there, as far as the looks of an address say."""
    right_signs = _ADDRESS.fullmatch(typed) is not None and not _NOT_IN_ADDRESSES & set(typed)
    return right_signs and typed.count("@") == 1 and len(typed) <= LONGEST_ADDRESS


def login_letter(desk: Desk, account: Account, token: str, link: str) -> Letter:
    """Return the letter with a link that lets somebody in."""
    words = desk.words[account.language]
    minutes = int(desk.choices.link_lasts.total_seconds() // 60)
    text = words("mail.link", link=link, minutes=minutes)
    return _letter(desk, account, f"desk-link:{hash_of(token)}", words("mail.link_subject"), text)


def question_letter(visit: Visit, found: Item, question: str, address: str, hand: Hand) -> Letter:
    """Return the letter that asks somebody about a contribution; the answer goes to whoever asks."""
    words, who = visit.words, visit.who
    text = words(
        "mail.question",
        number=found.number,
        question=question,
        text=found.text or words("item.not_analysed"),
        name=f"{who.name} ({who.address})" if who.address else who.name,
        link=f"{visit.desk.choices.public_url}/beitrag/{found.number}",
    )
    subject = words("mail.question_subject", number=found.number)
    cause = f"desk-question:{hand.batch}"
    return Letter(cause, address, subject, _marked(visit.desk, text, words), words.language, who.address or "")


def tell_assigned(connection: Connection, visit: Visit, before: Mapping[str, int | None], hand: Hand) -> None:
    """Write to whom contributions were assigned since, and to who stands in; nobody is told what they did."""
    if visit.desk.post is None:
        return
    new: dict[int, list[str]] = {}
    for number, staff_id in assigning.assignees(connection, before).items():
        if staff_id is not None and staff_id not in (before[number], visit.who.id):
            new.setdefault(staff_id, []).append(number)
    for staff_id, numbers in new.items():
        for account in responsible(connection, staff_id, day_of(hand.now)):
            if account.address and account.id != visit.who.id:
                visit.desk.post(connection, _assigned(visit.desk, account, numbers, hand), hand.now)


def _assigned(desk: Desk, account: Account, numbers: Sequence[str], hand: Hand) -> Letter:
    words, url = desk.words[account.language], desk.choices.public_url
    links = "\n".join(f"{number}: {url}/beitrag/{number}" for number in numbers)
    text = words("mail.assigned", links=links, mine=f"{url}/beitraege?bei=mir&folge=oldest")
    cause = f"desk-assigned:{hand.batch}:{account.id}"
    return _letter(desk, account, cause, words("mail.assigned_subject", number=len(numbers)), text)


def _letter(desk: Desk, account: Account, cause: str, subject: str, text: str) -> Letter:
    assert account.address, "who has no address is not written to"
    return Letter(cause, account.address, subject, _marked(desk, text, desk.words[account.language]), account.language)


def _marked(desk: Desk, text: str, words: Words) -> str:
    return f"{words('desk.test')}\n\n{text}" if desk.choices.is_test else text
