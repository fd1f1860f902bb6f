"""Whether a board is being hosted by this account, and where: a small file that its host keeps locked."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec import Struct

from storage import Refused
from storage.files import refused_for


class Running(Struct, frozen=True):
    """A host at work: its process, where it listens, and how clients know it."""

    pid: int
    host: str
    port: int
    fingerprint: str


def _path(folder: Path, board: Path) -> Path:
    name = hashlib.blake2b(os.fsencode(board.resolve()), digest_size=12).hexdigest()
    return folder / "hosts" / f"{name}.json"


@contextlib.contextmanager
def announced(folder: Path, board: Path, running: Running) -> Iterator[None]:
    """Say that a board is hosted, for as long as this lasts or the process lives.

    ``Refused("hosted-already")`` where it is.
    """
    path = _path(folder, board)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise refused_for(error, path) from error
    try:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            there = _read(fd)
            raise Refused("hosted-already", port=there.port if there else 0) from None
        os.ftruncate(fd, 0)
        os.pwrite(fd, msgspec.json.encode(running), 0)
        yield
        os.ftruncate(fd, 0)
    finally:
        os.close(fd)


def running(folder: Path, board: Path) -> Running | None:
    """The host of a board, if one is at work."""
    try:
        fd = os.open(_path(folder, board), os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _read(fd)
    finally:
        os.close(fd)
    return None


def _read(fd: int) -> Running | None:
    try:
        return msgspec.json.decode(os.pread(fd, 4096, 0), type=Running)
    except (OSError, msgspec.MsgspecError):
        return None
