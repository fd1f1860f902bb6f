"""Opening a board: what its journal and its checkpoint still have of it, and what has to be said about them.

The journal is the truth, the checkpoint spares reading it. Where the two are whole, opening reads the checkpoint and
the lines after it. Where they are not, it gives what is sound, and never more than that without saying so.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
import logging
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from . import checkpoint as cp
from .board import Board
from .files import name_apart, refused_for
from .journal import (
    FORMAT,
    Damaged,
    FileJournal,
    Head,
    Journal,
    Position,
    claimed_version,
    digest_of,
)
from .memory import MemoryJournal
from .refusal import Refused
from .replay import Replay
from .telling import Notice

_log = logging.getLogger(__name__)


def journal_path(path: Path) -> Path:
    """``acme.journal`` beside ``acme.json``; beside a file of another ending, one that no other board can have."""
    return path.with_suffix(".journal") if path.suffix == ".json" else path.with_name(f"{path.name}.journal")


def board_path(path: Path) -> Path:
    """The file itself, where a link leads to it: the journal stands beside the file. ``.json`` need not be typed.

    :class:`Refused` where no board can have the name.
    """
    if path.suffix == ".journal" or "\0" in str(path):
        raise Refused("not-a-board-name", path=str(path))
    if not path.suffix and path.name and not os.path.exists(path):
        longer = path.with_name(f"{path.name}.json")
        if os.path.exists(longer) or os.path.exists(journal_path(longer)):
            path = longer
    return Path(os.path.realpath(path)) if os.path.islink(path) else path


def read_checkpoint(path: Path) -> tuple[cp.Checkpoint | None, Refused | None]:
    """The checkpoint in a file, if it is sound; else what to say of it where no journal knows more."""
    try:
        return cp.read(path), None
    except cp.BadCheckpoint as bad:
        return None, bad.refusal
    except Refused as refused:
        if refused.code == "no-such-file":
            return None, refused
        raise


def stands_in(journal: FileJournal, position: Position) -> bool:
    """Whether the journal has, at its place, the line that a checkpoint stands for."""
    line = journal.line_at(position.start, position.offset)
    return line.endswith(b"\n") and bool(position.digest) and digest_of(line[:-1]) == position.digest


def belong_together(one: Board, two: Board) -> bool:
    """Whether two boards can be one board at two times: what both have was added by the same changes."""
    both = ((card, two.cards.get(card.id)) for card in one.cards.values())
    return all((a.born, a.created) == (b.born, b.created) for a, b in both if b is not None)


def save_checkpoint(
    path: Path,
    journal: Journal,
    held: cp.Checkpoint,
    *,
    pause: float = 0.0,
    unless_sound: Callable[[], bool] | None = None,
) -> None:
    """Write a checkpoint of a journal that still has the line it stands for. :class:`Refused` where that fails."""

    @contextlib.contextmanager
    def locked() -> Iterator[None]:
        with journal.locked():
            if not journal.holds(held.position):
                raise Refused("journal-replaced", path=str(path))
            yield

    try:
        cp.write(path, held, locked, unless_sound=unless_sound, pause=pause)
    except OSError as error:
        raise refused_for(error, path) from error


class Opening:
    """A board on the way from its files to its store: once open, ``replay`` stands at the last line that is sound.

    ``saved_at`` is the change that the checkpoint stands at, -1 where it had to be left aside.
    """

    def __init__(self, path: Path, journal: Journal, now: Callable[[], dt.datetime]) -> None:
        self.path = path
        self.journal = journal
        self.replay = Replay(journal, path)
        self.notices: list[Notice] = []
        self.read_only: Refused | None = None
        self.saved_at = -1
        self._now = now

    @classmethod
    def create(cls, path: Path, board: Board, now: Callable[[], dt.datetime]) -> Opening:
        """Begin a board in new files. :class:`Refused` where one of them is there, or none can be."""
        path = board_path(path)
        if os.path.exists(path):
            raise Refused("file-exists", path=str(path))
        if not os.path.isdir(path.parent):
            raise Refused("no-such-folder", path=str(path.parent))
        self = cls(path, FileJournal(journal_path(path), create=True), now)
        with self._or_close():
            self.begin(board)
            try:
                save_checkpoint(path, self.journal, self.held)
            except BaseException:
                for file in (path, journal_path(path)):  # both were begun here
                    with contextlib.suppress(OSError):
                        file.unlink(missing_ok=True)
                raise
            self.saved_at = board.seq
        return self

    @classmethod
    def open(cls, path: Path, now: Callable[[], dt.datetime]) -> Opening:
        """Open a board. :class:`Refused` where there is none, it may not be read, or nothing is sound."""
        path = board_path(path)
        held, refusal = read_checkpoint(path)
        try:
            journal = FileJournal(journal_path(path))
        except Refused as refused:
            if refused.code != "no-such-file":
                raise
            if held is None:
                raise (refusal or refused) from refused
            return cls._without_journal(path, held, now)
        self = cls(path, journal, now)
        with self._or_close():
            self._load(journal, held)
        return self

    @classmethod
    def _without_journal(cls, path: Path, held: cp.Checkpoint, now: Callable[[], dt.datetime]) -> Opening:
        """Begin a new journal where the old one is gone; where that may not be, look at the board at least."""
        try:
            self = cls(path, FileJournal(journal_path(path), create=True), now)
            with self._or_close():
                self.begin(held.board)
        except Refused as refused:
            if refused.code == "file-exists":  # another process was quicker
                return cls.open(path, now)
            self = cls(path, MemoryJournal(), now)
            self.begin(held.board)
            self._only_read(refused)
            return self
        self.notices.append(Notice("journal-lost", {"path": str(journal_path(path))}))
        self._mend_checkpoint()
        return self

    @property
    def held(self) -> cp.Checkpoint:
        """The board, and its place."""
        assert self.replay.board is not None
        return cp.Checkpoint(self.replay.board, self.replay.position)

    def begin(self, board: Board) -> None:
        """Write the first line."""
        with self.journal.locked():
            if not self.journal.ends_at(Position()):
                raise Refused("file-exists", path=str(self.path))
            self._append_head(board)

    def _append_head(self, board: Board) -> None:
        self.replay.start_at(board, self.journal.append(Head(FORMAT, board), Position()))

    @contextlib.contextmanager
    def _or_close(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self.journal.close()
            raise

    def _only_read(self, refused: Refused) -> None:
        self.read_only = Refused(refused.code, **{**refused.facts, "path": str(self.path)})
        self.notices.append(Notice("read-only", {"path": str(self.path)}))

    # What the files have

    def _load(self, journal: FileJournal, held: cp.Checkpoint | None) -> None:
        if not journal.writable:
            self._only_read(Refused("not-allowed", path=str(self.path), reason=os.strerror(errno.EACCES)))
        # What a long journal has is read without holding anybody up; what counts is what stands under the lock.
        with contextlib.suppress(Damaged):
            self._start(journal, held)
            self.replay.read_on([])
        with locked_if_free(journal) as locked:
            if not journal.holds(self.replay.position):  # a line that could not be made durable was taken back
                self._start(journal, held)
            try:
                self.replay.read_on([])
                if self._is_foreign(held):
                    return
                if locked:
                    self._settle_tail(journal, held)
                self._not_behind(held, locked)
            except Damaged as damage:
                self._stop_at(damage, held)
        if self.replay.board is None:
            raise nothing_sound(self.path, journal)
        if self.saved_at < 0 and self.read_only is None:
            if not any(notice.code == "journal-lost" for notice in self.notices):
                apart = set_checkpoint_apart(self.path, self._now())
                self.notices.append(Notice("checkpoint-rebuilt", {"path": str(self.path), "apart": apart}))
            self._mend_checkpoint()

    def _is_foreign(self, held: cp.Checkpoint | None) -> bool:
        """Whether the journal is another board's: the checkpoint is then shown, and neither file is touched."""
        if held is None or self.saved_at >= 0 or self.replay.board is None:
            return False
        if belong_together(held.board, self.replay.board):
            return False
        self.replay.start_at(held.board, Position())
        self.read_only = Refused("foreign-journal", path=str(self.path))
        self.notices.append(Notice("foreign-journal", self.read_only.facts))
        return True

    def _start(self, journal: FileJournal, held: cp.Checkpoint | None) -> None:
        """Begin at the checkpoint, if the journal has the line that it stands for; else at the beginning."""
        self.replay.start_at(None, Position())
        if held is not None and stands_in(journal, held.position):
            self.replay.start_at(held.board, held.position)
            self.saved_at = held.position.seq

    def _settle_tail(self, journal: FileJournal, held: cp.Checkpoint | None) -> None:
        """Set a torn last line apart, and read it if it only lacked its end; who may not write leaves it to others."""
        if journal.ends_at(self.replay.position):
            return
        try:
            torn = len(journal.settle_tail(self.replay.position))
        except Refused as refused:
            if refused.code == "not-a-board":
                raise Damaged(self.replay.position, "no journal") from refused
            torn = journal.size() - self.replay.position.offset
        if torn:
            self.notices.append(Notice("torn-line", {"path": str(self.path), "bytes": torn}))
        else:
            self.replay.read_on([])
            if held is not None and self.saved_at < 0 and stands_in(journal, held.position):
                self.saved_at = held.position.seq

    def _not_behind(self, held: cp.Checkpoint | None, locked: bool) -> None:
        """A journal that ends before its checkpoint was cut; one that is empty is a lost one, and begins again."""
        if held is None or held.position.seq <= self.replay.position.seq:
            return
        if not locked or self.read_only is not None or not self.journal.ends_at(Position()):
            raise Damaged(self.replay.position, "it ends before its checkpoint")
        self._append_head(held.board)
        self.notices.append(Notice("journal-lost", {"path": str(journal_path(self.path))}))

    def _stop_at(self, damage: Damaged, held: cp.Checkpoint | None) -> None:
        """Open what is sound, read-only: the board up to the damage, or the checkpoint if it is further on."""
        if held is not None and held.position.seq > damage.position.seq:
            self.replay.start_at(held.board, damage.position)
        self.read_only = damaged(self.path, damage)
        self.notices.append(Notice("damaged", self.read_only.facts))

    # The checkpoint, where it is not of this journal

    def _mend_checkpoint(self) -> None:
        try:
            save_checkpoint(self.path, self.journal, self.held, unless_sound=self._checkpoint_is_sound)
        except Refused as refused:
            _log.warning("no checkpoint: %s", refused.code)
        else:
            self.saved_at = self.replay.position.seq

    def _checkpoint_is_sound(self) -> bool:
        assert isinstance(self.journal, FileJournal)
        held, _ = read_checkpoint(self.path)
        return (
            held is not None
            and held.position.seq >= self.replay.position.seq
            and stands_in(self.journal, held.position)
        )


