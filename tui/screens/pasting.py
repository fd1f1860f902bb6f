"""Text that was pasted onto the board: its lines are offered as cards, and nothing is added without a yes."""

from __future__ import annotations

import re

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static

from storage import changes
from storage.card import KINDS, Kind
from storage.changes import Change
from storage.text import LONGEST_TITLE, can_be_seen, clean, clean_line

from ..cells import cut
from ..session import Session
from ..widgets.row_list import RowList
from ..words import kind_word
from .asking import CHOICE_CELLS
from .leaving import LeftOnce

MOST_LINES = 200
"""Lines of a paste that are offered at once."""

_BULLET = re.compile(r"^(?:[-*+•–]|\d{1,3}[.)])\s+")


def pasted_lines(text: str) -> list[str]:
    """The lines of a pasted text that could be cards: without bullets, without empty ones."""
    lines = (clean_line(_BULLET.sub("", line.strip())) for line in clean(text).split("\n"))
    return [line for line in lines if can_be_seen(line)]


def _card(kind: Kind, line: str) -> changes.AddCard:
    """A card of a line; one that is too long for a title stands in the text as well."""
    if len(line) <= LONGEST_TITLE:
        return changes.AddCard(kind, line)
    return changes.AddCard(kind, cut(line, CHOICE_CELLS), line)


class Pasting(ModalScreen[Change | None], LeftOnce[Change | None]):
    """Which lines, and as what. ``None`` where nothing is to be added."""

    CSS_PATH = "pasting.tcss"
    AUTO_FOCUS = "#kinds"
    BINDINGS = [
        Binding("escape", "cancel", show=False, priority=True),
        Binding("space", "in_or_out", show=False),
    ]

    def __init__(self, session: Session, text: str) -> None:
        super().__init__()
        self._session = session
        self._lines = pasted_lines(text)
        self._chosen = set(range(min(len(self._lines), MOST_LINES)))

    def compose(self) -> ComposeResult:
        """What was pasted, and what could be made of it."""
        language = self._session.language
        shown = self._lines[:MOST_LINES]
        with Vertical(id="box"):
            heading = language.count(
                "{n} line was pasted. Add it as a card?", "{n} lines were pasted. Add them as cards?", len(shown)
            )
            yield Static(Content(heading), id="heading")
            yield RowList(*self._choices(), id="kinds", compact=True)
            left_out = len(self._lines) - len(shown)
            if left_out:
                words = language.count("{n} more line is left out.", "{n} more lines are left out.", left_out)
                yield Static(Content(words), id="more")
            yield RowList(*map(self._line, range(len(shown))), id="lines", compact=True)
            yield Static(
                Content(language.say("Enter add · Tab choose lines · Space in or out · Esc add nothing")), id="keys"
            )

    def _choices(self) -> list[Content]:
        say = self._session.language.say
        words = [say("Add nothing")]
        words += [say("Add as: {kind}", kind=kind_word(self._session.language, kind)) for kind in KINDS]
        return [Content(word) for word in words]

    def _line(self, number: int) -> Content:
        sign = self._session.glyphs.marked if number in self._chosen else " "
        return Content(f"{sign} {cut(self._lines[number], CHOICE_CELLS)}")

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """As that; or that line, in or out."""
        event.stop()
        if event.option_list.id == "lines":
            self._toggle(event.option_index)
            return
        chosen = [self._lines[number] for number in sorted(self._chosen)]
        if event.option_index == 0 or not chosen:
            self.dismiss(None)
        else:
            self.dismiss(self._change(KINDS[event.option_index - 1], chosen))

    def action_in_or_out(self) -> None:
        """The line under the cursor, in or out."""
        lines = self.query_one("#lines", OptionList)
        if lines.has_focus and lines.highlighted is not None:
            self._toggle(lines.highlighted)

    def _toggle(self, number: int) -> None:
        self._chosen ^= {number}
        self.query_one("#lines", OptionList).replace_option_prompt_at_index(number, self._line(number))

    def _change(self, kind: Kind, lines: list[str]) -> Change:
        added = tuple(_card(kind, line) for line in lines)
        return added[0] if len(added) == 1 else changes.Together(added, "add-cards")

    def action_cancel(self) -> None:
        """Nothing."""
        self.dismiss(None)
