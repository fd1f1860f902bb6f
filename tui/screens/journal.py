"""The journal, to be read: everything that was done, newest first, by whom and when."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from storage import Record
from storage.sessions import QUIET, voices

from ..cells import fill, hanging
from ..session import Session
from ..telling import told
from ..themes import FAINT
from ..widgets.clickable import clickable
from ..words import short_date
from .history import Records, read_history
from .leaving import LeftOnce

MOST = 2_000
"""Changes that are shown; the whole journal is on the command line (``accord history``)."""


_WHEN_CELLS = 15


class JournalScreen(LeftOnce[None]):
    """The changes, one on a line."""

    CSS_PATH = "journal.tcss"
    AUTO_FOCUS = "OptionList"
    BINDINGS = [Binding("escape,q,Q,j,J", "back", show=False)]

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session

    def compose(self) -> ComposeResult:
        """A heading, the changes, the way back."""
        say = self._session.language.say
        yield Static(Content(say("Everything that was done, newest first")), id="heading")
        yield OptionList(id="changes", compact=True)
        yield Static(
            clickable((say("Arrows and Page Up, Page Down read on"), ""), (say("Esc back"), "back")), id="keys"
        )

    def on_mount(self) -> None:
        """Read the journal, away from the keys."""
        read_history(self, self._session, self._show, self._tell)

    def _tell(self, words: str) -> None:
        self.query_one("#heading", Static).update(Content(words))

    def _show(self, everything: Records) -> None:
        spoken = voices(everything)
        records = [record for record in everything if record.kind not in QUIET][-MOST:]
        changes = self.query_one("#changes", OptionList)
        changes.clear_options()
        changes.add_options([Option(self._line(record, spoken)) for record in reversed(records)])
        changes.highlighted = 0 if records else None

    def _line(self, record: Record, spoken: dict[int, str]) -> Content:
        board, language = self._session.store.board, self._session.language
        at = record.time.astimezone()
        when = f"{short_date(language, at.date())} {at:%H:%M}"
        name = board.name_of(spoken.get(record.seq, record.voice))
        room = max(20, self.size.width - 4)
        words = hanging(f"{name} {told(record, board, language)}", room, _WHEN_CELLS)
        return Content.assemble((fill(when, _WHEN_CELLS), FAINT), (words[: len(name)], "bold"), words[len(name) :])

    def action_back(self) -> None:
        """Back to the board."""
        self.dismiss(None)
