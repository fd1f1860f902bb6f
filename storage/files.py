"""Files that are whole or not there: written beside, made durable, and put in place in one step."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from .refusal import Refused

if sys.platform == "darwin":
    import fcntl

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
    finally:
        os.close(fd)


def new_mode(folder: Path) -> int:
    """The mode for a new board file: a folder that a group shares (2775) gives files that the group can write."""
    mode = folder.stat().st_mode
    if mode & stat.S_ISGID and mode & stat.S_IWGRP:
        return 0o664
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


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
        errno.ENAMETOOLONG: "no-such-file",
    }
    code = codes.get(error.errno or 0, "disk-failed")
    return Refused(code, path=str(path), reason=os.strerror(error.errno or errno.EIO))


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
    fd, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(fd, "wb") as file:
            for chunk in chunks:
                file.write(chunk)
            file.flush()
            _keep_owner(file.fileno(), path, mode)
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


def _keep_owner(fd: int, path: Path, mode: int | None) -> None:
    try:
        old = path.stat()
    except OSError:
        os.fchmod(fd, new_mode(path.parent) if mode is None else mode)
        return
    with contextlib.suppress(PermissionError):
        os.fchown(fd, -1, old.st_gid)
    os.fchmod(fd, stat.S_IMODE(old.st_mode))
