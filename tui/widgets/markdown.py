"""Markdown as people read it: large calm lines, drawn by one widget, however long the text is.

Nothing in a text can act on the terminal or on the app; links are shown and never opened.
"""

from __future__ import annotations

from rich.segment import Segment
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

from ..glyphs import FULL, Glyphs
from .markdown_lines import Blocks, Line, lay_out, read_markdown


class SafeMarkdown(Widget):
    """A text to read. It has the height of its lines; only those on the screen are drawn."""

    COMPONENT_CLASSES = {
        "markdown--heading",
        "markdown--section",
        "markdown--strong",
        "markdown--emphasis",
        "markdown--struck",
        "markdown--code",
        "markdown--quote",
        "markdown--link",
        "markdown--sign",
    }
    DEFAULT_CSS = """
    SafeMarkdown { height: auto; color: $foreground; }
    SafeMarkdown > .markdown--heading { color: $accent; text-style: bold; }
    SafeMarkdown > .markdown--section { color: $primary; text-style: bold; }
    SafeMarkdown > .markdown--strong { text-style: bold; }
    SafeMarkdown > .markdown--emphasis { text-style: italic; }
    SafeMarkdown > .markdown--struck { text-style: strike; }
    SafeMarkdown > .markdown--code { color: $accent; }
    SafeMarkdown > .markdown--quote { color: $muted; }
    SafeMarkdown > .markdown--link { text-style: underline; }
    SafeMarkdown > .markdown--sign { color: $muted; }
    """

    def __init__(self, text: str = "", *, glyphs: Glyphs = FULL, id: str | None = None) -> None:
        super().__init__(id=id)
        self._glyphs = glyphs
        self._blocks = read_markdown(text, glyphs)
        self._lines: list[Line] = []
        self._width = -1

    def show(self, text: str) -> None:
        """Show another Markdown text."""
        self.show_blocks(read_markdown(text, self._glyphs))

    def show_blocks(self, blocks: Blocks, lines: list[Line] | None = None, width: int = -1) -> None:
        """Show what :mod:`tui.widgets.markdown_lines` made of a text; ``lines`` where they are laid out already."""
        self._blocks = blocks
        self._lines, self._width = lines or [], width
        self.refresh(layout=True)

    @property
    def text(self) -> str:
        """What is shown, as plain lines."""
        return "\n".join("".join(run.text for run in line) for line in self._lines)

    def _laid_out(self, width: int) -> list[Line]:
        if width != self._width:
            self._lines = lay_out(self._blocks, width, self._glyphs)
            self._width = width
        return self._lines

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as the text has at this width."""
        return len(self._laid_out(width)) if width > 0 else 0

    def render_line(self, y: int) -> Strip:
        """One line of the text."""
        width = self.content_size.width
        lines = self._laid_out(width)
        ground = self.visual_style.rich_style
        if y >= len(lines):
            return Strip.blank(width, ground)
        segments = []
        for text, parts in lines[y]:
            style = ground
            if parts:
                style += self.get_component_rich_style(*(f"markdown--{part}" for part in parts), partial=True)
            segments.append(Segment(text, style))
        return Strip(segments).adjust_cell_length(width, ground)
