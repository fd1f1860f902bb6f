"""Choosing a question of a bank: one at a time, by theme or by a word. It adds nothing; it says which one was taken."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from storage import Language, Update
from storage.card import PartyName, shown_id
from storage.language import later
from storage.questions import Asked, Bank, on_board, search
from storage.text import clean_line

from ..cells import wrap
from ..commands import key_words
from ..glyphs import Glyphs
from ..session import Session
from ..widgets.bars import Bar, Piece, key_pieces
from ..widgets.row_list import RowList
from ..words import party_word
from .leaving import LeftOnce
from .search_input import SearchInput

WIDE = 60
"""Cells from which whose knowledge is asked for has a column of its own, and the keys are in words."""

TALL = 18
"""Rows from which there is room for what helps to answer a question."""

MOST_LINES = 6
"""Lines of a long question that are shown."""

_AROUND = 3  # what the list keeps free at its sides, and its scrollbar
_FAINT = "$foreground 70%"  # of enough contrast on the cursor's ground, too

_ASKING: Mapping[PartyName | None, str] = {
    "client": later("For the client: the organisation."),
    "consultant": later("For the consultant: the craft."),
    None: later("For either side of the table."),
}


class Row(NamedTuple):
    """A line of the list: a question, or a heading where there is none."""

    asked: Asked | None
    shown: Content


class QuestionPicker(LeftOnce[Asked | None]):
    """A line to search in, the questions by theme, and what helps to answer the one under the cursor."""

    CSS_PATH = "picker.tcss"
    AUTO_FOCUS = "#search"
    # The line keeps the letters; everything else that a list needs goes past it.
    BINDINGS = [
        Binding("escape", "leave", show=False, priority=True),
        Binding("up", "go('cursor_up')", show=False, priority=True),
        Binding("down", "go('cursor_down')", show=False, priority=True),
        Binding("pageup", "go('page_up')", show=False, priority=True),
        Binding("pagedown", "go('page_down')", show=False, priority=True),
    ]

    def __init__(self, session: Session, bank: Bank) -> None:
        super().__init__()
        self.session = session
        self._bank = bank
        self._rows: list[Row] = []
        self._there: Mapping[Asked, str] = {}
        self._leave_store: Callable[[], None] = lambda: None

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield Bar("title")
        placeholder = self.session.language.say("Search questions and themes")
        yield SearchInput(placeholder=placeholder)
        questions = RowList(id="questions", compact=True)
        questions.can_focus = False
        yield questions
        yield Static(id="about")
        yield Bar("keys")

    def on_mount(self) -> None:
        """Show the questions, and follow the store: somebody else may ask one of them meanwhile."""
        self._leave_store = self.session.store.subscribe(self._updated)
        self._show()

    def on_unmount(self) -> None:
        """No longer follow the store."""
        self._leave_store()

    def _updated(self, _: Update) -> None:
        """Told by the store, on any thread: only hand over to this screen."""
        self.call_later(self._show)

    def on_resize(self, _: events.Resize) -> None:
        """Another size has room for other things."""
        self._show()

    @property
    def asked(self) -> Asked | None:
        """The question under the cursor."""
        place = self.query_one("#questions", OptionList).highlighted
        return self._rows[place].asked if place is not None and place < len(self._rows) else None

    # What is shown

    def _show(self) -> None:
        """Show what there is to choose; the cursor stays on its question, or goes to one that was not asked yet."""
        if not self.is_attached:
            return
        self._there = on_board(self._bank, self.session.store.board)
        found = search(self._bank, self.query_one("#search", Input).value)
        lines = Lines(self.session.language, self.session.glyphs, self.size.width, self._there)
        rows = lines.of(found, self._bank.title)
        if rows != self._rows:
            kept = self.asked
            self._rows = rows
            options = self.query_one("#questions", OptionList)
            options.clear_options()
            options.add_options([Option(row.shown, disabled=row.asked is None) for row in rows])
            if kept not in found:
                kept = next((asked for asked in found if asked not in self._there), found[0] if found else None)
            options.highlighted = [row.asked for row in rows].index(kept) if kept is not None else None
        count = self.session.language.say("{n} of {all}", n=len(found), all=len(self._bank.questions))
        self.query_one("#title", Bar).show((Piece(f" {self._bank.title}", "strong"),), (Piece(f"  {count} ", "muted"),))
        self._show_about()
        self._show_keys()

    def _show_about(self) -> None:
        """Whom the question under the cursor is for, whether it was asked, and what helps to answer it."""
        say, asked = self.session.language.say, self.asked
        parts = []
        if asked is not None:
            if asked in self._there:
                card = shown_id(self._there[asked], self.session.language.code)
                parts.append(say("On the board already: {id}.", id=card))
            parts += [say(_ASKING[asked.asks]), clean_line(asked.more)]
        about = self.query_one("#about", Static)
        lines = 3 if self.size.height >= TALL and any(each.more for each in self._bank.questions) else 1
        about.styles.height = lines
        about.update(Content("\n".join(wrap(" ".join(filter(None, parts)), self.size.width - 2, lines))))

    def _show_keys(self) -> None:
        language, glyphs = self.session.language, self.session.glyphs
        keys = [(key_words("enter", language), language.say("take it"), "take")]
        if self.size.width >= WIDE:
            keys.append((glyphs.up + glyphs.down, language.say("choose"), ""))
        keys.append((key_words("escape", language), language.say("back"), "leave"))
        self.query_one("#keys", Bar).show(key_pieces(*keys))

    # Keys and clicks

    def on_input_changed(self, event: Input.Changed) -> None:
        """Typing narrows."""
        event.stop()
        self._show()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter takes the question under the cursor."""
        event.stop()
        self.action_take()

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Another question is for somebody else."""
        event.stop()
        self._show_about()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A click takes the question that was clicked."""
        event.stop()
        self.action_take()

    def on_bar_clicked(self, message: Bar.Clicked) -> None:
        """Words that were clicked."""
        message.stop()
        if message.command == "take":
            self.action_take()
        else:
            self.action_leave()

    def action_go(self, where: str) -> None:
        """Move the cursor of the list: ``cursor_up``, ``cursor_down``, ``page_up`` or ``page_down``."""
        options = self.query_one("#questions", OptionList)
        getattr(options, f"action_{where}")()
        # A page that ends on the first heading leaves the list without a cursor.
        if options.highlighted is None:
            options.action_first()
        if options.highlighted == 1:
            options.scroll_home(animate=False)  # to the heading above the first question

    def action_take(self) -> None:
        """Leave with the question under the cursor, where there is one."""
        if self.asked is not None:
            self.dismiss(self.asked)

    def action_leave(self) -> None:
        """Leave without one."""
        self.dismiss(None)


