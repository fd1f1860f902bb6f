"""Which column of a board the lists of a file are: the one of the same name in any language, or one more."""

from __future__ import annotations

from collections.abc import Iterator

from ..board import COMPUTED, ROLES, Board, Column, Role
from ..language import LANGUAGES
from ..text import LONGEST_TITLE, can_be_seen, clean_line
from .fitting import cut
from .found import Left


class Columns:
    """The columns of a board, and those that come in. ``mapped`` and ``left`` tell each of them once."""

    def __init__(self, board: Board) -> None:
        self.new: list[str] = []
        self.mapped: list[tuple[str, Column]] = []
        self.left: list[Left] = []
        self._board = board
        self._known: dict[str, str | int] = {}
        self._by_name: dict[str, Column] = {}
        for column in board.ordered_columns():
            if column.title:
                self._by_name.setdefault(column.title.casefold(), column)
        for name, role in _spoken():
            self._by_name.setdefault(name, board.column_of_role(role))

    def of(self, title: str, *, aside: bool = False) -> str | int:
        """Where the cards under a title go: an id, the place of a new column, or ``""`` for where their kind begins.

        What was ``aside``, in an archive, adds no column.
        """
        name = clean_line(title)
        if not can_be_seen(name):
            return ""
        key = name.casefold()
        if key not in self._known:
            column = self._by_name.get(key)
            if column is None and aside:
                self.left.append(Left("column-aside", name))
                return ""
            self._known[key] = self.to(column, name) if column else self._added(name)
        return self._known[key]

    def to(self, column: Column, name: str) -> str:
        """An existing column under the name of the file; in place of one that only agreement leads into, the table."""
        self.mapped.append((name, column))
        if column.role not in COMPUTED:
            return column.id
        self.left.append(Left("column-computed", name))
        return self._board.column_of_role("table").id

    def of_role(self, role: Role) -> str | int:
        """The column that has a role, for cards of another board of Accord."""
        return self._board.column_of_role(role).id

    def _added(self, name: str) -> int:
        if len(name) > LONGEST_TITLE:
            self.left.append(Left("column-cut", name))
        self.new.append(cut(name, LONGEST_TITLE))
        return len(self.new) - 1


def _spoken() -> Iterator[tuple[str, Role]]:
    """What the columns that every board has are called, in all languages."""
    from ..exports import document_language  # only who takes something in needs these
    from ..exports.phrases import column_title

    for role in ROLES:
        for lang in LANGUAGES:
            yield column_title(Column("c1", "V", role=role), document_language(lang)).casefold(), role
