"""Places understood from a citizen's words: the certain ones are proposed, the ambiguous ones asked.

Law of this file: a place is never guessed between several meanings; a tap names the place and not its position.
"""

from __future__ import annotations

from zlib import crc32

from bot.dialogue.events import PlaceGuess
from bot.dialogue.model import Role
from bot.dialogue.replies import Button
from bot.dialogue.scene import Scene
from bot.dialogue.state import Answer, Draft

# So many understood places become buttons.
PLACES_OFFERED = 4


def is_certain(place: PlaceGuess) -> bool:
    """Say whether the district of a place is known and its name has one meaning."""
    return bool(place.district) and not place.candidates


def certain_places(draft: Draft) -> list[PlaceGuess]:
    """Return the places understood from the words that need no question."""
    return [place for place in draft.guess.places if place.name and is_certain(place)]


def unsure_place(draft: Draft) -> PlaceGuess | None:
    """Return the first ambiguous place, while the citizen has given none and no other is certain."""
    if place_of(draft) is not None:
        return None
    return next((place for place in draft.guess.places if place.candidates), None)


def meanings(scene: Scene, place: PlaceGuess) -> list[PlaceGuess]:
    """Return what an ambiguous place can mean, one certain place for each where the name is that of a district."""
    districts = scene.book.districts
    return [PlaceGuess(place.text, name, name if name in districts else None) for name in place.candidates]


def offered(scene: Scene) -> list[PlaceGuess]:
    """Return all places that can be tapped in the open draft: the certain ones, then the meanings of the others."""
    draft = scene.opened
    asked = [meaning for place in draft.guess.places for meaning in meanings(scene, place)]
    return [*certain_places(draft), *asked]


def place_key(place: PlaceGuess) -> str:
    """Return what a tap calls a place: eight hexadecimal digits of its name."""
    return f"{crc32((place.name or '').encode()):08x}"


def guess_button(scene: Scene, step_id: str, place: PlaceGuess) -> Button:
    """Return the button that takes an understood place as the answer."""
    return Button(f"📍 {place.name}", scene.of_draft(f"guess:{step_id}:{place_key(place)}"))


def given_place(draft: Draft) -> Answer | None:
    """Return the place the citizen gave."""
    return next((answer for answer in draft.answers if answer.role == Role.PLACE), None)


def place_of(draft: Draft) -> Answer | None:
    """Return the place the citizen gave, or else the first certain one that was understood."""
    given, certain = given_place(draft), certain_places(draft)
    if given or not certain:
        return given
    return Answer("place", Role.PLACE, text=certain[0].name or "", option="guess", district=certain[0].district)
