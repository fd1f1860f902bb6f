"""The driver itself, with programs small enough to be sure of."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from . import picture
from .conftest import ROOT, Terminals
from .driver import Terminal
from .keys import key_bytes
from .screen import Reader, Screen

pytest_plugins = "pytester"

Script = Callable[[str], list[str]]

# Shows each piece of input as it was read, one on a line.
READER = """
import os, sys, tty
tty.setraw(0)
os.write(1, {setup!r}.encode() + b"ready\\r\\n")
while (data := os.read(0, 4096)) != b"\\x11":
    os.write(1, repr(data)[2:-1].encode() + b"|\\r\\n")
os.write(1, b"\\x1b[?1049l" + b"bye\\r\\n")
sys.exit(7)
"""

APP = """
from textual.app import App
from textual.widgets import Input, Label, ListItem, ListView, Static

class Small(App):
    BINDINGS = [("f2", "say('f2')", "F2"), ("shift+down", "say('shifted')", "Shift"), ("ctrl+t", "say('ctrl')", "Ctrl")]
    def compose(self):
        yield Input(id="input")
        yield Static("press here", id="button", markup=False)
        yield Static("", id="said", markup=False)
        yield Static("", id="size", markup=False)
    def on_mount(self):
        self.query_one(Input).focus()
    def say(self, what):
        self.query_one("#said", Static).update("said:" + what)
    def action_say(self, what):
        self.say(what)
    def on_click(self, event):
        self.say(f"click {event.chain} at {event.screen_x},{event.screen_y}")
    def on_resize(self, event):
        self.query_one("#size", Static).update(f"size:{event.size.width}x{event.size.height}")
    def on_paste(self, event):
        self.say(f"paste {event.text!r}")
    def on_input_submitted(self, event):
        self.say(f"entered {event.value}")
    def key_escape(self):
        self.say("escape")

Small().run()
"""


def show(text: str | bytes, columns: int = 20, lines: int = 4) -> Screen:
    screen = Screen(columns, lines, lambda answer: None)
    Reader(screen).feed(text.encode() if isinstance(text, str) else text)
    return screen


@pytest.mark.parametrize(
    ("key", "sent"),
    [
        ("down", b"\x1b[B"),
        ("shift+up", b"\x1b[1;2A"),
        ("sright", b"\x1b[1;2C"),
        ("ctrl+shift+end", b"\x1b[1;6F"),
        ("delete", b"\x1b[3~"),
        ("shift+delete", b"\x1b[3;2~"),
        ("f1", b"\x1bOP"),
        ("f12", b"\x1b[24~"),
        ("ctrl+x", b"\x18"),
        ("alt+q", b"\x1bq"),
        ("shift+tab", b"\x1b[Z"),
        ("enter", b"\r"),
        ("+", b"+"),
        ("é", "é".encode()),
    ],
)
def test_a_key_is_sent_as_xterm_sends_it(key: str, sent: bytes) -> None:
    assert key_bytes(key) == sent


@pytest.mark.parametrize("key", ["entr", "ctrl+", "hyper+x", "shift+a"])
def test_a_key_that_no_keyboard_has_is_a_mistake_of_the_test(key: str) -> None:
    with pytest.raises(ValueError, match="no such key"):
        key_bytes(key)


def test_what_is_typed_comes_one_character_at_a_time(terminal: Terminals, script: Script) -> None:
    reader = terminal(script(READER.format(setup="")))
    reader.wait_for("ready")
    reader.type("aé\n")
    assert [reader.line(y) for y in (1, 2, 3)] == ["a|", "\\xc3\\xa9|", "\\r|"]


def test_a_burst_comes_at_once(terminal: Terminals, script: Script) -> None:
    reader = terminal(script(READER.format(setup="")))
    reader.wait_for("ready")
    reader.burst("one\ntwo")
    assert reader.line(1) == "one\\rtwo|"


def test_a_paste_is_marked_where_the_program_asks_for_it(terminal: Terminals, script: Script) -> None:
    reader = terminal(script(READER.format(setup="\x1b[?2004h")))
    reader.paste("one")
    assert reader.line(1) == "\\x1b[200~one\\x1b[201~|"


def test_the_mouse_is_sent_as_sgr_sequences(terminal: Terminals, script: Script) -> None:
    reader = terminal(script(READER.format(setup="\x1b[?1000h\x1b[?1006h漢字 ")))
    reader.wait_for("ready")
    assert reader.find("ready") == (5, 0)
    reader.click("ready")
    reader.drag((1, 2), (5, 2), steps=2)
    reader.wheel((0, 0), 1)
    reader.wheel((0, 0), -1)
    assert [reader.line(y) for y in range(1, 8)] == [
        "\\x1b[<0;8;1M\\x1b[<0;8;1m|",
        "\\x1b[<0;2;3M|",
        "\\x1b[<32;4;3M|",
        "\\x1b[<32;6;3M|",
        "\\x1b[<0;6;3m|",
        "\\x1b[<65;1;1M|",
        "\\x1b[<64;1;1M|",
    ]


def test_leaving_gives_the_first_screen_back_and_the_status(terminal: Terminals, script: Script) -> None:
    reader = terminal(["/bin/sh", "-c", 'echo before; exec "$@"', "sh", *script(READER.format(setup="\x1b[?1049h"))])
    reader.wait_for("ready")
    assert "before" not in reader.text()
    reader.press("ctrl+q")
    assert reader.wait_exit() == 7
    assert reader.line(0) == "before"
    assert "bye" in reader.text()


def test_a_program_that_is_killed_says_by_which_signal(terminal: Terminals) -> None:
    cat = terminal(["cat"])
    cat.type("hello")
    cat.wait_for("hello")
    cat.kill(signal.SIGKILL)
    assert cat.wait_exit() == -signal.SIGKILL


def test_what_is_waited_for_in_vain_is_told_with_the_screen(terminal: Terminals) -> None:
    cat = terminal(["cat"])
    cat.type("something else")
    with pytest.raises(AssertionError, match=r"(?s)waited for 'this'.*something else"):
        cat.wait_for("this", timeout=0.2)
    with pytest.raises(AssertionError, match="to go"):
        cat.wait_gone("something", timeout=0.2)


def test_waiting_ends_with_the_program(terminal: Terminals) -> None:
    began = time.monotonic()
    with pytest.raises(AssertionError, match=r"(?s)before the program ended.*no-such-program"):
        terminal(["no-such-program"]).wait_for("ready", timeout=60)
    assert time.monotonic() - began < 30


def test_the_program_sees_a_clean_environment(
    terminal: Terminals, home: Path, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSH_CONNECTION", "somewhere")
    monkeypatch.setenv("DISPLAY", ":0")
    source = """
