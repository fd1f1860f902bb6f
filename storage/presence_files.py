"""Presence between processes: one small file for each session, in a folder beside the board.

The folder may be shared with other accounts, and anything may lie in it: what is no small regular file is not even
opened to the end, links are not followed, and a file that says nothing sensible counts as not there.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
import stat
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import msgspec
from msgspec import Struct
from msgspec.structs import force_setattr

from .files import share_with_group
from .text import clean_line

WRITE_SECONDS = 0.2
"""Seconds between two writes of a session's file, at least."""

BEAT_SECONDS = 3.0
"""Seconds after which the file of a quiet session is touched, to say that it lives; or tried again, where it failed."""

GONE_SECONDS = 10.0
"""Seconds without a sign after which a session counts as gone."""

LEFTOVER_SECONDS = 120.0
"""Seconds after which the file of a session that is gone is removed by whoever sees it."""

SCAN_SECONDS = 1.0
"""Seconds after which every file is looked at again; in between only the folder is, which changes with what is said."""

MOST_FILES = 300
"""Files that are looked at, whatever lies in the folder."""

LONGEST_FILE = 2_000
"""Bytes of a file that is read."""

_NAME = re.compile(r"([a-z0-9-]{1,64})\.json")
_TEMPORARY = re.compile(r"\.[a-z0-9-]{1,64}\.[0-9a-f]{8}\.tmp")
_OPEN = os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK


class Here(Struct, frozen=True, omit_defaults=True):
    """One session, and what it is at.

    ``person`` is who sits there (the id), ``cursor`` the card under their cursor, ``writing`` the card that they write
    at (or ``"new"``), ``look`` how often they have asked the others to look at ``looked_at``.
    """

    session: str
    person: str
    cursor: str = ""
    writing: str = ""
    look: int = 0
    looked_at: str = ""

    def __post_init__(self) -> None:
        for name in ("session", "person", "cursor", "writing", "looked_at"):
            force_setattr(self, name, clean_line(getattr(self, name))[:64])


class _Own(NamedTuple):
    """What was last written for a session of ours, and when; nothing where it could not be."""

    here: Here | None
    at: float


class _Other(NamedTuple):
    """What somebody else's file says, how it looked then, and when it last gave a sign."""

    here: Here | None
    looks: tuple[int, ...]
    seen: float


