"""Headings on the clipboard: which programs are called on each system, and what is said of it where they fail."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

import pytest

from tui import clipboard_rich
from tui.clipboard import Outcome, run_program, sentence
from tui.clipboard_rich import copy_rich, windows_html
from tui.words import interface_language

from .test_clipboard import SSH, TMUX, WAYLAND, WSL, X11, XTERM, Programs, refuse, taken, which_of

PLAIN = "DÉCIDÉ 🌱\n\n- « D’abord la lettre »\n"
PAGE = '<html><head><meta charset="utf-8"></head><body><h2>Décidé 🌱</h2></body></html>'
LINUX = which_of("xclip", "xsel", "wl-copy", "wl-paste", "tmux")
MAC = which_of("pbcopy", "pbpaste")
WINDOWS = which_of("clip.exe", "powershell.exe")

Do = Callable[..., Outcome]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state" / "accord"


@pytest.fixture
def do(folder: Path) -> Do:
    return partial(copy_rich, PLAIN, PAGE, write=None, remote=False, fallback_dir=folder, which=LINUX, platform="linux")


def test_on_a_mac_one_script_is_given_both_and_says_whether_it_found_them(do: Do, folder: Path) -> None:
    run = Programs({"osascript": b"true\n"})
    assert do(environ={}, which=MAC, platform="darwin", run=run) == Outcome("desktop", certain=True, carried="both")
    [(command, data, _)] = run.calls
    assert command[:4] == ["osascript", "-l", "JavaScript", "-e"]
    assert '"public.html", given.html' in command[4]
    assert '"public.utf8-plain-text", given.plain' in command[4]
    assert command[4].isascii()
    assert data.isascii()
    assert json.loads(data) == {"plain": PLAIN, "html": PAGE}
    assert not folder.exists()


@pytest.mark.parametrize("answer", [b"false\n", b"", None])
def test_on_a_mac_that_does_not_find_them_the_plain_text_is_copied(do: Do, answer: bytes | None) -> None:
    run = Programs({"osascript": answer, "pbcopy": b""})
    assert do(environ={}, which=MAC, platform="darwin", run=run) == Outcome("desktop", certain=True, carried="plain")
    assert [command[-1] for command, _, _ in run.calls[1:]] == ["pbcopy"]
    assert run.calls[1][1] == PLAIN.encode()


def test_under_windows_one_script_is_given_both(do: Do) -> None:
    run = Programs({"powershell.exe": b"true\r\n"})
    assert do(environ=WSL, which=WINDOWS, run=run) == Outcome("desktop", certain=True, carried="both")
    [(command, data, _)] = run.calls
    assert "-NoProfile" in command
    assert command[-2] == "-Command"
    assert command[-1].isascii()
    given = json.loads(data)
    assert given["plain"] == PLAIN
    assert base64.b64decode(given["html"]) == windows_html(PAGE)


@pytest.mark.parametrize("html", [PAGE, "<h2>Décidé 🌱</h2>", "<BODY class='x'>é</BODY >", "<p>{0} {}</p>"])
def test_the_head_for_windows_says_at_which_bytes_the_page_stands(html: str) -> None:
    data = windows_html(html)
    at = {name.decode(): int(number) for name, number in re.findall(rb"(\w+):(\d{10})\r\n", data)}
    assert list(at) == ["StartHTML", "EndHTML", "StartFragment", "EndFragment"]
    assert at["EndHTML"] == len(data)
    page, fragment = data[at["StartHTML"] :].decode(), data[at["StartFragment"] : at["EndFragment"]].decode()
    assert page.startswith("<")
    assert page.endswith(">")
    assert fragment in html
    assert re.sub("<!--(Start|End)Fragment-->", "", page).removeprefix("<html><body>").startswith(html[:20])
    assert page.count("<!--StartFragment-->") == page.count("<!--EndFragment-->") == 1
    assert f"<!--StartFragment-->{fragment}<!--EndFragment-->" in page


def test_in_x11_a_program_of_our_own_is_given_both(do: Do, folder: Path) -> None:
    run = Programs({"-P": b""})
    assert do(environ=X11, run=run) == Outcome("desktop", certain=True, carried="both")
    [(command, data, _)] = run.calls
    assert Path(command[-1]).name == "desktop_x11.py"
    assert json.loads(data) == {"plain": PLAIN, "html": PAGE}
    assert not folder.exists()


class OneForm:
    """A machine whose clipboard takes one form at a time, by programs of this name."""

    def __init__(self, *names: str) -> None:
        self.names = names
        self.held = b""
        self.asked = 0

    def __call__(self, command: Sequence[str], data: bytes, environ: Mapping[str, str]) -> bytes | None:
        if not any(name in " ".join(command) for name in self.names) or "text/html" not in " ".join(command):
            return None
        if command[0] == "/bin/sh":
            self.held = data
            return b""
        self.asked += 1
        return self.held if self.asked > 1 else b"of somebody else, still"


@pytest.mark.parametrize(
    ("environ", "names"), [(WAYLAND | X11, ("wl-copy", "wl-paste")), (X11, ("xclip",))], ids=["Wayland", "xclip"]
)
def test_what_takes_one_form_gets_the_headings_and_a_file_the_plain_text(
    do: Do, folder: Path, environ: dict[str, str], names: tuple[str, ...]
) -> None:
    run = OneForm(*names)
    outcome = do(environ=environ, run=run)
    assert outcome == Outcome("desktop", certain=True, path=folder / "copied.txt", carried="html")
    assert run.held == PAGE.encode()
    assert (folder / "copied.txt").read_bytes() == PLAIN.encode()


def test_a_clipboard_that_takes_long_to_be_looked_at_is_not_looked_at_again_and_again(
    do: Do, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clipboard_rich, "PATIENCE", 0.0)
    run = Programs({"wl-paste": None, "/bin/sh": b""})
    do(environ=WAYLAND, run=run)
    assert sum(command[0] == "wl-paste" for command, _, _ in run.calls) == 1


def test_a_piece_of_a_page_is_given_its_encoding(do: Do) -> None:
    run = Programs({"-P": b""})
    copy_rich(PLAIN, "<p>é</p>", environ=X11, write=None, remote=False, fallback_dir=Path("/"), which=LINUX, run=run)
    html = json.loads(run.calls[0][1])["html"]
    assert html.endswith("<p>é</p>")
    assert re.match("<meta [^>]*charset=utf-8", html)


def test_both_are_cleaned_before_they_leave() -> None:
    run = Programs({"-P": b""})
    html = '<meta charset="utf-8"><p>\x1b[31m\u202e</p>'
    copy_rich("a\x1bb", html, environ=X11, write=None, remote=False, fallback_dir=Path("/"), which=LINUX, run=run)
    assert json.loads(run.calls[0][1]) == {"plain": "ab", "html": '<meta charset="utf-8"><p>[31m</p>'}


@pytest.mark.parametrize(
    ("environ", "route"),
    [(XTERM, "terminal"), (XTERM | SSH | X11, "terminal"), (XTERM | SSH | TMUX, "tmux"), ({"TERM": "dumb"}, "file")],
    ids=["terminal", "SSH", "SSH and tmux", "none"],
)
def test_without_a_desktop_only_the_plain_text_goes(do: Do, environ: dict[str, str], route: str) -> None:
    sent: list[str] = []
    run = Programs({"load-buffer": b""})
    outcome = do(environ=environ, write=sent.append, run=run)
    assert (outcome.route, outcome.carried, outcome.certain) == (route, "plain", False)
    assert [taken(each)[0] for each in sent] == [PLAIN] * (route == "terminal")
    assert all(b"<" not in data for _, data, _ in run.calls)
    assert outcome.path is not None
    assert outcome.path.read_bytes() == PLAIN.encode()


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_terminal_is_said_to_take_no_headings(do: Do, lang: str) -> None:
    language = interface_language(lang)
    said = sentence(do(environ=XTERM, write=[].append, run=refuse), language)
    assert language.say("Only the plain text: a terminal takes no headings and lists.") in said


def test_a_guest_starts_no_program_and_leaves_no_file(do: Do, folder: Path) -> None:
    run = Programs({"-P": b"", "load-buffer": b"", "tmux": b""})
    sent: list[str] = []
    outcome = do(environ=XTERM | X11 | WAYLAND | TMUX, write=sent.append, remote=True, run=run)
    assert outcome == Outcome("terminal", certain=False, carried="plain")
    assert [taken(each) for each in sent] == [[PLAIN]]
    assert run.calls == []
    assert not folder.exists()


def test_an_x_library_in_the_present_folder_is_not_taken_for_the_real_one(
    do: Do, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "Xlib.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")
    monkeypatch.chdir(tmp_path)
    do(environ={"DISPLAY": f"unix:{tmp_path}/nowhere", "PATH": ""}, run=partial(run_program, patience=30.0))
    assert not (tmp_path / "ran").exists()
