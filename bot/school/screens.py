"""What a class looks like in a private chat: one message for what it does now, with its buttons.

Law of this file: pure; it fits into one message; a button names what it does and to what, so that a tap that comes
twice counts once, and each can be typed.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.dialogue.model import Book
from bot.dialogue.replies import Button, Reply, Rows, lines
from bot.dialogue.texts import Look, Span, Spans
from bot.school import classroom
from bot.school.room import Room
from bot.school.script import Kind
from bot.school.sheets import PARTS
from storage.group_sessions import OpenSession
from storage.models.school import HELD, HIDDEN, SHOWN
from storage.session_ideas import LONGEST, Idea, Note

# Taps of a class begin so: `k:<code>:<deed>:<what it is done to>`.
TAP = "k"
# So many ideas stand on one page of a ballot, in rows of so many numbers.
PAGE, ABREAST = 8, 4
# A message takes 4,096 signs; lists of ideas get so many of them, and one idea never more than this (characters).
ROOM_FOR_LIST, ROOM_FOR_ONE = 2_800, 240
_STATES = {SHOWN: "on_board", HIDDEN: "taken_off"}
_OWN_SHOWN = 10
_UNLIT, _LIT = "○", "●"


def tap(session: OpenSession, deed: str, what: object = "") -> str:
    """Return what a button of a class carries."""
    return f"{TAP}:{session.code}:{deed}:{what}"


def said(book: Book, voice: str, key: str) -> Spans:
    """Return the sentence that a deed was answered by; in a chat no text stays in a field."""
    found = "class_chat.not_now" if key == "round_over" else f"class.{key}"
    if not book.texts.has(voice, found):
        found = f"class_chat.{key}"
    return book.texts.spans(voice, found, longest=LONGEST)


def notice(book: Book, session: OpenSession) -> Reply:
    """Return what somebody reads before they take part."""
    voice = classroom.voice_of(book, session)
    names = book.names_in(voice)
    words = book.texts.spans(voice, "class_chat.private_notice", **names)
    join = Button(book.texts.plain(voice, "class.join"), tap(session, "join"))
    return Reply(lines(_heading(book, voice, "notice_heading"), words), ((join,),), language=voice)


def screen(book: Book, room: Room, *, at: str = "", page: int = 0, lead: Spans = ()) -> Reply:
    """Return what somebody sees of a class; `at` is what they write about, `page` that of the ballot."""
    voice = classroom.voice_of(book, room.session)
    words, rows = _round(book, voice, room, at, page)
    last = () if room.kind == "end" else (_standing_row(book, voice, room),)
    return Reply(lines(lead, words), (*rows, *last), language=voice)


def taken(book: Book, room: Room, *, at: str = "") -> Reply:
    """Return the answer to a text that was kept: short, for the next one is written at once."""
    voice = classroom.voice_of(book, room.session)
    lead = book.texts.spans(voice, "class_chat.taken")
    if room.kind == Kind.ELABORATE:
        return screen(book, room, at=at, lead=lead)
    rows = _topics(book, voice, room, at) if room.kind == Kind.COLLECT else ()
    return Reply(lead, (*rows, _standing_row(book, voice, room, has_texts=True)), language=voice)


def over(book: Book, session: OpenSession) -> Reply:
    """Return what is said of a class that has ended."""
    voice = classroom.voice_of(book, session)
    return Reply(book.texts.spans(voice, "class_chat.over"), language=voice)


def left(book: Book, session: OpenSession) -> Reply:
    """Return what is said to who has left."""
    voice = classroom.voice_of(book, session)
    return Reply(book.texts.spans(voice, "class_chat.left"), language=voice)


def own(book: Book, room: Room) -> Reply:
    """Return what became of this participant's own texts, the newest ones."""
    voice = classroom.voice_of(book, room.session)
    texts = own_texts(room)[-_OWN_SHOWN:]
    most = ROOM_FOR_LIST // max(1, len(texts))
    told = [(Span(f"{shortened(each.text, most)}\n"), *status(book, voice, each)) for each in texts]
    words = lines(
        _strong(book.texts.plain(voice, "class_chat.mine")), *(told or [book.texts.spans(voice, "class.nothing")])
    )
    back = Button(book.texts.plain(voice, "class_chat.back"), tap(room.session, "now"))
    return Reply(words, ((back,),), language=voice)


