"""The journal: the append-only record of changes, and the truth about a board.

One line of JSON for each change, ending in a digest chained over the line before. The first line carries a whole
board; so does the first line after a repair. A journal is used through the small protocol :class:`Journal`.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
import fcntl
import hashlib
import os
import re
import stat
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple, Protocol

import msgspec
from msgspec import Struct

from .acts import Record
from .board import Board
from .files import make_durable, make_folder_durable, name_apart, refused_for, share_with_group, take_lock, write_whole
from .refusal import Refused

FORMAT = 1
"""The version of the board files that this program writes, and the highest that it reads."""

LOCK_SECONDS = 2.0
"""How long a writer waits for another before it refuses."""

_DIGEST = re.compile(rb',"digest":"([0-9a-f]{32})"\}\Z')
_TAIL = len(',"digest":""}') + 32


class Head(Struct, frozen=True, tag="board", tag_field="line"):
    """A line that carries a whole board: where a journal begins."""

    accord: int
    board: Board

    @property
    def seq(self) -> int:
        """The change that the board stands at."""
        return self.board.seq


class Position(NamedTuple):
    """A place between two lines: its offset in bytes, and of the line before it the start, number and digest."""

    offset: int = 0
    start: int = 0
    seq: int = -1
    digest: str = ""


class Damaged(Exception):
    """The journal cannot be followed beyond a place. ``position`` is the last sound one."""

    def __init__(self, position: Position, why: str) -> None:
        super().__init__(f"{why} at byte {position.offset}")
        self.position = position
        self.why = why


Line = Head | Record


class Journal(Protocol):
    """What a store needs of a journal; a replicated log can take the place of the file."""

    def locked(self, *, shared: bool = False) -> contextlib.AbstractContextManager[None]:
        """The right to append, for as long as the context lasts. :class:`Refused` after two seconds.

        ``shared`` is the right to read what is certain: no line is then half-written, or about to be taken back.
        """

    def append(self, line: Line, after: Position) -> Position:
        """Append one line durably; only while locked. :class:`Refused`, with nothing written, where that fails."""

    def read_from(self, position: Position) -> Iterator[tuple[Line, Position]]:
        """The complete lines after a position. :class:`Damaged` where one is not as it was written."""

    def settle_tail(self, position: Position) -> bytes:
        """While locked, after reading: set a torn last line apart. What it was, or nothing.

        A last line that lacks nothing but its end is completed instead, and can be read then.
        """

    def ends_at(self, position: Position) -> bool:
        """Whether nothing has been appended after a position."""

    def holds(self, position: Position) -> bool:
        """Whether what was read up to a position is still there: not cut, not replaced by another journal."""

    def rescue(self) -> bool:
        """Keep what another journal has taken the place of; whether there is such a one."""

    def watch(self, call: Callable[[], None]) -> Callable[[], None]:
        """Call whenever something may have been appended by others; gives what stops it."""

    def close(self) -> None:
        """Let go of it."""


_BEGINNING = b'{"line":"board","accord":'
"""How every journal begins."""

_CHANGE = b'{"line":"change",'
"""How the line of a change begins, where that of a board has its tag."""

_ITSELF = os.O_NOFOLLOW | os.O_CLOEXEC
"""No link is followed to a journal: it stands beside its board, which a link may lead to."""

_encoder = msgspec.json.Encoder(enc_hook=dict)
_heads = msgspec.json.Decoder(Head)
_records = msgspec.json.Decoder(Record)


def encode(line: Line, before: str) -> tuple[bytes, str]:
    """A line as bytes, with its newline, and its digest; ``before`` is the digest of the line before."""
    body = _encoder.encode(line)
    if isinstance(line, Record):
        body = _CHANGE + body[1:]
    digest = _chained(before, body)
    return body[:-1] + b',"digest":"' + digest.encode() + b'"}\n', digest


def decode(line: bytes, before: str) -> tuple[Line, str]:
    """A line without its newline, and its digest. :class:`ValueError` where it is not as it was written."""
    found = _DIGEST.search(line, max(0, len(line) - _TAIL))
    if found is None:
        raise ValueError("no digest")
    digest = found[1].decode()
    body = line[: found.start()] + b"}"
    if _chained(before, body) != digest:
        raise ValueError("the digest does not fit")
    if body.startswith(_CHANGE):
        return _records.decode(b"{" + body[len(_CHANGE) :]), digest
    return _heads.decode(body), digest


def _chained(before: str, body: bytes) -> str:
    return hashlib.blake2b(before.encode() + body, digest_size=16).hexdigest()


def digest_of(line: bytes) -> str | None:
    """The digest that a line carries, without checking it."""
    found = _DIGEST.search(line)
    return found[1].decode() if found else None


def claimed_version(line: bytes) -> int | None:
    """The format that a first line claims to be in; nothing where it is no journal's."""
    found = re.match(rb'\{"line":"board","accord":([0-9]{1,6}),', line)
    return int(found[1]) if found else None


