"""Keys that somebody is writing at, in whichever window: a locked file each, which a process that ends lets go of."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from .files import sweep, take_lock
from .private import make_private
from .text import clean_line

MOST_AT_ONCE = 20
"""Windows that write for themselves under one key; more share it."""

LOOK_SECONDS = 0.02
"""How long a key is waited for: whoever only looks whether it is taken holds it for a blink."""

OLD_SECONDS = 86400.0
"""Age from which the file of a key that nobody holds is the leftover of a process that was killed."""


class Claims:
    """The keys of the files beside ``path``, as one window takes them and lets go of them."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._own: set[str] = set()

    @contextlib.contextmanager
    def taken(self, key: str) -> Iterator[str]:
        """A key that is this window's alone until the end: this one, or one beside it where that is taken already."""
        key = clean_line(key)
        for own in (key, *(f"{key} {n}" for n in range(2, MOST_AT_ONCE + 1))):
            fd = self._take(own)
            if fd is not None:
                break
        else:
            own, fd = key, -1
        self._own.add(own)
        try:
            yield own
        finally:
            self._own.discard(own)
            if fd >= 0:
                with contextlib.suppress(OSError):
                    self._file(own).unlink()
                os.close(fd)
            # After the words are safe: no key waits for it.
            sweep(self._path.parent, f"{self._path.stem}.*.open", OLD_SECONDS)

    def elsewhere(self, key: str) -> bool:
        """Whether another window writes at a key; not, where that cannot be known."""
        if key in self._own:
            return False
        try:
            fd = os.open(self._file(key), os.O_RDWR | os.O_CLOEXEC)
        except OSError:
            return False
        try:
            return not take_lock(fd, 0, shared=True)
        except OSError:
            return False
        finally:
            os.close(fd)

    def _file(self, key: str) -> Path:
        digest = hashlib.sha256(clean_line(key).encode("utf-8", "replace")).hexdigest()
        return self._path.with_suffix(f".{digest[:12]}.open")

    def _take(self, key: str) -> int | None:
        """What holds a key; nothing where another window holds it, and -1 where that cannot be known."""
        try:
            make_private(self._path.parent)
            fd = os.open(self._file(key), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError:
            return -1
        with contextlib.suppress(OSError):  # where there are no locks, other windows are not known
            # Let go this moment: it is as good as taken, for there is another key.
            if not take_lock(fd, LOOK_SECONDS) or not os.fstat(fd).st_nlink:
                os.close(fd)
                return None
        return fd
