"""Where copied text goes, and what can truly be said of it.

A desktop's clipboard can be read back; a terminal's cannot. So only the first is ever called copied, and whatever goes
to a terminal is kept in a file as well, or on a screen to select from.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from storage import Language
from storage.language import later
from storage.private import write_private
from storage.text import clean_line, for_terminal

Route = Literal["desktop", "tmux", "terminal", "file", "screen"]
"""``desktop``: its clipboard. ``tmux``: its buffer, and through it the terminal it is shown in. ``terminal``: OSC 52.
``screen``: nowhere yet, whoever copies is shown the text to select it."""

Mechanism = Literal["pbcopy", "wl-clipboard", "xclip", "xsel", "wsl", "x11"]
"""How the desktop's clipboard is reached: ``x11`` by :mod:`tui.desktop_x11`, all others by :mod:`tui.desktop`."""

Carried = Literal["text", "both", "html", "plain"]
"""What was copied. ``text``: a plain text, as asked. Where headings were asked for: ``both``, with the plain text
beside; ``html`` alone; ``plain`` alone."""

Which = Callable[[str], str | None]
Run = Callable[[Sequence[str], bytes, Mapping[str, str]], bytes | None]

LONGEST_SENT = 74_994
"""Bytes of text in UTF-8 that a terminal is given: as a sequence they are 100,000, where many stop reading."""

PATIENCE = 2.0
"""Seconds that a program may take."""

_FILE = "copied.txt"
_DESKTOP = Path(__file__).with_name("desktop.py")
_X11 = Path(__file__).with_name("desktop_x11.py")
# GNU screen holds 768 bytes of a string; what is longer it writes on the screen, as letters.
_SCREEN_HOLDS = 760
_DEAF = frozenset({"dumb", "linux"})
_OVER_SSH = ("SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY")
_OF_WHO_IS_ATTACHED = frozenset({"SSH_CONNECTION", "DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY"})

_COPIED: Mapping[Carried, str] = {
    "text": later("Copied to the clipboard."),
    "both": later("Copied with its headings and lists, and as plain text for programs that take nothing else."),
    "html": later("Copied with its headings and lists, for programs that take them."),
    "plain": later("Copied to the clipboard, as plain text only."),
}
_GIVEN: Mapping[Route, str] = {
    "desktop": later("Put on the clipboard of X11, which this desktop may keep apart from its own."),
    "tmux": later("Put into the buffer of tmux, and given to it for your terminal's clipboard."),
    "terminal": later("Sent to your terminal's clipboard."),
}


@dataclass(frozen=True)
class Outcome:
    """What became of a copy. ``certain`` is whether the clipboard is known to have it; ``path`` a file that has it.

    That file holds the plain text, whatever ``carried`` is.
    """

    route: Route
    certain: bool
    path: Path | None = None
    too_long: bool = False
    carried: Carried = "text"

    @property
    def wants_screen(self) -> bool:
        """Whether the text has to be shown, to be selected by hand: it may be nowhere else."""
        return not self.certain and self.path is None


def sentence(outcome: Outcome, language: Language) -> str:
    """What happened, and where the text is if pasting gives nothing."""
    say = language.say
    path = clean_line(str(outcome.path))
    if outcome.certain:
        first = say(_COPIED[outcome.carried])
        if outcome.path is None:
            return first
        then = say("For all others, the plain text is here: {path}", path=path)
    elif outcome.route in _GIVEN:
        first = say(_GIVEN[outcome.route])
        if outcome.carried == "plain" and outcome.route != "desktop":
            only = say("Only the plain text: a terminal takes no headings and lists.")
            first = f"{first} {only}"
        if outcome.path is None:
            then = say("If pasting gives nothing, select the text shown here.")
        else:
            then = say("If pasting gives nothing, the text is also here: {path}", path=path)
    else:
        if outcome.too_long:
            first = say("That is too long for the terminal's clipboard.")
        else:
            first = say("No clipboard can be reached from here.")
        if outcome.path is None:
            then = say("Select the text shown here.")
        else:
            then = say("The text is here: {path}", path=path)
    return f"{first} {then}"


