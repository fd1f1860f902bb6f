"""Changes to the stages of the dialogue."""

from __future__ import annotations

from typing import ClassVar

from msgspec import Struct

from ..acts import Edit
from ..board import Column
from ..ranks import make_room
from ..refusal import Refused
from .base import Moment, column_there, column_with, line, line_or_nothing, rank_at_end


class AddColumn(Struct, frozen=True):
    """One more stage, left of another column (or at the end)."""

    title: str
    before: str | None = None
    kind: ClassVar[str] = "add-column"

    def make(self, edit: Edit, at: Moment) -> None:
        """A title."""
        title = line(self.title)
        identity = edit.next_id("c")
        edit.put(("columns", identity), Column(identity, _column_rank(edit, self.before, identity), title))


class RenameColumn(Struct, frozen=True):
    """Another title. An empty one gives a column with a role its own name back."""

    column: str
    title: str
    kind: ClassVar[str] = "rename-column"

    def make(self, edit: Edit, at: Moment) -> None:
        """Empty only where the role has a name."""
        held = column_there(edit, self.column)
        title = line(self.title) if held.role is None else line_or_nothing(self.title)
        edit.put(("columns", held.id), Column(held.id, held.rank, title, held.role))


class MoveColumn(Struct, frozen=True):
    """Put a column left of another (or at the end)."""

    column: str
    before: str | None = None
    kind: ClassVar[str] = "move-column"

    def make(self, edit: Edit, at: Moment) -> None:
        """Any."""
        held = column_there(edit, self.column)
        if self.before != held.id:
            rank = _column_rank(edit, self.before, held.id)
            edit.put(("columns", held.id), Column(held.id, rank, held.title, held.role))


class RemoveColumn(Struct, frozen=True):
    """Take a column away; its cards go to where their kind begins."""

    column: str
    kind: ClassVar[str] = "remove-column"

    def make(self, edit: Edit, at: Moment) -> None:
        """Not one of the four that have a role."""
        held = column_there(edit, self.column)
        if held.role is not None:
            raise Refused("column-has-role", column=held.id)
        for card in sorted(edit.so_far().cards.values(), key=lambda card: (card.rank, card.id)):
            if card.column != held.id:
                continue
            column = column_with(edit, "discuss" if card.kind == "question" else "table")
            if not card.agreed:  # what is agreed stands elsewhere, and keeps its place there
                edit.put(("cards", card.id, "rank"), rank_at_end(edit, column))
            edit.put(("cards", card.id, "column"), column)
        edit.put(("columns", held.id), None)


def _column_rank(edit: Edit, before: str | None, own: str) -> str:
    """A rank left of another column; columns that have come to share a rank are told apart on the way."""
    others = sorted((c for c in edit.columns.values() if c.id != own), key=lambda c: (c.rank, c.id))
    ids = [column.id for column in others]
    position = ids.index(before) if before in ids else len(ids)
    rank, *moved = make_room([column.rank for column in others], position)
    for column, new in zip(others[position:], moved, strict=False):
        edit.put(("columns", column.id), Column(column.id, new, column.title, column.role))
    return rank
