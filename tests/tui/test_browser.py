"""Opening a saved page: in the desktop's browser or not at all, and never in the terminal."""

from __future__ import annotations

import contextlib
import os
import pty
import shutil
import sys
import time
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import pytest

from storage import Refused
from tui.browser import browser_opener, graphical_only, open_in_browser

from .test_clipboard import SSH, TMUX, WAYLAND, WSL, X11, Programs, refuse, which_of
from .test_desktop import program

LINUX = which_of("xdg-open", "open", "wslview")


@pytest.mark.parametrize(
    ("environ", "platform", "opener"),
    [
        ({}, "darwin", "/usr/bin/open"),
        (SSH, "darwin", None),
        (X11, "linux", "/usr/bin/xdg-open"),
        (WAYLAND, "linux", "/usr/bin/xdg-open"),
        (WSL, "linux", "/usr/bin/wslview"),
        ({}, "linux", None),
        (X11 | SSH, "linux", None),
        (WSL | SSH, "linux", None),
    ],
)
def test_each_desktop_has_its_way_to_a_browser(environ: dict[str, str], platform: str, opener: str | None) -> None:
    assert browser_opener(environ, LINUX, platform) == opener


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "-a b#c%20é.html"
    path.write_text("<p>é</p>")
    return path


def environment(tmp_path: Path, script: str) -> dict[str, str]:
    program(tmp_path / "bin", "xdg-open", script)
    return X11 | {"PATH": f"{tmp_path}/bin{os.pathsep}{os.environ['PATH']}", "HOME": str(tmp_path)}


do = partial(open_in_browser, remote=False, platform="linux", patience=30.0)


def test_the_page_is_handed_on_by_its_whole_path(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    environ = environment(tmp_path, f'printf %s "$1" > {tmp_path}/asked; echo noise; echo noise >&2')
    monkeypatch.chdir(tmp_path)
    do(Path(page.name), environ)
    assert (tmp_path / "asked").read_text() == str(page)
    assert capfd.readouterr() == ("", "")


def test_what_is_opened_has_no_terminal_to_take_over(page: Path, tmp_path: Path) -> None:
    # A browser of the terminal opens /dev/tty: here there is one, but not for what is started.
    script = f"(: < /dev/tty) 2>/dev/null && echo tty > {tmp_path}/found; readlink /proc/self/fd/0 >> {tmp_path}/found"
    environ = environment(tmp_path, script)
    inside = f"""
import os, subprocess, sys
from pathlib import Path
from tui.browser import open_in_browser
os.close(os.open("/dev/tty", os.O_RDWR))
open_in_browser(Path({str(page)!r}), {environ!r}, remote=False, platform="linux", patience=30.0)
"""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(Path(__file__).parents[2])
        os.execv(sys.executable, [sys.executable, "-c", inside])
    shown = b""
    with contextlib.suppress(OSError):  # how Linux says that nobody has the other end open
        while piece := os.read(terminal, 1000):
            shown += piece
    os.close(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0, shown
    assert shown == b""
    assert (tmp_path / "found").read_text() == "/dev/null\n"


@pytest.mark.parametrize(
    "browser", ["w3m", "/usr/bin/lynx", "lynx -force_html %s", "www-browser:elinks", " ", ": :w3m"]
)
def test_a_browser_of_the_terminal_is_not_asked(browser: str) -> None:
    named = graphical_only({"BROWSER": browser, "HOME": "/h"})
    assert named["HOME"] == "/h"
    assert named == graphical_only({"HOME": "/h"})


def test_the_browser_that_somebody_prefers_is_the_first() -> None:
    assert graphical_only({"BROWSER": "w3m:surf -x"})["BROWSER"].split(":")[0] == "surf -x"


@pytest.mark.skipif(not shutil.which("xdg-open"), reason="xdg-open not installed")
def test_the_real_xdg_open_starts_no_browser_of_the_terminal(page: Path, tmp_path: Path) -> None:
    programs = tmp_path / "bin"
    for name in ("w3m", "www-browser", "lynx", "links"):
        program(programs, name, f"touch {tmp_path}/started")
    # Only what the script itself needs, so that no browser of this machine starts.
    for name in ("sh", "sed", "grep", "awk", "cut", "head", "tr", "uname", "basename", "dirname", "readlink", "cat"):
        if found := shutil.which(name):
            (programs / name).symlink_to(found)
    real = shutil.which("xdg-open")
    assert real is not None
    (programs / "xdg-open").symlink_to(real)
    environ = X11 | {"PATH": str(programs), "HOME": str(tmp_path), "BROWSER": "w3m"}
    with pytest.raises(Refused) as refused:
        do(page, environ)
    assert (refused.value.code, refused.value.facts) == ("browser-failed", {"path": page})
    assert not (tmp_path / "started").exists()
    program(programs, "firefox", f'echo "$1" > {tmp_path}/started')
    do(page, environ)
    assert (tmp_path / "started").exists()


def test_a_browser_that_goes_on_running_is_left_alone(page: Path, tmp_path: Path) -> None:
    fifo = tmp_path / "held"
    os.mkfifo(fifo)
    environ = environment(tmp_path, f'read line < {fifo}; echo "$line" > {tmp_path}/ended')
    do(page, environ, patience=0.2)
    assert not (tmp_path / "ended").exists()
    fifo.write_text("on\n")
    end = time.monotonic() + 30
    while not ((tmp_path / "ended").exists() and (tmp_path / "ended").read_text()):
        assert time.monotonic() < end
        time.sleep(0.01)


def code(page: Path, environ: Mapping[str, str], **how: object) -> tuple[str, dict[str, object]]:
    with pytest.raises(Refused) as refused:
        do(page, environ, **how)
    return refused.value.code, refused.value.facts


def test_where_no_browser_can_be_opened_it_says_where_the_page_is(page: Path, tmp_path: Path) -> None:
    environ = environment(tmp_path, f"touch {tmp_path}/started")
    headless = {name: value for name, value in environ.items() if name != "DISPLAY"}
    assert code(page, headless) == ("no-browser", {"path": page})
    assert code(page, environ | SSH) == ("no-browser", {"path": page})
    assert code(page, X11 | {"PATH": ""}) == ("no-browser", {"path": page})
    assert code(page, environ, remote=True) == ("no-browser-for-guests", {})
    over_ssh = Programs({"show-environment": b"-DISPLAY\nSSH_CONNECTION=10.0.0.7 50112 10.0.0.1 22\n"})
    assert code(page, environ | TMUX, run=over_ssh) == ("no-browser", {"path": page})
    assert not (tmp_path / "started").exists()


def test_a_browser_that_fails_is_said_to(page: Path, tmp_path: Path) -> None:
    assert code(page, environment(tmp_path, "exit 3"), run=refuse) == ("browser-failed", {"path": page})
    gone = environment(tmp_path, "")
    (tmp_path / "bin" / "xdg-open").write_text("#!/nowhere/at/all\n")
    assert code(page, gone) == ("browser-failed", {"path": page})
