"""A canvas: the rows of a lane on the screen. Each lane has its own: a terminal is sent a row from its left edge on."""

from __future__ import annotations

from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget


class Canvas(Widget):
    """Shows the rows that it is given, and repaints only those that differ from the ones before."""

    def __init__(self) -> None:
        super().__init__()
        self._drawn: list[Strip] = []

    def draw(self, rows: list[Strip]) -> None:
        """Show these rows, from the top."""
        before, self._drawn = self._drawn, rows
        if len(before) != len(rows):
            self.refresh()
            return
        changed = [y for y, (old, new) in enumerate(zip(before, rows, strict=True)) if not (old is new or old == new)]
        if changed:
            self.refresh(*_runs(changed, self.size.width))

    def render_line(self, y: int) -> Strip:
        """One row, as wide as the canvas is."""
        row = self._drawn[y] if y < len(self._drawn) else Strip([])
        return row.adjust_cell_length(self.size.width, self.visual_style.rich_style)


def _runs(rows: list[int], width: int) -> list[Region]:
    """Rows as regions, neighbours together."""
    regions: list[Region] = []
    start = last = rows[0]
    for y in (*rows[1:], -1):
        if y != last + 1:
            regions.append(Region(0, start, width, last + 1 - start))
            start = y
        last = y
    return regions
