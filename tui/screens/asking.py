"""Small questions to whoever sits there: choose one of several, or say yes."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import NamedTuple

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from storage import Language, Refused
from storage.drafts import Draft
from storage.store import utc_now
from storage.text import LONGEST_TITLE, clean_line

from ..refusals import sentence
from ..session import Session
from ..themes import FAINT
from ..widgets.clickable import clickable
from .leaving import LeftOnce
from .line_input import LineInput

CHOICE_CELLS = 56
"""Cells in which a card is named among others, so that each choice stays on a line of its own."""


class Choice(NamedTuple):
    """Something to choose: what it stands for, and the words for it. Text, never markup."""

    key: str
    words: str
    more: str = ""


class Choose(ModalScreen[str | None], LeftOnce[str | None]):
    """One of several, with arrows and Enter, or the mouse. Escape chooses nothing."""

    CSS_PATH = "asking.tcss"
    AUTO_FOCUS = "OptionList"
    BINDINGS = [Binding("escape", "cancel", show=False)]

    def __init__(
        self, language: Language, heading: str, choices: Sequence[Choice], *, at: int = 0, note: str = ""
    ) -> None:
        super().__init__()
        self._language = language
        self._heading = heading
        self._choices = choices
        self._at = at
        self._note = note

    def compose(self) -> ComposeResult:
        """A heading, what it is about, and the choices."""
        with Vertical(id="box"):
            yield Static(Content(self._heading), id="heading")
            if self._note:
                yield Static(Content(self._note), id="note")
            options = [Option(_prompt(choice), id=f"o{number}") for number, choice in enumerate(self._choices)]
            yield OptionList(*options, id="choices", compact=True)
            say = self._language.say
            yield Static(clickable((say("Enter choose"), "choose"), (say("Esc cancel"), "cancel")), id="keys")

    def on_mount(self) -> None:
        """Begin at the choice that is likeliest."""
        self.query_one("#choices", OptionList).highlighted = self._at

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """That one."""
        event.stop()
        self.dismiss(self._choices[event.option_index].key)

    def action_choose(self) -> None:
        """The one that is highlighted."""
        self.query_one("#choices", OptionList).action_select()

    def action_cancel(self) -> None:
        """None of them."""
        self.dismiss(None)

    def on_click(self, event: events.Click) -> None:
        """A click beside the box chooses nothing."""
        if event.widget is self:
            self.dismiss(None)


def _prompt(choice: Choice) -> Content:
    if not choice.more:
        return Content(choice.words)
    return Content.assemble(choice.words, "  ", (choice.more, FAINT))


class Ask(ModalScreen[str | None], LeftOnce[str | None]):
    """One line of text. Escape gives nothing; what was typed is kept as a draft, and stands there the next time."""

    CSS_PATH = "asking.tcss"
    BINDINGS = [Binding("escape", "cancel", show=False, priority=True)]

    def __init__(self, session: Session, heading: str, key: str, *, note: str = "", value: str = "") -> None:
        super().__init__()
        self._session = session
        self._heading = heading
        self._key = key
        self._note = note
        kept = [draft.title for draft in session.drafts.all() if draft.key == key]
        self._begun = value
        self._value = kept[0] if kept else value

    def compose(self) -> ComposeResult:
        """A heading, what it is about, and the line."""
        with Vertical(id="box"):
            yield Static(Content(self._heading), id="heading")
            if self._note:
                yield Static(Content(self._note), id="note")
            yield LineInput(self._value, id="line")
            yield Static(id="says")
            say = self._session.language.say
            yield Static(clickable((say("Enter keep"), "keep"), (say("Esc cancel"), "cancel")), id="keys")

    def on_line_input_changed(self, event: LineInput.Changed) -> None:
        """Keep what is typed."""
        event.stop()
        self._keep(event.text_area.text)

    def on_paste(self, event: events.Paste) -> None:
        """A text that has no room in the line: say so, and how much there is."""
        event.stop()
        refused = Refused("title-too-long", length=len(clean_line(event.text)), longest=LONGEST_TITLE)
        self.query_one("#says", Static).update(Content(sentence(refused, self._session.language)))

    def on_line_input_submitted(self, event: LineInput.Submitted) -> None:
        """That is it. The draft stays until whoever asked has made use of the line."""
        event.stop()
        self.dismiss(clean_line(event.value))

    def action_keep(self) -> None:
        """That is it."""
        self.query_one("#line", LineInput).submit()

    def action_cancel(self) -> None:
        """Not now."""
        self.dismiss(None)

    def _keep(self, value: str) -> None:
        keep_line(self._session, self._key, "" if value == self._begun else value)


def keep_line(session: Session, key: str, value: str) -> None:
    """Keep a line as the draft that the next question with this key begins with; an empty one lets go of it."""
    # Where it cannot be kept, the line is still on the screen; only its safety copy is missing.
    with contextlib.suppress(Refused):
        if clean_line(value):
            session.drafts.keep(Draft(key, "line", "", value, "", (), session.voice.person, None, utc_now()))
        else:
            session.drafts.drop(key)
