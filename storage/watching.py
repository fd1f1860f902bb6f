"""Seeing that another process has written to a file, without asking all the time."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

LOOK_SECONDS = 1.0
"""How often the file is looked at where the file system does not notify (a network share), or was not free to read."""

STOP_SECONDS = 1.0
"""How long stopping waits for a call that is under way."""


class _Handler(FileSystemEventHandler):
    def __init__(self, path: Path, call: Callable[[], None]) -> None:
        self._path = os.fspath(path)
        self._call = call

    def on_any_event(self, event: FileSystemEvent) -> None:
        if event.event_type in ("modified", "created", "moved", "deleted") and self._path in (
            event.src_path,
            event.dest_path,
        ):
            self._call()


def watch_file(path: Path, call: Callable[[], None]) -> Callable[[], None]:
    """Call, on another thread, when the file has been written to, and once a second; gives what stops it.

    The call should cost next to nothing where nothing has changed, and never raise.
    """
    path = path.resolve()
    observer = Observer()
    observer.daemon = True
    try:
        observer.schedule(_Handler(path, call), os.fspath(path.parent))
        observer.start()
        notified = True
    except OSError:  # no notification left to be had: the look once a second remains
        notified = False
    stopped = threading.Event()

    def look() -> None:
        while not stopped.is_set():
            call()
            stopped.wait(LOOK_SECONDS)

    looking = threading.Thread(target=look, name="accord-follow", daemon=True)
    looking.start()

    def stop() -> None:
        stopped.set()
        if notified:
            observer.stop()
        for thread in (observer, looking) if notified else (looking,):
            if thread is not threading.current_thread():
                thread.join(STOP_SECONDS)

    return stop
