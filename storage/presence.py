"""Who is at the board now, and where they look: between sessions of a process in memory, between processes by files.

Each session has one small file in a folder beside the board. It is gone, or counts as gone, ten seconds after its
session. Nothing of it is ever in the journal, and nothing is lost where it cannot be written.
"""

from __future__ import annotations

import contextlib
import logging
import os
import re
import threading
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import force_setattr

from .files import share_with_group, write_whole
from .text import clean_line

WRITE_SECONDS = 0.2
"""Seconds between two writes of a session's file, at least."""

BEAT_SECONDS = 3.0
"""Seconds after which the file of a quiet session is written again, to say that it lives."""

GONE_SECONDS = 10.0
"""Seconds without a sign after which a session counts as gone."""

LEFTOVER_SECONDS = 120.0
"""Seconds after which the file of a session that is gone is removed by whoever sees it."""

MOST_FILES = 300
"""Files that are looked at, whatever lies in the folder."""

LONGEST_FILE = 2_000
"""Bytes of a file that is read."""

_NAME = re.compile(r"[a-z0-9-]{1,64}\.json")
_log = logging.getLogger(__name__)


class Here(Struct, frozen=True, omit_defaults=True):
    """One session, and what it is at.

    ``person`` is who sits there (the id), ``cursor`` the card under their cursor, ``writing`` the card that they write
    at (or ``"new"``), ``look`` how often they have asked the others to look at ``looked_at``. ``beat`` only grows.
    """

    session: str
    person: str
    cursor: str = ""
    writing: str = ""
    look: int = 0
    looked_at: str = ""
    beat: int = 0

    def __post_init__(self) -> None:
        for name in ("session", "person", "cursor", "writing", "looked_at"):
            force_setattr(self, name, clean_line(getattr(self, name))[:64])


def presence_folder(board: Path) -> Path:
    """The folder of a board's presence files: ``.acme.here`` beside ``acme.json``."""
    return board.with_name(f".{board.stem}.here")


