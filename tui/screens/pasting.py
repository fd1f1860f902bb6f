"""Text that was pasted onto the board: its lines are offered as cards, and nothing is added without a yes."""

from __future__ import annotations

import re

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, SelectionList, Static
from textual.widgets.selection_list import Selection

from storage import changes
from storage.board import KINDS, Kind
from storage.changes import Change
from storage.text import LONGEST_TITLE, clean, clean_line

from ..cells import cut
from ..session import Session
from ..words import kind_word
from .leaving import LeftOnce

MOST_LINES = 200
"""Lines of a paste that are offered at once."""

_BULLET = re.compile(r"^(?:[-*+•–]|\d{1,3}[.)])\s+")


def pasted_lines(text: str) -> list[str]:
    """The lines of a pasted text that could be cards: without bullets, without empty ones."""
    lines = (_BULLET.sub("", line.strip()) for line in clean(text).split("\n"))
    return [clean_line(line)[:LONGEST_TITLE] for line in lines if line.strip()]


class Pasting(ModalScreen[Change | None], LeftOnce[Change | None]):
    """Which lines, and as what. ``None`` where nothing is to be added."""

    CSS_PATH = "pasting.tcss"
    AUTO_FOCUS = "#kinds"
    BINDINGS = [Binding("escape", "cancel", show=False, priority=True)]

    def __init__(self, session: Session, text: str) -> None:
        super().__init__()
        self._session = session
        self._lines = pasted_lines(text)

    def compose(self) -> ComposeResult:
        """What was pasted, and what could be made of it."""
        language = self._session.language
        shown = self._lines[:MOST_LINES]
        with Vertical(id="box"):
            heading = language.count(
                "{n} line was pasted. Add it as a card?", "{n} lines were pasted. Add them as cards?", len(shown)
            )
            yield Static(Content(heading), id="heading")
            yield OptionList(*self._choices(), id="kinds", compact=True)
            left_out = len(self._lines) - len(shown)
            if left_out:
                words = language.count("{n} more line is left out.", "{n} more lines are left out.", left_out)
                yield Static(Content(words), id="more")
            selections = [Selection(Content(cut(line, 200)), number, True) for number, line in enumerate(shown)]
            yield SelectionList[int](*selections, id="lines", compact=True)
            yield Static(
                Content(language.say("Enter add · Tab choose lines · Space in or out · Esc add nothing")), id="keys"
            )

    def _choices(self) -> list[Content]:
        say = self._session.language.say
        words = [say("Add nothing")]
        words += [say("Add as: {kind}", kind=kind_word(self._session.language, kind)) for kind in KINDS]
        return [Content(word) for word in words]

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """As that."""
        if event.option_list.id != "kinds":
            return
        event.stop()
        chosen = sorted(self.query_one("#lines", SelectionList).selected)
        if event.option_index == 0 or not chosen:
            self.dismiss(None)
        else:
            self.dismiss(self._change(KINDS[event.option_index - 1], [self._lines[number] for number in chosen]))

    def _change(self, kind: Kind, titles: list[str]) -> Change:
        added = tuple(changes.AddCard(kind, title) for title in titles)
        return added[0] if len(added) == 1 else changes.Together(added, "add-cards")

    def action_cancel(self) -> None:
        """Nothing."""
        self.dismiss(None)
