"""The rows of the table's screen: what can be changed, how it looks, and the change that changes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from textual.content import Content

from storage import Board, Language, changes
from storage.card import PARTIES, PartyName
from storage.changes import Change
from storage.language import later

from ..cells import fill, wrap
from ..glyphs import Glyphs
from ..words import column_title, party_word

LANGUAGE_NAMES: Mapping[str, str] = {"en": "English", "fr": "Français"}
"""The languages that a board can have, each by its own name."""

MOST_LINES = 6
"""Lines of a long title that are shown."""

ASKING: Mapping[str, str] = {
    "title": later("What is the board called?"),
    "called": later("What is this side called? (a firm, an association; may stay empty)"),
    "brings": later("What does this side bring? (a craft, what it knows; may stay empty)"),
    "person": later("What is this person called?"),
    "add-person": later("Who else sits on this side?"),
    "column": later("What is this column called?"),
    "add-column": later("What is the new column called?"),
}
"""What is asked where a row of a kind is to be changed."""

_LABEL_CELLS = 14
# Faint, and still of enough contrast on the cursor's ground.
_FAINT = "$foreground 70%"


class Row(NamedTuple):
    """Something that can be changed: what it is, and of which party, person or column."""

    kind: str
    of: str = ""

    @property
    def party(self) -> PartyName:
        """The party that it is of, where it is of one."""
        return next(party for party in PARTIES if party == self.of)

    @property
    def adds(self) -> bool:
        """Whether it is there to add something, and has nothing yet."""
        return self.kind.startswith("add-")


Shown = tuple[Row | None, Content]
"""A row and how it looks; a heading has none."""


@dataclass(frozen=True)
class Rows:
    """Makes rows: in a language, with signs, so many cells wide, with ``air`` between the parts or not."""

    language: Language
    glyphs: Glyphs
    width: int
    air: bool

    def of(self, board: Board) -> list[Shown]:
        """All rows of a board, from top to bottom."""
        return [*self._board_rows(board), *self._people_rows(board), *self._column_rows(board)]

    def _heading(self, words: str, style: str = "bold $primary") -> list[Shown]:
        air: list[Shown] = [(None, Content(" "))] if self.air else []
        return [*air, (None, Content.styled(words, style))]

    def _line(self, row: Row, label: str, value: str, more: str = "") -> Shown:
        words = "\n".join(wrap(value, self.width - _LABEL_CELLS, MOST_LINES))
        shown = Content(words) if value else Content.styled(self.language.say("not said"), _FAINT)
        head = (fill(f"  {label}", _LABEL_CELLS), _FAINT)
        lines = Content.assemble(shown, (f"  {more}" if more else "", _FAINT)).split("\n")
        return row, Content("\n" + " " * _LABEL_CELLS).join([Content.assemble(head, lines[0]), *lines[1:]])

    def _board_rows(self, board: Board) -> list[Shown]:
        say = self.language.say
        return [
            *self._heading(say("The board")),
            self._line(Row("title"), say("Title"), board.title),
            self._line(Row("lang"), say("Language"), LANGUAGE_NAMES.get(board.lang, board.lang)),
        ]

    def _people_rows(self, board: Board) -> list[Shown]:
        say = self.language.say
        shown: list[Shown] = []
        for party in PARTIES:
            word = party_word(self.language, party)
            shown += self._heading(word[:1].upper() + word[1:], f"bold ${party}")
            shown.append(self._line(Row("called", party), say("Called"), board.parties[party].name))
            shown.append(self._line(Row("brings", party), say("Brings"), board.parties[party].expertise))
            shown += [self._line(Row("person", p.id), say("Person"), p.name) for p in board.of_party(party)]
            shown.append(self._line(Row("add-person", party), self.glyphs.plus, say("Add somebody…")))
        return shown

    def _column_rows(self, board: Board) -> list[Shown]:
        language = self.language
        shown = self._heading(language.say("Columns, from left to right"))
        for number, column in enumerate(board.ordered_columns(), 1):
            lane = board.standing.lanes.get(column.id, [])
            count = language.count("{n} card", "{n} cards", len(lane)) if lane else ""
            shown.append(self._line(Row("column", column.id), str(number), column_title(language, column), count))
        shown.append(self._line(Row("add-column"), self.glyphs.plus, language.say("Add a column…")))
        return shown


def held(row: Row, board: Board, language: Language) -> str:
    """What stands in a row now."""
    match row.kind:
        case "title":
            return board.title
        case "called":
            return board.parties[row.party].name
        case "brings":
            return board.parties[row.party].expertise
        case "person":
            return board.name_of(row.of)
        case "column" if row.of in board.columns:
            return column_title(language, board.columns[row.of])
    return ""


def about(row: Row, board: Board, language: Language) -> str:
    """What helps to answer what is asked for a row."""
    if row.kind in ("called", "brings", "add-person"):
        names = ", ".join(person.name for person in board.of_party(row.party))
        return language.say("{party}: {names}", party=party_word(language, row.party), names=names)
    column = board.columns.get(row.of)
    if row.kind == "column" and column is not None and column.role is not None:
        return language.say("Left empty, it gets its own name back.")
    return ""


def changed(board: Board, row: Row, words: str) -> Change:
    """The change that puts these words into a row."""
    match row.kind:
        case "title":
            return changes.DescribeBoard(words, board.lang)
        case "called":
            return changes.DescribeParty(row.party, words, board.parties[row.party].expertise)
        case "brings":
            return changes.DescribeParty(row.party, board.parties[row.party].name, words)
        case "person":
            return changes.RenamePerson(row.of, words)
        case "add-person":
            return changes.AddPerson(words, row.party)
        case "column":
            return changes.RenameColumn(row.of, words)
    return changes.AddColumn(words)
