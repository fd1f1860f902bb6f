"""Open a page that was saved in the desktop's own browser: never in a terminal, and never from afar."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from storage import Refused

from .clipboard import PATIENCE, Run, Which, as_attached, over_ssh, programs_of, run_program

# xdg-open tries these where no desktop says what the browser is; its own list ends with browsers of the terminal.
_GRAPHICAL = ("x-www-browser", "firefox", "firefox-esr", "chromium", "chromium-browser", "google-chrome", "epiphany")
_OF_THE_TERMINAL = frozenset(
    {"www-browser", "w3m", "lynx", "links", "links2", "elinks", "browsh", "carbonyl", "chawan", "cha", "edbrowse"}
)


def open_in_browser(
    path: Path,
    environ: Mapping[str, str],
    *,
    remote: bool,
    which: Which | None = None,
    run: Run = run_program,
    platform: str = sys.platform,
    patience: float = PATIENCE,
) -> None:
    """Show a file in the browser of the desktop that the person sits at. It writes nothing on the terminal.

    It takes up to ``patience`` seconds, so call it in a thread; a browser that then still runs is left alone. Raises
    :class:`Refused`: ``no-browser-for-guests`` for a ``remote`` session, ``no-browser`` over SSH or where there is no
    desktop, ``browser-failed`` if the file could not be shown; the last two with the ``path``.
    """
    if remote:
        raise Refused("no-browser-for-guests")
    path = path.absolute()
    find = which or programs_of(environ)
    environ = as_attached(environ, run)
    opener = browser_opener(environ, find, platform)
    if opener is None:
        raise Refused("no-browser", path=path)
    if not _started([opener, str(path)], graphical_only(environ), patience):
        raise Refused("browser-failed", path=path)


def browser_opener(environ: Mapping[str, str], which: Which, platform: str = sys.platform) -> str | None:
    """The program that hands a file to the desktop's browser; ``None`` over SSH or where there is no desktop."""
    if over_ssh(environ):
        return None
    if platform == "darwin":
        wanted = "open"
    elif environ.get("WSL_DISTRO_NAME") and which("wslview"):
        wanted = "wslview"
    elif environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"):
        wanted = "xdg-open"
    else:
        return None
    return which(wanted)


def graphical_only(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment with BROWSER naming no browser of the terminal: without a screen it would show nothing."""
    named = [*filter(str.strip, environ.get("BROWSER", "").split(os.pathsep)), *_GRAPHICAL]
    kept = [name for name in named if os.path.basename(name.split()[0]) not in _OF_THE_TERMINAL]
    return {**environ, "BROWSER": os.pathsep.join(kept)}


def _started(command: Sequence[str], environ: Mapping[str, str], patience: float) -> bool:
    """Whether a program began well: it ended with success, or still runs when the time (seconds) is over.

    In a session of its own it has no terminal that it could open, and outlives this one.
    """
    null = subprocess.DEVNULL
    try:
        process = subprocess.Popen(
            command, stdin=null, stdout=null, stderr=null, env=environ, start_new_session=True, cwd="/"
        )
    except OSError:
        return False
    try:
        return process.wait(patience) == 0
    except subprocess.TimeoutExpired:
        # Somebody has to take note of its end, or it stays in the system's list.
        threading.Thread(target=process.wait, name="browser-end", daemon=True).start()
        return True
