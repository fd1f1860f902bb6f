"""The floor to measure against: the least that a Textual app with line-drawn columns can do.

    python tests/benchmark/floor.py [CARDS]

Columns of cards of a fixed height; up and down move a cursor, Ctrl+Q leaves. There is nothing behind them.
"""

from __future__ import annotations

import sys

from rich.segment import Segment
from rich.style import Style
from textual.app import App, ComposeResult
from textual.containers import Horizontal
from textual.geometry import Region, Size
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widgets import Footer

COLUMNS = 4
ROWS = 4
"""Lines of one card, the last of them blank."""


class Column(ScrollView, can_focus=True):
    """One column, drawn line by line."""

    BINDINGS = [("down", "step(1)", "Down"), ("up", "step(-1)", "Up")]
    cursor: reactive[int] = reactive(0, repaint=False)

    def __init__(self, titles: list[str]) -> None:
        super().__init__()
        self.titles = titles

    def on_mount(self) -> None:
        self.virtual_size = Size(20, ROWS * len(self.titles))

    def render_line(self, y: int) -> Strip:
        card, row = divmod(y + self.scroll_offset.y, ROWS)
        width = self.size.width
        if card >= len(self.titles) or row == ROWS - 1:
            return Strip.blank(width)
        text = (self.titles[card], "  second line", "  client")[row]
        return Strip([Segment(text[:width].ljust(width), Style(reverse=card == self.cursor))], width)

    def watch_cursor(self, old: int, new: int) -> None:
        for card in (old, new):
            self.refresh(Region(0, card * ROWS - self.scroll_offset.y, self.size.width, ROWS))
        self.scroll_to_region(Region(0, new * ROWS, self.size.width, ROWS), animate=False)

    def action_step(self, by: int) -> None:
        self.cursor = max(0, min(len(self.titles) - 1, self.cursor + by))


class Floor(App[None]):
    """Four columns and a footer."""

    CSS = "Column { width: 1fr; height: 1fr; }"

    def __init__(self, cards: int) -> None:
        super().__init__()
        self.cards = cards

    def compose(self) -> ComposeResult:
        with Horizontal():
            for column in range(COLUMNS):
                yield Column([f"Card {i} who do we want to reach" for i in range(column, self.cards, COLUMNS)])
        yield Footer()


if __name__ == "__main__":
    Floor(int(sys.argv[1]) if len(sys.argv) > 1 else 100).run()
