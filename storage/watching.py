"""Seeing that another process has written to a file, without asking all the time."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

POLL_SECONDS = 1.0
"""How often the file is looked at where the file system does not notify (a network share)."""


class _Handler(FileSystemEventHandler):
    def __init__(self, path: Path, call: Callable[[], None]) -> None:
        self._path = os.fspath(path)
        self._call = call

    def on_any_event(self, event: FileSystemEvent) -> None:
        if event.event_type in ("modified", "created", "moved") and self._path in (
            event.src_path,
            event.dest_path,
        ):
            self._call()


def watch_file(path: Path, call: Callable[[], None]) -> Callable[[], None]:
    """Call, on another thread, whenever the file has been written to; gives what stops it."""
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
        size = -1
        while not stopped.wait(POLL_SECONDS):
            try:
                now = path.stat().st_size
            except OSError:
                continue
            if now != size:
                size = now
                call()

    threading.Thread(target=look, name="accord-follow", daemon=True).start()

    def stop() -> None:
        stopped.set()
        if notified:
            observer.stop()
            observer.join(1)

    return stop
