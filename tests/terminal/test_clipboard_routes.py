"""Copying with the programs that people have: xclip on an X server, tmux with its defaults, GNU screen."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

import pytest

from tui.clipboard import LONGEST_SENT, Outcome, copy, run_program

from .conftest import Terminals
from .driver import Terminal

TEXT = (
    "Stratégie médias sociaux 🌱 👩‍🌾\n\n« D’abord la lettre » : œuvre, ÇA, naïf\n\tpuis {Instagram} [fr] $HOME `x`\n\n"
)
LONG = "".join(f"{number} · réponse de Nadia\n" for number in range(2_900))

Run = Callable[[Sequence[str], bytes, Mapping[str, str]], bytes | None]
PATIENT: Run = partial(run_program, patience=30.0)
"""As in use, but no busy machine makes it fail."""


def needs(*programs: str) -> pytest.MarkDecorator:
    missing = [program for program in programs if not shutil.which(program)]
    return pytest.mark.skipif(bool(missing), reason=f"{' and '.join(missing)} not installed")


def clean_environ(**more: str) -> dict[str, str]:
    """The environment of somebody of whom nothing is known but where programs are."""
    return {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "TERM": "xterm-256color", **more}


# The desktop: X11


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
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


def pasted(display: str) -> bytes:
    """What another program finds on the clipboard."""
    return subprocess.run(
        ["xclip", "-selection", "clipboard", "-o"],
        env=clean_environ(DISPLAY=display),
        capture_output=True,
        timeout=30,
        check=True,
    ).stdout


@needs("Xvfb", "xclip")
@pytest.mark.parametrize("text", [TEXT, LONG * 10], ids=["accents", "long"])
def test_what_is_copied_to_the_desktop_can_be_pasted_by_others(display: str, text: str, tmp_path: Path) -> None:
    sent: list[str] = []
    environ = clean_environ(DISPLAY=display)
    outcome = copy(text, environ=environ, write=sent.append, remote=False, fallback_dir=tmp_path, run=PATIENT)
    assert outcome == Outcome("desktop", certain=True)
    assert pasted(display) == text.encode()
    assert sent == []
    assert list(tmp_path.iterdir()) == []


@needs("Xvfb", "xclip")
def test_a_guest_does_not_reach_the_desktop_of_the_host(display: str, tmp_path: Path) -> None:
    environ = clean_environ(DISPLAY=display)
    copy("of the host", environ=environ, write=None, remote=False, fallback_dir=tmp_path, run=PATIENT)
    copy("of the guest", environ=environ, write=[].append, remote=True, fallback_dir=tmp_path, run=PATIENT)
    assert pasted(display) == b"of the host"


@needs("xclip")
def test_a_display_that_nobody_serves_is_not_taken_for_a_clipboard(tmp_path: Path) -> None:
    environ = clean_environ(DISPLAY=f"unix:{tmp_path}/nowhere", TERM="dumb")
    outcome = copy(TEXT, environ=environ, write=None, remote=False, fallback_dir=tmp_path, run=PATIENT)
    assert outcome.route == "file"


# tmux


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


@pytest.fixture
def tmux() -> Iterator[Tmux]:
    with tempfile.TemporaryDirectory(prefix="tm") as folder:
        server = Tmux(Path(folder))
        yield server
        subprocess.run([*server.command, "kill-server"], capture_output=True, timeout=30, check=False)


@needs("tmux")
@pytest.mark.parametrize("text", [TEXT, LONG], ids=["accents", "long"])
def test_the_buffer_of_tmux_has_the_same_bytes(tmux: Tmux, text: str, tmp_path: Path) -> None:
    tmux("new-session", "-d", "exec cat")
    environ = clean_environ(**tmux.inside)
    outcome = copy(text, environ=environ, write=None, remote=False, fallback_dir=tmp_path, run=PATIENT)
    assert outcome == Outcome("tmux", certain=False, path=tmp_path / "copied.txt")
    assert tmux("show-buffer") == text.encode()
    assert (tmp_path / "copied.txt").read_bytes() == text.encode()


@needs("tmux")
def test_a_guest_does_not_reach_the_tmux_of_the_host(tmux: Tmux, tmp_path: Path) -> None:
    tmux("new-session", "-d", "exec cat")
    environ = clean_environ(**tmux.inside)
    copy(TEXT, environ=environ, write=[].append, remote=True, fallback_dir=tmp_path, run=PATIENT)
    assert tmux("list-buffers") == b""


@needs("tmux")
def test_a_tmux_that_has_ended_leads_to_the_terminal(tmux: Tmux, tmp_path: Path) -> None:
    tmux("new-session", "-d", "exec cat")
    environ = clean_environ(**tmux.inside)
    tmux("kill-server")
    outcome = copy(TEXT, environ=environ, write=[].append, remote=False, fallback_dir=tmp_path, run=PATIENT)
    assert outcome.route == "terminal"


# Begun at a desktop, looked at over SSH: the pane's own environment is that of the first day.


@needs("tmux", "Xvfb", "xclip")
def test_in_tmux_the_clipboard_is_that_of_whoever_is_attached_now(tmux: Tmux, display: str, tmp_path: Path) -> None:
    tmux("new-session", "-d", "exec cat", DISPLAY=display)
    environ = clean_environ(DISPLAY=display, **tmux.inside)
    do = partial(copy, environ=environ, write=None, remote=False, fallback_dir=tmp_path, run=PATIENT)
    assert do("at the desktop").route == "desktop"
    tmux("set-environment", "SSH_CONNECTION", "10.0.0.7 50112 10.0.0.1 22")
    assert do("over SSH").route == "tmux"
    assert pasted(display) == b"at the desktop"
    assert tmux("show-buffer") == b"over SSH"


# What comes out at the terminal that the person sits at


@pytest.fixture
def copying(script: Callable[[str], list[str]], tmp_path: Path) -> Callable[..., list[str]]:
    """A program that copies a text as soon as it runs, to whatever it finds itself in."""

    def command(text: str, *, remote: bool = False, without: Sequence[str] = ()) -> list[str]:
        (tmp_path / "text").write_text(text, encoding="utf-8")
        return script(
            f"""
