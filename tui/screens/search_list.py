"""A list with a line above it to search in: the line keeps the letters, the list the arrows, Enter and the mouse."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.screen import ScreenResultType
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from ..cells import wrap
from ..session import Session
from ..widgets.bars import Bar, Piece
from ..widgets.row_list import RowList
from .leaving import LeftOnce
from .search_input import SearchInput

AROUND = 3
"""Cells that the list keeps free at its sides, its scrollbar included."""

TALL = 18
"""Rows from which there is room for more than a line about what is under the cursor."""

MOST_ROWS = 400
"""Rows that a list shows at once, if it can have many; more are found by typing."""


class Row(NamedTuple):
    """A row of the list: the number of what it stands for, or a heading where there is none."""

    item: int | None
    shown: Content


class Key(NamedTuple):
    """A key at the foot of the screen: how it is called, what it does, and the command that a click stands for."""

    name: str
    words: str
    command: str = ""


def heading(words: str, width: int) -> Row:
    """A heading between the rows."""
    return Row(None, Content.styled("\n".join(wrap(words, width - AROUND, 2)), "bold $primary"))


def remark(words: str, width: int) -> Row:
    """A row that only says something."""
    return Row(None, Content.styled("\n".join(wrap(words, width - AROUND, 3)), "$muted"))


class SearchList(LeftOnce[ScreenResultType]):
    """A title, the line, the list, a few words about what is under the cursor, and the keys."""

    CSS_PATH = "search_list.tcss"
    AUTO_FOCUS = "#search"
    BINDINGS = [
        Binding("escape", "command('leave')", show=False, priority=True),
        Binding("up", "go('cursor_up')", show=False, priority=True),
        Binding("down", "go('cursor_down')", show=False, priority=True),
        Binding("pageup", "go('page_up')", show=False, priority=True),
        Binding("pagedown", "go('page_down')", show=False, priority=True),
    ]

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self._rows: list[Row] = []

    # What a screen of this kind provides

    @property
    def placeholder(self) -> str:
        """What the empty line says."""
        raise NotImplementedError

    def show_all(self) -> None:
        """Show the rows, the title and the keys for what was typed and the room that there is."""
        raise NotImplementedError

    def about(self) -> str:
        """A few words about what is under the cursor."""
        raise NotImplementedError

    def do(self, command: str) -> None:
        """Do what Enter (``take``), a key or a click says."""
        raise NotImplementedError

    def line(self) -> SearchInput:
        """The line to search in."""
        return SearchInput(placeholder=self.placeholder)

    # What it shows

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield Bar("title")
        yield self.line()
        rows = RowList(id="rows", compact=True)
        rows.can_focus = False
        yield rows
        yield Static(id="about")
        yield Bar("keys")

    def on_mount(self) -> None:
        """Show what there is."""
        self.show_all()

    def on_resize(self, _: events.Resize) -> None:
        """Another size has room for other things."""
        self.show_all()

    @property
    def typed(self) -> str:
        """What stands in the line."""
        return self.query_one("#search", SearchInput).value

    @typed.setter
    def typed(self, text: str) -> None:
        line = self.query_one("#search", SearchInput)
        line.value = text
        line.cursor_position = len(text)

    @property
    def item(self) -> int | None:
        """The number of what is under the cursor."""
        place = self.query_one("#rows", OptionList).highlighted
        return self._rows[place].item if place is not None and place < len(self._rows) else None

    @property
    def width(self) -> int:
        """The cells of the screen."""
        return self.size.width

    def show_rows(self, rows: list[Row], at: int | None, more: int = 0) -> None:
        """Show these rows, and that there are more, with the cursor on this item, or on none."""
        if more > 0:
            words = self.session.language.count("{n} more; type to narrow.", "{n} more; type to narrow.", more)
            rows = [*rows, remark(words, self.width)]
        items = [row.item for row in rows]
        wanted = items.index(at) if at is not None and at in items else None
        options = self.query_one("#rows", OptionList)
        if [row.item for row in self._rows] == items:
            for place, (old, new) in enumerate(zip(self._rows, rows, strict=True)):
                if old.shown != new.shown:
                    options.replace_option_prompt_at_index(place, new.shown)
        else:
            options.clear_options()
            options.add_options([Option(row.shown, disabled=row.item is None) for row in rows])
        self._rows = rows
        options.highlighted = wanted
        self.show_about()

    def change_row(self, row: Row) -> None:
        """Show one of the rows otherwise."""
        place = [each.item for each in self._rows].index(row.item)
        self._rows[place] = row
        self.query_one("#rows", OptionList).replace_option_prompt_at_index(place, row.shown)

    def show_about(self) -> None:
        """Show what there is to say of the item under the cursor."""
        about = self.query_one("#about", Static)
        lines = self.about_lines
        about.styles.height = lines
        about.update(Content("\n".join(_wrapped(self.about(), self.width - 2, lines))))

    @property
    def about_lines(self) -> int:
        """The rows that these words have."""
        return 1

    def show_title(self, left: str, right: str = "") -> None:
        """Show the words above the line."""
        ends = (Piece(f"  {right} ", "muted"),) if right else ()
        self.query_one("#title", Bar).show((Piece(f" {left}", "strong"),), ends)

    def show_keys(self, keys: Sequence[Key]) -> None:
        """Show the keys that have room; the last one always has."""
        pieces: list[Piece] = []
        used = _cells(keys[-1])
        for number, key in enumerate(keys):
            last = number == len(keys) - 1
            if not last and used + _cells(key) > self.width:
                continue
            used += 0 if last else _cells(key)
            pieces.append(Piece(f" {key.name}", "key", key.command or None))
            pieces.append(Piece(f" {key.words} ", "muted", key.command or None))
        self.query_one("#keys", Bar).show(tuple(pieces))

    # Keys and clicks

    def on_input_changed(self, event: Input.Changed) -> None:
        """Typing narrows."""
        event.stop()
        self.show_all()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter."""
        event.stop()
        self.do("take")

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """There is something else to say."""
        event.stop()
        self.show_about()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A click on a row."""
        event.stop()
        self.do("click")

    def on_bar_clicked(self, message: Bar.Clicked) -> None:
        """Words that were clicked."""
        message.stop()
        self.do(message.command)

    def action_command(self, name: str) -> None:
        """Do what a key says."""
        self.do(name)

    def action_go(self, where: str) -> None:
        """Move the cursor of the list: ``cursor_up``, ``cursor_down``, ``page_up`` or ``page_down``."""
        options = self.query_one("#rows", OptionList)
        getattr(options, f"action_{where}")()
        # A page that ends on the first heading leaves the list without a cursor.
        if options.highlighted is None:
            options.action_first()
        if options.highlighted == 1:
            options.scroll_home(animate=False)  # to the heading above the first item


def _wrapped(text: str, width: int, lines: int) -> list[str]:
    """The text in at most so many lines, its own line ends kept."""
    found: list[str] = []
    for line in text.split("\n"):
        if len(found) < lines:
            found += wrap(line, width, lines - len(found))
    return found


def _cells(key: Key) -> int:
    return cell_len(key.name) + cell_len(key.words) + 3
