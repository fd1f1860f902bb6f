"""Enter that waits: with something behind it at once it belongs to a pasted text, and is no key."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from textual import events
from textual.timer import Timer
from textual.widget import Widget

from ..burst import QUIET_SECONDS


class HeldEnter:
    """Enter in a line, held for a moment: with a character behind it, it is a space of a pasted text."""

    def __init__(self, line: Widget, space: Callable[[], None], enter: Callable[[], Awaitable[None] | None]) -> None:
        self._line = line
        self._space = space
        self._enter = enter
        self._timer: Timer | None = None

    def feed(self, event: events.Key) -> None:
        """A key that the line is about to take. Enter goes no further."""
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            self._let_go()
            self._timer = self._line.set_timer(QUIET_SECONDS, self._entered)
        elif self._timer is not None and event.is_printable:
            self._let_go()
            self._space()

    def _let_go(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    async def _entered(self) -> None:
        self._timer = None
        if (entering := self._enter()) is not None:
            await entering
