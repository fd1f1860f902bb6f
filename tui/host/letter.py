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

    ``sender`` and ``title`` are the names of who invites and of the board, ``at`` where the guest knocks, ``way`` how
    they come in, ``fingerprint`` what their client shows of the host.
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
            _paragraph(say("1. Open a terminal, paste this line and press Enter:")),
            _apart(self.line),
            _paragraph(
                say(
                    "On Windows, press the Windows key, type PowerShell and press Enter: that is a terminal, with all "
                    "that it takes. On a Mac it is called Terminal."
                )
            ),
            _paragraph(self._where_from(language)),
            _paragraph(
                say(
                    "2. The first time, it asks whether you trust the machine that you reach, and shows this "
                    "fingerprint. If it is the same to the letter, type yes and press Enter:"
                )
            ),
            _apart(self.fingerprint),
            _paragraph(
                say(
                    "3. It asks for the code of your invitation. You see what you type; capitals, spaces and dashes do "
                    "not matter:"
                )
            ),
            _apart(self.code),
            _paragraph(self._at_the_board(language)),
            _paragraph(
                say(
                    "The invitation holds until {until}. Until then the same line and code bring you back. It is for "
                    "you alone.",
                    until=self.until(language),
                )
            ),
        ]
        return "\n\n".join(filter(None, parts)) + "\n"

    def _where_from(self, language: Language) -> str:
        say = language.say
        if self.way == "machine":
            return say("This works on the same machine only.")
        if self.way == "network":
            return say("This works in the same network only, on the same Wi-Fi for example.")
        return ""

    def _at_the_board(self, language: Language) -> str:
        say = language.say
        rights = (
            say("You are then at the board, and may do everything on it.")
            if self.invitation.may_edit
            else say("You are then at the board, to look at it; you change nothing there.")
        )
        use = say("Arrows, Enter and the mouse are enough; ? shows all keys. Ctrl+Q leaves, and nothing is lost.")
        return f"{rights} {use}"


def _paragraph(words: str) -> str:
    return "\n".join(wrap(words, WIDTH, _MOST_LINES)) if words else ""


def _apart(words: str) -> str:
    return f"    {words}"
