"""Copying to desktops that run here: X11 with xclip and without, xterm, Wayland."""

from __future__ import annotations

import contextlib
import os
import pwd
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from Xlib import X
from Xlib.display import Display

from tui.clipboard import Outcome, copy
from tui.clipboard_rich import copy_rich

from .conftest import ROOT
from .copying import HTML, LONG, PATIENT, TEXT, clean_environ, copying_program, needs, on_clipboard, x_server

PAGE = f'<meta charset="utf-8">{HTML}'


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    with x_server() as name:
        yield name


def wait_until(condition: Callable[[], object], timeout: float = 30.0) -> None:
    end = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < end, "did not come true in time"
        time.sleep(0.02)


# X11


@needs("Xvfb", "xclip")
@pytest.mark.parametrize("text", [TEXT, LONG * 10, "😀 文字 é\n" * 8_000], ids=["accents", "long", "wide"])
def test_what_is_copied_to_the_desktop_can_be_pasted_by_others(display: str, text: str, tmp_path: Path) -> None:
    sent: list[str] = []
    environ = clean_environ(DISPLAY=display)
    outcome = copy(text, environ=environ, write=sent.append, remote=False, fallback_dir=tmp_path, run=PATIENT)
    assert outcome == Outcome("desktop", certain=True)
    assert on_clipboard(display) == text.encode()
    assert sent == []
    assert list(tmp_path.iterdir()) == []


@needs("Xvfb", "xclip")
def test_a_guest_does_not_reach_the_desktop_of_the_host(display: str, tmp_path: Path) -> None:
    environ = clean_environ(DISPLAY=display)
    copy("of the host", environ=environ, write=None, remote=False, fallback_dir=tmp_path, run=PATIENT)
    copy("of the guest", environ=environ, write=[].append, remote=True, fallback_dir=tmp_path, run=PATIENT)
    assert on_clipboard(display) == b"of the host"


@needs("xclip")
def test_a_display_that_nobody_serves_is_not_taken_for_a_clipboard(tmp_path: Path) -> None:
    environ = clean_environ(DISPLAY=f"unix:{tmp_path}/nowhere", TERM="dumb")
    outcome = copy(TEXT, environ=environ, write=None, remote=False, fallback_dir=tmp_path, run=PATIENT)
    assert outcome.route == "file"


def without_programs(tmp_path: Path, display: str) -> dict[str, str]:
    (tmp_path / "none").mkdir()
    return clean_environ(DISPLAY=display) | {"PATH": str(tmp_path / "none")}


@needs("Xvfb", "xclip")
def test_an_x_server_needs_no_other_program_for_a_clipboard(display: str, tmp_path: Path) -> None:
    environ = without_programs(tmp_path, display)
    outcome = copy(TEXT, environ=environ, write=None, remote=False, fallback_dir=tmp_path / "kept", run=PATIENT)
    assert outcome == Outcome("desktop", certain=True)
    assert on_clipboard(display) == TEXT.encode()


@needs("Xvfb", "xclip")
@pytest.mark.parametrize(("text", "html"), [(TEXT, "<p>é</p>"), (LONG * 2, PAGE)], ids=["short", "in pieces"])
def test_headings_and_plain_text_are_on_the_clipboard_together(
    display: str, text: str, html: str, tmp_path: Path
) -> None:
    sent: list[str] = []
    environ = clean_environ(DISPLAY=display)
    outcome = copy_rich(
        text, html, environ=environ, write=sent.append, remote=False, fallback_dir=tmp_path, run=PATIENT
    )
    assert outcome == Outcome("desktop", certain=True, carried="both")
    for kind in (None, "UTF8_STRING", "text/plain", "text/plain;charset=utf-8", "TEXT"):
        assert on_clipboard(display, kind) == text.encode()
    assert on_clipboard(display, "text/html").endswith(html.encode())
    assert b"charset" in on_clipboard(display, "text/html")
    assert on_clipboard(display, "image/png") == b""
    assert sent == []
    assert list(tmp_path.iterdir()) == []


@needs("Xvfb", "xclip")
def test_the_kinds_that_are_offered_are_those_that_can_be_had(display: str, tmp_path: Path) -> None:
    environ = clean_environ(DISPLAY=display)
    copy_rich("Zoë", "<p>Zoë</p>", environ=environ, write=None, remote=False, fallback_dir=tmp_path, run=PATIENT)
    offered = on_clipboard(display, "TARGETS").decode().split()
    assert offered[:3] == ["TARGETS", "TIMESTAMP", "MULTIPLE"]
    assert offered[3] == "text/html"
    assert on_clipboard(display, "STRING") == "Zoë".encode("latin-1")
    copy_rich("二", "<p>二</p>", environ=environ, write=None, remote=False, fallback_dir=tmp_path, run=PATIENT)
    assert "STRING" not in on_clipboard(display, "TARGETS").decode().split()


