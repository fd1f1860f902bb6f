"""A text with nothing around it, to be selected with the terminal's own mouse and copied as from any other program."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from ..session import Session
from ..terminal_out import leave_mouse_to_terminal, take_mouse_back
from ..widgets.markdown import SafeMarkdown
from ..widgets.markdown_lines import read_plain


class PlainScreen(Screen[None]):
    """The text from the first cell of a line on, without borders. The mouse is the terminal's meanwhile."""

    CSS_PATH = "plain.tcss"
    AUTO_FOCUS = "#page"
    BINDINGS = [Binding("escape,q,Q,enter", "back", show=False)]

    def __init__(self, session: Session, text: str, why: str) -> None:
        super().__init__()
        self._session = session
        self._text = text
        self._why = why

    def compose(self) -> ComposeResult:
        """Why it is shown, the text, how to go on."""
        say = self._session.language.say
        yield Static(Content(self._why), id="why")
        with VerticalScroll(id="page"):
            yield SafeMarkdown(glyphs=self._session.glyphs, id="text")
        yield Static(
            Content(say("Select with the mouse, copy as usual · Arrows and Page Down read on · Esc back")), id="keys"
        )

    def on_mount(self) -> None:
        """Show the text, and let go of the mouse."""
        self.query_one("#text", SafeMarkdown).show_blocks(read_plain(self._text.rstrip("\n")))
        leave_mouse_to_terminal(self.app)

    def on_unmount(self) -> None:
        """Take the mouse back, however the screen was left."""
        take_mouse_back(self.app)

    def action_back(self) -> None:
        """Back to where the text came from."""
        self.dismiss(None)
