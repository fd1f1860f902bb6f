"""The journal, to be read: everything that was done, newest first, by whom and when."""

from __future__ import annotations

from textual.binding import Binding
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from storage import Record
from storage.sessions import QUIET, voices

from ..cells import fill, hanging
from ..telling import told
from ..themes import FAINT
from ..widgets.row_list import RowList
from ..words import short_date
from .history import WHEN_CELLS, Records
from .page import AROUND, WIDEST, PageScreen

MOST = 2_000
"""Changes that are shown; the whole journal is on the command line (``accord history``)."""


class JournalScreen(PageScreen):
    """The changes, one on a line."""

    AUTO_FOCUS = "OptionList"
    BINDINGS = [Binding("escape,q,Q,j,J", "back", show=False)]

    _records: Records = ()

    @property
    def heading(self) -> str:
        """What is read here."""
        return self.session.language.say("Everything that was done, newest first")

    def page(self) -> OptionList:
        """The changes."""
        return RowList(id="page", compact=True)

    def show(self, records: Records) -> None:
        """Show the changes, for the width that there is."""
        self._records = records
        spoken = voices(records)
        latest = [record for record in records if record.kind not in QUIET][-MOST:]
        changes = self.query_one("#page", OptionList)
        changes.clear_options()
        changes.add_options([Option(self._line(record, spoken)) for record in reversed(latest)])
        changes.highlighted = 0 if latest else None

    def on_resize(self) -> None:
        """Another width has other lines."""
        if self._records:
            self.show(self._records)

    def _line(self, record: Record, spoken: dict[int, str]) -> Content:
        board, language = self.session.store.board, self.session.language
        at = record.time.astimezone()
        when = f"{short_date(language, at.date())} {at:%H:%M}"
        name = board.name_of(spoken.get(record.seq, record.voice))
        room = min(self.size.width, WIDEST) - AROUND
        words = hanging(f"{name} {told(record, board, language)}", room, WHEN_CELLS)
        return Content.assemble((fill(when, WHEN_CELLS), FAINT), (words[: len(name)], "bold"), words[len(name) :])
