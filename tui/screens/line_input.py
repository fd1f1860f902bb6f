"""A line to write in: a title, a reason, a name. However long it is, all of it can be read while one writes.

It takes its time to import, which no board waits for: whoever is imported with the board imports it when it is used.
"""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widgets import TextArea
from textual.widgets.text_area import Edit, EditResult, Location

from storage.text import LONGEST_TITLE, clean, clean_line

from .held_enter import HeldEnter


class LineInput(TextArea):
    """One line, on as many lines of the screen as it needs, up to what its stylesheet allows; then it scrolls.

    No newline gets in, by whatever way. Home and End are those of the whole line, Up and Down go through what is seen
    of it, Tab leaves it.
    """

    DEFAULT_CSS = """
    LineInput {
        height: auto;
        max-height: 4;
        padding: 0 1;
        scrollbar-size: 0 1;
        scrollbar-gutter: stable;
    }
    """

    @dataclass
    class Changed(TextArea.Changed):
        """Something else stands in the line."""

    @dataclass
    class Submitted(Message):
        """Enter was pressed, by a hand. ``value`` is what stood in the line."""

        line: LineInput
        value: str

        @property
        def control(self) -> LineInput:
            """The line."""
            return self.line

    def __init__(self, value: str = "", *, id: str, longest: int = LONGEST_TITLE, placeholder: str = "") -> None:
        super().__init__(
            _one_line(value), id=id, placeholder=Content(placeholder), compact=True, highlight_cursor_line=False
        )
        self._longest = longest
        self._held = HeldEnter(self, lambda: self.write(" "), self.submit)
        self.move_cursor(self.document.end)

    @property
    def value(self) -> str:
        """What stands in the line."""
        return self.text

    @value.setter
    def value(self, value: str) -> None:
        self.text = value

    def write(self, text: str) -> None:
        """Write at the cursor, in place of what is selected."""
        self.replace(text, *self.selection, maintain_selection_offset=False)

    def submit(self) -> None:
        """What Enter does."""
        self.post_message(self.Submitted(self, self.value))

    # Nothing gets in but through these

    def edit(self, edit: Edit) -> EditResult:
        """Another line becomes a space, and what is too long is left out."""
        (_, start), (_, end) = edit.top, edit.bottom
        room = self._longest - len(self.value) + end - start
        text = _one_line(edit.text)[: max(0, room)]
        if text != edit.text:
            edit = Edit(text, edit.from_location, edit.to_location, edit.maintain_selection_offset)
        return super().edit(edit)

    def load_text(self, text: str) -> None:
        """Another text, with the cursor behind it."""
        super().load_text(_one_line(text))
        self.move_cursor(self.document.end)

    def on_key(self, event: events.Key) -> None:
        """Enter waits for what may come behind it."""
        self._held.feed(event)

    def on_paste(self, event: events.Paste) -> None:
        """Several lines become one; a text that has no room is left to the screen."""
        event.prevent_default()
        line = clean_line(event.text)
        if len(line) <= self._longest - len(self.value) + len(self.selected_text):
            event.stop()
            self.write(line)

    def action_paste(self) -> None:
        """What was cut or copied within the app, as if it came from outside."""
        self.post_message(events.Paste(self.app.clipboard))

    def action_cut(self) -> None:
        """Cut what is selected; not all of it where nothing is."""
        if self.selected_text:
            super().action_cut()

    # The whole line is one

    def get_cursor_line_start_location(self, smart_home: bool = False) -> Location:
        """Where Home goes."""
        return (0, 0)

    def get_cursor_line_end_location(self) -> Location:
        """Where End goes."""
        return self.document.end


def _one_line(text: str) -> str:
    """The text without what makes another line of it; spaces around it stay, for it may be a part."""
    return clean(text).replace("\n", " ").replace("\t", " ")