def plan(
    environ: Mapping[str, str], which: Which, text: str, *, remote: bool, platform: str = sys.platform
) -> list[Route]:
    """The routes for a text, best first; each is for when the one before it fails, the last one cannot.

    ``environ`` is that of the session. A ``remote`` one has come in through our own host and has only its terminal:
    neither this machine's desktop nor its tmux, nor a file.
    """
    routes: list[Route] = []
    if text and not remote and desktop_mechanism(environ, which, platform):
        routes.append("desktop")
    if text and _fits(text):
        if not remote and environ.get("TMUX") and which("tmux"):
            routes.append("tmux")
        if environ.get("TERM") not in _DEAF:
            routes.append("terminal")
    routes.append("screen" if remote else "file")
    return routes


def desktop_mechanism(environ: Mapping[str, str], which: Which, platform: str = sys.platform) -> Mechanism | None:
    """How to reach the clipboard of the desktop that the person sits at; ``None`` over SSH or where there is none.

    Only what can also be read back, and stays when the program ends, which Qt's does not.
    """

    def there(*programs: str) -> bool:
        return all(which(program) for program in programs)

    if over_ssh(environ):
        return None
    if platform == "darwin":
        return "pbcopy" if there("pbcopy", "pbpaste") else None
    if environ.get("WSL_DISTRO_NAME") and there("clip.exe", "powershell.exe"):
        return "wsl"
    if environ.get("WAYLAND_DISPLAY") and there("wl-copy", "wl-paste"):
        return "wl-clipboard"
    if environ.get("DISPLAY"):
        if there("xclip"):
            return "xclip"
        return "xsel" if there("xsel") else "x11"
    return None


def over_ssh(environ: Mapping[str, str]) -> bool:
    """Whether the person sits at another machine than this one."""
    return any(environ.get(name) for name in _OVER_SSH)


def is_certain(mechanism: Mechanism, environ: Mapping[str, str]) -> bool:
    """Whether what a mechanism has put on the clipboard is what the desktop pastes.

    Under Wayland some desktops hand on what is copied in X11, others (KDE) not while a window of their own is used.
    """
    return mechanism not in ("xclip", "xsel", "x11") or not environ.get("WAYLAND_DISPLAY")


def osc52(text: str, environ: Mapping[str, str], *, remote: bool) -> str:
    """The sequences that ask a terminal to take the text: bare, and wrapped for a multiplexer if there is one.

    Of a ``remote`` session only TERM says something of the person's side; TMUX and STY would be the host's own.
    """
    bare = f"\x1b]52;c;{base64.b64encode(text.encode()).decode()}\a"
    term = environ.get("TERM", "")
    if term.startswith("tmux") or (environ.get("TMUX") and not remote):
        doubled = bare.replace("\x1b", "\x1b\x1b")
        return f"{bare}\x1bPtmux;{doubled}\x1b\\"
    if term.startswith("screen") or (environ.get("STY") and not remote):
        pieces = [bare[start : start + _SCREEN_HOLDS] for start in range(0, len(bare), _SCREEN_HOLDS)]
        wrapped = "".join(f"\x1bP{piece}\x1b\\" for piece in pieces)
        return bare + wrapped if len(pieces) == 1 else wrapped
    return bare


def run_program(
    command: Sequence[str], data: bytes, environ: Mapping[str, str], patience: float = PATIENCE
) -> bytes | None:
    """What a program wrote, with ``data`` on its standard input; ``None`` if it failed or took longer (seconds).

    It has a session of its own: what stays behind to serve a selection outlives this terminal, and what hangs is
    ended with everything that it started.
    """
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=dict(environ),
            start_new_session=True,
        )
    except OSError:
        return None
    with process:
        try:
            output, _ = process.communicate(data, timeout=patience)
        except subprocess.TimeoutExpired:
            # The program itself may have ended, and what it left behind be out of reach.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            return None
    return output if process.returncode == 0 else None