@needs("Xvfb")
def test_several_kinds_are_given_at_once_to_whoever_asks_so(display: str, tmp_path: Path) -> None:
    environ = clean_environ(DISPLAY=display)
    copy_rich(TEXT, "<p>é</p>", environ=environ, write=None, remote=False, fallback_dir=tmp_path, run=PATIENT)
    asking = Display(display)
    try:
        atom = asking.intern_atom
        window = asking.screen().root.create_window(0, 0, 1, 1, 0, X.CopyFromParent)
        pairs = [atom("UTF8_STRING"), atom("_A"), atom("image/png"), atom("_B"), atom("text/html"), atom("_C")]
        window.change_property(atom("_ASKED"), atom("ATOM_PAIR"), 32, pairs)
        window.convert_selection(atom("CLIPBOARD"), atom("MULTIPLE"), atom("_ASKED"), X.CurrentTime)
        while asking.next_event().type != X.SelectionNotify:
            pass
        answer = window.get_full_property(atom("_ASKED"), atom("ATOM_PAIR"))
        assert list(answer.value) == [*pairs[:3], X.NONE, *pairs[4:]]
        assert window.get_full_property(atom("_A"), atom("UTF8_STRING")).value == TEXT.encode()
        assert window.get_full_property(atom("_C"), atom("text/html")).value.endswith("<p>é</p>".encode())
    finally:
        asking.close()


def owner_on(display: str) -> int:
    """The clipboard is owned by our own program; what is returned can be read (and is empty) once that has ended."""
    reading, writing = os.pipe()
    subprocess.run(
        [sys.executable, "-P", str(ROOT / "tui" / "desktop_x11.py")],
        input=b'{"plain": "ours", "html": "<p>ours</p>"}',
        env=clean_environ(DISPLAY=display),
        pass_fds=[writing],
        timeout=30,
        check=True,
    )
    os.close(writing)
    return reading


def has_ended(held: int, within: float) -> bool:
    return bool(select.select([held], [], [], within)[0])


@needs("Xvfb", "xclip")
def test_the_owner_of_the_clipboard_ends_when_somebody_else_copies(display: str) -> None:
    held = owner_on(display)
    try:
        assert on_clipboard(display) == b"ours"
        assert not has_ended(held, 0.0)
        again = owner_on(display)
        assert has_ended(held, 30.0)
        assert on_clipboard(display, "text/html") == b"<p>ours</p>"
        os.close(again)
    finally:
        os.close(held)


@needs("Xvfb")
def test_the_owner_of_the_clipboard_ends_with_the_server() -> None:
    with x_server() as display:
        held = owner_on(display)
        assert not has_ended(held, 0.0)
    assert has_ended(held, 30.0)
    os.close(held)


@needs("Xvfb", "xclip")
def test_somebody_who_asks_and_goes_away_does_not_end_the_clipboard(display: str, tmp_path: Path) -> None:
    environ = clean_environ(DISPLAY=display)
    copy_rich(LONG, PAGE, environ=environ, write=None, remote=False, fallback_dir=tmp_path, run=PATIENT)
    asking = Display(display)
    window = asking.screen().root.create_window(0, 0, 1, 1, 0, X.CopyFromParent)
    atom = asking.intern_atom
    window.convert_selection(atom("CLIPBOARD"), atom("text/html"), atom("_ASKED"), X.CurrentTime)
    while asking.next_event().type != X.SelectionNotify:
        pass
    asking.close()
    assert on_clipboard(display, "text/html") == PAGE.encode()


@needs("Xvfb", "xclip")
def test_where_x_cannot_be_owned_xclip_offers_the_headings_and_a_file_has_the_rest(
    display: str, tmp_path: Path
) -> None:
    broken = tmp_path / "site" / "Xlib"
    broken.mkdir(parents=True)
    (broken / "__init__.py").write_text("raise ImportError('broken')")
    environ = clean_environ(DISPLAY=display, PYTHONPATH=str(broken.parent))
    outcome = copy_rich(TEXT, PAGE, environ=environ, write=None, remote=False, fallback_dir=tmp_path, run=PATIENT)
    assert outcome == Outcome("desktop", certain=True, path=tmp_path / "copied.txt", carried="html")
    assert on_clipboard(display, "text/html") == PAGE.encode()
    assert (tmp_path / "copied.txt").read_bytes() == TEXT.encode()


# xterm: a terminal that takes OSC 52 or does not, as it is told


AFTERWARDS = """
import termios, tty
before = termios.tcgetattr(0)
tty.setraw(0)
write("\x1b[6n")  # answered when all before it was read
while sys.stdin.buffer.read(1) != b"R":
    pass
termios.tcsetattr(0, termios.TCSANOW, before)
(folder / "done").touch()
"""


@contextlib.contextmanager
def xterm(display: str, home: Path, command: list[str], *resources: str) -> Iterator[None]:
    options = [part for resource in resources for part in ("-xrm", resource)]
    environ = clean_environ(DISPLAY=display, HOME=str(home), LC_ALL="C.UTF-8", PYTHONPATH=str(ROOT))
    # Only the terminal is to be tried: the program does not see the display.
    inside = ["env", "-u", "DISPLAY", *command]
    process = subprocess.Popen(["xterm", *options, "-e", *inside], env=environ, stdin=subprocess.DEVNULL)
    try:
        wait_until(lambda: (home / "done").exists() or process.poll() is not None)
        yield
    finally:
        process.terminate()
        process.wait(30)


