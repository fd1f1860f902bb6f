"""The store: one board, kept in a journal and a checkpoint, shared by all sessions of a process.

A commit holds the journal's lock while it reads what others appended, asks the change's rule, and appends one line.
When it returns, the change is on the disk. Nobody but a :class:`~storage.voice.Voice` calls it.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from . import checkpoint as cp
from .acts import Edit, Record
from .board import Board
from .changes import Change, CorrectVoice, Moment
from .journal import FORMAT, Damaged, Head, Journal, Position
from .memory import MemoryJournal
from .opening import Opening, damaged, save_checkpoint
from .opening import journal_path as journal_path
from .refusal import Refused
from .replay import Replay
from .telling import Notice as Notice
from .telling import Subscribers
from .telling import Update as Update

Clock = Callable[[], dt.datetime]
T = TypeVar("T")

CHECKPOINT_EVERY = 500
"""Changes after which a checkpoint is written in the background."""

CHUNK_PAUSE = 0.002
"""Seconds between the pieces of a background checkpoint, in which keys are answered."""

_log = logging.getLogger(__name__)


def utc_now() -> dt.datetime:
    """The time, to the millisecond."""
    now = dt.datetime.now(dt.UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


@dataclass(frozen=True)
class Sitting:
    """Who makes a change, and where: what a voice knows and a change does not."""

    person: str
    session: str
    typed_by: str
    one_screen: bool


class Store:
    """One board. Open it with :meth:`open`, :meth:`create` or :meth:`in_memory`; close it when done.

    ``notices`` are what people should know about its files, ``read_only`` why nothing can be changed, if so; ``log``
    are the changes since it was opened, oldest first.
    """

    def __init__(self, journal: Journal, path: Path | None, clock: Clock) -> None:
        self.path = path
        self.notices: list[Notice] = []
        self.read_only: Refused | None = None
        self.log: list[Record] = []
        self._journal = journal
        self._replay = Replay(journal, path)
        self._clock = clock
        self._lock = threading.RLock()
        self._writer = ThreadPoolExecutor(1, "accord-writer", self._begin_writing)
        self._writing: int | None = None
        self._saver = ThreadPoolExecutor(1, "accord-checkpoint")
        self._subscribers = Subscribers()
        self._stop_following: Callable[[], None] | None = None
        self._saved_at = -1
        self._closing = False
        self._closed = False

    @classmethod
    def create(cls, path: Path, board: Board, *, clock: Clock = utc_now) -> Store:
        """Begin a board in new files. ``Refused("file-exists")`` where one of them is there."""
        return cls._opened(Opening.create(Path(path), board, clock), clock)

    @classmethod
    def open(cls, path: Path, *, clock: Clock = utc_now) -> Store:
        """Open a board, with whatever its files still have of it; :attr:`notices` says what was found.

        :class:`Refused` where there is no board, it may not be read, is of a later version, or nothing is sound.
        """
        return cls._opened(Opening.open(Path(path), clock), clock)

    @classmethod
    def _opened(cls, opening: Opening, clock: Clock) -> Store:
        store = cls(opening.journal, opening.path, clock)
        store._replay = opening.replay
        store._saved_at = opening.saved_at
        store.notices = opening.notices
        store.read_only = opening.read_only
        return store

    @classmethod
    def in_memory(cls, board: Board, *, clock: Clock = utc_now) -> Store:
        """A board that nobody keeps."""
        store = cls(MemoryJournal(), None, clock)
        with store._journal.locked():
            store._replay.start_at(board, store._journal.append(Head(FORMAT, board), Position()))
        return store

    # Reading

    @property
    def board(self) -> Board:
        """The board as this store last saw it."""
        assert self._replay.board is not None
        return self._replay.board

    @property
    def _position(self) -> Position:
        return self._replay.position

    @property
    def digest(self) -> str:
        """The digest of the journal line that the board stands at: 32 hexadecimal digits."""
        return self._position.digest

    def history(self) -> Iterator[Record]:
        """Every change of the journal up to the present board, oldest first; it ends where the journal is damaged."""
        end = self._position.offset
        with contextlib.suppress(Damaged):
            for line, position in self._journal.read_from(Position()):
                if position.offset > end:
                    return
                if isinstance(line, Record):
                    yield line

    def subscribe(self, callback: Callable[[Update], None]) -> Callable[[], None]:
        """Be told of every change, on whatever thread it was read or made; gives what ends it."""
        return self._subscribers.add(callback)

    @contextlib.contextmanager
    def _telling(self) -> Iterator[list[Record]]:
        """Change the board, noting the records; then tell of it, also where what came after was refused."""
        records: list[Record] = []
        try:
            with self._lock:
                before, known = self.board, len(self.notices)
                try:
                    yield records
                finally:
                    found = tuple(self.notices[known:])
                    if self.board is not before or found:
                        self._subscribers.post(Update(self.board, before, tuple(records), found))
        finally:
            self._subscribers.tell()

    # Following others

    def follow(self) -> None:
        """From now on, see what other processes append."""
        with self._lock:
            if self._stop_following is None and not self._closing:
                self._stop_following = self._journal.watch(self._look)

    def _look(self) -> None:
        # Closed meanwhile, or the disk fails: whoever commits next is told.
        with contextlib.suppress(RuntimeError, Refused, OSError):
            if not self._closed and not self._is_stopped() and not self._is_latest():
                self._writer.submit(self._refresh_quietly)

    def _refresh_quietly(self) -> None:
        try:
            self.refresh()
        except Exception:
            # Nobody waits for it: whoever commits next is told. No locals: they hold people's words.
            _log.exception("the journal could not be followed")

    def _is_stopped(self) -> bool:
        """Whether the journal cannot be followed any more; one that may not be written can be."""
        return self.read_only is not None and self.read_only.code != "not-allowed"

    def _is_latest(self) -> bool:
        return self._journal.ends_at(self._position) and self._journal.holds(self._position)

    def refresh(self) -> bool:
        """Read what other processes appended; whether there was something. What is being written is left for later."""
        if self._closed or self._is_latest():
            return False
        with self._telling() as records:
            try:
                with self._journal.locked(shared=True):
                    self._catch_up(records)
            except Refused as refused:
                if refused.code not in ("busy", "closed"):
                    raise
            return bool(records)

    def _catch_up(self, records: list[Record]) -> None:
        """While locked: read what others appended. Where it cannot be followed, nothing can be changed any more."""
        if self._is_stopped() or self._is_latest():
            return
        if not self._journal.holds(self._position):
            self._stop_replaced()
            return
        known = len(records)
        try:
            self._replay.read_on(records)
        except Damaged as damage:
            assert self.path is not None
            self.read_only = damaged(self.path, damage)
            self.notices.append(Notice("damaged", self.read_only.facts))
        except Refused as refused:  # a later version has gone on
            self.read_only = refused
            code = "later-version" if refused.code == "later-version" else "disk-failed"
            self.notices.append(Notice(code, refused.facts))
        finally:
            self.log.extend(records[known:])

    def _settle(self, records: list[Record]) -> None:
        """While locked: set a torn last line apart, and say so; read it if it only lacked its end."""
        if self._journal.ends_at(self._position):
            return
        if tail := self._journal.settle_tail(self._position):
            self.notices.append(Notice("torn-line", {"path": str(self.path), "bytes": len(tail)}))
        else:
            self._catch_up(records)
            self._may_write()

    def _stop_replaced(self) -> None:
        """Another program has cut or replaced the journal. What was read and written here is kept, whatever comes."""
        assert self.path is not None
        held = cp.Checkpoint(self.board, self._position)
        if not self._journal.rescue():
            with contextlib.suppress(OSError):
                cp.write(self.path, held, contextlib.nullcontext)
        self.read_only = Refused("journal-replaced", path=str(journal_path(self.path)))
        self.notices.append(Notice("journal-replaced", self.read_only.facts))

    # Changing

    def on_writer(self, work: Callable[[], T]) -> Future[T]:
        """Do something on the writer thread, after what is under way there: no key waits for a disk.

        On the writer thread itself (a subscriber commits) it is done at once. :class:`RuntimeError` after the close.
        """
        if threading.get_ident() != self._writing:
            return self._writer.submit(work)
        done: Future[T] = Future()
        try:
            done.set_result(work())
        except Exception as error:
            done.set_exception(error)
        return done

    def _begin_writing(self) -> None:
        self._writing = threading.get_ident()

    def commit(self, change: Change, sitting: Sitting) -> Record | None:
        """Make a change, and return when it survives a power cut; ``None`` where it changes nothing.

        :class:`Refused` by its rule, or where the files do not allow it; nothing was changed then.
        """
        with self._telling() as records:
            self._may_write()
            with self._journal.locked():
                self._catch_up(records)
                self._may_write()
                self._settle(records)
                record = self._make(change, sitting)
                if record is not None:
                    records.append(record)
        self._save_now_and_then()
        return record

    def _may_write(self) -> None:
        if self._closed:
            raise Refused("closed")
        if self.read_only is not None:
            raise Refused(self.read_only.code, **self.read_only.facts)

    def _make(self, change: Change, sitting: Sitting) -> Record | None:
        board = self.board
        if sitting.person not in board.people:
            raise Refused("no-such-person", person=sitting.person)
        seq = board.seq + 1
        moment = Moment(seq, self._clock(), sitting.person, sitting.session, sitting.one_screen, self.log)
        edit = Edit(board)
        change.make(edit, moment)
        if not edit.acts:
            return None
        corrected = edit.card(change.card) if isinstance(change, CorrectVoice) else None
        record = Record(
            seq, moment.time, sitting.person, sitting.session, change.kind, tuple(edit.acts),
            typed_by=sitting.typed_by,
            undoes=getattr(getattr(change, "record", None), "seq", None),
            voice_of=corrected.born if corrected else None,
        )  # fmt: skip
        made = edit.board(seq)
        try:
            position = self._journal.append(record, self._position)
        except Refused as refused:
            _log.info("a change was not written: %s", refused.code)  # a host has it in its log
            if refused.code == "journal-stuck":
                self.read_only = refused
                self.notices.append(Notice("journal-stuck", refused.facts))
            raise
        self._replay.start_at(made, position)
        self.log.append(record)
        return record

    # Keeping

    def _save_now_and_then(self) -> None:
        if self.path is None or self._position.seq - self._saved_at < CHECKPOINT_EVERY or self._closed:
            return
        self._saved_at = self._position.seq
        with contextlib.suppress(RuntimeError):  # closed meanwhile
            self._saver.submit(self._save_quietly, CHUNK_PAUSE)

    def _save_quietly(self, pause: float = 0.0) -> None:
        try:
            self._save(pause)
        except Refused as refused:
            # The journal has it all; the checkpoint is tried again later.
            _log.warning("no checkpoint: %s", refused.code)

    def _save(self, pause: float) -> None:
        if self.path is None or self.read_only is not None:
            return
        with self._lock:
            held = cp.Checkpoint(self.board, self._position)
        save_checkpoint(self.path, self._journal, held, pause=pause)
        self._saved_at = max(self._saved_at, held.position.seq)

    def close(self) -> None:
        """Write the checkpoint where it is behind, and let go of the files. Changes were safe before."""
        with self._lock:
            if self._closing:
                return
            self._closing = True
        if self._stop_following is not None:
            self._stop_following()
        self._writer.shutdown(wait=threading.get_ident() != self._writing)
        self._saver.shutdown(wait=True)
        self._save_quietly()
        with self._lock:  # whoever is committing on a thread of their own comes to an end first
            self._closed = True
            self._journal.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