def next_line(data: bytes, position: Position) -> tuple[Line, Position]:
    """A line as it follows at a position, and the position after it. :class:`Damaged` where it does not."""
    try:
        line, digest = decode(data, position.digest)
    except (ValueError, msgspec.MsgspecError) as error:
        raise Damaged(position, str(error)) from error
    expected = position.seq + 1
    if line.seq < position.seq if isinstance(line, Head) else line.seq != expected:
        raise Damaged(position, f"change {line.seq} where {expected} was expected")
    return line, Position(position.offset + len(data) + 1, position.offset, line.seq, digest)


class FileJournal:
    """A journal in a file of its own, which is never replaced, so that its lock is one for all processes.

    With ``create`` it begins empty: in a new file, or in one that was begun and left before anything was written.
    :class:`Refused` where it may not be read, or is something else than a file; a link to one is, too.
    """

    def __init__(self, path: Path, *, create: bool = False) -> None:
        self.path = path
        self.writable = True
        # A lock belongs to the open file: threads of one process have to keep each other out themselves.
        self._mutex = threading.Lock()
        try:
            self._fd = self._created() if create else self._opened()
        except OSError as error:
            if error.errno == errno.ELOOP:
                raise Refused("not-a-board", path=str(path)) from error
            raise refused_for(error, path) from error
        if not stat.S_ISREG(os.fstat(self._fd).st_mode):
            self.close()
            raise Refused("not-a-board", path=str(path))

    def _created(self) -> int:
        flags = os.O_RDWR | os.O_APPEND | _ITSELF
        try:
            fd = os.open(self.path, flags | os.O_CREAT | os.O_EXCL, 0o666)
        except FileExistsError as error:
            fd = os.open(self.path, flags)
            if os.fstat(fd).st_size:
                os.close(fd)
                raise Refused("file-exists", path=str(self.path)) from error
            return fd
        try:
            share_with_group(fd, self.path.parent)
            make_folder_durable(self.path.parent)
        except OSError:
            os.close(fd)
            self.path.unlink()
            raise
        return fd

    def _opened(self) -> int:
        try:
            return os.open(self.path, os.O_RDWR | os.O_APPEND | _ITSELF)
        except OSError as error:
            if error.errno not in (errno.EACCES, errno.EPERM, errno.EROFS):
                raise
        fd = os.open(self.path, os.O_RDONLY | os.O_NONBLOCK | _ITSELF)
        self.writable = False
        return fd

    @contextlib.contextmanager
    def locked(self, *, shared: bool = False) -> Iterator[None]:
        """Hold the lock of the journal."""
        until = time.monotonic() + LOCK_SECONDS
        if not self._mutex.acquire(timeout=LOCK_SECONDS):
            raise self._busy()
        try:
            try:
                if not take_lock(self._open_fd(), max(0.0, until - time.monotonic()), shared=shared):
                    raise self._busy()
            except OSError as error:
                raise refused_for(error, self.path) from error
            try:
                yield
            finally:
                if self._fd >= 0:
                    fcntl.flock(self._fd, fcntl.LOCK_UN)
        finally:
            self._mutex.release()

    def _busy(self) -> Refused:
        return Refused("busy", path=str(self.path), seconds=round(LOCK_SECONDS))

    def append(self, line: Line, after: Position) -> Position:
        """Write, make durable, and only then say so; a failure leaves the file as it was."""
        return self.append_all([line], after)

    def append_all(self, lines: Iterable[Line], after: Position) -> Position:
        """Append several lines, or none of them."""
        if not self.writable:
            raise Refused("not-allowed", path=str(self.path), reason=os.strerror(errno.EACCES))
        position = after
        whole: list[bytes] = []
        for line in lines:
            data, digest = encode(line, position.digest)
            whole.append(data)
            position = Position(position.offset + len(data), position.offset, line.seq, digest)
        try:
            self._write(b"".join(whole))
        except OSError as error:
            with contextlib.suppress(OSError):
                self._truncate(after.offset)
            if not self._is_back_at(after):
                reason = os.strerror(error.errno or errno.EIO)
                raise Refused("journal-stuck", path=str(self.path), reason=reason) from error
            raise refused_for(error, self.path) from error
        return position

    def _is_back_at(self, position: Position) -> bool:
        """Whether nothing is left of what could not be written: others would read it as a change."""
        try:
            return self.ends_at(position)
        except OSError:
            return False

    def _write(self, data: bytes) -> None:
        written = 0
        while written < len(data):
            written += os.write(self._open_fd(), data[written:])
        make_durable(self._fd)

    def _truncate(self, offset: int) -> None:
        os.ftruncate(self._open_fd(), offset)
        make_durable(self._fd)

    def read_from(self, position: Position) -> Iterator[tuple[Line, Position]]:
        """The complete lines after a position; one without its newline may still be being written."""
        for data in self.lines_from(position.offset):
            line, position = next_line(data, position)
            yield line, position

    def lines_from(self, offset: int) -> Iterator[bytes]:
        """The complete lines after an offset as bytes, without their newlines."""
        rest: list[bytes] = []
        while chunk := self._read(1 << 20, offset):
            offset += len(chunk)
            first, *lines = chunk.split(b"\n")
            rest.append(first)
            for line in lines:
                yield b"".join(rest)
                rest = [line]

    def settle_tail(self, position: Position) -> bytes:
        """Set apart what a writer that died left half-written; a whole line that only lost its newline is kept."""
        tail = self.tail(position.offset)
        if not tail or not self.writable:
            return tail
        if position.offset == 0 and not (tail.startswith(_BEGINNING) or _BEGINNING.startswith(tail)):
            raise Refused("not-a-board", path=str(self.path))  # somebody else's file, which is left as it is
        try:
            for whole in (tail, tail[:-1]):
                with contextlib.suppress(ValueError, msgspec.MsgspecError):
                    decode(whole, position.digest)
                    os.ftruncate(self._open_fd(), position.offset + len(whole))
                    self._write(b"\n")
                    return b""
            self.cut(position.offset, self._torn())
        except OSError as error:
            raise refused_for(error, self.path) from error
        return tail

    def _torn(self) -> Path:
        """Where torn lines are kept: all in one file, unless something else has its name."""
        torn = self.path.with_name(f"{self.path.name}.torn")
        if os.path.lexists(torn) and not stat.S_ISREG(torn.lstat().st_mode):
            return name_apart(self.path, "torn", dt.datetime.now(dt.UTC))
        return torn

    def tail(self, offset: int) -> bytes:
        """What stands after the last newline, if that is before the offset: while locked, a torn line."""
        data = self._read(self.size() - offset, offset)
        return b"" if b"\n" in data else data

    def cut(self, offset: int, apart: Path) -> int:
        """While locked: set what comes after an offset apart in a file; how many bytes. Raises :class:`OSError`."""
        data = self._read(self.size() - offset, offset)
        fd = os.open(apart, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NONBLOCK | _ITSELF, 0o600)
        with os.fdopen(fd, "ab") as file:
            found = os.fstat(fd)
            if not stat.S_ISREG(found.st_mode):
                raise OSError(errno.EPERM, os.strerror(errno.EPERM))
            if found.st_size == 0:
                os.fchmod(file.fileno(), stat.S_IMODE(os.fstat(self._open_fd()).st_mode))
            file.write(data if data.endswith(b"\n") else data + b"\n")
            file.flush()
            make_durable(file.fileno())
        make_folder_durable(apart.parent)
        self._truncate(offset)
        return len(data)

    def ends_at(self, position: Position) -> bool:
        """Whether the file ends there: one system call, so that following costs nothing."""
        return self._fd < 0 or self.size() == position.offset

    def holds(self, position: Position) -> bool:
        """Whether the file is still the one in its place, and has the line that was read last."""
        end = f',"digest":"{position.digest}"}}\n'.encode() if position.offset else b""
        return self._in_place() and self._read(len(end), position.offset - len(end)) == end

    def _in_place(self) -> bool:
        try:
            now = self.path.stat()
        except OSError:
            return False
        held = os.fstat(self._open_fd())
        return (held.st_dev, held.st_ino) == (now.st_dev, now.st_ino)

    def rescue(self) -> bool:
        """Another program has put another file in the place of this one: keep a copy, if no name is left for it."""
        if self._in_place():
            return False
        with contextlib.suppress(OSError):
            if os.fstat(self._open_fd()).st_nlink == 0:
                copy = name_apart(self.path, "replaced", dt.datetime.now(dt.UTC))
                write_whole(copy, [self._read(self.size(), 0)])
        return self.path.exists()

    def line_at(self, start: int, end: int) -> bytes:
        """The bytes of one line, with its newline."""
        return self._read(end - start, start)

    def size(self) -> int:
        """How many bytes there are."""
        return os.fstat(self._open_fd()).st_size

    def _read(self, size: int, offset: int) -> bytes:
        try:
            return os.pread(self._open_fd(), max(0, size), max(0, offset))
        except OSError as error:
            raise refused_for(error, self.path) from error

    def _open_fd(self) -> int:
        if self._fd < 0:
            raise Refused("closed")
        return self._fd

    def watch(self, call: Callable[[], None]) -> Callable[[], None]:
        """Follow the file: by notification, and once a second for file systems that do not notify."""
        from .watching import watch_file

        return watch_file(self.path, call)

    def close(self) -> None:
        """Close the file."""
        if self._fd >= 0:
            fd, self._fd = self._fd, -1
            os.close(fd)