class Presence:
    """Who is here, as one process knows it. ``board`` is the board's file; without one, only this process counts."""

    def __init__(self, board: Path | None, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._folder = presence_folder(board.resolve()) if board is not None else None
        self._clock = clock
        self._lock = threading.Lock()
        self._own: dict[str, Here] = {}
        self._written: dict[str, tuple[Here, float]] = {}
        self._others: dict[str, tuple[Here, float]] = {}
        self._looked_at: dict[str, tuple[int, Here | None]] = {}
        self._callbacks: list[Callable[[], None]] = []
        self._wake = threading.Event()
        self._closing = False
        self._thread: threading.Thread | None = None

    # What sessions say

    def enter(self, session: str, person: str) -> None:
        """Somebody sits down."""
        self._say(session, Here(session, person))
        if self._folder is not None and self._thread is None:
            self._thread = threading.Thread(target=self._run, name="accord-presence", daemon=True)
            self._thread.start()

    def update(
        self,
        session: str,
        *,
        person: str | None = None,
        cursor: str | None = None,
        writing: str | None = None,
        look_at: str | None = None,
    ) -> None:
        """What a session is at now; what is ``None`` stays. Never waits for a disk."""
        here = self._own.get(session)
        if here is None:
            return
        said = {"person": person, "cursor": cursor, "writing": writing}
        changed = {name: value for name, value in said.items() if value is not None and value != getattr(here, name)}
        if look_at is not None:
            changed |= {"look": here.look + 1, "looked_at": look_at}  # type: ignore[dict-item]
        if changed:
            self._say(session, msgspec.structs.replace(here, **changed))

    def leave(self, session: str) -> None:
        """Somebody has left."""
        with self._lock:
            self._own.pop(session, None)
        self._wake.set()
        self._tell()

    def _say(self, session: str, here: Here) -> None:
        with self._lock:
            self._own[session] = here
        self._wake.set()
        self._tell()

    # What sessions see

    def everybody(self) -> tuple[Here, ...]:
        """All sessions at the board, in an order that stays."""
        now = self._clock()
        with self._lock:
            found = {here.session: here for here, seen in self._others.values() if now - seen < GONE_SECONDS}
            found |= self._own
        return tuple(found[session] for session in sorted(found))

    def others(self, session: str) -> tuple[Here, ...]:
        """All sessions but this one."""
        return tuple(here for here in self.everybody() if here.session != session)

    def subscribe(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Be told, on any thread, that something has changed; gives what ends it."""
        self._callbacks.append(callback)

        def leave() -> None:
            with contextlib.suppress(ValueError):
                self._callbacks.remove(callback)

        return leave

    def _tell(self) -> None:
        for callback in list(self._callbacks):
            try:
                callback()
            except Exception:
                # One session's failure must not reach the others. No locals: they hold people's words.
                _log.exception("a subscriber of presence failed")

    # Between processes

    def close(self) -> None:
        """All sessions of this process have left."""
        with self._lock:
            self._own.clear()
        self._closing = True
        self._wake.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(1.0)

    def _run(self) -> None:
        while True:
            self._wake.wait(WRITE_SECONDS)
            self._wake.clear()
            started = self._clock()
            # Whatever the folder's state is: presence is a courtesy, and must not end anything.
            with contextlib.suppress(OSError):
                self._write()
            if self._closing:
                return
            with contextlib.suppress(OSError):
                self._read()
            time.sleep(max(0.0, WRITE_SECONDS - (self._clock() - started)))

    def _write(self) -> None:
        assert self._folder is not None
        now = self._clock()
        with self._lock:
            own = dict(self._own)
        for session in [session for session in self._written if session not in own]:
            del self._written[session]
            with contextlib.suppress(OSError):
                (self._folder / f"{session}.json").unlink()
        for session, here in own.items():
            before, at = self._written.get(session, (None, 0.0))
            if here == before and now - at < BEAT_SECONDS:
                continue
            self._make_folder()
            beat = int(time.time() * 1000)
            data = msgspec.json.encode(msgspec.structs.replace(here, beat=beat))
            write_whole(self._folder / f"{session}.json", [data], durable=False)
            self._written[session] = (here, now)
        if not own and self._closing:
            with contextlib.suppress(OSError):
                self._folder.rmdir()  # the last one puts the chairs away

    def _make_folder(self) -> None:
        assert self._folder is not None
        if not self._folder.is_dir():
            self._folder.mkdir(exist_ok=True)
            fd = os.open(self._folder, os.O_RDONLY)
            try:
                share_with_group(fd, self._folder.parent)
            finally:
                os.close(fd)

    def _read(self) -> None:
        assert self._folder is not None
        now = self._clock()
        found: dict[str, Here] = {}
        with contextlib.suppress(FileNotFoundError), os.scandir(self._folder) as entries:
            for number, entry in enumerate(entries):
                if number >= MOST_FILES:
                    break
                if not _NAME.fullmatch(entry.name) or entry.name.removesuffix(".json") in self._own:
                    continue
                here = self._here_in(entry)
                if here is not None and f"{here.session}.json" == entry.name:
                    found[entry.name] = here
        changed = False
        with self._lock:
            for name, here in found.items():
                before = self._others.get(name)
                if before is None:
                    # What lay here when we came may be a leftover: it counts once it gives a sign.
                    fresh = abs(time.time() * 1000 - here.beat) < GONE_SECONDS * 1000
                    self._others[name] = (here, now if fresh else now - GONE_SECONDS)
                    changed |= fresh
                elif before[0].beat != here.beat:
                    changed |= _said(before[0]) != _said(here) or now - before[1] >= GONE_SECONDS
                    self._others[name] = (here, now)
            for name, (_, seen) in list(self._others.items()):
                if name not in found:
                    del self._others[name]
                    self._looked_at.pop(name, None)
                    changed = True
                elif now - seen >= GONE_SECONDS:
                    changed |= now - seen < GONE_SECONDS + 1.0
                    if now - seen >= LEFTOVER_SECONDS:
                        del self._others[name]
                        with contextlib.suppress(OSError):
                            (self._folder / name).unlink()
        if changed:
            self._tell()

    def _here_in(self, entry: os.DirEntry[str]) -> Here | None:
        """What a file says; read again only where it was written again."""
        written = entry.stat().st_mtime_ns
        known = self._looked_at.get(entry.name)
        if known is None or known[0] != written:
            known = self._looked_at[entry.name] = (written, _here_in(Path(entry.path)))
        return known[1]


def _said(here: Here) -> Here:
    return msgspec.structs.replace(here, beat=0)


def _here_in(path: Path) -> Here | None:
    """What a file says, if it is a small one that says anything."""
    try:
        with path.open("rb") as file:
            data = file.read(LONGEST_FILE + 1)
        return msgspec.json.decode(data, type=Here) if len(data) <= LONGEST_FILE else None
    except (OSError, msgspec.MsgspecError, ValueError):
        return None
