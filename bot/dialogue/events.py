"""What can happen in a conversation: one frozen value per kind, told by a channel, understood by the engine.

Law of this file: an event says what happened and what the analyst understood of it; it never says what to do.
`seq` is the number of the update in the inbox: it orders events and names what begins with them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

CARE_KINDS = ("emergency", "despair", "violence")


@dataclass(frozen=True, slots=True)
class PlaceGuess:
    """A place understood from a text. `district` is a Stadtbezirk, `stadtweit` or None when it must be asked."""

    text: str
    name: str | None = None
    district: str | None = None
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Released:
    """A contribution of somebody else as everybody may read it: released, redacted, with those who mean the same."""

    number: str
    text: str
    supports: int = 0
    field: str | None = None
    district: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One of several ideas in a text, and what the analyst makes of it alone."""

    text: str
    guess: Understanding


@dataclass(frozen=True, slots=True)
class Understanding:
    """What the analyst makes of a text; empty when it was not ready in time.

    `parts` are its ideas where there are several; `similar` are public numbers of released contributions like it.
    """

    language: str | None = None
    fields: tuple[str, ...] = ()
    kind: str | None = None
    topics: tuple[str, ...] = ()
    places: tuple[PlaceGuess, ...] = ()
    care: str | None = None
    insult: bool = False
    redacted: str | None = None
    parts: tuple[Part, ...] = ()
    similar: tuple[str, ...] = ()


NOTHING = Understanding()


@dataclass(frozen=True, slots=True)
class Own:
    """A contribution the citizen sent (`is_mine`) or supports. `is_open`: nobody has reviewed it yet.

    `is_translated`: the reason is in the citizen's own language.
    `kind` is what it is taken for; `handed_on` is the day on which a defect was handed to the service centre.
    """

    number: str
    text: str
    status: str
    reason: str | None
    sent_on: date
    decided_on: date | None = None
    is_mine: bool = True
    is_open: bool = False
    has_news: bool = True
    is_translated: bool = False
    kind: str | None = None
    handed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Workshop:
    """A workshop as it is shown: words and days are written in the language of the citizen.

    `short` is the day for a button, `month` sorts what `month_name` shows. `free` None: as many as come. `mine` is the
    status of their own registration, empty without one; `until` is when an offered place is given on.
    `calendar` is where the web has its calendar file.
    """

    code: str
    title: str
    day: str
    begins: str
    ends: str
    short: str = ""
    month: str = ""
    month_name: str = ""
    description: str = ""
    field: str | None = None
    district: str | None = None
    place: str = ""
    access: str = ""
    online: str = ""
    contact: str = ""
    status: str = "open"
    reason: str = ""
    results: str = ""
    free: int | None = None
    waiting: int = 0
    is_past: bool = False
    mine: str = ""
    position: int = 0
    until: str = ""
    calendar: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """The citizen wrote something. `receipt` is the public number a contribution sent by this event would get.

    `secret` is the code beside that number. `own` are the citizen's contributions, `workshops` all there are, where the
    event asks for them. `message` is the channel's id of the message. `ideas` are those of others that the turn wanted
    (`Turn.wants`); None when nobody has looked yet. `subscribed` are the categories of announcements they hear of.
    """

    seq: int
    text: str
    receipt: str = ""
    message: str = ""
    understanding: Understanding = NOTHING
    forwarded: bool = False
    secret: str = ""
    own: tuple[Own, ...] = ()
    ideas: tuple[Released, ...] | None = None
    workshops: tuple[Workshop, ...] = ()
    subscribed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pressed:
    """The citizen tapped a button; `tap` is what it carried; the rest as in `Said`."""

    seq: int
    tap: str
    receipt: str = ""
    secret: str = ""
    own: tuple[Own, ...] = ()
    ideas: tuple[Released, ...] | None = None
    workshops: tuple[Workshop, ...] = ()
    subscribed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Commanded:
    """The citizen used a command, without its slash; `payload` is what followed it (a deep link's value)."""

    seq: int
    name: str
    payload: str = ""
    receipt: str = ""
    secret: str = ""
    own: tuple[Own, ...] = ()
    ideas: tuple[Released, ...] | None = None
    workshops: tuple[Workshop, ...] = ()
    subscribed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Located:
    """The citizen shared a location, already rounded to about 100 m; `district` is the Stadtbezirk it lies in."""

    seq: int
    latitude: float
    longitude: float
    district: str | None = None
    ideas: tuple[Released, ...] | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """The citizen sent a file: `media` is photo, voice, sticker, contact, document, video or other.

    `file` is the channel's reference to it, `size` its bytes, `message` the channel's id of the message.
    """

    seq: int
    media: str
    file: str = ""
    size: int = 0
    caption: str = ""
    understanding: Understanding = NOTHING
    message: str = ""
    ideas: tuple[Released, ...] | None = None


@dataclass(frozen=True, slots=True)
class Edited:
    """The citizen changed a message after sending it."""

    seq: int
    text: str
    message: str = ""
    understanding: Understanding = NOTHING
    ideas: tuple[Released, ...] | None = None


@dataclass(frozen=True, slots=True)
class Blocked:
    """The citizen blocked the bot or left."""

    seq: int


@dataclass(frozen=True, slots=True)
class Returned:
    """The citizen unblocked the bot."""

    seq: int


@dataclass(frozen=True, slots=True)
class Moved:
    """A group became a supergroup with another id."""

    seq: int


Event: TypeAlias = Said | Pressed | Commanded | Located | Sent | Edited | Blocked | Returned | Moved
