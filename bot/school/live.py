"""What a class looks like in a group: one message that is kept up to date, for all who are there.

Law of this file: pure; it fits into one message; nobody is named, and no single vote is shown before voting has ended.
"""

from __future__ import annotations

import hashlib
from math import ceil

from bot.dialogue.model import Book
from bot.dialogue.replies import Button, Reply, Rows, lines
from bot.dialogue.texts import Look, Span, Spans
from bot.school import classroom
from bot.school.links import telegram_link
from bot.school.room import Room
from bot.school.screens import ROOM_FOR_LIST, ROOM_FOR_ONE, ranking, shortened, tap
from bot.school.script import Kind
from bot.school.sheets import PARTS

# A keyboard has a hundred buttons at most, eight abreast; some are kept for what is no idea.
MOST_NUMBERS, ABREAST = 88, 8
# So many of the newest ideas stand in the message while the class collects.
NEWEST = 6
_MINUTE = 60


def live(book: Book, room: Room, *, public_url: str, bot_name: str) -> Reply:
    """Return the message of a group."""
    voice = classroom.voice_of(book, room.session)
    ways = _ways(book, voice, room, public_url, bot_name)
    words = lines(_heading(book, voice, room), _task(book, voice, room), *_shown(book, voice, room), *ways)
    return Reply(words, _buttons(book, voice, room), language=voice)


def digest(reply: Reply) -> str:
    """Return what changes whenever the message would look different."""
    return hashlib.blake2b(repr((reply.spans, reply.rows)).encode(), digest_size=9).hexdigest()


def _heading(book: Book, voice: str, room: Room) -> Spans:
    """Say what is done and how long yet, in whole minutes: a message may be changed every few seconds only."""
    heading: Spans = (Span(book.texts.plain(voice, f"class.{room.kind}"), Look.STRONG),)
    if room.is_paused:
        return (*heading, Span(f" · {book.texts.plain(voice, 'class.paused')}"))
    if room.left is None or room.kind == Kind.RESULT:
        return heading
    clock = f"{book.texts.plain(voice, 'class.left')} {ceil(room.left / _MINUTE)} min"
    return (*heading, Span(f" · {clock}"))


def _task(book: Book, voice: str, room: Room) -> Spans:
    match room.kind:
        case "lobby":
            return book.texts.spans(voice, "class_chat.group_notice", **book.names_in(voice))
        case "end":
            return book.texts.spans(voice, "class.end_note")
        case Kind.WARMUP:
            return book.texts.spans(voice, "class.warmup_question")
        case _:
            return book.texts.spans(voice, f"class.{room.kind}_task")


def _shown(book: Book, voice: str, room: Room) -> list[Spans]:
    match room.kind:
        case Kind.WARMUP | Kind.COLLECT:
            texts = [note.text for note in room.said(str(room.kind))] or [pile.top.text for pile in room.piles]
            counts = f"{book.texts.plain(voice, 'class.have_written')} {room.writers}"
            newest = "\n".join(f"• {shortened(each, ROOM_FOR_ONE)}" for each in texts[-NEWEST:])
            return [(Span(newest),) if newest else (), (Span(counts),)]
        case Kind.SORT | Kind.VOTE:
            voted = (Span(f"{book.texts.plain(voice, 'class.voted')} {room.voters}"),) if room.kind == Kind.VOTE else ()
            return [(Span(_numbered(book, voice, room)),), voted]
        case Kind.ELABORATE:
            tops = [f"{number}. {shortened(idea.text, ROOM_FOR_ONE)}" for number, idea in enumerate(room.top, 1)]
            asked = "\n".join(book.texts.plain(voice, f"class.{part}") for part in PARTS)
            return [(Span("\n".join(tops) or book.texts.plain(voice, "class.nothing")),), (Span(asked),)]
        case Kind.RESULT | "end":
            return ranking(book, voice, room)
        case _:
            return []


def _numbered(book: Book, voice: str, room: Room) -> str:
    """Return all ideas on a line each, the shorter the more there are, so that they fit into one message."""
    tops = [pile.top.text for pile in room.piles][:MOST_NUMBERS]
    most = min(ROOM_FOR_ONE, ROOM_FOR_LIST // max(1, len(tops)) - len("99. \n"))
    told = [f"{number}. {shortened(text, most)}" for number, text in enumerate(tops, 1)]
    more = len(room.piles) - len(tops)
    beyond = [book.texts.plain(voice, "class_chat.more", count=more)] if more else []
    return "\n".join([*told, *beyond]) or book.texts.plain(voice, "class.nothing")


def _ways(book: Book, voice: str, room: Room, public_url: str, bot_name: str) -> list[Spans]:
    """Say how to take part: an answer to this message, the private chat, a browser."""
    if room.kind in (Kind.RESULT, "end"):
        return []
    writes = room.kind in (Kind.WARMUP, Kind.COLLECT, Kind.ELABORATE)
    answer = (book.texts.spans(voice, "class_chat.reply_here"),) if writes else ()
    page = f"{public_url.rstrip('/')}/klasse/{room.session.code}"
    browser = Span(book.texts.plain(voice, "class_chat.browser"), Look.LINK, page)
    chat = telegram_link(bot_name, room.session.code)
    alone = (Span(book.texts.plain(voice, "class_chat.alone"), Look.LINK, chat), Span(" · ")) if chat else ()
    return [*answer, (*alone, browser)]


def _buttons(book: Book, voice: str, room: Room) -> Rows:
    session = room.session
    last = _leading(book, voice, room)
    mine = (Button(book.texts.plain(voice, "class_chat.mine"), tap(session, "mine")),)
    match room.kind:
        case Kind.COLLECT if len(session.topics) > 1:
            named = ((book.texts.plain(voice, f"{each}.name"), tap(session, "topic", each)) for each in session.topics)
            return (*((Button(*each),) for each in named), mine, *last)
        case Kind.WARMUP | Kind.COLLECT:
            return (mine, *last)
        case Kind.VOTE:
            numbers = [_number(room, place, "dot", pile.top.id) for place, pile in enumerate(room.piles, 1)]
            clear = (Button(book.texts.plain(voice, "class_chat.clear"), tap(session, "clear")),)
            return (*_abreast(numbers[:MOST_NUMBERS]), clear, *last)
        case Kind.ELABORATE:
            teams = [_number(room, place, "team", idea.id) for place, idea in enumerate(room.top, 1)]
            return (*_abreast(teams), mine, *last)
        case _:
            return last


def _number(room: Room, place: int, deed: str, idea: int) -> Button:
    return Button(str(place), tap(room.session, deed, idea))


def _abreast(buttons: list[Button]) -> Rows:
    return tuple(tuple(buttons[start : start + ABREAST]) for start in range(0, len(buttons), ABREAST))


def _leading(book: Book, voice: str, room: Room) -> Rows:
    """Return the button of who leads; it names the round it was pressed in, so that two presses move the class once."""
    if room.kind in (Kind.RESULT, "end"):
        return ()
    key = "next_lobby" if room.kind == "lobby" else "next_round"
    label = book.texts.plain(voice, f"class.{key}")
    return ((Button(label, tap(room.session, "next", room.session.position)),),)
