"""A screen that is a list of rows to choose from, with a line for news and one for keys below it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from ..session import Session
from ..widgets.bars import Bar, BarPart, News, Piece
from ..widgets.row_list import RowList
from .leaving import LeftOnce

R = TypeVar("R")
"""What a row stands for."""

WIDEST = 84
"""Cells of the list, at most; the stylesheet says it too."""

_AROUND = 4  # what the list keeps free at its sides, and its scrollbar


class RowsScreen(LeftOnce[None], Generic[R]):
    """The rows. Some stand for something, the others are headings and air."""

    CSS_PATH = "rows_screen.tcss"
    AUTO_FOCUS = "#rows"

    chosen = "choose"
    """The command that Enter and a click on a row stand for."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self._shown: Sequence[tuple[R | None, Content]] = []

    # What a screen of this kind provides

    def show(self) -> None:
        """Show everything as it now is, at the size that there is."""
        raise NotImplementedError

    def show_keys(self) -> None:
        """Say which keys are useful on the row under the cursor."""
        raise NotImplementedError

    def action_command(self, name: str) -> None:
        """Do what a key or a click says; ``back`` leaves."""
        raise NotImplementedError

    # What all of them have

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield Bar("title")
        with Horizontal(id="page"):
            yield RowList(id="rows", compact=True)
        yield News("news")
        yield Bar("keys")

    @property
    def room(self) -> int:
        """The cells of a row."""
        return min(self.size.width, WIDEST) - _AROUND

    @property
    def row(self) -> R | None:
        """What the row under the cursor stands for."""
        place = self.query_one("#rows", OptionList).highlighted
        return self._shown[place][0] if place is not None and place < len(self._shown) else None

    def show_title(self, words: str) -> None:
        """What the screen is about."""
        self.query_one("#title", Bar).show((Piece(f" {words}", "strong"),))

    def tell(self, words: str, part: BarPart = "plain") -> None:
        """Say something in the line for news."""
        self.query_one("#news", News).show((Piece(f" {words}", part),))

    def show_rows(
        self,
        shown: Sequence[tuple[R | None, Content]],
        at: R | None,
        instead: Callable[[Sequence[R | None], int], R | None],
    ) -> None:
        """Show these rows, with the cursor where it was, or at another one.

        ``instead`` says where it goes from a row that is gone: it is given the rows, and the place of that one.
        """
        wanted = [row for row, _ in shown]
        options = self.query_one("#rows", OptionList)
        if shown != self._shown:
            kept, place = at or self.row, options.highlighted or 0
            self._shown = shown
            options.clear_options()
            options.add_options([Option(content, disabled=row is None) for row, content in shown])
            if kept is None or kept not in wanted:
                kept = instead(wanted, place)
            options.highlighted = None if kept is None else wanted.index(kept)
        elif at is not None and at in wanted:
            options.highlighted = wanted.index(at)
        self.show_keys()

    def on_resize(self, _: events.Resize) -> None:
        """Another size has other lines, and room for other keys."""
        self.show()

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Other keys are useful on another row."""
        event.stop()
        self.show_keys()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter, or a click."""
        event.stop()
        self.action_command(self.chosen)

    def on_bar_clicked(self, message: Bar.Clicked) -> None:
        """Words that were clicked."""
        message.stop()
        self.action_command(message.command)
