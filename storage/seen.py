"""How far somebody has seen a board: the change at which they left it last, kept outside the board's folder."""

from __future__ import annotations

import contextlib
from pathlib import Path

import msgspec

from .files import write_whole
from .private import kept_name, make_private


class Seen:
    """What one person of this machine has seen of one board."""

    def __init__(self, folder: Path, board: Path) -> None:
        self._path = folder / f"{kept_name(board)}.json"

    def last(self) -> int | None:
        """The change that the board stood at when it was left; nothing the first time."""
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=int)
        except (OSError, msgspec.MsgspecError):
            return None

    def mark(self, seq: int) -> None:
        """The board has been seen up to this change. What cannot be kept is only asked again."""
        with contextlib.suppress(OSError):
            make_private(self._path.parent)
            write_whole(self._path, [msgspec.json.encode(seq)], mode=0o600, durable=False)
