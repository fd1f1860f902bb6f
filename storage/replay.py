"""Reading a journal: each line gives the next board."""

from __future__ import annotations

from pathlib import Path

from .acts import BadAct, Record, apply
from .board import Board
from .journal import FORMAT, Damaged, Head, Journal, Position
from .refusal import Refused


class Replay:
    """The board at a place in a journal, which is read on from there. No board before the first line."""

    def __init__(self, journal: Journal, path: Path | None) -> None:
        self.board: Board | None = None
        self.position = Position()
        self._journal = journal
        self._path = path

    def start_at(self, board: Board | None, position: Position) -> None:
        """Go on from here, where the journal has a line that stands for this board."""
        self.board, self.position = board, position

    def read_on(self, records: list[Record]) -> None:
        """Read what comes after the present place, and add it to the records.

        :class:`Damaged` at the first line that does not follow, :class:`Refused` where a later version went on; the
        board and the records are then those of all lines before.
        """
        for line, position in self._journal.read_from(self.position):
            if isinstance(line, Head):
                if line.accord > FORMAT:
                    raise Refused("later-version", path=str(self._path), version=line.accord, known=FORMAT)
                self.board = line.board
            else:
                self.board = self._after(line)
                records.append(line)
            self.position = position

    def _after(self, record: Record) -> Board:
        if self.board is None:
            raise Damaged(self.position, "a change before any board")
        try:
            return apply(self.board, record.acts, record.seq)
        except BadAct as error:
            raise Damaged(self.position, str(error)) from error
