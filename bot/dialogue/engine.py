"""`advance(book, state, event) -> Turn`: the only door of the dialogue core.

Law of this file: the engine never waits, logs, rolls dice or reads a clock; the same input gives the same turn,
every event has one, and a turn says at most one message.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

from bot.dialogue import consents, objections, subscriptions
from bot.dialogue.answers import hold, join, locate, part, take
from bot.dialogue.browse import find, mended, react
from bot.dialogue.commands import is_link, obey
from bot.dialogue.edits import edit
from bot.dialogue.endings import send
from bot.dialogue.events import (
    NOTHING,
    Blocked,
    Commanded,
    Edited,
    Event,
    Located,
    Moved,
    Own,
    Pressed,
    Released,
    Returned,
    Said,
    Sent,
    Understanding,
)
from bot.dialogue.facts import CareGiven, NoticeShown, ReachabilityChanged
from bot.dialogue.fit import mend
from bot.dialogue.mine import tell, typed
from bot.dialogue.model import Ask, Attach, Book, Choose, Confirm, Locate
from bot.dialogue.moves import begin, proceed, resume, settle, skip
from bot.dialogue.parse import Verb, command, is_one_of, tap, verb
from bot.dialogue.questions import question
from bot.dialogue.replies import Reply, lines
from bot.dialogue.rights import forget, spare
from bot.dialogue.scene import Scene
from bot.dialogue.similar import offer, typed_similar
from bot.dialogue.state import Answer, Draft, Kept, State, Waiting
from bot.dialogue.taps import press
from bot.dialogue.turn import Turn
from bot.dialogue.words import at_step, joined, told
from bot.dialogue.workshops import check_in, door_code, fulfil, spare_need, tell_need
from bot.dialogue.workshops import typed as typed_workshop

# Files a contribution can hold; more are refused with a word.
FILES_PER_DRAFT = 5
FILES = ("photo", "voice")
# What staff type in Telegram, where it is switched on: they are answered with an address, never with texts.
DESK_COMMANDS = ("redaktion", "desk")
TELEGRAM = "telegram"


def advance(book: Book, state: State, event: Event) -> Turn:
    """Return what follows from an event in a state of a conversation.

    Never raises for anything a citizen can do. A state stored by an earlier revision of the book is fitted first.
    """
    scene = _begin(book, state, event)
    match event:
        case Said():
            return turn(_heard(_given(scene, event), event))
        case Pressed():
            return turn(press(_given(scene, event), event.tap))
        case Commanded():
            return turn(_commanded(_given(scene, event), event))
        case Located():
            return turn(_located(scene, event))
        case Sent():
            return turn(_received(scene, event))
        case Edited():
            return turn(edit(_cared(scene, event.understanding), event))
        case Blocked():
            return Turn(scene.state, facts=(ReachabilityChanged(reachable=False),))
        case Returned():
            return Turn(scene.state, facts=(ReachabilityChanged(reachable=True),))
        case Moved():
            return Turn(scene.state)
        case _ as never:
            assert_never(never)


def _begin(book: Book, state: State, event: Event) -> Scene:
    ideas = None if isinstance(event, Blocked | Returned | Moved) else event.ideas
    return Scene(book, mended(book, mend(book, state)), event.seq, ideas=ideas)


def _given(scene: Scene, event: Said | Pressed | Commanded) -> Scene:
    given = replace(scene, receipt=event.receipt, secret=event.secret, own=event.own, workshops=event.workshops)
    given = replace(given, subscribed=event.subscribed)
    seen = scene.state.agenda
    # Whoever goes on to something else has left the workshops; a link of somebody not met yet waits for them.
    stays = scene.is_stranger or scene.state.waiting is Waiting.NEED
    return replace(given if stays else given.to(agenda=None), seen=seen)


def turn(scene: Scene) -> Turn:
    """Return what a scene has come to: the leading words and the current question as one message."""
    if scene.silent:
        return Turn(scene.state, facts=scene.facts, toast=scene.toast)
    scene = _fulfilled(find(offer(settle(scene))))
    return Turn(scene.state, (_reply(scene),), scene.facts, scene.toast, scene.wants)


def _fulfilled(scene: Scene) -> Scene:
    """Open what a stranger's link asked for, once they are none any more."""
    agenda = scene.state.agenda
    just_met = any(isinstance(fact, NoticeShown) for fact in scene.facts)
    return fulfil(scene, agenda) if agenda and just_met else scene