def own_texts(room: Room) -> list[Idea | Note]:
    """Return what this participant wrote: ideas, then sentences."""
    found: list[Idea | Note] = list(room.mine)
    return found + [note for note in room.notes if note.is_mine]


def held(book: Book, session: OpenSession, text: str, reason: str) -> Reply:
    """Return what the writer of a text is told that was held back; who may need help reads who helps."""
    voice = classroom.voice_of(book, session)
    help_ = book.texts.spans(voice, "care.despair") if reason == "care" else ()
    quoted = (Span(shortened(text, ROOM_FOR_ONE), Look.QUOTE),)
    return Reply(lines(quoted, book.texts.spans(voice, f"class.held_{reason}"), help_), language=voice)


def status(book: Book, voice: str, text: Idea | Note) -> Spans:
    """Return what became of a text."""
    key = f"held_{text.reason}" if text.state == HELD else _STATES.get(text.state, "in_check")
    return book.texts.spans(voice, f"class.{key}")


def shortened(text: str, most: int) -> str:
    """Return a text on one line, cut to so many characters."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: max(1, most - 1)].rstrip() + "…"


def chosen(top: Sequence[Idea], at: str) -> tuple[int, str]:
    """Return the top idea a participant's team works on and the question that is open: 0 where none is chosen."""
    idea, _, part = at.partition(":")
    found = [each.id for each in top if str(each.id) == idea]
    only = top[0].id if len(top) == 1 else 0
    return (found[0] if found else only), part if part in PARTS else PARTS[0]


def _round(book: Book, voice: str, room: Room, at: str, page: int) -> tuple[Spans, Rows]:
    top = _top(book, voice, room)
    match room.kind:
        case Kind.WARMUP:
            return lines(top, _strong(book.texts.plain(voice, "class.warmup_question"))), ()
        case Kind.COLLECT:
            return top, _topics(book, voice, room, at)
        case Kind.SORT:
            return lines(top, *_piles(book, voice, room)), ()
        case Kind.VOTE:
            return _ballot(book, voice, room, top, page)
        case Kind.ELABORATE:
            return _team(book, voice, room, top, at)
        case Kind.RESULT | "end":
            return lines(top, *ranking(book, voice, room)), ()
        case _:
            return top, ()


def _top(book: Book, voice: str, room: Room) -> Spans:
    clock = book.texts.plain(voice, "class.left") + f" {room.clock}" if room.left is not None else ""
    clock = book.texts.plain(voice, "class.paused") if room.is_paused else clock
    task = "class.end_note" if room.kind == "end" else f"class.{room.kind}_task"
    invite = book.texts.spans(voice, "class.invite") if room.invites else ()
    heading = (*_heading(book, voice, room.kind), Span(f" · {clock}")) if clock else _heading(book, voice, room.kind)
    return lines(heading, book.texts.spans(voice, task), invite)


def _topics(book: Book, voice: str, room: Room, at: str) -> Rows:
    topics = room.session.topics
    if len(topics) < 2:
        return ()
    now = at if at in topics else topics[0]
    return tuple(
        (Button(_marked(book.texts.plain(voice, f"{each}.name"), each == now), tap(room.session, "topic", each)),)
        for each in topics
    )


def _piles(book: Book, voice: str, room: Room) -> list[Spans]:
    shown = [(pile.top.text, [other.text for other in pile.others]) for pile in room.piles]
    told: list[Spans] = []
    left = ROOM_FOR_LIST
    for top, others in shown:
        words = "\n".join([f"• {shortened(top, ROOM_FOR_ONE)}", *(f"   + {shortened(each, 80)}" for each in others)])
        if len(words) > left:
            return [*told, book.texts.spans(voice, "class_chat.more", count=len(shown) - len(told))]
        told.append((Span(words),))
        left -= len(words) + 2
    return told or [book.texts.spans(voice, "class.nothing")]