def damaged(path: Path, damage: Damaged) -> Refused:
    """What to say of a journal that cannot be followed beyond a place."""
    return Refused("damaged", path=str(path), seq=damage.position.seq + 1, offset=damage.position.offset)


def nothing_sound(path: Path, journal: FileJournal) -> Refused:
    """What to say of a journal without a sound line, where no checkpoint helps."""
    first = journal.line_at(0, 4096)
    version = claimed_version(first)
    if version is not None and version > FORMAT:
        return Refused("later-version", path=str(path), version=version, known=FORMAT)
    ours = version is not None or first.startswith(b'{"') or not first
    return Refused("nothing-sound" if ours else "not-a-board", path=str(path))


def set_checkpoint_apart(path: Path, now: dt.datetime) -> str:
    """Keep what stands in the place of a checkpoint, which somebody may have put there; its new name."""
    apart = name_apart(path, "damaged", now)
    try:
        os.link(path, apart)
    except OSError:
        return ""
    return str(apart)


@contextlib.contextmanager
def locked_if_free(journal: FileJournal) -> Iterator[bool]:
    """Hold the lock of a journal, unless somebody keeps it: who only reads goes on then."""
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(journal.locked(shared=not journal.writable))
        except Refused:
            locked = False
        else:
            locked = True
        yield locked
