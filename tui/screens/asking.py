"""Small questions to whoever sits there: choose one of several, or say yes."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

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
from storage.text import LONGEST_TITLE, clean_line, folded

from ..cells import cut
from ..refusals import sentence
from ..session import Session
from ..themes import FAINT
from ..widgets.clickable import clickable
from ..widgets.row_list import RowList
from .leaving import LeftOnce
from .search_input import SearchInput

if TYPE_CHECKING:
    from .line_input import LineInput

MANY = 12
"""Choices that are listed as they are; where there are more, typing narrows them."""

MOST = 50
"""Choices that are shown at once."""

MOST_LINES = 16
"""Lines of the screen that a list of choices takes, at most."""

_FRAME = 2  # the box around it

CHOICE_CELLS = 56
"""Cells in which a card is named among others, so that each choice stays on a line of its own."""


class Choice(NamedTuple):
    """Something to choose: what it stands for, and the words for it. Text, never markup."""

    key: str
    words: str
    more: str = ""


class Choose(ModalScreen[str | None], LeftOnce[str | None]):
    """One of several, with arrows and Enter, or the mouse; of many, by their words as well. Escape chooses nothing.

    ``at`` is the choice to begin at; with ``one_line`` what is longer than a line is cut on it.
    """

    CSS_PATH = "asking.tcss"
    AUTO_FOCUS = "#search, #choices"
    # The line to search in keeps the letters; what a list needs goes past it.
    BINDINGS = [
        Binding("escape", "cancel", show=False, priority=True),
        Binding("up", "go('cursor_up')", show=False, priority=True),
        Binding("down", "go('cursor_down')", show=False, priority=True),
        Binding("pageup", "go('page_up')", show=False, priority=True),
        Binding("pagedown", "go('page_down')", show=False, priority=True),
    ]

    def __init__(
        self,
        language: Language,
        heading: str,
        choices: Sequence[Choice],
        *,
        at: int = 0,
        note: str = "",
        one_line: bool = False,
    ) -> None:
        super().__init__()
        self._language = language
        self._heading = heading
        self._choices = choices
        self._found = choices
        self._folded: list[str] = []
        self._at = at
        self._note = note
        self._one_line = one_line

    def compose(self) -> ComposeResult:
        """A heading, what it is about, and the choices."""
        with Vertical(id="box"):
            yield Static(Content(self._heading), id="heading")
            if self._note:
                yield Static(Content(self._note), id="note")
            say, many = self._language.say, len(self._choices) > MANY
            if many:
                yield SearchInput(placeholder=say("Type to narrow"))
            choices = RowList(id="choices", compact=True)
            choices.can_focus = not many
            yield choices
            yield Static(clickable((say("Enter choose"), "choose"), (say("Esc cancel"), "cancel")), id="keys")

    def on_mount(self) -> None:
        """Begin at the choice that is likeliest."""
        self._show(self._at)

    def on_resize(self) -> None:
        """The list has the room that is left by what must be seen: what it is about, and the keys."""
        self.call_after_refresh(self._fit)

    def _fit(self) -> None:
        others = [child for child in self.query_one("#box").children if child.id != "choices"]
        taken = sum(child.outer_size.height + child.styles.margin.height for child in others)
        self.query_one("#choices").styles.max_height = max(3, min(MOST_LINES, self.size.height - taken - _FRAME))

    def _show(self, at: int = 0) -> None:
        """Show what was found, so much of it as anybody reads."""
        options = self.query_one("#choices", OptionList)
        options.clear_options()
        options.add_options([Option(self._prompt(choice)) for choice in self._found[:MOST]])
        rest = len(self._found) - MOST
        if rest > 0:
            words = self._language.count("and {n} more", "and {n} more", rest)
            options.add_option(Option(Content.styled(words, FAINT), disabled=True))
        elif not self._found:
            words = self._language.say("Nothing found here.")
            options.add_option(Option(Content.styled(words, FAINT), disabled=True))
        options.highlighted = at if self._found else None

    def _prompt(self, choice: Choice) -> Content:
        words = cut(choice.words, CHOICE_CELLS) if self._one_line else choice.words
        return Content.assemble(words, "  ", (choice.more, FAINT)) if choice.more else Content(words)

    def on_input_changed(self, event: SearchInput.Changed) -> None:
        """Typing narrows to what has all of these words; case and accents do not matter."""
        event.stop()
        if not self._folded:
            self._folded = [folded(f"{choice.words} {choice.more}") for choice in self._choices]
        wanted = folded(event.value).split()
        held = zip(self._choices, self._folded, strict=True)
        self._found = [choice for choice, words in held if all(word in words for word in wanted)]
        self._show(0 if wanted else self._at)

    def on_input_submitted(self, event: SearchInput.Submitted) -> None:
        """Enter takes the one that is highlighted."""
        event.stop()
        self.action_choose()

    def action_go(self, where: str) -> None:
        """Move the cursor of the list: ``cursor_up``, ``cursor_down``, ``page_up`` or ``page_down``."""
        getattr(self.query_one("#choices", OptionList), f"action_{where}")()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """That one."""
        event.stop()
        self.dismiss(self._found[event.option_index].key)

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
        self._begun = value
        self._value = kept_line(session, key) or value

    def compose(self) -> ComposeResult:
        """A heading, what it is about, and the line."""
        with Vertical(id="box"):
            yield Static(Content(self._heading), id="heading")
            if self._note:
                yield Static(Content(self._note), id="note")
            from .line_input import LineInput

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
        from .line_input import LineInput

        self.query_one("#line", LineInput).submit()

    def action_cancel(self) -> None:
        """Not now."""
        self.dismiss(None)

    def _keep(self, value: str) -> None:
        keep_line(self._session, self._key, "" if value == self._begun else value)


def kept_line(session: Session, key: str) -> str:
    """The line that was kept for a question; empty where there is none."""
    return next((draft.title for draft in session.drafts.all() if draft.key == key), "")


def keep_line(session: Session, key: str, value: str) -> None:
    """Keep a line as the draft that the next question with this key begins with; an empty one lets go of it."""
    # Where it cannot be kept, the line is still on the screen; only its safety copy is missing.
    with contextlib.suppress(Refused):
        if clean_line(value):
            session.drafts.keep(Draft(key, "line", "", value, "", (), session.voice.person, None, utc_now()))
        else:
            session.drafts.drop(key)