def _ballot(book: Book, voice: str, room: Room, top: Spans, page: int) -> tuple[Spans, Rows]:
    tops = [pile.top for pile in room.piles]
    pages = max(1, -(-len(tops) // PAGE))
    begin = min(max(page, 0), pages - 1) * PAGE
    here = list(enumerate(tops, 1))[begin : begin + PAGE]
    told = [_entry(f"{number}. {shortened(idea.text, ROOM_FOR_ONE)}", idea.id in room.dots) for number, idea in here]
    free = _strong(f"{book.texts.plain(voice, 'class.dots_left')} {room.dots_left}")
    words = lines(top, free, *(told or [book.texts.spans(voice, "class.nothing")]))
    buttons = [_dot(room, number, idea) for number, idea in here]
    rows = tuple(tuple(buttons[start : start + ABREAST]) for start in range(0, len(buttons), ABREAST))
    return words, (*rows, *_turning(book, voice, room, begin // PAGE, pages))


def _dot(room: Room, number: int, idea: Idea) -> Button:
    is_lit = idea.id in room.dots
    return Button(_marked(str(number), is_lit), tap(room.session, "undot" if is_lit else "dot", idea.id))


def page_of(room: Room, idea: int) -> int:
    """Return the page of the ballot on which an idea stands."""
    return next((place // PAGE for place, pile in enumerate(room.piles) if pile.top.id == idea), 0)


def _turning(book: Book, voice: str, room: Room, page: int, pages: int) -> Rows:
    ways = (("earlier", page - 1, page > 0), ("further", page + 1, page < pages - 1))
    row = [
        Button(book.texts.plain(voice, f"class_chat.{key}"), tap(room.session, "page", there))
        for key, there, is_there in ways
        if is_there
    ]
    return (tuple(row),) if row else ()


def _team(book: Book, voice: str, room: Room, top: Spans, at: str) -> tuple[Spans, Rows]:
    idea, part = chosen(room.top, at)
    if not room.top:
        return lines(top, book.texts.spans(voice, "class.nothing")), ()
    if not idea:
        words = lines(top, _strong(book.texts.plain(voice, "class.choose_idea")))
        choices = ((shortened(each.text, 60), each.id) for each in room.top)
        return words, tuple((Button(label, tap(room.session, "team", number)),) for label, number in choices)
    mine = next(each for each in room.top if each.id == idea)
    asked = _strong(book.texts.plain(voice, f"class.{part}"))
    rows = tuple(
        (Button(book.texts.plain(voice, f"class.{each}"), tap(room.session, "part", f"{idea}.{each}")),)
        for each in PARTS
        if each != part
    )
    other = (Button(book.texts.plain(voice, "class.other_idea"), tap(room.session, "team", 0)),)
    quoted = (Span(shortened(mine.text, ROOM_FOR_ONE), Look.QUOTE),)
    return lines(top, quoted, asked), (*rows, *((other,) if len(room.top) > 1 else ()))


def ranking(book: Book, voice: str, room: Room) -> list[Spans]:
    """Return the ideas by votes, as many as a message takes."""
    told: list[Spans] = []
    left = ROOM_FOR_LIST
    dots = book.texts.plain(voice, "class.votes")
    for place, idea in enumerate(room.ranked, 1):
        words = f"{place}. {shortened(idea.text, ROOM_FOR_ONE)} ({dots} {idea.votes})"
        if len(words) > left:
            return [*told, book.texts.spans(voice, "class_chat.more", count=len(room.ranked) - len(told))]
        told.append((Span(words),))
        left -= len(words) + 2
    return told or [book.texts.spans(voice, "class.nothing")]


def _standing_row(book: Book, voice: str, room: Room, *, has_texts: bool = False) -> tuple[Button, ...]:
    named: Sequence[tuple[str, str]] = (("mine", "mine"), ("leave", "leave"))
    has_texts = has_texts or bool(own_texts(room))
    return tuple(
        Button(book.texts.plain(voice, f"class_chat.{key}"), tap(room.session, deed))
        for key, deed in named
        if deed != "mine" or has_texts
    )


def _heading(book: Book, voice: str, key: str) -> Spans:
    return _strong(book.texts.plain(voice, f"class.{key}"))


def _strong(words: str) -> Spans:
    return (Span(words, Look.STRONG),)


def _entry(words: str, is_lit: bool) -> Spans:
    return (Span(f"{_LIT} {words}" if is_lit else words),)


def _marked(label: str, is_lit: bool) -> str:
    return f"{_LIT if is_lit else _UNLIT} {label}"