def _reply(scene: Scene) -> Reply:
    asked, rows = question(scene)
    step = scene.step if scene.state.waiting is Waiting.STEP else None
    return Reply(
        lines(*scene.lead, asked),
        (*scene.extra, *rows),
        language=scene.voice,
        wants_place=isinstance(step, Locate),
        wants_photo=isinstance(step, Attach),
    )


def current(book: Book, state: State, ideas: tuple[Released, ...] = ()) -> Reply:
    """Return the current question of a stored state, to be shown again (a reloaded page, a restart).

    Ideas of others that are not given are told by their numbers.
    """
    return _reply(Scene(book, mended(book, mend(book, state)), 0, ideas=ideas))


def announce(book: Book, state: State, news: Sequence[Own], *, alone: bool) -> Reply:
    """Return what becomes of contributions as a message: `alone`, or before the current question of this state."""
    scene = tell(Scene(book, mend(book, state), 0), news)
    return Reply(lines(*scene.lead), scene.extra, language=scene.voice) if alone else _reply(scene)


def _commanded(scene: Scene, event: Commanded) -> Scene:
    if event.name in DESK_COMMANDS and scene.state.channel == TELEGRAM and scene.book.names.get("desk_address"):
        return scene.saying("staff.desk")
    known = command(scene.book.texts, event.name)
    done = obey(scene, known, event.payload) if known else scene.saying("command.unknown")
    if not event.payload or (known is Verb.START and is_link(event.payload)):
        return done
    # What is written behind a command is said, too; it answers no question that was not on the screen.
    said = told(event.payload)
    return hold(done, said, NOTHING) if done.draft and done.draft.words() else take(done, said, NOTHING)


def _heard(scene: Scene, event: Said) -> Scene:
    text = event.text.strip()
    if not text:
        return scene
    scene = _cared(scene, event.understanding)
    # Somebody else's words, passed on, ask nothing of the bot.
    asked = None if event.forwarded else _asked(scene, text)
    if asked is None and scene.state.waiting is Waiting.OBJECTION:
        return objections.object_to(scene, text)
    given = told(text, event.understanding, event.message)
    return asked or take(scene, given, event.understanding)


def _asked(scene: Scene, text: str) -> Scene | None:
    """Return what follows when the text is a word for the bot: a verb, a button, yes or no; None when it isn't."""
    texts = scene.book.texts
    if (said := verb(texts, scene.voice, text)) is not None:
        return obey(scene, said)
    if (meant := typed_workshop(scene, text)) is not None:
        return press(scene, meant).aloud()
    if not scene.is_stranger and (door := door_code(text)) is not None:
        return check_in(scene, door)
    # Before the labels, where a name without its letter would be taken for one of several.
    if (meant := typed_similar(scene, text)) is not None:
        return press(scene, meant).aloud()
    if (pressed := tap(text, question(scene)[1], numbers=_numbers_choose(scene))) is not None:
        return press(scene, pressed).aloud()
    meant = typed(scene, text) or consents.typed(scene, text) or subscriptions.typed(scene, text)
    if meant is not None:
        return press(scene, meant).aloud()
    if is_one_of(texts, scene.voice, "words.yes", text):
        return _agreed(scene)
    if is_one_of(texts, scene.voice, "words.no", text):
        return _denied(scene)
    return tell_need(scene, text) if scene.state.waiting is Waiting.NEED else None


def _agreed(scene: Scene) -> Scene | None:
    match scene.state.waiting, scene.step:
        case Waiting.PENDING, _:
            return join(scene)
        case Waiting.ERASURE_LINK | Waiting.ERASURE_ALL, _:
            return forget(scene)
        case Waiting.BROWSE, _:
            return _thought(scene, "for")
        case Waiting.AGE, _:
            return consents.tell_age(scene, grown=True)
        case Waiting.OBJECTION, _:
            return objections.object_to(scene, "")
        case Waiting.STEP, Confirm() if not scene.is_stranger:
            return send(scene)
        case Waiting.STEP, Ask() | Choose() | Locate():
            return None
        case Waiting.PAUSE | Waiting.NOTHING, _:
            return resume(scene)
        case _:
            return scene