class PresenceFolder:
    """The files of everybody at one board. ``clock`` counts seconds, ``wall`` is the time of day of this machine.

    Used by one thread; only :meth:`others` may be called from any.
    """

    def __init__(self, path: Path, *, clock: Callable[[], float], wall: Callable[[], float]) -> None:
        self.path = path
        self._clock = clock
        self._wall = wall
        self._own: dict[str, _Own] = {}
        self._files: dict[str, _Other] = {}
        self._here: dict[str, Here] = {}
        self._state: tuple[int, ...] | None = None
        self._again = True
        self._scanned = 0.0

    # What we say

    def say(self, own: Mapping[str, Here]) -> float:
        """Write what the sessions of this process say now, as far as it is time to; the seconds until it is again."""
        for session in self._own.keys() - own.keys():
            del self._own[session]
            with contextlib.suppress(OSError), self._opened() as folder:
                os.unlink(f"{session}.json", dir_fd=folder)
        now = self._clock()
        due = BEAT_SECONDS
        for session, here in own.items():
            last = self._own.get(session)
            if last is not None:
                pause = WRITE_SECONDS if last.here not in (None, here) else BEAT_SECONDS
                if now - last.at < pause:
                    due = min(due, last.at + pause - now)
                    continue
            try:
                if last is None or last.here != here or not self._touch(session):
                    self._write(here)
            except OSError:
                # No room, no right, a folder that has just been put away: presence is a courtesy, and may fail.
                self._own[session] = _Own(None, now)
            else:
                self._own[session] = _Own(here, now)
        return due

    def put_away(self) -> None:
        """Nobody of this process is here any more; who leaves last takes the folder along."""
        self.say({})
        with contextlib.suppress(OSError):
            self.path.rmdir()

    def _touch(self, session: str) -> bool:
        """Give a sign of life; whether the file is still there to be touched."""
        at = int(self._wall() * 1e9)
        try:
            with self._opened() as folder:
                os.utime(f"{session}.json", ns=(at, at), dir_fd=folder, follow_symlinks=False)
        except OSError:
            return False
        return True

    def _write(self, here: Here) -> None:
        data = msgspec.json.encode(here)
        at = int(self._wall() * 1e9)
        temporary = f".{here.session}.{secrets.token_hex(4)}.tmp"
        with self._opened(make=True) as folder:
            fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _OPEN, 0o666, dir_fd=folder)
            try:
                share_with_group(fd, self.path)
                if os.write(fd, data) != len(data):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                os.utime(fd, ns=(at, at))
                os.rename(temporary, f"{here.session}.json", src_dir_fd=folder, dst_dir_fd=folder)
            except BaseException:
                os.unlink(temporary, dir_fd=folder)
                raise
            finally:
                os.close(fd)

    @contextlib.contextmanager
    def _opened(self, *, make: bool = False) -> Iterator[int]:
        """The folder itself, never what a link in its place leads to; everything is done from there."""
        if make:
            with contextlib.suppress(FileExistsError):
                self.path.mkdir()
        fd = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY | _OPEN)
        try:
            if make:
                self._share(fd)
            yield fd
        finally:
            os.close(fd)

    def _share(self, fd: int) -> None:
        """A folder of ours within one that a group shares (2775) is that group's as well, whatever our umask says."""
        around, held = self.path.parent.stat().st_mode, os.fstat(fd)
        shared = around & stat.S_ISGID and around & stat.S_IWGRP
        if shared and held.st_mode & 0o2770 != 0o2770 and held.st_uid == os.geteuid():
            os.fchmod(fd, stat.S_IMODE(held.st_mode) | 0o2770)

    # What others say

    def others(self) -> Mapping[str, Here]:
        """The sessions of other processes that were here at the last look, by their names."""
        return self._here

    def look(self, own: Mapping[str, Here]) -> bool:
        """Look what others say; whether that has changed."""
        now = self._clock()
        try:
            found = os.lstat(self.path)
            state = (found.st_dev, found.st_ino, found.st_mtime_ns)
        except OSError:
            state = None
        if state == self._state and not self._again and 0 <= now - self._scanned < SCAN_SECONDS:
            return False
        # Two things said within one tick of the file system's clock look like one: so look again the next time.
        self._again = state != self._state
        self._state, self._scanned = state, now
        files: dict[str, _Other] = {}
        try:
            with self._opened() as folder:
                self._scan(folder, own, files, now)
        except FileNotFoundError:
            self._files = {}
        except OSError:
            self._again = True  # what was known stands until it is too old: nobody has left because we cannot look
        else:
            self._files = files
        before = self._here
        self._here = {
            other.here.session: other.here
            for other in self._files.values()
            if other.here is not None and now - other.seen < GONE_SECONDS
        }
        return self._here != before

    def _scan(self, folder: int, own: Mapping[str, Here], files: dict[str, _Other], now: float) -> None:
        with os.scandir(folder) as entries:
            for entry in entries:
                match = _NAME.fullmatch(entry.name)
                if match is None:
                    if _TEMPORARY.fullmatch(entry.name):
                        self._sweep(folder, entry.name)
                elif match[1] not in own and len(files) < MOST_FILES:
                    with contextlib.suppress(OSError):  # gone meanwhile
                        self._look_at(folder, entry, files, now)

    def _look_at(self, folder: int, entry: os.DirEntry[str], files: dict[str, _Other], now: float) -> None:
        found = entry.stat(follow_symlinks=False)
        looks = (found.st_mtime_ns, found.st_ctime_ns, found.st_ino, found.st_size)
        known = self._files.get(entry.name)
        if known is not None and known.looks == looks:
            if known.here is not None and now - known.seen >= LEFTOVER_SECONDS:
                os.unlink(entry.name, dir_fd=folder)
                return
            files[entry.name] = known
            return
        here = _read(folder, entry.name) if stat.S_ISREG(found.st_mode) else None
        if here is not None and f"{here.session}.json" != entry.name:
            here = None
        # What lay here when we came may be a leftover: as long as it gives no sign, the time of day decides.
        age = 0.0 if known is not None else min(abs(self._wall() - found.st_mtime), GONE_SECONDS)
        files[entry.name] = _Other(here, looks, now - age)

    def _sweep(self, folder: int, name: str) -> None:
        """Remove what a process that was killed while it wrote has left."""
        with contextlib.suppress(OSError):
            found = os.stat(name, dir_fd=folder, follow_symlinks=False)
            if abs(self._wall() - found.st_mtime) > LEFTOVER_SECONDS:
                os.unlink(name, dir_fd=folder)


def _read(folder: int, name: str) -> Here | None:
    """What a file says, if it is a small one that says anything. Never waits: a pipe has nothing to say."""
    try:
        fd = os.open(name, os.O_RDONLY | os.O_NOCTTY | _OPEN, dir_fd=folder)
    except OSError:
        return None
    try:
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            return None
        data = os.read(fd, LONGEST_FILE + 1)
        return msgspec.json.decode(data, type=Here) if len(data) <= LONGEST_FILE else None
    except (OSError, msgspec.MsgspecError, ValueError):
        return None
    finally:
        os.close(fd)
