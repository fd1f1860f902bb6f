"""Copying through what stands between a program and its terminal: tmux with its defaults and others, GNU screen."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from tui.clipboard import LONGEST_SENT, Outcome, copy

from .conftest import Terminals
from .copying import (
    LONG,
    PATIENT,
    TEXT,
    Tmux,
    clean_environ,
    copying_program,
    in_tmux,
    needs,
    on_clipboard,
    x_server,
)
from .driver import Terminal

# tmux


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


@pytest.fixture
def display() -> Iterator[str]:
    with x_server() as name:
        yield name


@needs("tmux", "Xvfb", "xclip")
def test_in_tmux_the_clipboard_is_that_of_whoever_is_attached_now(tmux: Tmux, display: str, tmp_path: Path) -> None:
    tmux("new-session", "-d", "exec cat", DISPLAY=display)
    environ = clean_environ(DISPLAY=display, **tmux.inside)
    do = partial(copy, environ=environ, write=None, remote=False, fallback_dir=tmp_path, run=PATIENT)
    assert do("at the desktop").route == "desktop"
    tmux("set-environment", "SSH_CONNECTION", "10.0.0.7 50112 10.0.0.1 22")
    assert do("over SSH").route == "tmux"
    assert on_clipboard(display) == b"at the desktop"
    assert tmux("show-buffer") == b"over SSH"


# What comes out at the terminal that the person sits at


@pytest.fixture
def copying(script: Callable[[str], list[str]], tmp_path: Path) -> Callable[..., list[str]]:
    """A program that copies a text as soon as it runs, to whatever it finds itself in."""
    return partial(copying_program, script, tmp_path)


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
