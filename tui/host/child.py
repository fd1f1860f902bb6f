"""The host as a child process of the app: begun for an invitation, and able to outlive the app.

It has a session of its own, so that closing the terminal does not end it. Whoever opens the board next finds it by
:func:`~tui.host.running.running`.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from storage.files import refused_for
from storage.private import make_private
from storage.recent import state_folder
from storage.text import clean_line

from . import PORT
from .reach import LOOPBACK
from .running import Running, kept_at, last_port, running

STARTING_SECONDS = 30.0
"""How long a host may take until it listens."""

STOPPING_SECONDS = 15.0
"""How long a host may take to tell its guests and end: longer than it waits for them itself."""

PORTS = 20
"""Ports that are tried, from the usual one on."""

FROM_APP = "ACCORD_FROM_APP"
"""The variable by which a host knows that the app has started it."""

LONGEST_LOG = 1_000_000
"""Bytes of a log above which a new one is begun."""

_LOOK_SECONDS = 0.05
_ROOT = Path(__file__).parents[2]

# The children of a process belong to all of it, and so does the list of them: the boards' files and their hosts.
_children: dict[Path, subprocess.Popen[bytes]] = {}


class HostFailedError(Exception):
    """A host did not start, or did not stop. ``words`` is what it said last, for people; empty if it said nothing."""

    def __init__(self, words: str = "") -> None:
        super().__init__(words)
        self.words = words


def log_path(folder: Path, board: Path) -> Path:
    """Where the host of a board says who came, who left and what failed."""
    return kept_at(folder, board, "log")


def free_port(host: str, last: int | None = None) -> int:
    """The port of last time, the usual one, or the next that nobody listens on at this address.

    Where none is free it is the usual one, and the host says so.
    """
    ports: list[int] = [*([last] if last else []), *range(PORT, PORT + PORTS)]
    for port in ports:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the host does
            probe.bind((host, port))
            return port
    return PORT


def next_port(folder: Path, board: Path, host: str = LOOPBACK) -> int:
    """The port that a host of the board would have, if it were started now."""
    return free_port(host, last_port(folder, board))


def start(board: Path, host: str, environ: Mapping[str, str], lang: str) -> Running:
    """Have a board hosted at an address of this machine: by the host that it has already, or by a new one.

    Waits until guests can come in. :class:`HostFailedError` where that does not come about, with what it said in the
    language ``lang``.
    """
    folder = state_folder(environ)
    found = running(folder, board)
    if found is not None:
        return found
    log = log_path(folder, board)
    listen = f"{host}:{next_port(folder, board, host)}"
    command = [sys.executable, "-m", "tui", "host", str(board.resolve()), "--listen", listen]
    try:
        make_private(log.parent)
        if log.exists() and log.stat().st_size > LONGEST_LOG:
            log.unlink()
        with open(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as out:
            begin = out.seek(0, os.SEEK_END)
            out.write(b"\n")
            out.flush()  # on a full disk, why the host did not start could be read nowhere
            child = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                cwd=_ROOT,
                # It begins in another folder, and a name of ours may be meant from here.
                env={**environ, "LANGUAGE": lang, "ACCORD_STATE": str(folder.absolute()), FROM_APP: "1"},
                start_new_session=True,
            )
    except OSError as error:
        raise refused_for(error, log) from error
    end = time.monotonic() + STARTING_SECONDS
    while (found := running(folder, board)) is None:
        if child.poll() is not None:
            raise HostFailedError(_last_words(log, begin))
        if time.monotonic() > end:
            child.kill()
            child.wait()
            raise HostFailedError(_last_words(log, begin))
        time.sleep(_LOOK_SECONDS)
    if found.pid == child.pid:
        _children[board.resolve()] = child
    return found


def started_from_app(board: Path, environ: Mapping[str, str]) -> bool:
    """Whether a host of the board is at work that was started from within the app, now or another time."""
    found = running(state_folder(environ), board)
    return found is not None and found.from_app


def stop(board: Path, environ: Mapping[str, str]) -> None:
    """Stop the host of a board, whoever started it: its guests are told, and nothing is lost.

    Waits until it has ended. :class:`HostFailedError` where it does not; nothing happens where there is none.
    """
    folder = state_folder(environ)
    child = _children.pop(board.resolve(), None)
    found = running(folder, board)
    if found is not None:
        try:
            os.kill(found.pid, signal.SIGTERM)
        except ProcessLookupError:  # it has just ended
            pass
        except PermissionError as error:  # another account's
            raise HostFailedError() from error
    end = time.monotonic() + STOPPING_SECONDS
    if child is not None:
        try:
            child.wait(STOPPING_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
    while found is not None and (there := running(folder, board)) is not None and there.pid == found.pid:
        if time.monotonic() > end:
            raise HostFailedError()
        time.sleep(_LOOK_SECONDS)


def _last_words(log: Path, begin: int) -> str:
    """The last line that a host wrote after it had begun."""
    try:
        with log.open("rb") as file:
            file.seek(begin)
            lines = file.read(LONGEST_LOG).decode("utf-8", "replace").strip().splitlines()
    except OSError:
        return ""
    return clean_line(lines[-1])[:300] if lines else ""
