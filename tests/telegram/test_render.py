"""Replies become messages that Telegram's own parser reads back as what was meant."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.dialogue.replies import Button, Reply
from bot.dialogue.texts import Look, Span, quote
from bot.telegram.render import answer_tap, render
from bot.telegram.split import units
from tests.emulator import contract, entities, limits

# What people type; half surrogate pairs never come out of `read`.
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n <>&\"'👩‍👩‍👧ß"), max_size=400)
SPANS = st.lists(
    st.one_of(
        st.builds(Span, TEXT),
        st.builds(Span, TEXT, st.just(Look.STRONG)),
        st.builds(Span, TEXT, st.just(Look.QUOTE)),
        st.builds(Span, TEXT, st.just(Look.LINK), st.just('https://example.org/?a=1&b="2"')),
    ),
    max_size=6,
).map(tuple)


def _plain(text: str) -> str:
    return "".join(text.split())


@settings(deadline=None)
@given(SPANS)
def test_whatever_a_span_holds_telegram_reads_it_as_text_and_nothing_is_lost(spans: tuple[Span, ...]) -> None:
    requests = render(Reply(spans), "7")
    shown = [entities.parse(request.params["text"], request.params["parse_mode"])[0] for request in requests]
    assert _plain("".join(shown)) == _plain(Reply(spans).text)
    for request, text in zip(requests, shown, strict=True):
        limits.check_text(text)
        assert contract.mistakes(request.method, request.params) == []


def test_looks_become_bold_box_and_link() -> None:
    spans = (
        Span("Ihr Beitrag", Look.STRONG),
        Span(":\n"),
        *quote('Ampel < 30 s & "grün"'),
        Span("\nmehr "),
        Span("hier", Look.LINK, "https://example.org/?a=1&b=2"),
    )
    (request,) = render(Reply(spans), "7")
    assert request.params["text"] == (
        '<b>Ihr Beitrag</b>:\n<blockquote>Ampel &lt; 30 s &amp; "grün"</blockquote>\n'
        'mehr <a href="https://example.org/?a=1&amp;b=2">hier</a>'
    )


def test_words_quoted_within_a_line_do_not_tear_it_apart() -> None:
    (request,) = render(Reply((Span("Sie schrieben „"), *quote("Bänke"), Span("“."))), "7")
    assert request.params["text"] == "Sie schrieben „Bänke“."


def test_the_keyboard_carries_what_each_button_says_and_long_rows_go_on_below() -> None:
    rows = ((Button("Ja", "yes:1@7"), Button("Nein", "no")), tuple(Button(str(n), f"n:{n}") for n in range(9)))
    (request,) = render(Reply((Span("?"),), rows), "-1001234567890", thread=5)
    assert request.params["reply_markup"]["inline_keyboard"][0] == [
        {"text": "Ja", "callback_data": "yes:1@7"},
        {"text": "Nein", "callback_data": "no"},
    ]
    assert [len(row) for row in request.params["reply_markup"]["inline_keyboard"]] == [2, 8, 1]
    limits.check_markup(request.params["reply_markup"], chat_kind="supergroup")
    assert (request.params["chat_id"], request.params["message_thread_id"]) == (-1001234567890, 5)
    assert request.params["link_preview_options"] == {"is_disabled": True}


def test_requests_are_plain_json() -> None:
    (request,) = render(Reply((Span("?"),), ((Button("a", "b"),),)), "7")
    assert json.loads(json.dumps(request.params)) == request.params


def test_a_reply_without_words_is_no_message() -> None:
    assert render(Reply((Span(" \n"),), ((Button("a", "b"),),)), "7") == ()


@pytest.mark.parametrize(
    ("pause", "head"),
    [("\n\n", "Absatz eins.\nZeile zwei."), ("\n", "Zeile eins."), (" ", "Wort")],
    ids=["paragraph", "line", "word"],
)
def test_a_long_text_is_cut_at_the_best_pause_and_the_keyboard_stands_below_the_end(pause: str, head: str) -> None:
    first = head + " x" * ((3000 - len(head)) // 2)
    second = "y" * 2000
    parts = render(Reply((Span(first + pause), Span(second, Look.STRONG)), ((Button("a", "b"),),)), "7")
    assert [part.params["text"].strip() for part in parts] == [first, f"<b>{second}</b>"]
    assert ["reply_markup" in part.params for part in parts] == [False, True]


def test_a_quotation_longer_than_a_message_stays_a_quotation_in_both() -> None:
    one, two = render(Reply(quote("Wort " * 1500)), "7")
    assert one.params["text"].startswith("<blockquote>")
    assert two.params["text"].startswith("<blockquote>")


def test_joined_emoji_are_not_parted() -> None:
    family = "👨‍👩‍👧‍👦"
    parts = render(Reply((Span(family * 600),)), "7")
    assert len(parts) == 2
    assert all(set(part.params["text"].split(family)) == {""} for part in parts)


@pytest.mark.parametrize("letter", ["a", "ä", "😀"])
def test_a_toast_has_at_most_200_characters(letter: str) -> None:
    request = answer_tap("4711", letter * 300)
    limits.check_answer(request.params)
    assert units(request.params["text"]) <= 200
    assert request.params["text"].endswith("…")


def test_a_short_toast_is_shown_whole_and_none_is_left_out() -> None:
    assert answer_tap("4711", "Gespeichert").params == {"callback_query_id": "4711", "text": "Gespeichert"}
    assert answer_tap("4711") == ("answerCallbackQuery", {"callback_query_id": "4711"})