import os
for name in ("HOME", "TERM", "COLORTERM", "LANG", "SSH_CONNECTION", "DISPLAY", "XDG_CONFIG_HOME", "MORE", "SHELL"):
    print(name, "=", os.environ.get(name, "-").replace(os.environ["HOME"], "~"))
print("tty", os.isatty(0), os.getcwd() == os.environ["HOME"], os.ctermid(), os.tcgetpgrp(0) == os.getpgrp())
print("end")
"""
    lines = terminal(script(source), env={"MORE": "yes", "SHELL": None}, lang="fr_FR.UTF-8")
    lines.wait_for("end")
    assert lines.text().splitlines()[:11] == [
        "HOME = ~", "TERM = xterm-256color", "COLORTERM = truecolor", "LANG = fr_FR.UTF-8", "SSH_CONNECTION = -",
        "DISPLAY = -", "XDG_CONFIG_HOME = ~/.config", "MORE = yes", "SHELL = -", "tty True True /dev/tty True", "end",
    ]  # fmt: skip


def test_a_textual_app_is_driven_by_keys_mouse_paste_and_size(terminal: Terminals, script: Script) -> None:
    app = terminal(script(APP), size=(60, 12))
    app.wait_for("size:60x12")
    for key, said in (("f2", "f2"), ("sdown", "shifted"), ("ctrl+t", "ctrl"), ("esc", "escape")):
        app.press(key)
        app.wait_for(f"said:{said}")
    app.press("esc", "f2")
    app.wait_for("said:f2")
    app.type("d'accord — 了解")
    app.press("enter")
    app.wait_for("said:entered d'accord — 了解")
    app.click("press here")
    app.wait_for("said:click 1 at 5,3")
    app.double_click("press here")
    app.wait_for(lambda: any(f"said:click {n} at 5,3" in app.text() for n in (2, 3)))
    app.resize(72, 20)
    app.wait_for("size:72x20")
    app.press("ctrl+q")
    assert app.wait_exit() == 0
    assert "press here" not in app.text()


def test_a_curses_program_is_shown(terminal: Terminals, script: Script) -> None:
    source = """
import curses, locale
locale.setlocale(locale.LC_ALL, "")
def main(screen):
    screen.addstr(1, 3, "-" * 30)
    screen.addstr(2, 3, "d'été 漢字 end", curses.A_BOLD)
    screen.refresh()
    while (key := screen.getkey()) != "q":
        screen.addstr(4, 3, key)
        screen.refresh()
curses.wrapper(main)
"""
    shown = terminal(script(source), lang="C.UTF-8")
    shown.wait_for("end")
    assert shown.line(1) == "   " + "-" * 30
    assert shown.find("end") == (14, 2)
    shown.press("x")
    assert shown.line(4) == "   x"
    shown.press("q")
    assert shown.wait_exit() == 0


def test_a_key_settles_when_the_program_has_done_its_work(terminal: Terminals, script: Script) -> None:
    source = """
