"""A journal that is gone with its process: for tests, and for a board that nobody keeps."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator

from . import journal
from .journal import Line, Position, encode
from .refusal import Refused


class MemoryJournal:
    """The lines of a journal, in a list. Positions count lines, not bytes."""

    def __init__(self) -> None:
        self._lines: list[tuple[Line, Position]] = []
        self._lock = threading.RLock()
        self._watchers: list[Callable[[], None]] = []

    @contextlib.contextmanager
    def locked(self, *, shared: bool = False) -> Iterator[None]:
        """Hold the lock; reading alone is no different here."""
        if not self._lock.acquire(timeout=journal.LOCK_SECONDS):
            raise Refused("busy", path="", seconds=round(journal.LOCK_SECONDS))
        try:
            yield
        finally:
            self._lock.release()

    def append(self, line: Line, after: Position) -> Position:
        """Keep one line."""
        _, digest = encode(line, after.digest)
        position = Position(after.offset + 1, after.offset, line.seq, digest)
        self._lines.append((line, position))
        for call in list(self._watchers):
            call()
        return position

    def read_from(self, position: Position) -> Iterator[tuple[Line, Position]]:
        """The lines after a position."""
        yield from self._lines[position.offset :]

    def settle_tail(self, position: Position) -> bytes:
        """Nothing is ever half-written here."""
        return b""

    def ends_at(self, position: Position) -> bool:
        """Whether nothing came after."""
        return len(self._lines) == position.offset

    def holds(self, position: Position) -> bool:
        """Nobody else can reach it."""
        return True

    def rescue(self) -> bool:
        """Nobody else can reach it."""
        return False

    def watch(self, call: Callable[[], None]) -> Callable[[], None]:
        """Call at each line."""
        self._watchers.append(call)
        return lambda: self._watchers.remove(call)

    def close(self) -> None:
        """Nothing to let go of."""