@needs("Xvfb", "xclip", "xterm")
@pytest.mark.parametrize(
    "resources",
    [["XTerm*allowWindowOps: true"], ["XTerm*disallowedWindowOps: 20,21,SetXprop"]],
    ids=["allowWindowOps", "disallowedWindowOps without SetSelection"],
)
@pytest.mark.parametrize("text", [TEXT, LONG], ids=["accents", "long"])
def test_an_xterm_that_may_put_the_text_on_the_clipboard(
    display: str, resources: list[str], text: str, script: Callable[[str], list[str]], tmp_path: Path
) -> None:
    with xterm(display, tmp_path, copying_program(script, tmp_path, text, then=AFTERWARDS), *resources):
        assert on_clipboard(display) == text.encode()
    assert (tmp_path / "said").read_text() == (
        f"Sent to your terminal's clipboard. If pasting gives nothing, the text is also here: {tmp_path}/kept/copied.txt"
    )
    assert (tmp_path / "kept/copied.txt").read_bytes() == text.encode()


@needs("Xvfb", "xclip", "xterm")
def test_an_xterm_that_may_not_leaves_the_clipboard_and_the_text_is_in_the_file(
    display: str, script: Callable[[str], list[str]], tmp_path: Path
) -> None:
    copy("before", environ=clean_environ(DISPLAY=display), write=None, remote=False, fallback_dir=tmp_path, run=PATIENT)
    command = copying_program(script, tmp_path, TEXT, html=HTML, then=AFTERWARDS)
    with xterm(display, tmp_path, command, "XTerm*allowWindowOps: false", "XTerm*disallowedWindowOps: SetSelection"):
        assert on_clipboard(display) == b"before"
    said = (tmp_path / "said").read_text()
    assert "Copied" not in said
    assert "Only the plain text" in said
    assert said.endswith(f"{tmp_path}/kept/copied.txt")
    assert (tmp_path / "kept/copied.txt").read_bytes() == TEXT.encode()


# Wayland


@contextlib.contextmanager
def wayland() -> Iterator[dict[str, str]]:
    """A sway of our own without a screen, and what to have in the environment for it. It refuses to run as root."""
    with tempfile.TemporaryDirectory(prefix="wl") as name:
        folder = Path(name)
        (folder / "settings").write_text("\n".join((f"exec env > {folder}/told", "xwayland disable", "")))
        command = ["sway", "-c", str(folder / "settings")]
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            for path in (folder, *folder.iterdir()):
                os.chown(path, nobody.pw_uid, nobody.pw_gid)
            command = [
                "setpriv", f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups", *command
            ]  # fmt: skip
        headless = {"WLR_BACKENDS": "headless", "WLR_RENDERER": "pixman", "WLR_LIBINPUT_NO_DEVICES": "1"}
        process = subprocess.Popen(
            command,
            env=clean_environ(XDG_RUNTIME_DIR=name, HOME=name, **headless),
            cwd=name,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            told = folder / "told"
            wait_until(lambda: process.poll() is not None or (told.exists() and "WAYLAND_DISPLAY=" in told.read_text()))
            assert process.poll() is None, "sway did not start"
            found = dict(line.partition("=")[::2] for line in told.read_text().splitlines())
            yield {"XDG_RUNTIME_DIR": name, "WAYLAND_DISPLAY": found["WAYLAND_DISPLAY"]}
        finally:
            process.terminate()
            process.wait(30)


def on_wayland(environ: dict[str, str], *kind: str) -> bytes:
    command = ["wl-paste", "-n", *(["-t", *kind] if kind else [])]
    return subprocess.run(command, env=clean_environ(**environ), capture_output=True, timeout=30, check=False).stdout


@needs("sway", "wl-copy")
@pytest.mark.parametrize("text", [TEXT, LONG * 2], ids=["accents", "long"])
def test_what_is_copied_under_wayland_can_be_pasted_by_others(text: str, tmp_path: Path) -> None:
    with wayland() as found:
        environ = clean_environ(**found)
        outcome = copy(text, environ=environ, write=None, remote=False, fallback_dir=tmp_path, run=PATIENT)
        assert outcome == Outcome("desktop", certain=True)
        assert on_wayland(found) == text.encode()


@needs("sway", "wl-copy")
def test_wayland_gets_the_headings_and_a_file_the_plain_text(tmp_path: Path) -> None:
    with wayland() as found:
        environ = clean_environ(**found)
        outcome = copy_rich(TEXT, PAGE, environ=environ, write=None, remote=False, fallback_dir=tmp_path, run=PATIENT)
        assert outcome == Outcome("desktop", certain=True, path=tmp_path / "copied.txt", carried="html")
        assert on_wayland(found, "text/html") == PAGE.encode()
        assert (tmp_path / "copied.txt").read_bytes() == TEXT.encode()
