"""Files that are whole or not there: written beside, made durable, and put in place in one step; and their locks."""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
import fcntl
import glob
import os
import random
import secrets
import stat
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from .refusal import Refused

LEFTOVER_SECONDS = 60.0
"""Age from which a temporary file that nobody holds is the leftover of a program that was killed."""

if sys.platform == "darwin":

    def make_durable(fd: int) -> None:
        """Wait until the disk itself has it; on macOS fsync alone stops at the drive's cache."""
        fcntl.fcntl(fd, fcntl.F_FULLFSYNC)

else:

    def make_durable(fd: int) -> None:
        """Wait until the disk itself has it."""
        os.fdatasync(fd)


def make_folder_durable(folder: Path) -> None:
    """Wait until a name that was put into a folder is on the disk."""
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    except OSError as error:
        if error.errno != errno.EINVAL:  # a file system that has no such thing
            raise
    finally:
        os.close(fd)


def take_lock(fd: int, seconds: float, *, shared: bool = False) -> bool:
    """Lock a file against other processes; whether that was possible within so many seconds.

    Tried without blocking: a stopped holder must not stop everybody. Raises :class:`OSError` where there are no locks.
    """
    how = (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB
    until = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(fd, how)
        except BlockingIOError:
            if time.monotonic() >= until:
                return False
            # Uneven pauses, so that many waiting writers do not all come back at the same moment.
            time.sleep(random.uniform(0.0005, 0.004))
        else:
            return True


def share_with_group(fd: int, folder: Path) -> None:
    """A folder that a group shares (2775) gives files that the group can write; others may what the umask says."""
    mode = folder.stat().st_mode
    if mode & stat.S_ISGID and mode & stat.S_IWGRP:
        os.fchmod(fd, stat.S_IMODE(os.fstat(fd).st_mode) | 0o660)


def refused_for(error: OSError, path: Path) -> Refused:
    """The refusal for what the system said about a file."""
    codes = {
        errno.ENOSPC: "disk-full",
        errno.EDQUOT: "disk-full",
        errno.EFBIG: "disk-full",
        errno.EACCES: "not-allowed",
        errno.EPERM: "not-allowed",
        errno.EROFS: "not-allowed",
        errno.ENOENT: "no-such-file",
        errno.ENOTDIR: "no-such-file",
        errno.EISDIR: "not-a-board",
        errno.ENAMETOOLONG: "name-too-long",
        errno.ELOOP: "no-such-file",
    }
    code = codes.get(error.errno or 0, "disk-failed")
    return Refused(code, path=str(path), reason=os.strerror(error.errno or errno.EIO))


def name_apart(path: Path, what: str, now: dt.datetime) -> Path:
    """A free name for what is set apart from a file: ``acme.journal.damaged-20260302T090000Z``."""
    first = f"{path.name}.{what}-{now.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"
    names = (path.with_name(f"{first}-{n}" if n > 1 else first) for n in range(1, 10_000))
    return next(name for name in names if not os.path.lexists(name))


def write_whole(
    path: Path,
    chunks: Iterable[bytes],
    *,
    mode: int | None = None,
    durable: bool = True,
    unless: Callable[[], contextlib.AbstractContextManager[bool]] | None = None,
) -> bool:
    """Write a file in one step, keeping the mode and the group of the one that it replaces; whether it was replaced.

    ``unless`` guards the last step: the file is put in place while its context is held, and only if that says so.
    Raises :class:`OSError`; the old file is then untouched and nothing is left behind.
    """
    fd, temporary = _new_beside(path, mode)
    try:
        with os.fdopen(fd, "wb") as file:
            # Held until it is in place: so a leftover is told from a file that somebody is writing.
            with contextlib.suppress(OSError):
                take_lock(file.fileno(), 0.0)
            for chunk in chunks:
                file.write(chunk)
            file.flush()
            if durable:
                make_durable(file.fileno())
            with unless() if unless else contextlib.nullcontext(True) as go_on:
                if not go_on:
                    temporary.unlink()
                    return False
                temporary.replace(path)
        if durable:
            make_folder_durable(path.parent)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return True


def _new_beside(path: Path, mode: int | None) -> tuple[int, Path]:
    """A temporary file, with the mode and the group that the file at the path has or will have."""
    old = None
    with contextlib.suppress(OSError):
        old = path.stat()
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(6)}.tmp")
    # Nobody may read what the finished file will hide; for a file that is new the system knows the mode.
    at_first = 0o666 if old is None and mode is None else 0o600
    fd = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, at_first)
    try:
        if old is not None:
            with contextlib.suppress(PermissionError):
                os.fchown(fd, -1, old.st_gid)
            os.fchmod(fd, stat.S_IMODE(old.st_mode))
        elif mode is not None:
            os.fchmod(fd, mode)
        else:
            share_with_group(fd, path.parent)
    except BaseException:
        os.close(fd)
        temporary.unlink(missing_ok=True)
        raise
    return fd, temporary


def sweep_leftovers(path: Path) -> None:
    """Remove the temporary files that killed programs have left beside a file."""
    sweep(path.parent, f".{glob.escape(path.name)}.*.tmp", LEFTOVER_SECONDS)


def sweep(folder: Path, pattern: str, seconds: float) -> None:
    """Remove the files of a folder that are that old and that nobody has locked."""
    with contextlib.suppress(OSError):
        for leftover in folder.glob(pattern):
            with contextlib.suppress(OSError):
                _remove_leftover(leftover, seconds)


def _remove_leftover(temporary: Path, seconds: float) -> None:
    if time.time() - temporary.stat().st_mtime < seconds:
        return
    fd = os.open(temporary, os.O_RDWR | os.O_CLOEXEC)
    try:
        if take_lock(fd, 0.0):
            temporary.unlink()
    finally:
        os.close(fd)
