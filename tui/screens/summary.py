"""The summary: what happened since one was here last, and what each session brought, with the share of voices."""

from __future__ import annotations

from collections.abc import Sequence

from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from storage import Record
from storage.card import PARTIES
from storage.sessions import QUIET, Brought, brought, sessions, voices

from ..telling import told
from ..words import short_date
from .history import Records
from .page import PageScreen

MOST_LINES = 40
"""Changes since last time that are told one by one."""


class SummaryScreen(PageScreen):
    """One page, to read together at the end of a session or at the beginning of the next."""

    AUTO_FOCUS = "#page"
    BINDINGS = [Binding("escape,q,Q,u,U", "back", show=False)]

    @property
    def heading(self) -> str:
        """What is read here."""
        return self.session.language.say("Summary")

    def page(self) -> VerticalScroll:
        """The text, which scrolls."""
        return VerticalScroll(Static(id="text"), id="page")

    def show(self, records: Records) -> None:
        """Tell what came since last time, and what the last sessions brought."""
        spoken = voices(records)
        parts = [self._since(records, spoken)] if self.session.seen_before is not None else []
        for number, session in enumerate(reversed(sessions(records))):
            at, until = session.begin.astimezone(), session.end.astimezone()
            say = self.session.language.say
            heading = say("Session of {date}, {begin} to {end}", date=short_date(self.session.language, at.date()),
                          begin=f"{at:%H:%M}", end=f"{until:%H:%M}")  # fmt: skip
            parts.append(self._part(heading, self._lines(brought(session.records, self.session.store.board, spoken))))
            if number == 5:
                break
        self.query_one("#text", Static).update(Content("\n\n").join(parts))

    def _since(self, records: Sequence[Record], spoken: dict[int, str]) -> Content:
        say, board = self.session.language.say, self.session.store.board
        new = [r for r in records if r.seq > (self.session.seen_before or 0) and r.kind not in QUIET]
        lines = [
            f"{board.name_of(spoken.get(record.seq, record.voice))} {told(record, board, self.session.language)}"
            for record in new[-MOST_LINES:]
        ]
        return self._part(say("Since last time"), lines or [say("Nothing new.")])

    def _lines(self, found: Brought) -> list[str]:
        count, say = self.session.language.count, self.session.language.say
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
        board, total = self.session.store.board, sum(found.shares.values()) or 1
        first = round(100 * found.shares["consultant"] / total)
        percent = {"consultant": first, "client": 100 - first}
        shares = ", ".join(f"{board.party_name(party)} {percent[party]} %" for party in PARTIES)
        lines.append(say("Whose voice: {shares}", shares=shares))
        return lines

    def _part(self, heading: str, lines: Sequence[str]) -> Content:
        body = Content("\n").join(Content(f"  {line}") for line in lines)
        return Content.assemble((heading, "bold underline"), "\n", body)