def copy(
    text: str,
    *,
    environ: Mapping[str, str],
    write: Callable[[str], object] | None,
    remote: bool,
    fallback_dir: Path,
    which: Which | None = None,
    run: Run = run_program,
    platform: str = sys.platform,
) -> Outcome:
    """Copy a text by the first route that takes it, and say how it went. Nothing is raised.

    ``write`` writes to the session's terminal, ``None`` where there is none. Programs may take :data:`PATIENCE` each,
    so call it in a thread, except for a ``remote`` session, which starts none and touches no file. ``fallback_dir``
    is the person's own folder for what no clipboard is known to have; one file in it holds the latest copy.
    """
    text = for_terminal(text)
    find = which or programs_of(environ)
    if not remote:
        environ = as_attached(environ, run)
    too_long = not _fits(text)
    route: Route = "screen"
    for route in plan(environ, find, text, remote=remote, platform=platform):
        match route:
            case "desktop":
                mechanism = desktop_mechanism(environ, find, platform)
                if mechanism and _to_desktop(mechanism, text, environ, run):
                    if is_certain(mechanism, environ):
                        return Outcome(route, certain=True)
                    break
            case "tmux":
                if run(["tmux", "load-buffer", "-w", "-"], text.encode(), environ) is not None:
                    break
            case "terminal":
                if _sent(osc52(text, environ, remote=remote), write):
                    break
    path = None if remote else kept(text, fallback_dir)
    if route == "file" and path is None:
        route = "screen"
    return Outcome(route, certain=False, path=path, too_long=too_long)


def programs_of(environ: Mapping[str, str]) -> Which:
    """Finds programs by the PATH of an environment."""
    return lambda program: shutil.which(program, path=environ.get("PATH", os.defpath))


def _fits(text: str) -> bool:
    return len(text.encode()) <= LONGEST_SENT


def as_attached(environ: Mapping[str, str], run: Run) -> Mapping[str, str]:
    """The environment with what tmux knows of whoever is attached now.

    A pane keeps the one of its first day: begun at a desktop and looked at over SSH, it still names the desktop.
    Outside tmux the environment is what it is.
    """
    if not environ.get("TMUX"):
        return environ
    told = run(["tmux", "show-environment"], b"", environ)
    if told is None:
        return environ
    now = dict(environ)
    for line in os.fsdecode(told).splitlines():
        name, given, value = line.partition("=")
        if given and name in _OF_WHO_IS_ATTACHED:
            now[name] = value
        elif name.removeprefix("-") in _OF_WHO_IS_ATTACHED:
            gone = _OVER_SSH if name == "-SSH_CONNECTION" else (name.removeprefix("-"),)
            for variable in gone:
                now.pop(variable, None)
    return now


def _to_desktop(mechanism: Mechanism, text: str, environ: Mapping[str, str], run: Run) -> bool:
    if mechanism == "x11":
        return own_x11({"plain": text}, environ, run)
    if mechanism == "pbcopy":
        # Without a UTF-8 locale it takes the bytes for another encoding, and gives the same bytes back.
        environ = {**environ, "LC_ALL": "en_US.UTF-8"}
    # -P: the library's own imports are not looked for among the modules beside that file.
    return run([sys.executable, "-P", str(_DESKTOP), mechanism], text.encode(), environ) is not None


def own_x11(offered: Mapping[str, str], environ: Mapping[str, str], run: Run) -> bool:
    """Have :mod:`tui.desktop_x11` own the clipboard of X11, with ``plain`` and perhaps ``html``; whether it does."""
    return run([sys.executable, "-P", str(_X11)], json.dumps(offered).encode(), environ) is not None


def _sent(sequence: str, write: Callable[[str], object] | None) -> bool:
    if write is None:
        return False
    try:
        write(sequence)
    except (OSError, ValueError, RuntimeError):  # closed, or gone with its loop
        return False
    return True


def kept(text: str, folder: Path) -> Path | None:
    """The file with the latest copy, for its owner's eyes only; ``None`` if it cannot be written."""
    path = folder / _FILE
    try:
        write_private(path, text)
    except OSError:
        return None
    return path
