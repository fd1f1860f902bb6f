"""Telling a paste from typing where the terminal does not: keys that come faster than any hand are a text."""

from __future__ import annotations

from collections.abc import Callable

from textual.message_pump import MessagePump
from textual.timer import Timer

QUIET_SECONDS = 0.02
"""A key that is followed by another within this time was not typed by hand."""


class Burst:
    """Holds a key for a moment: alone it is a key, with others behind it a pasted text."""

    def __init__(self, owner: MessagePump, on_key: Callable[[str], None], on_text: Callable[[str], None]) -> None:
        self._owner = owner
        self._on_key = on_key
        self._on_text = on_text
        self._held: list[tuple[str, str]] = []
        self._timer: Timer | None = None

    def feed(self, key: str, character: str) -> None:
        """A key, and the text that it stands for in a paste."""
        self._held.append((key, character))
        if self._timer is not None:
            self._timer.stop()
        self._timer = self._owner.set_timer(QUIET_SECONDS, self._decide)

    @property
    def holding(self) -> bool:
        """Whether a key is being held."""
        return bool(self._held)

    def _decide(self) -> None:
        held, self._held = self._held, []
        self._timer = None
        if len(held) == 1:
            self._on_key(held[0][0])
        elif held:
            self._on_text("".join(character for _, character in held))