def _denied(scene: Scene) -> Scene | None:
    match scene.state.waiting, scene.step:
        case Waiting.PENDING, _:
            return part(scene)
        case Waiting.ERASURE | Waiting.ERASURE_LINK | Waiting.ERASURE_ALL, _:
            return spare(scene)
        case Waiting.BROWSE, _:
            return _thought(scene, "against")
        case Waiting.AGE, _:
            return consents.tell_age(scene, grown=False)
        case Waiting.CONSENTS, _:
            return consents.done(scene)
        case Waiting.OBJECTION, _:
            return objections.leave(scene.saying("rights.spared"))
        case Waiting.NEED, _:
            return spare_need(scene)
        case Waiting.STEP, Confirm():
            return scene.drafting(is_own=True).saying("card.change")
        case Waiting.STEP, Attach():
            return skip(scene)
        case Waiting.STEP, _:
            return None
        case Waiting.NOTHING, _ if not scene.is_stranger:
            return scene.saying("pause.nothing")
        case _:
            return scene


def _thought(scene: Scene, verb: str) -> Scene:
    at = scene.state.browse.at if scene.state.browse else None
    return react(scene, verb, at) if at else scene


def _numbers_choose(scene: Scene) -> bool:
    # Where own words are asked for, a number is an answer; everywhere else it counts the buttons.
    return scene.state.waiting is not Waiting.STEP or not isinstance(scene.step, Ask)


def _cared(scene: Scene, understanding: Understanding) -> Scene:
    if understanding.care is None:
        return scene
    return scene.saying(f"care.{understanding.care}").noting(CareGiven(understanding.care))


def _located(scene: Scene, event: Located) -> Scene:
    if scene.draft is None:
        scene = begin(scene, Draft(str(scene.seq)))
    return locate(scene, event.latitude, event.longitude, event.district)


def _received(scene: Scene, event: Sent) -> Scene:
    caption = event.caption.strip()
    scene = _cared(scene, event.understanding) if caption else scene
    scene = _filed(scene, event)
    at_photo = scene.state.waiting is Waiting.STEP and isinstance(scene.step, Attach)
    given = told(caption, event.understanding, event.message)
    match at_photo, bool(caption):
        case True, True:
            return _described(scene, given)
        case True, False if event.media in FILES:
            return proceed(scene, after=scene.asked.id)
        case False, True:
            return _captioned(scene, given, event.understanding)
        case _:
            return scene


def _captioned(scene: Scene, given: Answer, understanding: Understanding) -> Scene:
    # What stands below a photo describes it; only a question for own words is answered by it.
    asks_other = scene.state.waiting is Waiting.STEP and not isinstance(scene.step, Ask)
    if scene.draft and scene.draft.words() and asks_other:
        return hold(scene, given, understanding)
    return take(scene, given, understanding)


def _described(scene: Scene, given: Answer) -> Scene:
    draft, step = scene.opened, scene.asked
    earlier = draft.answer(step.id)
    caption = joined(earlier, given) if earlier else at_step(given, step)
    return proceed(scene.to(draft=draft.with_answer(caption)), after=step.id)


def _filed(scene: Scene, event: Sent) -> Scene:
    media = "media.voice_written" if event.media == "voice" and scene.book.transcribes else f"media.{event.media}"
    if event.media not in FILES:
        return scene.saying(media if scene.has(media) else "media.other")
    if scene.draft is None:
        scene = begin(scene, Draft(str(scene.seq)))
    files = scene.opened.files
    if any(kept.file == event.file for kept in files):
        return scene.saying("toast.noted")
    if len(files) >= FILES_PER_DRAFT:
        return scene.saying("media.too_many", count=FILES_PER_DRAFT)
    return scene.drafting(files=(*files, Kept(event.media, event.file))).saying(media)