import os, time, tty
tty.setraw(0)
os.write(1, b"ready")
os.read(0, 1)
end = time.process_time() + 0.5
while time.process_time() < end:
    pass
os.write(1, b" done")
os.read(0, 1)
"""
    slow = terminal(script(source))
    slow.wait_for("ready")
    slow.press("x")
    assert slow.text().startswith("ready done")


def test_closing_ends_what_the_program_started(home: Path) -> None:
    with Terminal(["/bin/sh", "-c", "sleep 1000 & echo child $!; trap '' TERM HUP; sleep 1000"], home=home) as shell:
        shell.wait_for("child ")
        child = int(shell.line(0).split()[1])
        os.kill(child, 0)
    deadline = time.monotonic() + 10
    while _alive(child):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _alive(pid: int) -> bool:
    found = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return bool(found.stdout.strip()) and not found.stdout.startswith("Z")


def test_hanging_up_takes_the_terminal_away(terminal: Terminals) -> None:
    cat = terminal(["cat"])
    cat.type("x")
    cat.hang_up()
    assert cat.wait_exit() == -signal.SIGHUP


def test_questions_to_the_terminal_are_answered(terminal: Terminals, script: Script) -> None:
    reader = terminal(script(READER.format(setup="\x1b[?2026$p\x1b[?2048$p\x1b[c\x1b[2;5H\x1b[6n")))
    reader.wait_for("R|")
    answers = reader.text().replace("\n", "")
    for answer in ("[?2026;2$y", "[?2048;0$y", "[?62;22c", "[2;5R"):
        assert answer in answers


def test_what_the_program_copies_and_calls_its_window_is_known(terminal: Terminals) -> None:
    shell = terminal(["printf", r"\033]0;Board\007\033]52;c;w6l0w6k=\007\033]52;c;?\033\\end"])
    shell.wait_for("end")
    assert shell.title == "Board"
    assert shell.copied == ["été"]
    assert b"\x1b]52;c;w6l0w6k=\x07" in shell.raw
    assert shell.line(0) == "end"


def test_sequences_that_are_not_for_the_eye_leave_no_trace() -> None:
    shown = show(
        "a\x1b[>1u\x1b[<u\x1b[=5u\x1b[>4;1m\x1b[4:3m\x1bPtmux;\x1b\x1b]52;c;eA==\x07\x1b\\\x1b]8;;http://x\x07b"
    )
    assert shown.text().strip() == "ab"
    assert not shown.buffer[0][1].underscore


def test_bytes_may_be_cut_anywhere() -> None:
    data = "\x1b[2;3H\x1b[1mà 漢👨‍👩‍👧e\u0301\x1b[0m\x1b]0;T\x1b\\z".encode()
    whole = show(data)
    for size in range(1, 7):
        screen = Screen(20, 4, lambda answer: None)
        reader = Reader(screen)
        for start in range(0, len(data), size):
            reader.feed(data[start : start + size])
        assert screen.text() == whole.text()
        assert screen.title == "T"
        assert list(screen.places("z")) == list(whole.places("z")) == [(9, 1)]


def test_half_a_wide_character_is_never_left() -> None:
    assert show("漢字\x1b[1;2Hx").line(0) == " x字"
    assert show("漢字\x1b[1;3Hx").line(0) == "漢x"
    assert list(show("漢字\x1b[1;2Hx").places("字")) == [(2, 0)]


def test_a_picture_shows_narrow_and_wide_characters(tmp_path: Path) -> None:
    image_of = pytest.importorskip("PIL.Image").open
    if not Path(picture._WIDE.format("Regular")).exists():
        pytest.skip("no font for wide characters here")
    picture.save(show("\x1b[31;44mo\x1b[0m 漢字", 8, 2), tmp_path / "shot.png")
    image = image_of(tmp_path / "shot.png")
    assert image.size == (8 * 10, 2 * 20)
    colours = image.crop((0, 0, 10, 20)).getcolors()
    assert colours is not None
    assert max(colours)[1] == (0x24, 0x72, 0xC8)
    assert len(image.crop((20, 0, 60, 20)).getcolors()) > 2
    assert image.crop((60, 0, 80, 40)).getcolors() == [(20 * 40, (0x12, 0x12, 0x12))]


def test_a_missing_font_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture, "_MONO", "/nowhere/Mono{}.ttf")
    with pytest.raises(picture.NoFont, match="fonts-dejavu-core"):
        picture.save(show("x"), tmp_path / "shot.png")


def test_a_failing_test_shows_its_screens(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    pytester.makeconftest("from tests.terminal.conftest import home, pytest_runtest_makereport, terminal")
    pytester.makepyfile("def test_it(terminal):\n    cat = terminal(['cat'])\n    cat.type('seen')\n    assert False\n")
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    result.stdout.fnmatch_lines(["*screen of cat*", "*|seen"])
