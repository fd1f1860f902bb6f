"""Who is at the board now, and where they look: between sessions of a process in memory, between processes by files.

Nothing of it is ever in the journal, and nothing is lost where it cannot be written.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from .presence_files import Here as Here
from .presence_files import PresenceFolder

LOOK_SECONDS = 0.05
"""How often it is looked whether others have said something; one call to the system where they have not."""

ALONE_SECONDS = 0.25
"""How often it is looked whether somebody has come."""

CLOSING_SECONDS = 1.0
"""How long a close waits for a disk that does not answer."""

_log = logging.getLogger(__name__)


def presence_folder(board: Path) -> Path:
    """The folder of a board's presence files: ``.acme.here`` beside ``acme.json``."""
    return board.with_name(f".{board.stem}.here")


class Presence:
    """Who is here, as one process knows it. ``board`` is the board's file; without one, only this process counts."""

    def __init__(
        self,
        board: Path | None,
        *,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._folder: PresenceFolder | None = None
        if board is not None:
            self._folder = PresenceFolder(presence_folder(board.resolve()), clock=clock, wall=wall)
        self._lock = threading.Lock()
        self._own: dict[str, Here] = {}
        self._callbacks: list[tuple[str, Callable[[], None]]] = []
        self._wake = threading.Event()
        self._closing = False
        self._thread: threading.Thread | None = None

    # What sessions say

    def enter(self, session: str, person: str, *, cursor: str = "") -> None:
        """Somebody sits down, with the cursor on this card."""
        with self._lock:
            if self._closing:
                return
            self._own[session] = Here(session, person, cursor)
            if self._folder is not None and self._thread is None:
                self._thread = threading.Thread(
                    target=self._run, args=(self._folder,), name="accord-presence", daemon=True
                )
                self._thread.start()
        self._said(session)

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
        said = {"person": person, "cursor": cursor, "writing": writing}
        with self._lock:
            here = self._own.get(session)
            if here is None:
                return
            changed: dict[str, object] = {name: value for name, value in said.items() if value is not None}
            if look_at is not None:
                changed |= {"look": here.look + 1, "looked_at": look_at}
            after = msgspec.structs.replace(here, **changed)
            if after == here:
                return
            self._own[session] = after
        self._said(session, at_once=self._folder is not None and bool(self._folder.others()))

    def leave(self, session: str) -> None:
        """Somebody has left."""
        with self._lock:
            if self._own.pop(session, None) is None:
                return
        self._said(session)

    def _said(self, session: str, *, at_once: bool = True) -> None:
        if at_once:  # as long as nobody else is there to see it, no file is written while a key is answered
            self._wake.set()
        self._tell(but=session)

    # What sessions see

    def everybody(self) -> tuple[Here, ...]:
        """All sessions at the board, in an order that stays."""
        found = dict(self._folder.others()) if self._folder is not None else {}
        with self._lock:
            found |= self._own
        return tuple(found[session] for session in sorted(found))

    def others(self, session: str) -> tuple[Here, ...]:
        """All sessions but this one."""
        return tuple(here for here in self.everybody() if here.session != session)

    def subscribe(self, callback: Callable[[], None], *, but: str = "") -> Callable[[], None]:
        """Be told, on any thread, that something has changed; gives what ends it.

        ``but`` is the session that is not told of what it says itself.
        """
        told = (but, callback)
        self._callbacks.append(told)

        def leave() -> None:
            with contextlib.suppress(ValueError):
                self._callbacks.remove(told)

        return leave

    def _tell(self, *, but: str | None = None) -> None:
        for session, callback in list(self._callbacks):
            if session == but:
                continue
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
            self._thread.join(CLOSING_SECONDS)

    def _run(self, folder: PresenceFolder) -> None:
        while not self._closing:
            self._wake.clear()
            with self._lock:
                own = dict(self._own)
            due = folder.say(own)
            if folder.look(own):
                self._tell()
            self._wake.wait(min(due, LOOK_SECONDS if folder.others() else ALONE_SECONDS))
        folder.put_away()
