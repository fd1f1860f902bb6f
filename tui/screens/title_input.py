"""A line to write a title or a reason in."""

from __future__ import annotations

from textual import events
from textual.binding import Binding
from textual.timer import Timer
from textual.widgets import Input

from storage.text import LONGEST_TITLE, clean_line

from ..burst import QUIET_SECONDS


class TitleInput(Input):
    """A title. Enter that comes with a burst of keys is part of a paste, and becomes a space."""

    BINDINGS = [Binding("up,down", "nothing", show=False)]

    _enter_timer: Timer | None = None

    def on_key(self, event: events.Key) -> None:
        """Hold Enter for a moment: with a character behind it, it is a space of a pasted text."""
        held = self._enter_timer
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            self._enter_timer = self.set_timer(QUIET_SECONDS, self._entered)
        elif held is not None and event.is_printable:
            self._enter_timer = None
            self.insert_text_at_cursor(" ")
        if held is not None and held is not self._enter_timer:
            held.stop()

    async def _entered(self) -> None:
        self._enter_timer = None
        await self.action_submit()

    def on_paste(self, event: events.Paste) -> None:
        """Several lines become one; a text that is no title at all is left to the screen."""
        event.prevent_default()
        line = clean_line(event.text)
        if len(line) <= LONGEST_TITLE - len(self.value):
            event.stop()
            self.insert_text_at_cursor(line)
