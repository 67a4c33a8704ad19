"""What is known of an update before it is read; whatever comes in, nothing breaks."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.telegram import raw as of
from bot.telegram.read import Unreadable, read
from tests.emulator import Citizen
from tests.telegram.conftest import Fetch

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["message", "chat", "id", "text", "from", "callback_query", "update_id", "caption", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@settings(deadline=None, max_examples=300)
@given(JSON)
def test_whatever_json_comes_it_is_an_event_or_none_or_refused(value: Any) -> None:
    assert of.external_id(value)
    for known in (of.chat_of(value), of.text_of(value), of.tap_of(value)):
        assert known is None or isinstance(known, str)
    assert isinstance(of.thread_of(value), int | None)
    assert isinstance(of.migration_of(value), of.Migration | None)
    assert of.is_readable(value) is (of.update_id(value) is not None)
    try:
        event = read(value, seq=1)
    except Unreadable:
        return
    assert event is None or event.seq == 1


async def test_an_update_is_known_by_its_id_and_one_without_by_its_content() -> None:
    assert of.external_id({"update_id": 77, "message": {}}) == "77"
    one, other = {"message": {"text": "a"}}, {"message": {"text": "b"}}
    assert of.external_id(one) == of.external_id(copy.deepcopy(one)) != of.external_id(other)
    assert not of.is_readable(one)


async def test_the_analyst_gets_text_and_captions_as_a_database_takes_them(citizen: Citizen, fetch: Fetch) -> None:
    said = await citizen.say("Ampel")
    await citizen.photo(caption="hier")
    await citizen.edit(said, "Ampel am Wall")
    await citizen.voice()
    texts = [of.text_of(update) for update in await fetch()]
    assert texts == ["Ampel", "hier", "Ampel am Wall", None]
    assert of.text_of({"update_id": 1, "message": {"text": "a\x00b\udc00"}}) == "ab"
    assert of.text_of({"update_id": 1, "message": {"text": "\x00"}}) is None
