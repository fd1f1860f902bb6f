"""One-line bars of words, some of which can be clicked. They say what they are given; they decide nothing."""

from __future__ import annotations

from typing import Literal, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from ..cells import cut, wrap

BarPart = Literal["plain", "strong", "muted", "key", "consultant", "client", "good", "alert"]


class Piece(NamedTuple):
    """Some words of a bar, and the command that a click on them stands for."""

    text: str
    part: BarPart = "plain"
    command: str | None = None


def key_pieces(*keys: tuple[str, str, str]) -> tuple[Piece, ...]:
    """Keys with what they do: of each the key, the words, and the command that a click stands for (none if empty)."""
    pieces: list[Piece] = []
    for key, words, command in keys:
        pieces += [Piece(f" {key}", "key", command or None), Piece(f" {words}  ", "muted", command or None)]
    return tuple(pieces)


class Bar(Widget):
    """Words from the left, words from the right; where both do not fit, the left ones are cut with a sign."""

    COMPONENT_CLASSES = {
        "bar--plain",
        "bar--strong",
        "bar--muted",
        "bar--key",
        "bar--consultant",
        "bar--client",
        "bar--good",
        "bar--alert",
    }

    class Clicked(Message):
        """Words that stand for a command were clicked."""

        def __init__(self, command: str) -> None:
            super().__init__()
            self.command = command

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self._left: tuple[Piece, ...] = ()
        self._right: tuple[Piece, ...] = ()
        self._spots: list[tuple[int, int, str]] = []
        self._lines: list[str] = []
        self._height = 1

    def show(self, left: tuple[Piece, ...], right: tuple[Piece, ...] = ()) -> None:
        """Say something else; only what differs is repainted."""
        if (left, right) == (self._left, self._right):
            return
        before = set(self._starts())
        self._left, self._right = left, right
        changed = before.symmetric_difference(self._starts())
        if changed:
            # The sign of words that are cut stands up to two cells before those that they make room for.
            start = max(0, min(x for x, _ in changed) - 2)
            end = max(x + cell_len(piece.text) for x, piece in changed)
            self.refresh(Region(start, 0, max(1, end - start), 1))

    def _starts(self) -> list[tuple[int, Piece]]:
        """Each piece with the cell that it starts at."""
        found: list[tuple[int, Piece]] = []
        x = 0
        for piece in self._left:
            found.append((x, piece))
            x += cell_len(piece.text)
        x = self.size.width - sum(cell_len(piece.text) for piece in self._right)
        for piece in self._right:
            found.append((x, piece))
            x += cell_len(piece.text)
        return found

    @property
    def said(self) -> tuple[Piece, ...]:
        """What it says from the left."""
        return self._left

    @property
    def text(self) -> str:
        """What it says."""
        return "".join(piece.text for piece in (*self._left, *self._right))

    def render_line(self, y: int) -> Strip:
        """The one line."""
        width = self.size.width
        ground = self.visual_style.rich_style if y == 0 else Style()
        if y:
            return Strip.blank(width)
        start = width - sum(cell_len(piece.text) for piece in self._right)
        room = start - bool(self._right)  # what is cut does not run into what stands on the right
        segments: list[Segment] = []
        self._spots = []
        x = 0
        for piece in self._left:
            text = cut(piece.text, max(0, room - x))
            x = self._put(segments, piece, text, x)
            if text != piece.text:
                break
        if start > x:
            segments.append(Segment(" " * (start - x), ground))
            x = start
        for piece in self._right:
            x = self._put(segments, piece, cut(piece.text, max(0, width - x)), x)
        return Strip(segments, x).adjust_cell_length(width, ground)

    def _put(self, segments: list[Segment], piece: Piece, text: str, x: int) -> int:
        if not text:
            return x
        segments.append(Segment(text, self.get_component_rich_style(f"bar--{piece.part}")))
        end = x + cell_len(text)
        if piece.command:
            self._spots.append((x, end, piece.command))
        return end

    def on_click(self, event: events.Click) -> None:
        """Tell which command was meant."""
        event.stop()
        for start, end, command in self._spots:
            if start <= event.x < end:
                self.post_message(self.Clicked(command))
                return


class News(Bar):
    """A bar that says one thing, on two lines where one has no room for it; only more than that is cut with a sign."""

    def show(self, left: tuple[Piece, ...], right: tuple[Piece, ...] = ()) -> None:
        """Say something else."""
        if left != self._left:
            self._left = left
            self._wrap()

    def on_resize(self) -> None:
        """Another width: other lines."""
        self._wrap()

    def _wrap(self) -> None:
        words = self.text.strip()
        self._lines = [f" {line}" for line in wrap(words, max(1, self.size.width - 2), 2)] if self.size.width else []
        height = max(1, len(self._lines))
        if height != self._height:  # everything is laid out anew for it
            self._height = height
            self.styles.height = height
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One of the lines."""
        part = self._left[0].part if self._left else "plain"
        text = self._lines[y] if y < len(self._lines) else ""
        style = self.get_component_rich_style(f"bar--{part}")
        return Strip([Segment(text, style)]).adjust_cell_length(self.size.width, self.visual_style.rich_style)
