"""The journal: the append-only record of changes, and the truth about a board.

One line of JSON for each change, ending in a digest chained over the line before. The first line carries a whole
board; so does the first line after a repair. A journal is used through the small protocol :class:`Journal`.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import random
import re
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple, Protocol

import msgspec
from msgspec import Struct

from .acts import Record
from .board import Board
from .files import make_durable, make_folder_durable, new_mode, refused_for
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

    def locked(self) -> contextlib.AbstractContextManager[None]:
        """The right to append, for as long as the context lasts. :class:`Refused` after two seconds."""

    def append(self, line: Line, after: Position) -> Position:
        """Append one line durably; only while locked. :class:`Refused`, with nothing written, where that fails."""

    def read_from(self, position: Position) -> Iterator[tuple[Line, Position]]:
        """The complete lines after a position. :class:`Damaged` where one is not as it was written."""

    def settle_tail(self, position: Position) -> bytes:
        """While locked, after reading: set a torn last line apart. What it was, or nothing."""

    def ends_at(self, position: Position) -> bool:
        """Whether nothing has been appended after a position."""

    def watch(self, call: Callable[[], None]) -> Callable[[], None]:
        """Call whenever something may have been appended by others; gives what stops it."""

    def close(self) -> None:
        """Let go of it."""


_encoder = msgspec.json.Encoder(enc_hook=dict)


class _Change(Record, frozen=True, omit_defaults=True, tag="change", tag_field="line"):
    """A record as it stands in a line."""


_decoder = msgspec.json.Decoder(Head | _Change)


def encode(line: Line, before: str) -> tuple[bytes, str]:
    """A line as bytes, with its newline, and its digest; ``before`` is the digest of the line before."""
    body = _encoder.encode(line if isinstance(line, Head | _Change) else _Change(**msgspec.structs.asdict(line)))
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
    return _decoder.decode(body), digest


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


class FileJournal:
    """A journal in a file of its own, which is never replaced, so that its lock is one for all processes."""

    def __init__(self, path: Path, *, create: bool = False) -> None:
        self.path = path
        self.writable = True
        flags = os.O_RDWR | os.O_APPEND | os.O_CLOEXEC
        try:
            if create:
                self._fd = os.open(path, flags | os.O_CREAT | os.O_EXCL, 0o600)
                os.fchmod(self._fd, new_mode(path.parent))
                make_folder_durable(path.parent)
            else:
                self._fd = os.open(path, flags)
        except FileExistsError as error:
            raise Refused("file-exists", path=str(path)) from error
        except OSError as error:
            if create or isinstance(error, FileNotFoundError):
                raise refused_for(error, path) from error
            self.writable = False
            try:
                self._fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
            except OSError as again:
                raise refused_for(again, path) from again

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the lock of the journal. Tried without blocking: a stopped holder must not stop everybody."""
        until = time.monotonic() + LOCK_SECONDS
        while True:
            try:
                fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= until:
                    raise Refused("busy", path=str(self.path), seconds=round(LOCK_SECONDS)) from None
                # Uneven pauses, so that many waiting writers do not all come back at the same moment.
                time.sleep(random.uniform(0.0005, 0.004))
        try:
            yield
        finally:
            fcntl.flock(self._fd, fcntl.LOCK_UN)

    def append(self, line: Line, after: Position) -> Position:
        """Write, make durable, and only then say so; a failure leaves the file as it was."""
        if not self.writable:
            raise Refused("not-allowed", path=str(self.path), reason=os.strerror(13))
        data, digest = encode(line, after.digest)
        try:
            written = 0
            while written < len(data):
                written += os.write(self._fd, data[written:])
            make_durable(self._fd)
        except OSError as error:
            with contextlib.suppress(OSError):
                os.ftruncate(self._fd, after.offset)
                make_durable(self._fd)
            raise refused_for(error, self.path) from error
        return Position(after.offset + len(data), after.offset, line.seq, digest)

    def read_from(self, position: Position) -> Iterator[tuple[Line, Position]]:
        """The complete lines after a position; one without its newline may still be being written."""
        rest = b""
        offset = position.offset
        while chunk := os.pread(self._fd, 1 << 20, offset):
            offset += len(chunk)
            *lines, rest = (rest + chunk).split(b"\n")
            for data in lines:
                line, position = self._next(data, position)
                yield line, position

    def _next(self, data: bytes, position: Position) -> tuple[Line, Position]:
        try:
            line, digest = decode(data, position.digest)
        except (ValueError, msgspec.MsgspecError) as error:
            raise Damaged(position, str(error)) from error
        expected = position.seq + 1
        if line.seq != expected and not isinstance(line, Head):
            raise Damaged(position, f"change {line.seq} where {expected} was expected")
        return line, Position(position.offset + len(data) + 1, position.offset, line.seq, digest)

    def settle_tail(self, position: Position) -> bytes:
        """Set apart what a writer that died left half-written; a whole line that only lost its newline is kept."""
        tail = self._tail(position)
        if not tail:
            return b""
        if not self.writable:
            return tail
        for whole in (tail, tail[:-1]):
            with contextlib.suppress(ValueError, msgspec.MsgspecError):
                decode(whole, position.digest)
                os.ftruncate(self._fd, position.offset + len(whole))
                os.write(self._fd, b"\n")
                make_durable(self._fd)
                return b""
        with open(self.path.with_name(self.path.name + ".torn"), "ab") as torn:
            torn.write(tail + b"\n")
            torn.flush()
            make_durable(torn.fileno())
        os.ftruncate(self._fd, position.offset)
        make_durable(self._fd)
        return tail

    def _tail(self, position: Position) -> bytes:
        size = os.fstat(self._fd).st_size
        data = os.pread(self._fd, max(0, size - position.offset), position.offset)
        return b"" if b"\n" in data else data

    def ends_at(self, position: Position) -> bool:
        """Whether the file ends there: one system call, so that following costs nothing."""
        return os.fstat(self._fd).st_size == position.offset

    def shorter_than(self, position: Position) -> bool:
        """Whether the file has been cut before a position that was read."""
        return os.fstat(self._fd).st_size < position.offset

    def line_at(self, start: int, end: int) -> bytes:
        """The bytes of one line, without the newline."""
        return os.pread(self._fd, max(0, end - start), start).rstrip(b"\n")

    def cut(self, position: Position, apart: Path) -> None:
        """Set everything after a position apart in another file. Only while locked, to repair."""
        size = os.fstat(self._fd).st_size
        data = os.pread(self._fd, max(0, size - position.offset), position.offset)
        with open(apart, "ab") as file:
            file.write(data)
            file.flush()
            make_durable(file.fileno())
        os.ftruncate(self._fd, position.offset)
        make_durable(self._fd)

    def watch(self, call: Callable[[], None]) -> Callable[[], None]:
        """Follow the file: by notification, and once a second for file systems that do not notify."""
        from .watching import watch_file

        return watch_file(self.path, call)

    def close(self) -> None:
        """Close the file."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


class MemoryJournal:
    """A journal that is gone with its process: for tests, and for a board that nobody keeps."""

    def __init__(self) -> None:
        self._lines: list[tuple[Line, Position]] = []
        self._lock = threading.RLock()
        self._watchers: list[Callable[[], None]] = []

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the lock."""
        if not self._lock.acquire(timeout=LOCK_SECONDS):
            raise Refused("busy", path="", seconds=round(LOCK_SECONDS))
        try:
            yield
        finally:
            self._lock.release()

    def append(self, line: Line, after: Position) -> Position:
        """Keep one line; positions count lines, not bytes."""
        _, digest = encode(line, after.digest)
        position = Position(after.offset + 1, after.offset, line.seq, digest)
        self._lines.append((line, position))
        for call in list(self._watchers):
            call()
        return position

    def read_from(self, position: Position) -> Iterator[tuple[Line, Position]]:
        """The lines after a position."""
        yield from self._lines[position.offset :]

    def settle_tail(self, position: Position) -> bytes:
        """Nothing is ever half-written here."""
        return b""

    def ends_at(self, position: Position) -> bool:
        """Whether nothing came after."""
        return len(self._lines) == position.offset

    def watch(self, call: Callable[[], None]) -> Callable[[], None]:
        """Call at each line."""
        self._watchers.append(call)
        return lambda: self._watchers.remove(call)

    def close(self) -> None:
        """Nothing to let go of."""
