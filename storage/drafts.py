"""Drafts: what somebody typed and did not save, kept on their own machine, outside the folder of the board.

They outlive Escape, a closed window and a killed program, but need not survive a power cut: they are written often,
and no key should wait for a disk.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import fcntl
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import force_setattr

from .card import PartyName, Wording
from .claims import Claims
from .files import name_apart, refused_for, take_lock, write_whole
from .private import kept_name, make_private
from .refusal import Refused
from .text import clean, clean_line

FORMAT = 1
"""The version of the drafts' files that this program writes, and the only one that it reads."""

LOCK_SECONDS = 2.0
"""How long a process waits for another that keeps a draft of the same board."""


class Draft(Struct, frozen=True, omit_defaults=True):
    """A text in the making. ``key`` says what it is for: ``"new:question"``, ``"edit:Q7"``; there is one for each.

    ``kind`` is that of the card, or of the line that was asked for; ``card`` its id, if it has one; ``on`` the cards
    that a new one is made from; ``person`` whose word it is; ``base`` the wording that the editor was opened on;
    ``theme`` and ``asks`` what a new question was taken with.
    """

    key: str
    kind: str
    card: str
    title: str
    body: str
    on: tuple[str, ...]
    person: str
    base: Wording | None
    time: dt.datetime
    theme: str = ""
    asks: PartyName | None = None

    def __post_init__(self) -> None:
        for name in ("key", "kind", "card", "title", "person", "theme"):
            force_setattr(self, name, clean_line(getattr(self, name)))
        force_setattr(self, "body", clean(self.body))
        if self.time.tzinfo is None:
            force_setattr(self, "time", self.time.replace(tzinfo=dt.UTC))
        force_setattr(self, "on", tuple(clean_line(identity) for identity in self.on))


class _File(Struct):
    accord: int
    drafts: list[Draft]


class Drafts:
    """The drafts for one board, in one file of a folder. Several processes may use it at the same time.

    ``unkept`` are the keys of those that were to be kept here and could not be.
    """

    def __init__(self, folder: Path, board: Path) -> None:
        self._folder = folder
        self._path = folder / f"{kept_name(board, size=16)}.json"
        self.unkept: set[str] = set()
        self._claims = Claims(self._path)
        self._known: tuple[tuple[int, ...], list[Draft] | None] | None = None

    def keep(self, draft: Draft) -> None:
        """Keep a draft, in the place of the one with its key. :class:`Refused` where that is not possible."""
        self.unkept.add(draft.key)
        self._change(lambda drafts: [*(d for d in drafts if d.key != draft.key), draft])
        self.unkept.discard(draft.key)

    def alone(self, key: str) -> contextlib.AbstractContextManager[str]:
        """The key for what is about to be written: this one, or one beside it where another window writes at this one.

        It is this window's alone until the end, whichever process the others are in, and theirs again if it is killed.
        """
        return self._claims.taken(key)

    def free(self) -> list[Draft]:
        """The drafts, newest first, without those that somebody goes on writing in another window."""
        return [draft for draft in self.all() if not self._claims.elsewhere(draft.key)]

    def drop(self, key: str) -> None:
        """Let go of a draft: its text is safe, or nobody wants it. :class:`Refused` where that is not possible."""
        wanted = clean_line(key)
        self.unkept.discard(wanted)
        if any(draft.key == wanted for draft in self._read() or ()):
            self._change(lambda drafts: [draft for draft in drafts if draft.key != wanted])

    def all(self) -> list[Draft]:
        """The drafts, newest first; none where the file cannot be read. One that is damaged is set apart.

        A file that has not changed since is not read again.
        """
        drafts = None
        with contextlib.suppress(Refused):
            drafts = self._read()
            if drafts is None:
                with self._locked():
                    drafts = self._sound()
        return sorted(drafts or (), key=lambda draft: draft.time, reverse=True)

    def _change(self, change: Callable[[list[Draft]], list[Draft]]) -> None:
        with self._locked():
            drafts = change(self._sound())
            try:
                write_whole(self._path, [msgspec.json.encode(_File(FORMAT, drafts))], mode=0o600, durable=False)
            except OSError as error:
                raise refused_for(error, self._path) from error

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        """Keep other processes from changing the file. The lock has a file of its own, which is never replaced."""
        try:
            make_private(self._folder)
            if self._folder.stat().st_mode & 0o077:  # made by somebody else: these are people's words
                self._folder.chmod(0o700)
            lock = self._path.with_suffix(".lock")
            fd = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise refused_for(error, self._folder) from error
        try:
            try:
                free = take_lock(fd, LOCK_SECONDS)
            except OSError as error:
                raise refused_for(error, lock) from error
            if not free:
                raise Refused("busy", path=str(lock), seconds=round(LOCK_SECONDS))
            try:
                yield
            finally:
                fcntl.flock(fd, fcntl.LOCK_UN)
        finally:
            os.close(fd)

    def _sound(self) -> list[Draft]:
        """While locked: the drafts of the file; one that is damaged, or not ours, is set apart."""
        drafts = self._read()
        if drafts is None:
            with contextlib.suppress(OSError):
                self._path.rename(name_apart(self._path, "damaged", dt.datetime.now(dt.UTC)))
        return drafts or []

    def _read(self) -> list[Draft] | None:
        """The drafts of the file, none where there is no file; ``None`` where it is damaged, or not ours.

        :class:`Refused` where it cannot be read.
        """
        try:
            found = self._path.stat()
            state = (found.st_mtime_ns, found.st_size, found.st_ino)
            if self._known is None or self._known[0] != state:
                self._known = (state, _decoded(self._path.read_bytes()))
        except (FileNotFoundError, NotADirectoryError):
            return []
        except OSError as error:
            raise refused_for(error, self._path) from error
        return self._known[1]


def _decoded(data: bytes) -> list[Draft] | None:
    try:
        held = msgspec.json.decode(data, type=_File)
    except (ValueError, RecursionError):
        return None
    return held.drafts if held.accord == FORMAT else None
