"""What tests of copying share: the texts, an X server and a tmux of our own, a program that copies."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

import pytest

from tui.clipboard import run_program

TEXT = (
    "Stratégie médias sociaux 🌱 👩‍🌾\n\n« D’abord la lettre » : œuvre, ÇA, naïf\n\tpuis {Instagram} [fr] $HOME `x`\n\n"
)
LONG = "".join(f"{number} · réponse de Nadia\n" for number in range(2_900))

HTML = "".join(f"<h2>Décidé {number} 🌱 二</h2>\n<p>« oui » &amp; <b>non</b></p>\n" for number in range(2_000))
"""About 100 kB, which X servers do not hand over in one piece."""

Run = Callable[[Sequence[str], bytes, Mapping[str, str]], bytes | None]
PATIENT: Run = partial(run_program, patience=30.0)
"""As in use, but no busy machine makes it fail."""


def needs(*programs: str) -> pytest.MarkDecorator:
    missing = [program for program in programs if not shutil.which(program)]
    return pytest.mark.skipif(bool(missing), reason=f"{' and '.join(missing)} not installed")


def clean_environ(**more: str) -> dict[str, str]:
    """The environment of somebody of whom nothing is known but where programs are."""
    return {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "TERM": "xterm-256color", **more}


@contextlib.contextmanager
def x_server() -> Iterator[str]:
    """An X server of our own, on a display that it finds free itself."""
    ours, its = os.pipe()
    command = ["Xvfb", "-displayfd", str(its), "-nolisten", "tcp", "-screen", "0", "320x240x24"]
    server = subprocess.Popen(
        command, pass_fds=[its], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    os.close(its)
    try:
        with os.fdopen(ours) as number:
            found = number.readline().strip()
        assert found, "Xvfb did not start"
        yield f":{found}"
    finally:
        server.terminate()
        server.wait(30)


def on_clipboard(display: str, kind: str | None = None) -> bytes:
    """What another program finds on the clipboard of X, of one kind; empty if there is nothing of it."""
    command = ["xclip", "-selection", "clipboard", "-o", *(["-t", kind] if kind else [])]
    return subprocess.run(
        command, env=clean_environ(DISPLAY=display), capture_output=True, timeout=30, check=False
    ).stdout


class Tmux:
    """A tmux server of our own, with nobody's settings."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "tmux"  # its path may have no more than about 100 characters
        self.settings = folder / "settings"
        self.settings.touch()

    @property
    def command(self) -> list[str]:
        return ["tmux", "-S", str(self.socket), "-f", str(self.settings)]

    def __call__(self, *arguments: str, **more: str) -> bytes:
        return subprocess.run(
            [*self.command, *arguments], env=clean_environ(**more), capture_output=True, timeout=30, check=True
        ).stdout

    @property
    def inside(self) -> dict[str, str]:
        """The environment of a pane, as far as it names the server."""
        told = self("display-message", "-p", "-t", ":", "#{socket_path},#{pid},0 #{pane_id}").decode().split()
        return {"TMUX": told[0], "TMUX_PANE": told[1]}


def copying_program(
    script: Callable[[str], list[str]],
    folder: Path,
    text: str,
    *,
    html: str | None = None,
    remote: bool = False,
    without: Sequence[str] = (),
    then: str = "",
) -> list[str]:
    """A program that copies a text as soon as it runs, to whatever it finds itself in, and says how it went.

    ``without`` are programs that it does not find, ``then`` is what it does before it waits for a line.
    """
    (folder / "text").write_text(text, encoding="utf-8")
    (folder / "html").write_text(html or "", encoding="utf-8")
    return script(
        f"""
import os, shutil, sys
from functools import partial
from pathlib import Path
from tui.clipboard import copy, run_program, sentence
from tui.clipboard_rich import copy_rich
from tui.words import interface_language

def write(sequence):
    sys.stdout.write(sequence)
    sys.stdout.flush()

folder = Path({str(folder)!r})
texts = [(folder / "text").read_text(encoding="utf-8")]
if {html is not None}:
    texts.append((folder / "html").read_text(encoding="utf-8"))
outcome = (copy_rich if len(texts) > 1 else copy)(
    *texts,
    environ=dict(os.environ),
    write=write,
    remote={remote},
    fallback_dir=folder / "kept",
    which=lambda name: None if name in {list(without)!r} else shutil.which(name),
    run=partial(run_program, patience=30.0),
)
(folder / "said").write_text(sentence(outcome, interface_language("en")), encoding="utf-8")
{then}
print("route", outcome.route, "end", flush=True)
sys.stdin.readline()
"""
    )


def in_tmux(tmux: Tmux, command: list[str]) -> list[str]:
    """The command that runs another in the only pane of a new session."""
    # tmux writes to its standard input, which terminals open for both.
    return ["/bin/sh", "-c", 'exec "$@" <>"$(tty)"', "sh", *tmux.command, "new-session", *command]
