"""The store: one board, kept in a journal and a checkpoint, shared by all sessions of a process.

A commit holds the journal's lock while it reads what others appended, asks the change's rule, and appends one line.
When it returns, the change is on the disk. Nobody but a :class:`~storage.voice.Voice` calls it.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from . import checkpoint as cp
from .acts import BadAct, Edit, Record
from .board import Board
from .changes import Change, CorrectVoice, Moment
from .files import refused_for
from .journal import (
    FORMAT,
    Damaged,
    FileJournal,
    Head,
    Journal,
    MemoryJournal,
    Position,
    claimed_version,
    digest_of,
)
from .refusal import Refused

Clock = Callable[[], dt.datetime]

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
class Notice:
    """Something that people should know about the files of a board: a code and facts, as in a refusal."""

    code: str
    facts: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Update:
    """What subscribers are told: the board as it now is, as it was, and the changes between."""

    board: Board
    before: Board
    records: tuple[Record, ...]


@dataclass(frozen=True)
class Sitting:
    """Who makes a change, and where: what a voice knows and a change does not."""

    person: str
    session: str
    typed_by: str
    one_screen: bool


def journal_path(path: Path) -> Path:
    """``acme.journal`` beside ``acme.json``."""
    return path.with_suffix(".journal")


class Store:
    """One board. Open it with :meth:`open`, :meth:`create` or :meth:`in_memory`; close it when done."""

    def __init__(self, journal: Journal, path: Path | None, clock: Clock) -> None:
        self.path = path
        self.notices: list[Notice] = []
        self.read_only: Refused | None = None
        self.log: list[Record] = []
        self._journal = journal
        self._clock = clock
        self._lock = threading.RLock()
        self._writer = ThreadPoolExecutor(1, "accord-writer")
        self._saver = ThreadPoolExecutor(1, "accord-checkpoint")
        self._subscribers: list[Callable[[Update], None]] = []
        self._stop_following: Callable[[], None] | None = None
        self._board: Board | None = None
        self._position = Position()
        self._saved_at = -1
        self._closed = False

    # Opening

    @classmethod
    def create(cls, path: Path, board: Board, *, clock: Clock = utc_now) -> Store:
        """Begin a board in new files. ``Refused("file-exists")`` where one of them is there."""
        path = Path(path)
        if path.suffix == ".journal":
            raise Refused("not-a-board-name", path=str(path))
        if path.exists():
            raise Refused("file-exists", path=str(path))
        store = cls(FileJournal(journal_path(path), create=True), path, clock)
        try:
            store._begin(board)
            store._save(even_if_older=True)
        except BaseException:
            store._let_go()
            for file in (path, journal_path(path)):
                with contextlib.suppress(OSError):
                    file.unlink(missing_ok=True)
            raise
        return store

    @classmethod
    def in_memory(cls, board: Board, *, clock: Clock = utc_now) -> Store:
        """A board that nobody keeps."""
        store = cls(MemoryJournal(), None, clock)
        store._begin(board)
        return store

    @classmethod
    def open(cls, path: Path, *, clock: Clock = utc_now) -> Store:
        """Open a board, with whatever its files still have of it; :attr:`notices` says what was found.

        :class:`Refused` where there is no board, it may not be read, is of a later version, or nothing is sound.
        """
        path = Path(path)
        held, damaged = _read_checkpoint(path)
        try:
            journal = FileJournal(journal_path(path))
        except Refused as refused:
            if refused.code != "no-such-file":
                raise
            if held is None:
                if damaged:
                    raise Refused("damaged-without-journal", path=str(path)) from refused
                raise Refused("no-such-file", path=str(path)) from refused
            return cls._without_journal(path, held, clock)
        store = cls(journal, path, clock)
        try:
            store._load(journal, held, damaged)
        except BaseException:
            store._let_go()
            raise
        return store

    @classmethod
    def _without_journal(cls, path: Path, held: cp.Checkpoint, clock: Clock) -> Store:
        store = cls(FileJournal(journal_path(path), create=True), path, clock)
        store._begin(held.board)
        store._save(even_if_older=True)
        store.notices.append(Notice("journal-lost", {"path": str(journal_path(path))}))
        return store

    def _begin(self, board: Board) -> None:
        with self._journal.locked():
            self._position = self._journal.append(Head(FORMAT, board), Position())
        self._board = board

    def _load(self, journal: FileJournal, held: cp.Checkpoint | None, damaged: bool) -> None:
        assert self.path is not None
        if not journal.writable:
            self.read_only = Refused("not-allowed", path=str(self.path), reason="")
            self.notices.append(Notice("read-only", {"path": str(self.path)}))
        if held is not None and self._follows(journal, held.position):
            self._board, self._position = held.board, held.position
            self._saved_at = held.position.seq
            held = None
        elif damaged or held is not None:
            self.notices.append(Notice("checkpoint-rebuilt", {"path": str(self.path)}))
        try:
            self._read_on()
        except Damaged as damage:
            self._stop_at(damage, held)
        else:
            if held is not None and held.position.seq > self._position.seq:
                self._stop_at(Damaged(self._position, "it ends before its checkpoint"), held)
        if self._board is None:
            self._nothing_sound(journal)

    def _follows(self, journal: FileJournal, position: Position) -> bool:
        """Whether the journal has, at its place, the line that a checkpoint stands for."""
        line = journal.line_at(position.start, position.offset)
        return bool(position.digest) and digest_of(line) == position.digest

    def _stop_at(self, damage: Damaged, held: cp.Checkpoint | None) -> None:
        """Open what is sound, read-only: the board up to the damage, or the checkpoint if it is further on."""
        if held is not None and held.position.seq > damage.position.seq:
            self._board = held.board
        seq = damage.position.seq + 1
        facts: dict[str, object] = {"path": str(self.path), "seq": seq, "offset": damage.position.offset}
        self.notices.append(Notice("damaged", facts))
        self.read_only = Refused("damaged", **facts)

    def _nothing_sound(self, journal: FileJournal) -> None:
        first = journal.line_at(0, 4096)
        version = claimed_version(first)
        if version is not None and version > FORMAT:
            raise Refused("later-version", path=str(self.path), version=version, known=FORMAT)
        if version is None and not first.startswith(b'{"'):
            raise Refused("not-a-board", path=str(self.path))
        raise Refused("nothing-sound", path=str(self.path))

    def _read_on(self) -> list[Record]:
        """Read what was appended after the present position. :class:`Damaged` at the first line that does not follow.

        Many lines become one new board at their end: copying a large one at each would take minutes.
        """
        records: list[Record] = []
        board, position = self._board, self._position
        edit = Edit(board) if board is not None else None

        def keep() -> None:
            self._position = position
            self._board = edit.board(position.seq) if edit is not None else board

        for line, next_position in self._journal.read_from(position):
            try:
                if isinstance(line, Head):
                    if line.accord > FORMAT:
                        raise Refused("later-version", path=str(self.path), version=line.accord, known=FORMAT)
                    edit = Edit(line.board)
                elif edit is None:
                    raise BadAct("a change before any board")
                else:
                    for act in line.acts:
                        edit.apply(act)
                    records.append(line)
            except BadAct as error:
                if edit is not None and board is not None:
                    self._reread(position)
                raise Damaged(position, str(error)) from error
            except Damaged:
                keep()
                raise
            position = next_position
        keep()
        return records

    def _reread(self, until: Position) -> None:
        """Half a line was applied: the board is made again up to the sound lines before it."""
        edit = Edit(self._board) if self._board is not None else None
        for line, position in self._journal.read_from(self._position):
            if position.offset > until.offset:
                break
            if isinstance(line, Head):
                edit = Edit(line.board)
            elif edit is not None:
                for act in line.acts:
                    edit.apply(act)
        self._position = until
        if edit is not None:
            self._board = edit.board(until.seq)

    # Reading

    @property
    def board(self) -> Board:
        """The board as this store last saw it."""
        assert self._board is not None
        return self._board

    @property
    def digest(self) -> str:
        """The digest of the journal line that the board stands at: 32 hexadecimal digits."""
        return self._position.digest

    def history(self) -> Iterator[Record]:
        """Every change of the journal, oldest first; it ends where the journal is damaged."""
        with contextlib.suppress(Damaged):
            for line, _ in self._journal.read_from(Position()):
                if isinstance(line, Record):
                    yield line

    def subscribe(self, callback: Callable[[Update], None]) -> Callable[[], None]:
        """Be told of every change, on whatever thread it was read or made; gives what ends it."""
        self._subscribers.append(callback)

        def leave() -> None:
            with contextlib.suppress(ValueError):
                self._subscribers.remove(callback)

        return leave

    def _tell(self, before: Board, records: Sequence[Record]) -> None:
        if not records:
            return
        update = Update(self.board, before, tuple(records))
        for callback in list(self._subscribers):
            try:
                callback(update)
            except Exception:
                # One session's failure must not reach the one who committed. No locals: they hold people's words.
                _log.exception("a subscriber failed")

    # Following others

    def follow(self) -> None:
        """From now on, see what other processes append."""
        if self._stop_following is None:
            self._stop_following = self._journal.watch(self._look)

    def _look(self) -> None:
        if not self._closed and not self._journal.ends_at(self._position):
            with contextlib.suppress(RuntimeError):  # closed meanwhile
                self._writer.submit(self.refresh)

    def refresh(self) -> bool:
        """Read what other processes appended; whether there was something."""
        with self._lock:
            before = self.board
            records = self._catch_up()
        self._tell(before, records)
        return bool(records)

    def _catch_up(self) -> list[Record]:
        if self._closed or (self.read_only is not None and self.read_only.code == "damaged"):
            return []
        if self._journal.ends_at(self._position):
            return []
        try:
            records = self._read_on()
        except Damaged as damage:
            self._stop_at(damage, None)
            return []
        self.log.extend(records)
        return records

    # Changing

    def submit(self, change: Change, sitting: Sitting) -> Future[Record | None]:
        """Commit on the writer thread: no key waits for a disk."""
        return self._writer.submit(self.commit, change, sitting)

    def commit(self, change: Change, sitting: Sitting) -> Record | None:
        """Make a change, and return when it survives a power cut; ``None`` where it changes nothing.

        :class:`Refused` by its rule, or where the files do not allow it; nothing was changed then.
        """
        with self._lock:
            if self._closed:
                raise Refused("closed")
            before = self.board
            records: list[Record] = []
            try:
                with self._journal.locked():
                    records = self._catch_up()
                    if self.read_only is not None:
                        raise Refused(self.read_only.code, **self.read_only.facts)
                    if tail := self._journal.settle_tail(self._position):
                        self.notices.append(Notice("torn-line", {"bytes": len(tail), "path": str(self.path)}))
                    records += (made := self._make(change, sitting))
            finally:
                told = self.board, before, tuple(records)
        self._tell(told[1], told[2])
        self._save_now_and_then()
        return made[0] if made else None

    def _make(self, change: Change, sitting: Sitting) -> list[Record]:
        board = self.board
        seq = board.seq + 1
        moment = Moment(seq, self._clock(), sitting.person, sitting.session, sitting.one_screen, self.log)
        edit = Edit(board)
        change.make(edit, moment)
        if not edit.acts:
            return []
        corrected = edit.card(change.card) if isinstance(change, CorrectVoice) else None
        record = Record(
            seq, moment.time, sitting.person, sitting.session, change.kind, tuple(edit.acts),
            typed_by=sitting.typed_by,
            undoes=getattr(getattr(change, "record", None), "seq", None),
            voice_of=corrected.born if corrected else None,
        )  # fmt: skip
        self._position = self._journal.append(record, self._position)
        self._board = edit.board(seq)
        self.log.append(record)
        return [record]

    # Keeping

    def _save_now_and_then(self) -> None:
        if self.path is None or self._position.seq - self._saved_at < CHECKPOINT_EVERY or self._closed:
            return
        self._saved_at = self._position.seq
        with contextlib.suppress(RuntimeError):  # closed meanwhile
            self._saver.submit(self._save_quietly)

    def _save_quietly(self) -> None:
        try:
            self._save(pause=CHUNK_PAUSE)
        except Refused as refused:
            # The journal has it all; the checkpoint is tried again later.
            _log.warning("no checkpoint: %s", refused.code)

    def _save(self, *, pause: float = 0.0, even_if_older: bool = False) -> None:
        if self.path is None or self.read_only is not None:
            return
        with self._lock:
            held = cp.Checkpoint(self.board, self._position)
        try:
            cp.write(self.path, held, self._journal.locked, even_if_older=even_if_older, pause=pause)
        except OSError as error:
            raise refused_for(error, self.path) from error
        self._saved_at = max(self._saved_at, held.position.seq)

    def close(self) -> None:
        """Write the checkpoint where it is behind, and let go of the files. Changes were safe before."""
        if self._closed:
            return
        if self._stop_following is not None:
            self._stop_following()
        self._writer.shutdown(wait=True)
        self._saver.shutdown(wait=True)
        try:
            if self.path is not None and cp.stands_at(self.path) < self._position.seq:
                self._save()
        except Refused as refused:
            _log.warning("no checkpoint: %s", refused.code)
        finally:
            self._let_go()

    def _let_go(self) -> None:
        self._closed = True
        self._writer.shutdown(wait=False)
        self._saver.shutdown(wait=False)
        self._journal.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _read_checkpoint(path: Path) -> tuple[cp.Checkpoint | None, bool]:
    """The checkpoint in a file, if it is sound; and whether one is missing or damaged."""
    try:
        return cp.read(path), False
    except cp.BadCheckpoint:
        return None, True
    except Refused as refused:
        if refused.code == "no-such-file" and journal_path(path).exists():
            return None, True
        raise
