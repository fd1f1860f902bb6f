"""What the invitations' screen is made of: rows to choose, each a line or a few."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from textual.content import Content

from storage import Board, Language
from storage.card import PartyName, other
from storage.invitations import Invitation
from storage.language import later

from ..cells import fill, wrap
from ..glyphs import Glyphs
from ..host import PORT
from ..host.reach import Listen, Way, exposed, way_of, way_word
from ..host.running import Running
from ..themes import FAINT
from ..words import party_word, short_date

LASTING: Mapping[str, dt.timedelta] = {
    later("24 hours"): dt.timedelta(hours=24),
    later("3 days"): dt.timedelta(days=3),
    later("2 weeks"): dt.timedelta(weeks=2),
}

MOST_ENDED = 4
"""Invitations that are shown although they let nobody in any more."""

_HARD_SPACE = "\u00a0"
_LABEL_CELLS = 20
_USER_CELLS = 16
_MOST_LINES = 5


class Row(NamedTuple):
    """What a row is about; ``of`` is the user name of an invitation."""

    kind: Literal["who", "rights", "lasting", "way", "invite", "invitation", "open", "close"]
    of: str = ""


Shown = tuple[Row | None, Content]
"""A row and how it looks; a heading has none."""


@dataclass(frozen=True)
class Wanted:
    """The invitation that is being thought of. ``person`` is empty for somebody who does not sit at the board yet.

    ``way`` is nothing until somebody has said from where guests come. ``tunnel`` is where a tunnel takes them in, and
    ``leads_to`` the port that it was said to lead to.
    """

    person: str
    name: str
    party: PartyName
    may_edit: bool = True
    lasts: str = next(iter(LASTING))
    way: Way | None = None
    tunnel: Listen | None = None
    leads_to: int = 0


def likely(board: Board, voice: str) -> Wanted:
    """The likeliest invitation: the first of the other party, or somebody new where nobody sits there."""
    party = other(board.party_of(voice))
    people = board.of_party(party)
    if people:
        return Wanted(people[0].id, people[0].name, party)
    return Wanted("", board.party_name(party), party)


@dataclass(frozen=True)
class Seen:
    """What is known of the host and its invitations.

    ``here`` are the people who are at the board as guests, ``port`` is the one that they use, or would.
    """

    invitations: tuple[Invitation, ...] = ()
    running: Running | None = None
    here: frozenset[str] = frozenset()
    port: int = PORT


@dataclass(frozen=True)
class Rows:
    """Makes rows: in a language, with signs, so many cells wide, as things are now."""

    language: Language
    glyphs: Glyphs
    width: int
    now: dt.datetime

    def of(self, board: Board, wanted: Wanted, seen: Seen) -> list[Shown]:
        """All rows, from top to bottom."""
        say = self.language.say
        door = Row("close"), Content("  " + say("Close the table…"))
        if seen.running is None:
            state = say("The board is not open to guests. An invitation opens it.")
            door = Row("open"), Content("  " + say("Open the table for those who are invited"))
        else:
            where = Listen(seen.running.host, seen.running.port)
            way = wanted.way if where.loopback and wanted.way else way_of(where)
            state = say(
                "The board is open to guests, on port {port}. They come from: {way}.",
                port=where.port,
                way=way_word(way, self.language),
            )
        rows: list[Shown] = [(None, Content("\n".join(wrap(state, self.width, 2))))]
        if seen.running is not None or any(invitation.holds(self.now) for invitation in seen.invitations):
            rows.append(door)
        rows.append((None, Content(" ")))
        rows += self._new(wanted, seen.port)
        rows += self._invitations(board, seen)
        return rows

    def _new(self, wanted: Wanted, port: int) -> list[Shown]:
        say, language = self.language.say, self.language
        name = f"{wanted.name} ({party_word(language, wanted.party)})"
        rights = say("see and change everything") if wanted.may_edit else say("look, and change nothing")
        lasts = language.say(wanted.lasts)
        about = ""
        if wanted.way is None:
            way = say("asked when you invite")
        else:
            about = exposed(wanted.way, port, language)
            way = way_word(wanted.way, language)
            if wanted.way == "tunnel" and wanted.tunnel is not None:
                way += f": {wanted.tunnel.host}:{wanted.tunnel.port}"
        return [
            self._heading(say("A new invitation")),
            self._line(Row("who"), say("For"), name),
            self._line(Row("rights"), say("They can"), rights),
            self._line(Row("lasting"), say("It holds for"), lasts),
            self._line(Row("way"), say("Guests come from"), way, about),
            (Row("invite"), Content.styled("  " + say("Invite {name}", name=wanted.name), "bold")),
            (None, Content(" ")),
        ]

    def _heading(self, words: str) -> Shown:
        return None, Content.styled(words, "bold $primary")

    def _line(self, row: Row, label: str, value: str, about: str = "") -> Shown:
        room = self.width - _LABEL_CELLS
        shown = Content.assemble((fill(f"  {label}", _LABEL_CELLS), FAINT), "\n".join(wrap(value, room, 2)))
        lines = wrap(about, room, _MOST_LINES) if about else []
        indent = " " * _LABEL_CELLS
        return row, Content("\n").join([shown, *(Content.assemble(indent, (line, FAINT)) for line in lines)])

    def _invitations(self, board: Board, seen: Seen) -> list[Shown]:
        say = self.language.say
        holding = [invitation for invitation in seen.invitations if invitation.holds(self.now)]
        ended = [invitation for invitation in seen.invitations if not invitation.holds(self.now)]
        rows = [self._heading(say("Invitations"))]
        rows += [self._invitation(board, invitation, seen) for invitation in holding]
        rows += [self._ended(board, invitation) for invitation in ended[:MOST_ENDED]]
        if len(rows) == 1:
            rows.append((None, Content.styled("  " + say("Nobody is invited yet."), FAINT)))
        return rows

    def _invitation(self, board: Board, invitation: Invitation, seen: Seen) -> Shown:
        say = self.language.say
        here = invitation.person in seen.here
        ends = invitation.expires.astimezone()
        until = say("until {date}, {time}", date=short_date(self.language, ends.date()), time=f"{ends:%H:%M}")
        words = [
            self._who(board, invitation),
            say("here now") if here else say("not here"),
            say("may edit") if invitation.may_edit else say("may look"),
            until,
        ]
        sign = self.glyphs.here if here else self.glyphs.away
        head = Content.assemble(
            (f"  {sign} ", f"${invitation.party}"), (fill(invitation.user, _USER_CELLS - 4), "bold")
        )
        return Row("invitation", invitation.user), self._beside(head, words)

    def _ended(self, board: Board, invitation: Invitation) -> Shown:
        say = self.language.say
        words = [self._who(board, invitation), say("withdrawn") if invitation.withdrawn else say("expired")]
        head = Content.styled(fill(f"    {invitation.user}", _USER_CELLS), FAINT)
        return None, self._beside(head, words).stylize(FAINT)

    def _who(self, board: Board, invitation: Invitation) -> str:
        return f"{board.name_of(invitation.person)} ({party_word(self.language, invitation.party)})"

    def _beside(self, head: Content, words: list[str]) -> Content:
        """What stands in words that belong together stays on one line, where there is room."""
        together = f"{_HARD_SPACE}{self.glyphs.dot} ".join(each.replace(" ", _HARD_SPACE) for each in words)
        lines = wrap(together, max(8, self.width - _USER_CELLS), _MOST_LINES)
        return Content.assemble(head, ("\n" + " " * _USER_CELLS).join(lines).replace(_HARD_SPACE, " "))
