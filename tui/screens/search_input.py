"""A word to look for."""

from __future__ import annotations

from textual import events
from textual.widgets import Input

from storage.text import LONGEST_TITLE, clean_line

from .held_enter import HeldEnter


class SearchInput(Input):
    """A word to look for, on one line of the screen."""

    def __init__(self, *, placeholder: str) -> None:
        super().__init__(placeholder=placeholder, id="search", max_length=LONGEST_TITLE, compact=True)
        self._held = HeldEnter(self, lambda: self.insert_text_at_cursor(" "), self._submit)

    def on_key(self, event: events.Key) -> None:
        """Enter waits for what may come behind it."""
        self._held.feed(event)

    async def _submit(self) -> None:
        await self.action_submit()

    def on_paste(self, event: events.Paste) -> None:
        """Several lines become one; a text that has no room is left to the screen."""
        event.prevent_default()
        line = clean_line(event.text)
        if len(line) <= LONGEST_TITLE - len(self.value):
            event.stop()
            self.insert_text_at_cursor(line)