class Lines(NamedTuple):
    """Makes the rows of the list: in a language, with signs, so many cells wide, knowing which cards are there."""

    language: Language
    glyphs: Glyphs
    width: int
    there: Mapping[Asked, str]

    def of(self, questions: list[Asked], title: str) -> list[Row]:
        """The questions below their themes; those of no theme below the title of their bank."""
        themes: dict[str, list[Asked]] = {}
        for asked in questions:
            themes.setdefault(asked.theme, []).append(asked)
        rows: list[Row] = []
        for theme, held in themes.items():
            heading = "\n".join(wrap(theme or title, self.width - _AROUND, 2))
            rows.append(Row(None, Content.styled(heading, "bold $primary")))
            rows += [Row(asked, self._line(asked)) for asked in held]
        if not rows:
            words = self.language.say("No question has these words.")
            rows.append(Row(None, Content.styled("\n".join(wrap(words, self.width - _AROUND, 2)), "$muted")))
        return rows

    def _line(self, asked: Asked) -> Content:
        """A sign, the question, and whom it is for: in a column where there is room, else behind its last words."""
        party = party_word(self.language, asked.asks) if asked.asks else ""
        tag = f"{self.glyphs.right} {party}" if party else ""
        style = f"bold ${asked.asks}" if asked.asks else ""
        sign = f"{self.glyphs.marked} " if asked in self.there else f"{self.glyphs.question} "
        card = f" ({shown_id(self.there[asked], self.language.code)})" if asked in self.there else ""
        faint = _FAINT if card else ""
        room = self.width - _AROUND - len(sign)
        column = 0
        if self.width >= WIDE:
            column = 2 + max(cell_len(party_word(self.language, each)) for each in ("consultant", "client")) + 2
        lines = wrap(asked.text + card, room - column, MOST_LINES)
        shown = Content.assemble((sign, faint or "bold"), (lines[0], faint))
        if column:
            gap = " " * (room - column - cell_len(lines[0]) + 2)
            shown = Content.assemble(shown, gap, (tag, style))
            lines, tag = lines[1:], ""
        else:
            lines = lines[1:]
        for line in lines:
            shown = Content.assemble(shown, "\n  ", (line, faint))
        if tag:
            last = lines[-1] if lines else asked.text + card
            apart = "  " if cell_len(last) + 2 + cell_len(tag) <= room else "\n  "
            shown = Content.assemble(shown, apart, (tag, style))
        return shown
