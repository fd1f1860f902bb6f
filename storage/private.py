"""What this account keeps about a board, apart from it: under which name, and in folders that nobody else sees into."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from .files import write_whole


def kept_name(board: Path, *, size: int = 12) -> str:
    """The name of what is kept about a board: the same by whatever link or folder its file is reached.

    Twice ``size`` hexadecimal digits.
    """
    return hashlib.blake2b(os.fsencode(os.path.realpath(board)), digest_size=size).hexdigest()


def make_private(folder: Path) -> None:
    """Make a folder, with those around it that are missing, for its owner alone, whatever the umask says.

    Whoever could write into one of those around it could put another in its place. Raises :class:`OSError`.
    """
    if not folder.is_dir():
        if folder.parent != folder:
            make_private(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner reads, as a new one: neither the mode of an old one nor what a link points to.

    It need not survive a power cut. Raises :class:`OSError`.
    """
    make_private(path.parent)
    path.unlink(missing_ok=True)
    write_whole(path, [text.encode()], mode=0o600, durable=False)