import os, shutil, sys
from functools import partial
from pathlib import Path
from tui.clipboard import copy, run_program

def write(sequence):
    sys.stdout.write(sequence)
    sys.stdout.flush()

outcome = copy(
    Path({str(tmp_path / "text")!r}).read_text(encoding="utf-8"),
    environ=dict(os.environ),
    write=write,
    remote={remote},
    fallback_dir=Path({str(tmp_path / "kept")!r}),
    which=lambda name: None if name in {list(without)!r} else shutil.which(name),
    run=partial(run_program, patience=30.0),
)
print("route", outcome.route, "end", flush=True)
sys.stdin.readline()
"""
        )

    return command


def in_tmux(tmux: Tmux, command: list[str]) -> list[str]:
    # tmux writes to its standard input, which terminals open for both.
    return ["/bin/sh", "-c", 'exec "$@" <>"$(tty)"', "sh", *tmux.command, "new-session", *command]


@pytest.fixture
def screen(home: Path) -> Iterator[tuple[list[str], dict[str, str]]]:
    """The command that starts a GNU screen with nobody's settings, and what it wants in its environment."""
    where = {"SCREENDIR": str(home / ".run")}
    yield ["screen", "-c", "/dev/null", "-S", "copying"], where
    subprocess.run(
        ["screen", "-S", "copying", "-X", "quit"],
        env=clean_environ(**where),
        capture_output=True,
        timeout=30,
        check=False,
    )


def wait_for_copy(terminal: Terminal, text: str) -> None:
    terminal.wait_until(lambda: terminal.copied, "waited for the terminal to be given something")
    assert set(terminal.copied) == {text}


def test_a_terminal_is_given_the_text(terminal: Terminals, copying: Callable[..., list[str]]) -> None:
    for remote in (False, True):
        shown = terminal(copying(LONG, remote=remote))
        shown.wait_for("route terminal end")
        assert shown.copied == [LONG]


@needs("tmux")
def test_tmux_with_its_defaults_passes_the_text_on(
    terminal: Terminals, copying: Callable[..., list[str]], tmux: Tmux
) -> None:
    shown = terminal(in_tmux(tmux, copying(LONG)), env={"SHELL": "/bin/sh"})
    shown.wait_for("route tmux end")
    wait_for_copy(shown, LONG)
    assert tmux("show-buffer") == LONG.encode()


@needs("tmux")
@pytest.mark.parametrize("setting", ["set -g allow-passthrough on", "set -s set-clipboard on"])
def test_a_tmux_that_cannot_be_called_gets_what_it_may_let_through(
    terminal: Terminals, copying: Callable[..., list[str]], tmux: Tmux, setting: str
) -> None:
    tmux.settings.write_text(f"{setting}\n")
    shown = terminal(in_tmux(tmux, copying(LONG, without=["tmux"])), env={"SHELL": "/bin/sh"})
    shown.wait_for("route terminal end")
    wait_for_copy(shown, LONG)


@needs("screen")
@pytest.mark.parametrize("text", [TEXT, LONG], ids=["short", "long"])
def test_screen_passes_the_text_on_and_shows_nothing_of_it(
    terminal: Terminals, copying: Callable[..., list[str]], screen: tuple[list[str], dict[str, str]], text: str
) -> None:
    command, where = screen
    shown = terminal([*command, *copying(text)], env=where)
    shown.wait_for("route terminal end")
    wait_for_copy(shown, text)
    assert shown.text().strip() == "route terminal end"


def test_the_texts_here_fit_into_a_terminal() -> None:
    assert LONGEST_SENT * 0.9 < len(LONG.encode()) <= LONGEST_SENT
