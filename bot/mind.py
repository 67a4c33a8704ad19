"""The models in a process of their own: who serves pages and chats never waits for a thread that thinks.

Law of this file: one question at a time; the process ends with the program that asks it, however that one ended; what
goes wrong is told by its kind and place alone, since its text may hold a citizen's words.
"""

from __future__ import annotations

import logging
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from socket import socketpair
from subprocess import Popen
from typing import Any, TypeVar

from bot.analyst import Tagged, Thinker
from bot.config import Nlp
from bot.reason import reason_of
from storage.analyses import Analysed
from storage.contributions import Unanalysed

A = TypeVar("A")
T = TypeVar("T")

log = logging.getLogger(__name__)


class MindFailed(Exception):
    """The models can't be loaded or can't answer; its words name no text."""


@dataclass(slots=True)
class Mind:
    """A thinker (`bot.analyst.Thinker`) in a process of its own, started anew when that was ended from outside.

    One thread may ask at a time. Raises `MindFailed` for whatever goes wrong there.
    """

    settings: Nlp
    process: Popen[bytes]
    line: Connection
    is_closed: bool = False

    def wait(self) -> None:
        """Wait until the models are loaded."""
        try:
            _heard(self.line)
        except (EOFError, OSError) as error:
            raise MindFailed("the models ended while they were loaded; see that there is enough memory") from error

    def tag_texts(self, texts: Sequence[str]) -> list[dict[str, Any]]:
        """Return the analysis of each text as JSON values."""
        return self._ask(Thinker.tag_texts, texts)

    def read_texts(self, texts: Sequence[str]) -> Sequence[Tagged]:
        """Return the analysis of each text with its vector, and those of its parts."""
        return self._ask(Thinker.read_texts, texts)

    def are_alike(self, pairs: Sequence[tuple[str, str]]) -> list[bool]:
        """Say of each pair of texts whether they speak of the same."""
        return self._ask(Thinker.are_alike, pairs)

    def tag_contributions(self, pending: Sequence[Unanalysed]) -> list[Analysed]:
        """Return what is to be noted of each contribution."""
        return self._ask(Thinker.tag_contributions, pending)

    def same_pairs(self, texts: Sequence[str]) -> list[tuple[int, int]]:
        """Return which of these texts name the same things, as pairs of places, the earlier one first."""
        return self._ask(Thinker.same_pairs, texts)

    def close(self) -> None:
        """End it, whatever it is thinking about: it holds nothing that could be lost."""
        self.is_closed = True
        self.process.kill()
        self.process.wait()

    def _ask(self, question: Callable[[Thinker, Sequence[A]], T], about: Sequence[A]) -> T:
        try:
            return _asked(self.line, question, about)
        except (EOFError, OSError) as error:
            if self.is_closed:
                raise MindFailed("the program stops") from error
        log.warning("the models were ended from outside and are loaded anew")
        self.process.wait()
        self.process, self.line = _started(self.settings)
        self.wait()
        try:
            return _asked(self.line, question, about)
        except (EOFError, OSError) as error:
            raise MindFailed("the models were ended twice; see that there is enough memory") from error


@contextmanager
def open_mind(settings: Nlp) -> Iterator[Mind]:
    """Load the models that the configuration names, for as long as the block runs; `Mind.wait` tells when they are."""
    mind = Mind(settings, *_started(settings))
    try:
        yield mind
    finally:
        mind.close()


def _started(settings: Nlp) -> tuple[Popen[bytes], Connection]:
    ours, theirs = socketpair()
    with theirs:
        # Begun afresh: what is forked from a program with threads may inherit their locks, and all that it has loaded.
        command = [sys.executable, "-m", "bot.mind", str(theirs.fileno())]
        process = Popen(command, pass_fds=(theirs.fileno(),))  # noqa: S603  (nothing in it is anybody's input)
    line = Connection(ours.detach())
    line.send(settings)
    return process, line


def _asked(line: Connection, question: Callable[[Thinker, Sequence[A]], T], about: Sequence[A]) -> T:
    line.send((question.__name__, about))
    answer: T = _heard(line)
    return answer


def _heard(line: Connection) -> Any:
    answer, failure = line.recv()
    if failure:
        raise MindFailed(failure)
    return answer


# --- on the other side ------------------------------------------------------------------------------------------------


def think(line: Connection) -> None:
    """Answer until nobody is there to ask."""
    # A signal to all of them is the program's, which ends what it has begun first.
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.SIG_IGN)
    with suppress(EOFError, ConnectionError):
        thinker = _loaded(line, line.recv())
        while thinker:
            question, about = line.recv()
            line.send(_thought(thinker, question, about))


def _loaded(line: Connection, settings: Nlp) -> Thinker | None:
    """Load the models and say so; None where they can't be."""
    try:
        from bot import tagging  # with spaCy: only here, never in the program that asks

        thinker = tagging.Thinker(tagging.load_tagger(settings))
    except (ValueError, OSError) as error:  # what the configuration names is not there; nothing was read yet
        line.send((None, str(error)))
        return None
    line.send((None, ""))
    return thinker


def _thought(thinker: Thinker, question: str, about: Sequence[Any]) -> tuple[Any, str]:
    """Return the answer, or what went wrong."""
    try:
        return getattr(thinker, question)(about), ""
    except Exception as error:  # whatever it is, who asked is told
        return None, f"the models failed: {reason_of(error)}"


if __name__ == "__main__":
    think(Connection(int(sys.argv[1])))
