"""Telling the sessions of a process what became of their board."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from .acts import Record
from .board import Board

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Notice:
    """Something that people should know about the files of a board: a code and facts, as in a refusal."""

    code: str
    facts: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Update:
    """What subscribers are told: the board as it now is, as it was, and the changes between.

    ``notices`` are what has been found about the files meanwhile; the board may then be the same.
    """

    board: Board
    before: Board
    records: tuple[Record, ...]
    notices: tuple[Notice, ...] = ()


Subscriber = Callable[[Update], None]


class Subscribers:
    """Who is told of updates: in order, whichever thread brings them, and each apart from the others' failures."""

    def __init__(self) -> None:
        self._all: list[Subscriber] = []
        self._waiting: deque[Update] = deque()
        self._lock = threading.Lock()
        self._telling = False

    def add(self, subscriber: Subscriber) -> Callable[[], None]:
        """Tell somebody of every update from now on; gives what ends it."""
        self._all.append(subscriber)

        def leave() -> None:
            with contextlib.suppress(ValueError):
                self._all.remove(subscriber)

        return leave

    def post(self, update: Update) -> None:
        """Have an update told after those before it. Called where updates are in order, under the store's lock."""
        self._waiting.append(update)

    def tell(self) -> None:
        """Tell what waits, with no lock held. Who is told may cause more: that waits for its turn."""
        while (update := self._next()) is not None:
            for subscriber in list(self._all):
                try:
                    subscriber(update)
                except Exception:
                    # One session's failure must not reach the one who committed. No locals: they hold people's words.
                    _log.exception("a subscriber failed")
            with self._lock:
                self._telling = False

    def _next(self) -> Update | None:
        with self._lock:
            if self._telling or not self._waiting:
                return None
            self._telling = True
            return self._waiting.popleft()
