"""What every page of the desk is made with, handed in once.

Law of this file: no globals; clock, chance, network and database come from outside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from jinja2 import Environment
from sqlalchemy import Connection
from starlette.datastructures import Headers

from desk.figures.gallery import Gallery
from desk.figures.residents import Share
from desk.likeness import Likeness
from desk.provider import Provider
from desk.store import Store
from desk.tray import Tray
from desk.words import Words
from storage.audits import Actor
from storage.entering import Lasting
from storage.group_sessions import OpenSession
from storage.items import Item


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail to somebody of the staff or of a department. `cause` is unique: nothing is sent twice.

    `reply_to` is who gets the answer; empty: whoever stands in From.
    """

    cause: str
    address: str
    subject: str
    text: str
    language: str = "de"
    reply_to: str = ""


# How a decision will read: contribution, status, reason, language and whether the reason is in it, to words.
Preview = Callable[[Item, str, str | None, str, bool], str]
# Puts a letter into the outbox, in the transaction of whoever writes it.
Post = Callable[[Connection, Letter, datetime], None]


Texts = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Fault:
    """What keeps an announcement from being sent: `key` names a text of the desk, `detail` the place."""

    key: str
    language: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a text as people read it, strong or with the address it leads to."""

    text: str
    is_strong: bool = False
    href: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """An announcement as people read it, and the button below it."""

    runs: Sequence[Run]
    button: str


@dataclass(frozen=True, slots=True)
class Herald:
    """How announcements reach citizens. `languages` are those they choose from, in their own names, German first.

    `reads` returns an announcement as people read it; `spoken` the language in which somebody reads it;
    `sample` puts it into the outbox for one chat and returns its languages, none where nobody talks.
    """

    languages: Mapping[str, str]
    faults: Callable[[Texts], Sequence[Fault]]
    reads: Callable[[Texts, str, str], Reading]
    spoken: Callable[[str, Iterable[str]], str]
    sample: Callable[[Connection, str, Texts, str, datetime], Sequence[str]]


@dataclass(frozen=True, slots=True)
class ClassCodes:
    """Where a class that was just opened finds its pages; `teacher` and `results` are shown once and kept nowhere."""

    code: str
    page: str
    board: str
    telegram: str
    teacher: str = field(repr=False)
    results: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class NewClass:
    """A class to open: its topics, how many minutes the lesson has, dots for each student, language of the pages."""

    topics: Sequence[str]
    minutes: int
    votes: int
    language: str


@dataclass(frozen=True, slots=True)
class School:
    """What classes are led with. `minutes` are the fewest, the usual and the most of a lesson; `round_of` is empty in
    the lobby and after the end; `pack` and `poster` are PDF, the latter with the bot's name in Telegram, if it has one.
    """

    topics: Sequence[str]
    minutes: tuple[int, int, int]
    open: Callable[[Connection, NewClass, Actor, datetime], ClassCodes]
    end: Callable[[Connection, OpenSession, datetime], None]
    delete: Callable[[Connection, OpenSession, Actor, datetime], None]
    round_of: Callable[[OpenSession], str]
    pack: Callable[[], bytes]
    poster: Callable[[OpenSession, str], bytes]


@dataclass(frozen=True, slots=True)
class Choices:
    """What an instance has chosen. `public_url` is the desk's own address, without a slash at its end."""

    public_url: str
    lasting: Lasting
    link_lasts: timedelta
    is_test: bool = True
    city: str = ""
    chat_url: str = ""
    original_days: int = 30
    alarm_days: int = 14
    four_eyes: bool = False
    residents: Sequence[Share] = ()

    @property
    def is_secure(self) -> bool:
        """Whether the desk is reached by TLS."""
        return self.public_url.startswith("https:")


@dataclass(frozen=True, slots=True)
class Receipts:
    """How secret codes are made, and what the database keeps of one, by number and code."""

    fresh_code: Callable[[], str]
    code_hash: Callable[[str, str], str]


@dataclass(frozen=True, slots=True)
class Desk:
    """The parts of the desk. `fresh` makes names nobody can guess; `is_ours` says whether a post comes from our pages;
    `tries` counts what is tried under a name and returns the seconds to wait; `post` is None
    without mail, `provider` where nobody logs in with an account of the city.
    `ring` wakes the analyst.
    """

    store: Store
    clock: Callable[[], datetime]
    choices: Choices
    fresh: Callable[[], str]
    is_ours: Callable[[Headers], bool]
    tries: Callable[[str, datetime], float]
    pages: Environment
    receipts: Receipts
    preview: Preview
    herald: Herald
    school: School
    ring: Callable[[], None]
    words: Mapping[str, Words] = field(default_factory=dict)
    post: Post | None = None
    provider: Provider | None = None
    likeness: Likeness = field(default_factory=Likeness)
    tray: Tray = field(default_factory=Tray)
    gallery: Gallery = field(default_factory=Gallery)
