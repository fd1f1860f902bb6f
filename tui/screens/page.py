"""Pages that are only read: a heading, the page, and the way back."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widget import Widget

from ..commands import key_words
from ..session import Session
from ..widgets.bars import Bar, Piece, key_pieces
from .history import Records, read_history
from .leaving import LeftOnce

WIDEST = 100
"""Cells of a page, at most; the stylesheet says it too."""

AROUND = 6
"""Cells that a page keeps free at its sides, with its scrollbar."""


class PageScreen(LeftOnce[None]):
    """What the journal tells, on a page of its own. The keys that lead back are bound to ``back``."""

    CSS_PATH = "page.tcss"

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session

    # What a page of this kind provides

    @property
    def heading(self) -> str:
        """What is read here."""
        raise NotImplementedError

    def page(self) -> Widget:
        """What scrolls; its id is ``page``."""
        raise NotImplementedError

    def show(self, records: Records) -> None:
        """Fill the page: the journal has been read."""
        raise NotImplementedError

    # What all of them have

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield Bar("title")
        with Horizontal():
            yield self.page()
        yield Bar("keys")

    def on_mount(self) -> None:
        """Read the journal, away from the keys."""
        language = self.session.language
        back = key_pieces((key_words("escape", language), language.say("back"), "back"))
        read_on = language.say("Arrows and Page Up, Page Down read on")
        self.query_one("#title", Bar).show((Piece(f" {self.heading}", "strong"),))
        self.query_one("#keys", Bar).show((*back, Piece(f" {read_on}", "muted")))
        read_history(self, self.session, self.show, self._tell)

    def _tell(self, words: str) -> None:
        self.query_one("#title", Bar).show((Piece(f" {words}", "alert"),))

    def on_bar_clicked(self, message: Bar.Clicked) -> None:
        """The one thing that can be clicked is the way back."""
        message.stop()
        self.action_back()

    def action_back(self) -> None:
        """Back to the board."""
        self.dismiss(None)
