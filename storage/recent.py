"""Which board was opened last on this machine, so that ``accord`` alone opens it again."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping
from pathlib import Path

import platformdirs

from .checkpoint import stands_at
from .files import write_whole
from .private import make_private

_NAME = "last-board"


def state_folder(environ: Mapping[str, str]) -> Path:
    """Where Accord keeps what is about this machine and person; ``ACCORD_STATE`` names another place."""
    return Path(environ.get("ACCORD_STATE") or platformdirs.user_state_path("accord"))


def remember(board: Path, folder: Path) -> None:
    """Keep that this board was opened; only of a file that is one.

    Where it cannot be kept, nothing is: no board should fail to open for that.
    """
    if stands_at(board) < 0:
        return
    with contextlib.suppress(OSError):
        make_private(folder)
        # As the system has it: a file name need not be UTF-8, and may hold anything but a NUL.
        write_whole(folder / _NAME, [os.fsencode(board.absolute())], mode=0o600, durable=False)


def last(folder: Path) -> Path | None:
    """The board that was opened last; ``None`` where none was, or it is gone."""
    try:
        name = os.fsdecode((folder / _NAME).read_bytes())
        return Path(name) if name and Path(name).is_file() else None
    except (OSError, ValueError):
        return None
