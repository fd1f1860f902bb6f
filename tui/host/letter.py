"""The text that an invitation is sent with: what to paste, what will be asked, until when it holds, how to leave."""

from __future__ import annotations

from dataclasses import dataclass

from storage import Language
from storage.invitations import Invitation

from ..cells import wrap
from ..words import short_date
from .reach import Listen, Way

WIDTH = 72
"""Cells of a line: what a mail carries without breaking it."""

_MOST_LINES = 20


@dataclass(frozen=True)
class Letter:
    """An invitation with its code, which only whoever holds this letter knows.

    ``sender`` and ``title`` are the names of who invites and of the board, ``at`` is where the guest asks to come in,
    ``way`` how they get there, ``fingerprint`` what their client shows of the host.
    """

    sender: str
    title: str
    invitation: Invitation
    code: str
    at: Listen
    way: Way
    fingerprint: str

    @property
    def line(self) -> str:
        """The line to paste."""
        return self.at.line(self.invitation.user)

    def until(self, language: Language) -> str:
        """When it ends, in this machine's time, which is named: the guest may have another."""
        ends = self.invitation.expires.astimezone()
        return f"{short_date(language, ends.date())}, {ends:%H:%M} ({ends:%Z})"

    def text(self, language: Language) -> str:
        """The whole text, in a language: lines of at most :data:`WIDTH` cells, but for what must not be broken."""
        say = language.say
        parts = [
            _paragraph(say("{name} invites you to the board “{title}”.", name=self.sender, title=self.title)),
            _paragraph(
                say(
                    "1. Search for PowerShell (Windows) or Terminal (Mac), and open it. Paste this line there (Ctrl+V "
                    "or Cmd+V), then Enter:"
                )
            ),
            _apart(self.line),
            _paragraph(
                say(
                    "2. The first time, if the fingerprint shown is this one, type yes, then Enter; if not, tell "
                    "{name}:",
                    name=self.sender,
                )
            ),
            _apart(self.fingerprint),
            _paragraph(say("3. Type this code, then Enter:")),
            _apart(self.code),
            _paragraph(self._at_the_board(language)),
            _paragraph(self._how_long(language)),
        ]
        return "\n\n".join(parts) + "\n"

    def _how_long(self, language: Language) -> str:
        say, until = language.say, self.until(language)
        if self.way == "machine":
            return say("From the same machine only; the same way back until {until}.", until=until)
        if self.way == "network":
            return say("From the same network or Wi-Fi only; the same way back until {until}.", until=until)
        return say("The same way back until {until}.", until=until)

    def _at_the_board(self, language: Language) -> str:
        say = language.say
        if self.invitation.may_edit:
            return say("You are at the board. q asks a question; Ctrl+Q leaves.")
        return say("You are at the board, to look at it; you change nothing there. Ctrl+Q leaves.")


def _paragraph(words: str) -> str:
    return "\n".join(wrap(words, WIDTH, _MOST_LINES)) if words else ""


def _apart(words: str) -> str:
    return f"    {words}"
