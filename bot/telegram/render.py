"""A reply becomes finished requests to the Bot API.

Law of this file: pure; nothing is cut away, whatever a span holds stays text and never becomes markup.
"""

from __future__ import annotations

from html import escape
from typing import Any, NamedTuple

from telegram.constants import CallbackQueryLimit, InlineKeyboardMarkupLimit, MessageLimit, ParseMode

from bot.dialogue.replies import Button, Enclosed, Reply, Rows
from bot.dialogue.texts import Look, Span, Spans
from bot.telegram.split import parts, units
from bot.telegram.transport import UPLOAD

TOAST_LENGTH = int(CallbackQueryLimit.ANSWER_CALLBACK_QUERY_TEXT_LENGTH)


class Request(NamedTuple):
    """One call of the Bot API, ready to be kept and posted: the method and its parameters, plain JSON."""

    method: str
    params: dict[str, Any]


def render(reply: Reply, chat: str, *, thread: int | None = None) -> tuple[Request, ...]:
    """Return the messages of a reply in their order: one, or several where it is longer than Telegram takes.

    The keyboard stands below the last one, behind the file that goes with it. `thread` is the topic of a forum. A reply
    without words gives none.
    """
    pieces = parts(_boxed(reply.spans), int(MessageLimit.MAX_TEXT_LENGTH))
    messages = [_message(piece, chat, thread) for piece in pieces]
    if messages and reply.rows:
        messages[-1]["reply_markup"] = _keyboard(reply.rows)
    files = (_document(reply.enclosed, chat, thread),) if reply.enclosed else ()
    return (*files, *(Request("sendMessage", message) for message in messages))


def edit(reply: Reply, chat: str, message: str) -> Request:
    """Return the request that puts a reply in the place of a message of ours; it must fit into one."""
    params = {**_message(_boxed(reply.spans), chat, None), "message_id": int(message)}
    keyboard = {"reply_markup": _keyboard(reply.rows)} if reply.rows else {}
    return Request("editMessageText", {**params, **keyboard})


def answer_tap(callback_query_id: str, toast: str = "", *, stays: bool = False) -> Request:
    """Return the request that ends the spinner on a button; the toast has at most 200 characters.

    One that `stays` waits until it has been read.
    """
    shown = toast if units(toast) <= TOAST_LENGTH else _shortened(toast)
    text = {"text": shown, **({"show_alert": True} if stays else {})} if shown else {}
    return Request("answerCallbackQuery", {"callback_query_id": callback_query_id, **text})


def _message(spans: Spans, chat: str, thread: int | None) -> dict[str, Any]:
    topic = {"message_thread_id": thread} if thread is not None else {}
    return {
        "chat_id": int(chat),
        **topic,
        "text": "".join(_html(span) for span in spans),
        "parse_mode": ParseMode.HTML.value,
        "link_preview_options": {"is_disabled": True},
    }


def _document(enclosed: Enclosed, chat: str, thread: int | None) -> Request:
    topic = {"message_thread_id": thread} if thread is not None else {}
    upload = {"name": enclosed.name, "mime": enclosed.mime, "content": enclosed.content}
    return Request("sendDocument", {"chat_id": int(chat), **topic, UPLOAD: upload})


def _html(span: Span) -> str:
    text = escape(span.text, quote=False)
    match span.look:
        case Look.STRONG:
            return f"<b>{text}</b>"
        case Look.QUOTE:
            return f"<blockquote>{text}</blockquote>"
        case Look.LINK if span.href:
            return f'<a href="{escape(span.href)}">{text}</a>'
        case _:
            return text


def _boxed(spans: Spans) -> Spans:
    """Leave the box of a quotation to what has its lines to itself: within a line it would tear the sentence apart."""
    return tuple(_loosened(spans, at) if span.look is Look.QUOTE else span for at, span in enumerate(spans))


def _loosened(spans: Spans, at: int) -> Span:
    before = "".join(span.text for span in spans[:at])
    after = "".join(span.text for span in spans[at + 1 :])
    has_lines_alone = before[-1:] in ("", "\n") and after[:1] in ("", "\n")
    return spans[at] if has_lines_alone else Span(spans[at].text)


def _keyboard(rows: Rows) -> dict[str, Any]:
    # Telegram shows at most eight buttons side by side; a longer row goes on below.
    wide = int(InlineKeyboardMarkupLimit.BUTTONS_PER_ROW)
    lines = [row[start : start + wide] for row in rows for start in range(0, len(row), wide)]
    return {"inline_keyboard": [[_button(button) for button in line] for line in lines]}


def _button(button: Button) -> dict[str, str]:
    return {"text": button.label, "callback_data": button.tap}


def _shortened(toast: str) -> str:
    kept = toast
    while units(kept) > TOAST_LENGTH - 1:
        kept = kept[:-1]
    return kept.rstrip() + "…"
