"""The summary: what happened since one was here last, and what each session brought, with the share of voices."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from storage import Record
from storage.card import PARTIES
from storage.sessions import QUIET, Brought, brought, sessions, voices

from ..session import Session
from ..telling import told
from ..widgets.clickable import clickable
from ..words import short_date
from .history import Records, read_history

MOST_LINES = 40
"""Changes since last time that are told one by one."""


class SummaryScreen(Screen[None]):
    """One page, to read together at the end of a session or at the beginning of the next."""

    CSS_PATH = "summary.tcss"
    AUTO_FOCUS = "#page"
    BINDINGS = [Binding("escape,q,Q,u,U", "back", show=False)]

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session

    def compose(self) -> ComposeResult:
        """A heading, the page, the way back."""
        say = self._session.language.say
        yield Static(Content(say("Summary")), id="heading")
        with VerticalScroll(id="page"):
            yield Static(id="text")
        yield Static(
            clickable((say("Arrows and Page Up, Page Down read on"), ""), (say("Esc back"), "back")), id="keys"
        )

    def on_mount(self) -> None:
        """Read the journal, away from the keys."""
        read_history(self, self._session, self._show, self._tell)

    def _tell(self, words: str) -> None:
        self.query_one("#heading", Static).update(Content(words))

    def _show(self, records: Records) -> None:
        spoken = voices(records)
        parts = [self._since(records, spoken)] if self._session.seen_before is not None else []
        for number, session in enumerate(reversed(sessions(records))):
            at, until = session.begin.astimezone(), session.end.astimezone()
            say = self._session.language.say
            heading = say("Session of {date}, {begin} to {end}", date=short_date(self._session.language, at.date()),
                          begin=f"{at:%H:%M}", end=f"{until:%H:%M}")  # fmt: skip
            parts.append(self._part(heading, self._lines(brought(session.records, self._session.store.board, spoken))))
            if number == 5:
                break
        self.query_one("#text", Static).update(Content("\n\n").join(parts))

    def _since(self, records: Sequence[Record], spoken: dict[int, str]) -> Content:
        say, board = self._session.language.say, self._session.store.board
        new = [r for r in records if r.seq > (self._session.seen_before or 0) and r.kind not in QUIET]
        lines = [
            f"{board.name_of(spoken.get(record.seq, record.voice))} {told(record, board, self._session.language)}"
            for record in new[-MOST_LINES:]
        ]
        return self._part(say("Since last time"), lines or [say("Nothing new.")])

    def _lines(self, found: Brought) -> list[str]:
        count, say = self._session.language.count, self._session.language.say
        cards = found.cards
        lines = [
            count("{n} question", "{n} questions", cards.get("question", 0)),
            count("{n} answer", "{n} answers", cards.get("answer", 0)),
            count("{n} proposal", "{n} proposals", cards.get("decision", 0)),
            count("{n} opinion", "{n} opinions", found.opinions),
        ]
        if found.notes:
            lines.append(count("{n} note", "{n} notes", found.notes))
        if found.outcomes:
            lines.append(count("{n} outcome", "{n} outcomes", found.outcomes))
        board, total = self._session.store.board, sum(found.shares.values()) or 1
        first = round(100 * found.shares["consultant"] / total)
        percent = {"consultant": first, "client": 100 - first}
        shares = ", ".join(f"{board.party_name(party)} {percent[party]} %" for party in PARTIES)
        lines.append(say("Whose voice: {shares}", shares=shares))
        return lines

    def _part(self, heading: str, lines: Sequence[str]) -> Content:
        body = Content("\n").join(Content(f"  {line}") for line in lines)
        return Content.assemble((heading, "bold underline"), "\n", body)

    def action_back(self) -> None:
        """Back to the board."""
        self.dismiss(None)
