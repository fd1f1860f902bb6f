"""Whether a board is being hosted by this account, and where: a small file that its host keeps locked."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
from msgspec import Struct

from storage import Refused
from storage.files import refused_for, take_lock
from storage.private import kept_name, make_private

_LOCK_SECONDS = 0.5
"""Whoever looks whether a board is hosted holds the lock for a blink; a host holds it for good."""


class Running(Struct, frozen=True):
    """A host at work: its process, where it listens, and how clients know it.

    ``from_app`` says that it was started from within the app, whose user is then asked whether it goes on.
    """

    pid: int
    host: str
    port: int
    fingerprint: str
    from_app: bool = False


def kept_at(folder: Path, board: Path, ending: str) -> Path:
    """A file about the host of a board, in the state folder."""
    return folder / "hosts" / f"{kept_name(board)}.{ending}"


@contextlib.contextmanager
def alone(folder: Path, board: Path) -> Iterator[Callable[[Running], None]]:
    """Be the one host of a board, for as long as this lasts or the process lives; gives what says where it listens.

    ``Refused("hosted-already")`` where there is one.
    """
    path = kept_at(folder, board, "json")
    try:
        make_private(path.parent)
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise refused_for(error, path) from error
    try:
        if not take_lock(fd, _LOCK_SECONDS):
            there = _read(fd)
            raise Refused("hosted-already", port=there.port if there else 0)

        def announce(running: Running) -> None:
            try:
                os.pwrite(fd, msgspec.json.encode(running), 0)
            except OSError as error:
                raise refused_for(error, path) from error

        os.ftruncate(fd, 0)
        yield announce
    finally:
        os.close(fd)


def running(folder: Path, board: Path) -> Running | None:
    """The host of a board, if one is at work."""
    try:
        fd = os.open(kept_at(folder, board, "json"), os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _read(fd)
    except OSError:  # where there are no locks nobody can host
        return None
    finally:
        os.close(fd)
    return None


def last_port(folder: Path, board: Path) -> int | None:
    """The port that the last host of a board listened on: the lines that were sent name it."""
    try:
        fd = os.open(kept_at(folder, board, "json"), os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        there = _read(fd)
        return there.port if there is not None else None
    finally:
        os.close(fd)


def _read(fd: int) -> Running | None:
    try:
        return msgspec.json.decode(os.pread(fd, 4096, 0), type=Running)
    except (OSError, msgspec.MsgspecError):
        return None
